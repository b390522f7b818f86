"""What staff paid back in Saleor itself, beside our returns."""

from decimal import Decimal

from ..domain.money import ZERO
from ..models import OrderRecord


def follow(record: OrderRecord, *, refunded: Decimal, ours: Decimal) -> None:
    """Keep the figure that quotes are made with. The order's lock is held.

    `refunded` is what went back in all through the payments of the order and of those that it was
    exchanged for, `ours` what of it our refunds moved, or may have; in the order's currency. The
    first order of the chain keeps it.
    """
    first = record if record.root is None else record.root
    elsewhere = max(refunded - ours, ZERO)
    if elsewhere != first.refunded_elsewhere:
        first.refunded_elsewhere = elsewhere
        first.save(update_fields=["refunded_elsewhere"])
