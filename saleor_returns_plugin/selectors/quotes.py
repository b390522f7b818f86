"""What a return gives back: before it is asked for, as promised, and now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID, uuid4

from django.db.models import Prefetch, Q, QuerySet

from ..domain import quotes, transitions
from ..domain.exchanges import Option
from ..domain.money import ZERO, Taxed
from ..domain.order_money import LineBack, OrderMoney, Paid, PaidLine, Part, SoldLine
from ..domain.policy import Policy
from ..domain.positions import Positions, free
from ..domain.quotes import Quote
from ..domain.requested import RequestedLine
from ..enums import ExchangeStatus, Resolution, ReturnStatus
from ..models import (
    ExchangeLine,
    OrderRecord,
    Refund,
    RefundLine,
    ReturnLine,
    ReturnReason,
    VendorReturn,
    VendorShipmentLine,
)
from .exchanges import carrying_lines, giving_back
from .returned import is_live_row, lines_in_returns, refunds_of_orders, units_gone
from .shipments import ReturnableOrder, ReturnableShipment


def of_request(
    order: ReturnableOrder,
    lines: Sequence[RequestedLine],
    wanted: Mapping[UUID, Option | None],
) -> list[tuple[ReturnableShipment, Quote]]:
    """One quote per shipment touched. Lines that are not the order's are left out.

    `wanted`: shipment line id -> what is wanted in exchange (`selectors.exchanges.wanted`).

    It is what would be expected of the request beside all that is open, so that the promise is
    the refund; delivery that a full return gives back stands on the last part.
    """
    asked = {line.shipment_line_id: line for line in lines}
    waived = _waiving_reasons(line.reason_id for line in lines)
    facts = _facts_beside(order)
    held = facts.held
    touched = []
    for shipment in order.shipments:
        chosen = [line for line in shipment.lines if line.line.pk in asked]
        if not chosen:
            continue
        part = Part(
            id=uuid4(),
            policy=chosen[0].policy,
            lines=tuple(
                LineBack(
                    id=None,
                    sold_id=line.line.pk,
                    positions=free(
                        of=line.line.quantity,
                        held=held[line.line.pk],
                        units=asked[line.line.pk].quantity,
                    ),
                    payable=0,
                    expected=asked[line.line.pk].quantity,
                    waives_fees=asked[line.line.pk].reason_id in waived or line.line.pk in wanted,
                    **_exchanged(wanted, line.line.pk),
                )
                for line in chosen
            ),
        )
        touched.append((shipment, part))
    money = facts.money([part for _, part in touched])
    return [(shipment, money.expected(part.id)) for shipment, part in touched]


def promised(vendor_return: VendorReturn) -> Quote:
    """The quote as it was frozen at the request."""
    return quotes.from_snapshot(vendor_return.quote_snapshot)


def due_now(vendor_return: VendorReturn, *, whatever_staff_took: bool = False) -> Quote:
    """What a refund would pay at this moment: the payable units not yet refunded.

    `whatever_staff_took`: also those that staff took back in Saleor itself.
    """
    money = owed([vendor_return])[0].money
    return money.due_now(vendor_return.pk, whatever_staff_took=whatever_staff_took)


def expected(vendor_return: VendorReturn) -> Quote:
    """What is still to be paid when all that is to come of the order's returns arrives in good
    condition."""
    return owed([vendor_return])[0].expected


@dataclass(frozen=True)
class AsMoney:
    """What goes back for a line, gross, and the fees that were taken off for it."""

    amount: Decimal
    fees: Decimal


def as_money(part: VendorReturn, lines: Sequence[ReturnLine]) -> dict[UUID, AsMoney]:
    """By line of the return: what more is to be expected if its units are paid back, than if they
    are exchanged for something that costs the same. No statement without lines."""
    facts = returns_of(part.request.record) if lines else None
    return {line.pk: _as_money(facts, line) for line in lines} if facts else {}


def _as_money(facts: "OrderReturns", line: ReturnLine) -> AsMoney:
    def expected(resolution: Resolution) -> Quote:
        return _changed(facts, line, resolution).money().expected(line.vendor_return_id)

    paid, exchanged = expected(Resolution.REFUND), expected(Resolution.EXCHANGE)
    return AsMoney(
        max(paid.refund - exchanged.refund, ZERO), paid.fees.gross - exchanged.fees.gross
    )


def _changed(facts: "OrderReturns", line: ReturnLine, resolution: Resolution) -> "OrderReturns":
    """With a copy of the line, and without what was ordered for it where it becomes money."""
    changed = copy(line)
    changed.resolution, changed.exchange_difference = resolution.value, ZERO
    ends = resolution is Resolution.REFUND
    return replace(
        facts,
        lines=[changed if row.pk == line.pk else row for row in facts.lines],
        exchanged=[row for row in facts.exchanged if not ends or row.return_line_id != line.pk],
    )


@dataclass(frozen=True)
class Owed:
    """What one return is still to be paid, from facts that were read for many at once."""

    part_id: UUID
    money: OrderMoney

    @property
    def due_now(self) -> Quote:
        """As the function of that name."""
        return self.money.due_now(self.part_id)

    @property
    def expected(self) -> Quote:
        """As the function of that name."""
        return self.money.expected(self.part_id)


def owed(vendor_returns: Sequence[VendorReturn]) -> list[Owed]:
    """For each; a constant number of statements, whatever they are and however many."""
    records = {part.request.record_id: part.request.record for part in vendor_returns}
    facts = _facts(records.values())
    money = {key: found.money() for key, found in facts.items()}
    return [Owed(part.pk, money[_root_of(part.request.record)]) for part in vendor_returns]


def of_order(record: OrderRecord) -> OrderMoney:
    """All that was sold, returned and refunded of one order."""
    return returns_of(record).money()


def returns_of(record: OrderRecord) -> "OrderReturns":
    """What `of_order` is made of."""
    return _facts([record])[_root_of(record)]


def _root_of(record: OrderRecord) -> UUID:
    return record.root_id or record.pk


@dataclass(frozen=True)
class OrderReturns:
    """Lines of an order, `_in_order`; lines of its returns; and all refunds that were ever tried,
    with their `own_lines`. With those of all orders that its goods, and these, were exchanged for:
    `root` is the first of the `records`, and `exchanged` are the lines of the exchanges. What
    something costs less is due in the returns that are `giving_back`."""

    root: OrderRecord
    records: Mapping[UUID, OrderRecord]
    sold: Sequence[VendorShipmentLine]
    lines: Sequence[ReturnLine]
    refunds: Sequence[Refund]
    exchanged: Sequence[ExchangeLine] = ()
    giving_back: Set[UUID] = frozenset()

    @property
    def costs(self) -> dict[UUID, Decimal]:
        """By record: what lines and shipping cost after every discount, gross; goods that came in
        exchange cost what was paid for them beside what they replaced."""
        found = {key: record.shipping_gross for key, record in self.records.items()}
        for line in self.sold:
            found[line.shipment.record_id] += line.total_gross - line.carried_gross
        return found

    @property
    def cost(self) -> Decimal:
        """Of all of them."""
        return sum(self.costs.values(), ZERO)

    @property
    def held(self) -> dict[UUID, list[Positions]]:
        """Shipment line id -> what returns that did not end hold of it."""
        found: dict[UUID, list[Positions]] = defaultdict(list)
        for line in self.lines:
            if ReturnStatus(line.vendor_return.status) not in transitions.RELEASING:
                found[line.shipment_line_id].append(Positions.of(line.positions))
        return found

    def money(self, supposed: Iterable[Part] = ()) -> OrderMoney:
        """With parts that are only thought of, after all that there are."""
        return OrderMoney(
            currency=self.root.currency,
            shipping=Taxed(self.root.shipping_net, self.root.shipping_gross),
            sold=self._sold(),
            parts=[*self._parts(), *supposed],
            paid=[as_paid(refund) for refund in self.refunds if is_live_row(refund)],
            refunded_elsewhere=self.root.refunded_elsewhere,
            paid_back=self._paid_back(),
        )

    def _paid_back(self) -> Decimal:
        return sum(
            (
                refund.amount
                for refund in self.refunds
                if refund.exchange is not None
                and refund.exchange.status == ExchangeStatus.CANCELLED.value
                and is_live_row(refund)
            ),
            ZERO,
        )

    def _sold(self) -> list[SoldLine]:
        if len(self.records) == 1:
            return [_sold(line, self.root) for line in self.sold]
        moved: dict[UUID, list[Positions]] = defaultdict(list)
        replaces: dict[UUID, list[tuple[UUID, Positions]]] = defaultdict(list)
        for row in self.exchanged:
            if row.return_line is not None:
                positions = Positions.of(row.positions)
                moved[row.return_line.shipment_line_id].append(positions)
                replaces[row.shipment_line_id].append((row.return_line.shipment_line_id, positions))
        standing = {row.shipment_line_id for row in self.exchanged}
        return [
            replace(
                self._carrying(line, standing),
                moved=Positions.of(pair for held in moved[line.pk] for pair in held.ranges),
                is_replacement=line.shipment.record_id != self.root.pk,
                replaces=tuple(replaces[line.pk]),
            )
            for line in self.sold
        ]

    def _carrying(self, line: VendorShipmentLine, standing: Set[UUID]) -> SoldLine:
        """Once its exchange is cancelled, what it replaced is as it was, and what it was to be worth
        is none of it."""
        sold = _sold(line, self.records[line.shipment.record_id])
        if line.shipment.record_id == self.root.pk or not line.carried_gross:
            return sold
        carried = Taxed(line.carried_net, line.carried_gross)
        if line.pk in standing:
            return replace(sold, carried=carried)
        return replace(sold, total=sold.total - carried, gone=sold.quantity)

    def _parts(self) -> list[Part]:
        by_part: dict[UUID, list[ReturnLine]] = defaultdict(list)
        for line in self.lines:
            by_part[line.vendor_return_id].append(line)
        return [_part(lines, gives_back=key in self.giving_back) for key, lines in by_part.items()]


def _facts(records: Iterable[OrderRecord]) -> dict[UUID, OrderReturns]:
    """By the root of each. Three statements, and one more where something was refunded; more where
    something was exchanged."""
    given = {record.pk: record for record in records}
    roots = {_root_of(record) for record in given.values()}
    missing = roots - given.keys()
    given.update(OrderRecord.objects.in_bulk(missing) if missing else {})
    trees: dict[UUID, dict[UUID, OrderRecord]] = {key: {key: given[key]} for key in roots}
    sold: dict[UUID, list[VendorShipmentLine]] = defaultdict(list)
    lines: dict[UUID, list[ReturnLine]] = defaultdict(list)
    refunds: dict[UUID, list[Refund]] = defaultdict(list)
    of_trees = OrderRecord.objects.filter(Q(pk__in=roots) | Q(root__in=roots))
    shipment_lines = VendorShipmentLine.objects.filter(shipment__record__in=of_trees)
    for row in _in_order(shipment_lines.select_related("shipment__record")):
        record = given.setdefault(row.shipment.record_id, row.shipment.record)
        row.shipment.record = record
        root = _root_of(record)
        trees[root][record.pk] = record
        sold[root].append(row)
    root_of = {key: root for root, tree in trees.items() for key in tree}
    for line in lines_in_returns(given[key] for key in root_of):
        lines[root_of[line.vendor_return.request.record_id]].append(line)
    for refund in _refunds(root_of) if lines else ():
        refunds[root_of[refund.vendor_return.request.record_id]].append(refund)
    exchanged: dict[UUID, list[ExchangeLine]] = defaultdict(list)
    replacing = [key for root, tree in trees.items() for key in tree if key != root]
    if replacing:
        for exchange_line in carrying_lines(replacing):
            record_id = exchange_line.shipment_line.shipment.record_id
            is_gone = exchange_line.shipment_line.is_removed
            if exchange_line.exchange.status != ExchangeStatus.CANCELLED.value and not is_gone:
                exchanged[root_of[record_id]].append(exchange_line)
    cheaper = {
        line.vendor_return_id
        for own in lines.values()
        for line in own
        if line.is_exchanged and line.is_paid_back
    }
    giving = giving_back(cheaper)
    return {
        root: OrderReturns(
            tree[root], tree, sold[root], lines[root], refunds[root], exchanged[root], giving
        )
        for root, tree in trees.items()
    }


def _facts_beside(order: ReturnableOrder) -> OrderReturns:
    """Only what was not read with it, where nothing was exchanged."""
    record = order.record
    if record.root_id is not None or any(line.is_exchanged for line in order.returned):
        return returns_of(record)
    sold = [line.line for shipment in order.shipments for line in shipment.lines]
    refunds = list(_refunds([record.pk])) if order.returned else []
    return OrderReturns(record, {record.pk: record}, _in_order(sold), order.returned, refunds)


def _in_order(sold: Iterable[VendorShipmentLine]) -> list[VendorShipmentLine]:
    """The same always, so that the shares of the shipping are."""
    return sorted(sold, key=lambda line: (line.created_at, line.pk))


def _refunds(record_ids: Iterable[UUID]) -> QuerySet[Refund]:
    lines = RefundLine.objects.select_related("return_line")
    with_lines = Prefetch("lines", lines, to_attr="own_lines")
    return refunds_of_orders(record_ids).prefetch_related(with_lines)


def _sold(line: VendorShipmentLine, record: OrderRecord) -> SoldLine:
    return SoldLine(
        id=line.pk,
        label=line.name,
        quantity=line.quantity,
        total=Taxed(line.total_net, line.total_gross),
        shipped=line.units_shipped,
        gone=units_gone(line, record),
    )


def _part(lines: Sequence[ReturnLine], *, gives_back: bool) -> Part:
    """`gives_back`: what is exchanged for something cheaper is due."""
    part = lines[0].vendor_return
    return Part(
        id=part.pk,
        policy=Policy.from_snapshot(part.policy_snapshot),
        lines=tuple(
            LineBack(
                id=line.pk,
                sold_id=line.shipment_line_id,
                positions=Positions.of(line.positions),
                payable=line.payable if gives_back or not line.is_exchanged else 0,
                expected=line.payable + _to_come(line),
                waives_fees=line.waives_fees or line.is_exchanged,
                per_unit=max(-line.exchange_difference, ZERO) if line.is_exchanged else None,
                costs_more=max(line.exchange_difference, ZERO),
            )
            for line in lines
        ),
        is_open=ReturnStatus(part.status) not in transitions.FINAL,
    )


def _exchanged(wanted: Mapping[UUID, Option | None], line_id: UUID) -> dict[str, Decimal]:
    """Of a line that is to be exchanged; what is not offered costs nothing."""
    if line_id not in wanted:
        return {}
    option = wanted[line_id]
    difference = option.difference if option else ZERO
    return {"per_unit": max(-difference, ZERO), "costs_more": max(difference, ZERO)}


def _to_come(line: ReturnLine) -> int:
    """Units that will be payable: on their way, or kept once the vendor accepts."""
    return line.expected if line.send_back else line.accepted - line.payable


def as_paid(refund: Refund) -> Paid:
    """Of one with its `own_lines`."""
    return Paid(
        part_id=refund.vendor_return_id,
        lines=tuple(
            PaidLine(
                return_line_id=line.return_line_id,
                sold_id=line.return_line.shipment_line_id,
                positions=Positions.of(line.positions),
                goods=Taxed(line.goods_net, line.goods_gross),
                waives_fees=line.return_line.waives_fees or not line.is_whole,
                per_unit=line.per_unit,
                is_rest=line.is_rest,
            )
            for line in refund.own_lines
        ),
        shipping=Taxed(refund.shipping_net, refund.shipping_gross),
        restocking_fee=Taxed(
            refund.fees_net - refund.return_shipping_fee_net,
            refund.fees_gross - refund.return_shipping_fee_gross,
        ),
        return_shipping_fee=Taxed(refund.return_shipping_fee_net, refund.return_shipping_fee_gross),
        already_refunded=refund.already_refunded,
    )


def _waiving_reasons(reason_ids: Iterable[UUID | None]) -> frozenset[UUID]:
    ids = {reason_id for reason_id in reason_ids if reason_id is not None}
    if not ids:
        return frozenset()
    rows = ReturnReason.objects.filter(pk__in=ids, waives_fees=True)
    return frozenset(rows.values_list("pk", flat=True))
