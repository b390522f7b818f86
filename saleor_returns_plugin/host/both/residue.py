"""Orders whose total is not the sum of its parts.

A tax plugin may set the total freely, and Saleor itself does not always charge a gift card what
its lines say. What was really paid is the total, so the difference has to be somewhere.
"""

from collections.abc import Sequence
from decimal import Decimal

from ...domain.money import ZERO, Taxed, rounded


def with_residue(
    lines: Sequence[Taxed], shipping: Taxed, due: Decimal, currency: str
) -> tuple[list[Taxed], Taxed]:
    """The same, summing to `due`: the difference goes to the largest line, then to the next where
    a line would fall below nothing, and to shipping last. Net follows gross."""
    parts = [*lines, shipping]
    residue = due - sum((part.gross for part in parts), ZERO)
    by_size = sorted(range(len(lines)), key=lambda index: -lines[index].gross)
    for index in [*by_size, len(lines)]:
        if not residue:
            break
        part = parts[index]
        change = max(residue, -part.gross)
        parts[index] = _scaled(part, part.gross + change, currency)
        residue -= change
    return parts[:-1], parts[-1]


def _scaled(part: Taxed, gross: Decimal, currency: str) -> Taxed:
    if not part.gross:
        return Taxed(gross, gross)
    return Taxed(min(gross, rounded(part.net * gross / part.gross, currency)), gross)
