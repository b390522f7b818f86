"""A quote as every page shows it: its steps, and what they sum to."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ..domain import shipping_rules
from ..domain.money import Taxed
from ..domain.policy import Policy
from ..domain.quotes import Quote, Step
from ..models import OrderRecord, VendorReturn
from ..services.quotes import step_label
from .formats import money


@dataclass(frozen=True)
class StepView:
    label: str
    amount: str


@dataclass(frozen=True)
class QuoteView:
    steps: tuple[StepView, ...]
    total: str


def quote_view(quote: Quote) -> QuoteView:
    return steps_view(quote.steps, quote.refund, quote.currency)


def steps_view(steps: Iterable[Step], total: Decimal, currency: str) -> QuoteView:
    """As `quote_view`, of what was written down of a quote."""
    return QuoteView(
        tuple(StepView(step_label(each), money(each.amount, currency)) for each in steps),
        money(total, currency),
    )


def delivery_waits(quote: Quote, policy: Policy, record: OrderRecord) -> bool:
    """Whether delivery comes back only with the last part of the order, which is to be said beside
    the steps."""
    return shipping_rules.waits(
        policy.shipping_refund,
        paid=Taxed(record.shipping_net, record.shipping_gross),
        goods=quote.goods,
        given=quote.shipping,
    )


def delivery_waits_of(part: VendorReturn, quote: Quote) -> bool:
    """As `delivery_waits`, of a return under its own rules."""
    return delivery_waits(quote, Policy.from_snapshot(part.policy_snapshot), part.request.record)
