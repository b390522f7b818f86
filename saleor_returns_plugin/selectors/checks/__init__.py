"""Every figure that is kept, derived anew, and each that is another said in plain words.

Nothing is written. `manage.py returns_check` runs it over all orders, batch by batch.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from ...models import OrderRecord
from . import closings, orders, refunds, returns, statements
from .book import books

__all__ = ["Difference", "of_closings", "of_orders"]

_RULES = (
    orders.differences,
    returns.differences,
    refunds.differences,
    statements.differences,
)


@dataclass(frozen=True)
class Difference:
    """`about`: an order's number, or a vendor's name."""

    about: str
    text: str


def of_orders(records: Sequence[OrderRecord]) -> Iterator[Difference]:
    """As many statements, however many orders."""
    for book in books(records):
        for rule in _RULES:
            for text in rule(book):
                yield Difference(f"Order {book.record.number}", text)


def of_closings(vendor_ids: Sequence[UUID]) -> Iterator[Difference]:
    """Balances at the ends of days against the entries before them."""
    for name, text in closings.differences(vendor_ids):
        yield Difference(f"Vendor {name}", text)
