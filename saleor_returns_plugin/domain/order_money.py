"""What is owed for one order's returns: every part, before, during and after its refunds.

Pure: the selectors read the facts, and promise, expectation and refund come from here alike
(ARCHITECTURE section 6, rule 10).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from . import quotes, shipping_rules
from .money import ZERO, Taxed, total_of
from .policy import Policy
from .positions import Positions
from .quotes import Before, Quote, Units


@dataclass(frozen=True)
class SoldLine:
    """A line as it was sold. Units of `quantity`: `shipped` went out and were not taken back by
    staff in Saleor; `gone` will never be with the shopper, and count as returned.

    The price of units that are `moved` is with goods that came for them: these, and the
    positions that they replace, in `replaces`, are a sold line of their own, which
    `is_replacement`. Of its total so much is `carried` over from what it replaces.
    """

    id: UUID
    label: str
    quantity: int
    total: Taxed
    shipped: int
    gone: int = 0
    moved: Positions = field(default=Positions())
    is_replacement: bool = False
    replaces: tuple[tuple[UUID, Positions], ...] = ()
    carried: Taxed = Taxed()

    @property
    def away(self) -> Positions:
        """The units that are not with the shopper: the last of the line."""
        return Positions.span(self.shipped, self.quantity)

    def worth_away(self, currency: str) -> Decimal:
        """What was paid for goods that are not with the shopper, gross. What units that are still
        to come carry was paid for goods that went out."""
        gone = self.away.last(self.gone)
        worth = gone.worth(self.total, of=self.quantity, currency=currency)
        to_come = (self.away - gone).worth(
            self.total - self.carried, of=self.quantity, currency=currency
        )
        return worth.gross + to_come.gross


@dataclass(frozen=True)
class LineBack:
    """A line of a return: the positions it holds, and how many of these units are payable now and
    will be when all that is to come arrives in good condition.

    `per_unit`: the units are exchanged, and only this goes back for each; or the shopper pays
    `costs_more` for each, gross."""

    id: UUID | None
    sold_id: UUID
    positions: Positions
    payable: int
    expected: int
    waives_fees: bool = False
    per_unit: Decimal | None = None
    costs_more: Decimal = ZERO


@dataclass(frozen=True)
class Part:
    """One vendor's part of a return. `is_open`: more may come of it than is payable now."""

    id: UUID
    policy: Policy
    lines: tuple[LineBack, ...]
    is_open: bool = True


@dataclass(frozen=True)
class PaidLine:
    """`per_unit`: only this was paid for each unit, as they were exchanged for something cheaper;
    or, where it `is_rest`, the rest of their price."""

    return_line_id: UUID
    sold_id: UUID
    positions: Positions
    goods: Taxed
    waives_fees: bool = False
    per_unit: Decimal | None = None
    is_rest: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to be paid for these units."""
        return self.per_unit is None or self.is_rest


@dataclass(frozen=True)
class Paid:
    """A refund whose money is back with the shopper, or may be."""

    part_id: UUID
    lines: tuple[PaidLine, ...]
    shipping: Taxed = Taxed()
    restocking_fee: Taxed = Taxed()
    return_shipping_fee: Taxed = Taxed()
    already_refunded: Decimal = ZERO


@dataclass(frozen=True)
class OrderMoney:
    """All that was sold, all returns of it in the order they were made, and all refunds.

    `refunded_elsewhere`: what staff paid back in Saleor itself, not through a return. `paid_back`:
    what we did, of the price of replacements that never came.
    """

    currency: str
    shipping: Taxed
    sold: Sequence[SoldLine]
    parts: Sequence[Part] = ()
    paid: Sequence[Paid] = field(default=())
    refunded_elsewhere: Decimal = ZERO
    paid_back: Decimal = ZERO

    def due_now(self, part_id: UUID, *, whatever_staff_took: bool = False) -> Quote:
        """What a refund of the part would pay at this moment: payable units not yet refunded.

        Units that staff took back in Saleor are not paid here, unless the merchant says so.
        """
        part = self._part(part_id)
        ledger = _Running(self)
        return ledger.add(part, lambda line: line.payable, is_capped=not whatever_staff_took)

    def expected(self, part_id: UUID) -> Quote:
        """What is still to be paid for the part when all that is to come of all open parts arrives.

        The parts are paid in the order they were made, so what the last one completes (delivery)
        is the last one's.
        """
        part = self._part(part_id)
        if not part.is_open:
            return self.due_now(part_id)
        ledger = _Running(self)
        for each in self.parts:
            if each.is_open:
                quote = ledger.add(each, lambda line: line.expected, shows_exchanges=True)
                if each.id == part_id:
                    return quote
        raise LookupError(part_id)

    def again(self, refund: Paid) -> Paid:
        """A refund that is none of the `paid` as it would be made now, of units that are due."""
        quote = _Running(self).again(self._part(refund.part_id), refund.lines)
        lines = zip(refund.lines, quote.lines, strict=True)
        return replace(
            refund,
            lines=tuple(replace(line, goods=quoted.amount) for line, quoted in lines),
            shipping=quote.shipping,
            restocking_fee=quote.restocking_fee,
            return_shipping_fee=quote.return_shipping_fee,
            already_refunded=quote.already_refunded,
        )

    def _part(self, part_id: UUID) -> Part:
        return next(part for part in self.parts if part.id == part_id)

    @cached_property
    def _shares(self) -> Sequence[Taxed]:
        """What each line carries of the shipping: what came for other goods, what these had."""
        first = [line for line in self.sold if not line.is_replacement]
        totals = [line.total for line in first]
        shares = shipping_rules.shares(self.shipping, totals, self.currency)
        found = {line.id: (line, share) for line, share in zip(first, shares, strict=True)}
        for line in self.sold:
            if line.is_replacement:
                found[line.id] = (line, self._moved(line, found))
        return [found[line.id][1] for line in self.sold]

    def _moved(self, line: SoldLine, found: Mapping[UUID, tuple[SoldLine, Taxed]]) -> Taxed:
        carried = [(*found[key], positions) for key, positions in line.replaces]
        return total_of(
            [
                positions.worth(share, of=replaced.quantity, currency=self.currency)
                for replaced, share, positions in carried
            ]
        )

    @cached_property
    def _unallowed(self) -> Decimal:
        """Of what was refunded elsewhere: what is neither for units that are not with the shopper,
        nor taken off a refund already."""
        if not self.refunded_elsewhere:
            return ZERO
        away = sum((line.worth_away(self.currency) for line in self.sold), ZERO)
        allowed = sum((refund.already_refunded for refund in self.paid), ZERO)
        allowed += max(away - self.paid_back, ZERO)
        return max(self.refunded_elsewhere - allowed, ZERO)


@dataclass
class _Line:
    """A line that was sold, with its share of the shipping, and how many units are back."""

    sold: SoldLine
    share: Taxed
    units: int = 0


@dataclass
class _PaidUnits:
    """Units of a line of a return: paid whole, and those of which only so much each was."""

    whole: Positions = field(default=Positions())
    partly: dict[Decimal | None, Positions] = field(default_factory=dict)

    @property
    def all(self) -> Positions:
        return Positions.of(
            pair for held in (self.whole, *self.partly.values()) for pair in held.ranges
        )


_NOTHING = _PaidUnits()
"""Not to be written into."""


def _split(item: Units, paid: _PaidUnits) -> list[Units]:
    """By what was paid for the units before."""
    if not paid.partly:
        return [item]
    found, rest = [], item.positions
    for per_unit, positions in paid.partly.items():
        begun = rest & positions
        if begun:
            found.append(replace(item, positions=begun, per_unit=per_unit, is_rest=True))
            rest -= begun
    return [replace(item, positions=rest), *found]


class _Running:
    """The order as it stands after some refunds, real or supposed."""

    def __init__(self, order: OrderMoney) -> None:
        self.order = order
        self.policies = {part.id: part.policy for part in order.parts}
        self.lines = {
            sold.id: _Line(sold, share)
            for sold, share in zip(order.sold, order._shares, strict=True)
        }
        self.back: list[shipping_rules.Back] = []
        for refund in order.paid:
            for paid in refund.lines:
                line = self.lines[paid.sold_id]
                if paid.is_whole:
                    self._take_back(line, paid.positions, self.policies[refund.part_id])
        self.shipping_given = total_of([refund.shipping for refund in order.paid])
        self.elsewhere = order._unallowed

    def add(
        self,
        part: Part,
        units_of: Callable[[LineBack], int],
        *,
        is_capped: bool = True,
        shows_exchanges: bool = False,
    ) -> Quote:
        """The refund of what `units_of` says of the part's lines, less what is paid of them.

        `shows_exchanges`: with a line for units for which nothing is paid, as they are exchanged.
        """
        paid = self._paid_of(part)
        units = []
        for line in part.lines:
            of_line = self.lines[line.sold_id]
            sold = of_line.sold
            of_units = paid.get(line.id, _NOTHING)
            done = of_units.whole if line.per_unit is None else of_units.all
            due = units_of(line) - done.count
            if line.per_unit == 0 and not shows_exchanges:
                due = 0
            elif is_capped and line.per_unit is None:
                due = min(due, sold.shipped - sold.moved.count - of_line.units)
            positions = (line.positions - done).first(max(due, 0))
            item = Units(
                line_id=sold.id,
                label=sold.label,
                positions=positions,
                line_quantity=sold.quantity,
                line_total=sold.total,
                waives_fees=line.waives_fees,
                return_line_id=line.id,
                per_unit=line.per_unit,
                costs_more=line.costs_more,
            )
            units += _split(item, of_units) if line.per_unit is None else [item]
            if line.per_unit is None:
                self._take_back(of_line, positions, part.policy)
        return self._quote(part, units)

    def again(self, part: Part, lines: Iterable[PaidLine]) -> Quote:
        """The refund of just these units of the part, which are due."""
        units = []
        for line in lines:
            of_line = self.lines[line.sold_id]
            item = Units(
                line_id=line.sold_id,
                label=of_line.sold.label,
                positions=line.positions,
                line_quantity=of_line.sold.quantity,
                line_total=of_line.sold.total,
                waives_fees=line.waives_fees,
                return_line_id=line.return_line_id,
                per_unit=line.per_unit,
                is_rest=line.is_rest,
            )
            units.append(item)
            if line.is_whole:
                self._take_back(of_line, line.positions, part.policy)
        return self._quote(part, units)

    def _quote(self, part: Part, units: Sequence[Units]) -> Quote:
        """With the delivery that goes back with these; they are taken back already."""
        shipping = Taxed()
        if any(item.positions for item in units):
            shipping = shipping_rules.less(self._shipping_due(), self.shipping_given)
        quote = quotes.quote(
            units=units,
            policy=part.policy,
            currency=self.order.currency,
            shipping=shipping,
            before=self._before(part),
            refunded_elsewhere=self.elsewhere,
        )
        self.shipping_given += quote.shipping
        self.elsewhere -= quote.already_refunded
        return quote

    def _take_back(self, line: _Line, positions: Positions, policy: Policy) -> None:
        line.units += positions.count
        if line.share:
            self.back.append(
                shipping_rules.Back(
                    share=line.share,
                    line_quantity=line.sold.quantity,
                    positions=positions,
                    rule=policy.shipping_refund,
                )
            )

    def _paid_of(self, part: Part) -> dict[UUID | None, _PaidUnits]:
        found: dict[UUID | None, _PaidUnits] = {}
        for line in self._lines_paid(part):
            units = found.setdefault(line.return_line_id, _PaidUnits())
            if line.is_whole:
                units.whole |= line.positions
            else:
                before = units.partly.get(line.per_unit, Positions())
                units.partly[line.per_unit] = before | line.positions
        return found

    def _lines_paid(self, part: Part) -> Iterable[PaidLine]:
        return [
            line for refund in self.order.paid if refund.part_id == part.id for line in refund.lines
        ]

    def _before(self, part: Part) -> Before:
        own = [refund for refund in self.order.paid if refund.part_id == part.id]
        return Before(
            feeable=total_of(
                [line.goods for line in self._lines_paid(part) if not line.waives_fees]
            ),
            restocking_fee=total_of([refund.restocking_fee for refund in own]),
            return_shipping_fee=total_of([refund.return_shipping_fee for refund in own]),
        )

    def _shipping_due(self) -> Taxed:
        is_whole = all(
            line.units + line.sold.gone + line.sold.moved.count >= line.sold.quantity
            for line in self.lines.values()
        )
        return shipping_rules.due(self.back, is_whole_order=is_whole, currency=self.order.currency)
