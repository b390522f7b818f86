"""Which units of a shipment line are meant, so that each is worth the same whenever it is paid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .money import ZERO, Taxed, cumulative, taxed_span, total_of

Range = tuple[int, int]


@dataclass(frozen=True)
class Positions:
    """Places of units in their line, counted from 0: sorted, disjoint ranges [first, end).

    The worth of a place never changes, so what was promised for it is what is paid, in whatever
    order returns are paid, and all places of a line sum to the line (ADR 12).
    """

    ranges: tuple[Range, ...] = ()

    @classmethod
    def of(cls, ranges: Iterable[Sequence[int]]) -> "Positions":
        """Of ranges in any order, as JSON keeps them; overlapping ones become one."""
        joined: list[Range] = []
        for first, end in sorted((int(first), int(end)) for first, end in ranges):
            if first >= end:
                continue
            if joined and first <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((first, end))
        return cls(tuple(joined))

    @classmethod
    def span(cls, first: int, end: int) -> "Positions":
        return cls.of([(first, end)])

    def plain(self) -> list[list[int]]:
        """As JSON keeps it."""
        return [list(pair) for pair in self.ranges]

    @property
    def count(self) -> int:
        units = 0
        for first, end in self.ranges:
            units += end - first
        return units

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __or__(self, other: "Positions") -> "Positions":
        return Positions.of([*self.ranges, *other.ranges])

    def __sub__(self, other: "Positions") -> "Positions":
        if not other:
            return self
        rest: list[Range] = []
        for first, end in self.ranges:
            for gone_first, gone_end in other.ranges:
                if gone_end <= first or gone_first >= end:
                    continue
                if gone_first > first:
                    rest.append((first, gone_first))
                first = max(first, gone_end)
            if first < end:
                rest.append((first, end))
        return Positions(tuple(rest))

    def __and__(self, other: "Positions") -> "Positions":
        return self - (self - other)

    def first(self, units: int) -> "Positions":
        """The lowest `units` of them; all where there are fewer."""
        if units >= self.count:
            return self
        taken: list[Range] = []
        for first, end in self.ranges:
            if units <= 0:
                break
            taken.append((first, min(end, first + units)))
            units -= end - first
        return Positions(tuple(taken))

    def last(self, units: int) -> "Positions":
        """The highest `units` of them."""
        return self - self.first(max(self.count - units, 0))

    def worth(self, line_total: Taxed, *, of: int, currency: str) -> Taxed:
        """What these units of a line of `of` units were sold for, in the line's currency."""

        return total_of(
            [
                taxed_span(line_total, of=of, first=first, end=end, currency=currency)
                for first, end in self.ranges
            ]
        )

    def share(self, amount: Decimal, *, of: int, currency: str) -> Decimal:
        """What these units carry of an amount that all `of` units of the line carry together."""
        return sum(
            (
                cumulative(amount, of=of, units=end, currency=currency)
                - cumulative(amount, of=of, units=first, currency=currency)
                for first, end in self.ranges
            ),
            ZERO,
        )


def free(*, of: int, held: Iterable[Positions], units: int) -> Positions:
    """The lowest `units` places of a line that nobody holds."""
    taken = Positions.of(pair for positions in held for pair in positions.ranges)
    return (Positions.span(0, of) - taken).first(units)
