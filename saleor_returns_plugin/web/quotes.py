"""A quote as every page shows it: its steps, and what they sum to."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ..domain.quotes import Quote, Step
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
