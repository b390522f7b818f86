"""A quote as every page shows it: its steps, and what they sum to."""

from dataclasses import dataclass

from ..domain.quotes import Quote
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
    return QuoteView(
        tuple(
            StepView(step_label(each), money(each.amount, quote.currency)) for each in quote.steps
        ),
        money(quote.refund, quote.currency),
    )
