"""What a return gives back: before it is asked for, as promised, and now."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid4

from django.db.models import Prefetch, QuerySet

from ..domain import quotes, transitions
from ..domain.money import Taxed
from ..domain.order_money import LineBack, OrderMoney, Paid, PaidLine, Part, SoldLine
from ..domain.policy import Policy
from ..domain.positions import Positions, free
from ..domain.quotes import Quote
from ..domain.requested import RequestedLine
from ..enums import ReturnStatus
from ..models import (
    OrderRecord,
    Refund,
    RefundLine,
    ReturnLine,
    ReturnReason,
    VendorReturn,
    VendorShipmentLine,
)
from .returned import is_live_row, lines_in_returns, refunds_of_orders, units_gone
from .shipments import ReturnableOrder, ReturnableShipment


def of_request(
    order: ReturnableOrder, lines: Sequence[RequestedLine]
) -> list[tuple[ReturnableShipment, Quote]]:
    """One quote per shipment touched. Lines that are not the order's are left out.

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
                    waives_fees=asked[line.line.pk].reason_id in waived,
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
    return [Owed(part.pk, money[part.request.record_id]) for part in vendor_returns]


def of_order(record: OrderRecord) -> OrderMoney:
    """All that was sold, returned and refunded of one order."""
    return returns_of(record).money()


def returns_of(record: OrderRecord) -> "OrderReturns":
    """What `of_order` is made of."""
    return _facts([record])[record.pk]


@dataclass(frozen=True)
class OrderReturns:
    """Lines of an order, `_in_order`; lines of its returns; and all refunds that were ever tried,
    with their `own_lines`."""

    record: OrderRecord
    sold: Sequence[VendorShipmentLine]
    lines: Sequence[ReturnLine]
    refunds: Sequence[Refund]

    @property
    def cost(self) -> Decimal:
        """What lines and shipping cost after every discount, gross."""
        return sum((line.total_gross for line in self.sold), self.record.shipping_gross)

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
        record = self.record
        return OrderMoney(
            currency=record.currency,
            shipping=Taxed(record.shipping_net, record.shipping_gross),
            sold=[_sold(line, record) for line in self.sold],
            parts=[*self._parts(), *supposed],
            paid=[_paid(refund) for refund in self.refunds if is_live_row(refund)],
            refunded_elsewhere=record.refunded_elsewhere,
        )

    def _parts(self) -> list[Part]:
        by_part: dict[UUID, list[ReturnLine]] = defaultdict(list)
        for line in self.lines:
            by_part[line.vendor_return_id].append(line)
        return [_part(lines) for lines in by_part.values()]


def _facts(records: Iterable[OrderRecord]) -> dict[UUID, OrderReturns]:
    """Three statements, and one more where something was refunded."""
    by_id = {record.pk: record for record in records}
    sold: dict[UUID, list[VendorShipmentLine]] = defaultdict(list)
    lines: dict[UUID, list[ReturnLine]] = defaultdict(list)
    refunds: dict[UUID, list[Refund]] = defaultdict(list)
    shipment_lines = VendorShipmentLine.objects.filter(shipment__record__in=by_id)
    for row in _in_order(shipment_lines.select_related("shipment")):
        sold[row.shipment.record_id].append(row)
    for line in lines_in_returns(by_id.values()):
        lines[line.vendor_return.request.record_id].append(line)
    for refund in _refunds(by_id) if lines else ():
        refunds[refund.vendor_return.request.record_id].append(refund)
    return {
        key: OrderReturns(record, sold[key], lines[key], refunds[key])
        for key, record in by_id.items()
    }


def _facts_beside(order: ReturnableOrder) -> OrderReturns:
    """Only what was not read with it."""
    sold = [line.line for shipment in order.shipments for line in shipment.lines]
    refunds = list(_refunds([order.record.pk])) if order.returned else []
    return OrderReturns(order.record, _in_order(sold), order.returned, refunds)


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


def _part(lines: Sequence[ReturnLine]) -> Part:
    part = lines[0].vendor_return
    return Part(
        id=part.pk,
        policy=Policy.from_snapshot(part.policy_snapshot),
        lines=tuple(
            LineBack(
                id=line.pk,
                sold_id=line.shipment_line_id,
                positions=Positions.of(line.positions),
                payable=line.payable,
                expected=line.payable + _to_come(line),
                waives_fees=line.waives_fees,
            )
            for line in lines
        ),
        is_open=ReturnStatus(part.status) not in transitions.FINAL,
    )


def _to_come(line: ReturnLine) -> int:
    """Units that will be payable: on their way, or kept once the vendor accepts."""
    return line.expected if line.send_back else line.accepted - line.payable


def _paid(refund: Refund) -> Paid:
    return Paid(
        part_id=refund.vendor_return_id,
        lines=tuple(
            PaidLine(
                return_line_id=line.return_line_id,
                sold_id=line.return_line.shipment_line_id,
                positions=Positions.of(line.positions),
                goods=Taxed(line.goods_net, line.goods_gross),
                waives_fees=line.return_line.waives_fees,
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
