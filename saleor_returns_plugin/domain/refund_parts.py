"""Which payments a refund goes back through. ARCHITECTURE section 6, rule 7."""

from collections.abc import Iterable, Mapping
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


def sources(
    payments: Iterable[Source],
    cards: Iterable[Source],
    *,
    under_way: Mapping[str, Decimal],
    moved: Mapping[str, Decimal],
) -> list[Source]:
    """What each can take, by reference, payments first: `payments` hold what is captured, net of
    what `moved`, and `cards` what they were used for, whatever went back to them since."""
    found = [
        Source(row.reference, row.available - under_way.get(row.reference, ZERO))
        for row in payments
    ]
    found += [
        Source(
            row.reference,
            row.available - under_way.get(row.reference, ZERO) - moved.get(row.reference, ZERO),
        )
        for row in cards
    ]
    return [source for source in found if source.available > 0]


def came_in(cost: Decimal, *, seen: Decimal | None) -> Decimal:
    """What was paid for an order: what it cost, or what was `seen` of that where it is less (None:
    where nobody can tell)."""
    return cost if seen is None else min(cost, seen)


def left(paid: Decimal, *, ours: Decimal, elsewhere: Decimal) -> Decimal:
    """What can still go back of what was `paid`, once `ours` went back, or may have, and staff paid
    back `elsewhere`."""
    return max(paid - ours - max(elsewhere, ZERO), ZERO)


def plan(amount: Decimal, sources: Iterable[Source]) -> tuple[list[PlannedPart], Decimal]:
    """First come, first used. Also what of `amount` none of them can take."""
    parts = []
    for source in sources:
        share = min(amount, source.available)
        if share > 0:
            parts.append(PlannedPart(source.reference, share))
            amount -= share
    return parts, max(amount, ZERO)
