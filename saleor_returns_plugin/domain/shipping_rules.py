"""How much of the outbound shipping goes back. ARCHITECTURE section 6, rule 4.

Every line carries its share of what was paid for shipping, and every unit its share of that. The
policy of the return that a unit is in decides over the unit's share (ADR 12).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..enums import ShippingRule
from .money import Taxed, allocate, quantum, total_of
from .positions import Positions


def shares(paid: Taxed, line_totals: Sequence[Taxed], currency: str) -> list[Taxed]:
    """What each line carries of the shipping `paid`, by gross price; they sum to it."""
    gross = allocate(paid.gross, [total.gross for total in line_totals], currency)
    net = allocate(paid.net, gross, currency)
    if _is_whole(paid, currency):
        net = [min(pair) for pair in zip(net, gross, strict=True)]
    return [Taxed(*pair) for pair in zip(net, gross, strict=True)]


def _is_whole(paid: Taxed, currency: str) -> bool:
    return not (paid.net % quantum(currency) or paid.gross % quantum(currency))


@dataclass(frozen=True)
class Back:
    """Units of a line that are paid back, with the line's share of shipping and the rule for them."""

    share: Taxed
    line_quantity: int
    positions: Positions
    rule: ShippingRule


def due(back: Iterable[Back], *, is_whole_order: bool, currency: str) -> Taxed:
    """What has to have gone back of the shipping, in sum over all refunds, once these units are.

    `is_whole_order`: nothing of the order is left with the shopper.
    """
    return total_of(
        [
            item.positions.worth(item.share, of=item.line_quantity, currency=currency)
            for item in back
            if item.rule is ShippingRule.PROPORTIONAL
            or (item.rule is ShippingRule.ON_FULL_RETURN and is_whole_order)
        ]
    )


def waits(rule: ShippingRule, *, paid: Taxed, goods: Taxed, given: Taxed) -> bool:
    """Whether the shipping `paid` comes back only with a later part of the order: a refund of
    `goods`, under `rule`, is `given` none of it."""
    is_for_later = rule is ShippingRule.ON_FULL_RETURN and not given.gross
    return is_for_later and paid.gross > 0 and goods.gross > 0


def less(due: Taxed, given: Taxed) -> Taxed:
    """What is still to give; nothing when more went back already."""
    rest = due - given
    return rest if rest.gross > 0 else Taxed()
