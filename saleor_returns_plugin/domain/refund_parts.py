"""Which payments a refund goes back through. ARCHITECTURE section 6, rule 7."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ..enums import RefundWay
from .money import ZERO

MANUAL = "manual"
"""The reference of money that the merchant gives back outside of Saleor."""
GIFT_CARD = "gift_card"


def is_gift_card(reference: str) -> bool:
    return reference.startswith(f"{GIFT_CARD}:")


def way_of(reference: str) -> RefundWay:
    """Where money with this reference goes."""
    if reference == MANUAL:
        return RefundWay.MANUAL
    return RefundWay.GIFT_CARD if is_gift_card(reference) else RefundWay.PAYMENT


@dataclass(frozen=True)
class Source:
    """A payment, transaction or gift card, and what can still go back to it."""

    reference: str
    available: Decimal


@dataclass(frozen=True)
class PlannedPart:
    reference: str
    amount: Decimal


def plan(amount: Decimal, sources: Iterable[Source]) -> tuple[list[PlannedPart], Decimal]:
    """First come, first used. Also what of `amount` none of them can take."""
    parts = []
    for source in sources:
        share = min(amount, source.available)
        if share > 0:
            parts.append(PlannedPart(source.reference, share))
            amount -= share
    return parts, max(amount, ZERO)
