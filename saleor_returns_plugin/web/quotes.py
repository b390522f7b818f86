"""A quote as every page shows it: its steps, and what they sum to."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ..domain.quotes import Quote
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
    steps = ((step.label, step.amount) for step in quote.steps)
    return steps_view(steps, quote.refund, quote.currency)


def steps_view(steps: Iterable[tuple[str, Decimal]], total: Decimal, currency: str) -> QuoteView:
    return QuoteView(
        tuple(StepView(label, money(amount, currency)) for label, amount in steps),
        money(total, currency),
    )
