"""How much of the outbound shipping goes back. ARCHITECTURE section 6, rule 4."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..enums import ShippingRule
from .money import ZERO, Taxed, rounded


@dataclass(frozen=True)
class Sold:
    """A line of the order: its gross total, its units, and how many went back in all."""

    total_gross: Decimal
    quantity: int
    returned: int


def due(rule: ShippingRule, paid: Taxed, lines: Sequence[Sold], currency: str) -> Taxed:
    """What has to have gone back of `paid` once these units are back, in sum over all refunds."""
    if rule is ShippingRule.NEVER:
        return Taxed()
    if all(line.returned >= line.quantity for line in lines):
        return paid
    if rule is ShippingRule.ON_FULL_RETURN:
        return Taxed()
    whole = sum((line.total_gross for line in lines), ZERO)
    back = sum((line.total_gross * line.returned / line.quantity for line in lines), ZERO)
    if not whole:
        return Taxed()
    return Taxed(
        rounded(paid.net * back / whole, currency), rounded(paid.gross * back / whole, currency)
    )


def less(due: Taxed, given: Taxed) -> Taxed:
    """What is still to give; nothing when more went back already (another vendor's rule)."""
    rest = due - given
    return rest if rest.gross > 0 else Taxed()
