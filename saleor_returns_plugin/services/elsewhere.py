"""What staff paid back in Saleor itself, beside our returns."""

from decimal import Decimal

from ..domain.money import ZERO
from ..models import OrderRecord


def follow(record: OrderRecord, *, refunded: Decimal, ours: Decimal) -> None:
    """Keep the figure that quotes are made with. The order's lock is held.

    `refunded` is what went back through the order's payments in all, `ours` what of it our refunds
    moved, or may have; in the order's currency.
    """
    elsewhere = max(refunded - ours, ZERO)
    if elsewhere != record.refunded_elsewhere:
        record.refunded_elsewhere = elsewhere
        record.save(update_fields=["refunded_elsewhere"])
