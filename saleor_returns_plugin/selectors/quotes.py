"""What a return gives back: before it is asked for, as promised, and now."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

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
from .returned import live_refunds, units_gone
from .shipments import ReturnableOrder, ReturnableShipment, returnable_order


def preview(
    record: OrderRecord, lines: Sequence[RequestedLine], now: datetime
) -> list[tuple[ReturnableShipment, Quote]]:
    """One quote per shipment touched. Lines that are not the order's are left out."""
    return of_request(returnable_order(record, now), lines)


def of_request(
    order: ReturnableOrder, lines: Sequence[RequestedLine]
) -> list[tuple[ReturnableShipment, Quote]]:
    """As `preview`, of an order that was read already.

    It is what would be expected of the request beside all that is open, so that the promise is
    the refund; delivery that a full return gives back stands on the last part.
    """
    asked = {line.shipment_line_id: line for line in lines}
    waived = _waiving_reasons(line.reason_id for line in lines)
    facts = _facts([order.record])[order.record.pk]
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
    return _facts([record])[record.pk].money()


@dataclass(frozen=True)
class _Facts:
    record: OrderRecord
    sold: Sequence[VendorShipmentLine]
    lines: Sequence[ReturnLine]
    refund_lines: Sequence[RefundLine]

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
            paid=_paid(self.refund_lines),
            refunded_elsewhere=record.refunded_elsewhere,
        )

    def _parts(self) -> list[Part]:
        by_part: dict[UUID, list[ReturnLine]] = defaultdict(list)
        for line in self.lines:
            by_part[line.vendor_return_id].append(line)
        return [_part(lines) for lines in by_part.values()]


def _facts(records: Iterable[OrderRecord]) -> dict[UUID, _Facts]:
    """Three statements."""
    by_id = {record.pk: record for record in records}
    sold: dict[UUID, list[VendorShipmentLine]] = defaultdict(list)
    lines: dict[UUID, list[ReturnLine]] = defaultdict(list)
    paid: dict[UUID, list[RefundLine]] = defaultdict(list)
    shipment_lines = VendorShipmentLine.objects.filter(shipment__record__in=by_id)
    # In one order always, so that the shares of the shipping are the same each time.
    for row in shipment_lines.select_related("shipment").order_by("created_at", "id"):
        sold[row.shipment.record_id].append(row)
    rows = ReturnLine.objects.filter(shipment_line__shipment__record__in=by_id)
    for line in rows.select_related("vendor_return__request").order_by(
        "vendor_return__request__created_at",
        "vendor_return__request",
        "vendor_return__shipment__created_at",
        "vendor_return__shipment__number",
        "created_at",
        "id",
    ):
        lines[line.vendor_return.request.record_id].append(line)
    refunds = live_refunds(Refund.objects.filter(vendor_return__request__record__in=by_id))
    for refund_line in RefundLine.objects.filter(refund__in=refunds).select_related(
        "refund__vendor_return__request", "return_line"
    ):
        paid[refund_line.refund.vendor_return.request.record_id].append(refund_line)
    return {key: _Facts(record, sold[key], lines[key], paid[key]) for key, record in by_id.items()}


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


def _paid(lines: Iterable[RefundLine]) -> list[Paid]:
    by_refund: dict[UUID, list[RefundLine]] = defaultdict(list)
    for line in lines:
        by_refund[line.refund_id].append(line)
    found = []
    for own in by_refund.values():
        refund = own[0].refund
        found.append(
            Paid(
                part_id=refund.vendor_return_id,
                lines=tuple(
                    PaidLine(
                        return_line_id=line.return_line_id,
                        sold_id=line.return_line.shipment_line_id,
                        positions=Positions.of(line.positions),
                        goods=Taxed(line.goods_net, line.goods_gross),
                        waives_fees=line.return_line.waives_fees,
                    )
                    for line in own
                ),
                shipping=Taxed(refund.shipping_net, refund.shipping_gross),
                restocking_fee=Taxed(
                    refund.fees_net - refund.return_shipping_fee_net,
                    refund.fees_gross - refund.return_shipping_fee_gross,
                ),
                return_shipping_fee=Taxed(
                    refund.return_shipping_fee_net, refund.return_shipping_fee_gross
                ),
                already_refunded=refund.already_refunded,
            )
        )
    return found


def _waiving_reasons(reason_ids: Iterable[UUID | None]) -> frozenset[UUID]:
    ids = {reason_id for reason_id in reason_ids if reason_id is not None}
    if not ids:
        return frozenset()
    rows = ReturnReason.objects.filter(pk__in=ids, waives_fees=True)
    return frozenset(rows.values_list("pk", flat=True))
