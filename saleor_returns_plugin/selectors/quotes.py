"""What a return gives back: before it is asked for, as promised, and now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from ..domain import quotes, shipping_rules, transitions
from ..domain.money import Taxed
from ..domain.policy import Policy
from ..domain.quotes import Quote, Units
from ..domain.requested import RequestedLine
from ..enums import ReturnStatus
from ..models import (
    OrderRecord,
    Refund,
    ReturnLine,
    ReturnReason,
    VendorReturn,
    VendorShipmentLine,
)
from .returned import (
    LIVE_REFUNDS,
    refunds_of_orders,
    units_refunded_of_orders,
)
from .shipments import ReturnableLine, ReturnableOrder, ReturnableShipment, returnable_order


def preview(
    record: OrderRecord, lines: Sequence[RequestedLine], now: datetime
) -> list[tuple[ReturnableShipment, Quote]]:
    """One quote per shipment touched. Lines that are not the order's are left out."""
    return of_request(returnable_order(record, now), lines)


def of_request(
    order: ReturnableOrder, lines: Sequence[RequestedLine]
) -> list[tuple[ReturnableShipment, Quote]]:
    """As `preview`, of an order that was read already.

    Outbound shipping that a full return gives back stands on the last part.
    """
    asked = {line.shipment_line_id: line for line in lines}
    waived = _waiving_reasons(line.reason_id for line in lines)
    touched = [
        (shipment, [line for line in shipment.lines if line.line.pk in asked])
        for shipment in order.shipments
    ]
    touched = [(shipment, chosen) for shipment, chosen in touched if chosen]
    taken = order.taken
    after = dict(taken)
    for line_id, line in asked.items():
        after[line_id] = after.get(line_id, 0) + line.quantity
    return [
        (
            shipment,
            quotes.quote(
                units=[_requested(line, asked[line.line.pk], taken, waived) for line in chosen],
                policy=chosen[0].policy,
                currency=order.record.currency,
                shipping=_promised(order, chosen[0].policy, taken, after)
                if position == len(touched) - 1
                else Taxed(),
            ),
        )
        for position, (shipment, chosen) in enumerate(touched)
    ]


def promised(vendor_return: VendorReturn) -> Quote:
    """The quote as it was frozen at the request."""
    return quotes.from_snapshot(vendor_return.quote_snapshot)


def due_now(vendor_return: VendorReturn, refunds: Sequence[Refund] | None = None) -> Quote:
    """What a refund would pay at this moment: the payable units not yet refunded.

    `refunds` are all of its order's, where they were read already.
    """
    return owed([vendor_return], refunds)[0].due_now


def expected(vendor_return: VendorReturn) -> Quote:
    """What is still to be paid when all that is to come arrives in good condition.

    "All" is of every open return of the order, in the sequence in which they were asked for: so
    the open ones sum to what they were promised, as long as nothing of them was declined, refused
    or paid. Delivery stands on the last part of a request, as in `of_request`.
    """
    return owed([vendor_return])[0].expected


@dataclass(frozen=True)
class _OfOrder:
    """What the returns of one order share."""

    record: OrderRecord
    sold: Sequence[VendorShipmentLine]
    refunded: Mapping[UUID, int]
    """Shipment line id -> units."""
    done: Mapping[UUID, int]
    """Return line id -> units."""
    shipping_given: Taxed
    open_requests: Mapping[UUID, Sequence[Sequence[ReturnLine]]]
    """Request id -> the lines of each part that is not over; oldest request first, and the parts
    in the order of `of_request`."""


@dataclass(frozen=True)
class Owed:
    """What one return is still to be paid, from facts that were read for many at once."""

    part: VendorReturn
    lines: Sequence[ReturnLine]
    order: _OfOrder
    charge_return_shipping: bool

    @property
    def due_now(self) -> Quote:
        """As the function of that name."""
        units = {line.pk: _rest(line.payable, line, self.order) for line in self.lines}
        before = self.order.refunded
        return self._quote(units, before, self._delivery(_and(before, self.lines, units)))

    @property
    def expected(self) -> Quote:
        """As the function of that name."""
        if ReturnStatus(self.part.status) in transitions.FINAL:
            return self.due_now
        before = self.order.refunded
        given = self.order.shipping_given
        for request_id, parts in self.order.open_requests.items():
            lines = [line for part in parts for line in part]
            units = {
                line.pk: _rest(line.payable + _to_come(line), line, self.order) for line in lines
            }
            after = _and(before, lines, units)
            last = next((p[0] for p in reversed(parts) if any(units[ln.pk] for ln in p)), None)
            delivery = Taxed()
            if last is not None:
                delivery = self._delivery(after, last.vendor_return, given)
            if request_id == self.part.request_id:
                is_last = last is not None and last.vendor_return_id == self.part.pk
                return self._quote(units, before, delivery if is_last else Taxed())
            before, given = after, given + delivery
        return self.due_now

    def _delivery(
        self,
        after: Mapping[UUID, int],
        part: VendorReturn | None = None,
        given: Taxed | None = None,
    ) -> Taxed:
        """By the policy of `part`, once `after` (shipment line id -> units) went back."""
        policy = Policy.from_snapshot((part or self.part).policy_snapshot)
        whole = _shipping_of(self.order.record, policy, self.order.sold, after)
        return shipping_rules.less(whole, self.order.shipping_given if given is None else given)

    def _quote(
        self, units: Mapping[UUID, int], before: Mapping[UUID, int], delivery: Taxed
    ) -> Quote:
        own = [_units(line, units[line.pk], before) for line in self.lines]
        return quotes.quote(
            units=own,
            policy=Policy.from_snapshot(self.part.policy_snapshot),
            currency=self.order.record.currency,
            shipping=delivery if any(item.quantity for item in own) else Taxed(),
            charge_return_shipping=self.charge_return_shipping,
        )


def owed(
    vendor_returns: Sequence[VendorReturn], refunds: Sequence[Refund] | None = None
) -> list[Owed]:
    """For each; a constant number of statements. `refunds` are all of their orders'."""
    records = {part.request.record_id: part.request.record for part in vendor_returns}
    lines: dict[UUID, list[ReturnLine]] = defaultdict(list)
    of_orders: dict[UUID, dict[UUID, dict[UUID, list[ReturnLine]]]] = {}
    for line in _lines_of_orders(records):
        lines[line.vendor_return_id].append(line)
        part = line.vendor_return
        if ReturnStatus(part.status) not in transitions.FINAL:
            requests = of_orders.setdefault(part.request.record_id, {})
            parts = requests.setdefault(part.request_id, {})
            parts.setdefault(part.pk, []).append(line)
    sold: dict[UUID, list[VendorShipmentLine]] = defaultdict(list)
    for shipment_line in VendorShipmentLine.objects.filter(
        shipment__record__in=records
    ).select_related("shipment"):
        sold[shipment_line.shipment.record_id].append(shipment_line)
    if refunds is None:
        refunds = list(refunds_of_orders(records))
    live = [refund for refund in refunds if refund.status in LIVE_REFUNDS]
    refunded, done = units_refunded_of_orders(records) if live else ({}, {})
    given, charged = _given(live)
    orders = {
        key: _OfOrder(
            record=record,
            sold=sold[key],
            refunded=refunded,
            done=done,
            shipping_given=given[key],
            open_requests={
                request_id: list(parts.values())
                for request_id, parts in of_orders.get(key, {}).items()
            },
        )
        for key, record in records.items()
    }
    return [
        Owed(
            part=part,
            lines=lines[part.pk],
            order=orders[part.request.record_id],
            charge_return_shipping=part.pk not in charged,
        )
        for part in vendor_returns
    ]


def _lines_of_orders(record_ids: Iterable[UUID]) -> QuerySet[ReturnLine]:
    """Of every return of these orders, oldest request first."""
    rows = ReturnLine.objects.filter(vendor_return__request__record__in=list(record_ids))
    return rows.select_related("shipment_line", "vendor_return__request").order_by(
        "vendor_return__request__created_at",
        "vendor_return__request",
        "vendor_return__shipment__created_at",
        "vendor_return__shipment__number",
        "created_at",
        "id",
    )


def _given(refunds: Iterable[Refund]) -> tuple[Mapping[UUID, Taxed], set[UUID]]:
    """Outbound shipping paid back per order, and the returns that paid their return shipping."""
    shipping: dict[UUID, Taxed] = defaultdict(Taxed)
    charged = set()
    for row in refunds:
        shipping[row.vendor_return.request.record_id] += Taxed(row.shipping_net, row.shipping_gross)
        if row.return_shipping_fee_gross > 0:
            charged.add(row.vendor_return_id)
    return shipping, charged


def _to_come(line: ReturnLine) -> int:
    """Units that will be payable: on their way, or kept once the vendor accepts."""
    return line.expected if line.send_back else line.accepted - line.payable


def _rest(units: int, line: ReturnLine, order: _OfOrder) -> int:
    """Of `units` to be paid in all, those that are not paid yet."""
    return max(units - order.done.get(line.pk, 0), 0)


def _and(
    before: Mapping[UUID, int], lines: Iterable[ReturnLine], units: Mapping[UUID, int]
) -> dict[UUID, int]:
    """Shipment line id -> units, once `units` (by return line id) are back, too."""
    after = dict(before)
    for line in lines:
        key = line.shipment_line_id
        after[key] = after.get(key, 0) + units[line.pk]
    return after


def _units(line: ReturnLine, due: int, before: Mapping[UUID, int]) -> Units:
    sold = line.shipment_line
    return Units(
        line_id=sold.pk,
        return_line_id=line.pk,
        label=sold.name,
        quantity=due,
        line_quantity=sold.quantity,
        already=min(before.get(sold.pk, 0), max(sold.quantity - due, 0)),
        line_total=Taxed(sold.total_net, sold.total_gross),
        waives_fees=line.waives_fees,
    )


def _all_lines(order: ReturnableOrder) -> list[VendorShipmentLine]:
    return [line.line for shipment in order.shipments for line in shipment.lines]


def _requested(
    line: ReturnableLine,
    asked: RequestedLine,
    taken: Mapping[UUID, int],
    waived: frozenset[UUID],
) -> Units:
    sold = line.line
    already = min(taken.get(sold.pk, 0), sold.quantity - asked.quantity)
    return Units(
        line_id=sold.pk,
        label=sold.name,
        quantity=asked.quantity,
        line_quantity=sold.quantity,
        already=already,
        line_total=Taxed(sold.total_net, sold.total_gross),
        waives_fees=asked.reason_id in waived,
    )


def _promised(
    order: ReturnableOrder,
    policy: Policy,
    taken: Mapping[UUID, int],
    after: Mapping[UUID, int],
) -> Taxed:
    """What a new request adds of outbound shipping to what open returns were promised."""
    lines = _all_lines(order)
    return shipping_rules.less(
        _shipping_of(order.record, policy, lines, after),
        _shipping_of(order.record, policy, lines, taken),
    )


def _shipping_of(
    record: OrderRecord,
    policy: Policy,
    lines: Sequence[VendorShipmentLine],
    units: Mapping[UUID, int],
) -> Taxed:
    """Of the outbound shipping, what goes back once `units` (shipment line id -> units) did."""
    sold = [
        shipping_rules.Sold(line.total_gross, line.quantity, units.get(line.pk, 0))
        for line in lines
    ]
    paid = Taxed(record.shipping_net, record.shipping_gross)
    return shipping_rules.due(policy.shipping_refund, paid, sold, record.currency)


def _waiving_reasons(reason_ids: Iterable[UUID | None]) -> frozenset[UUID]:
    ids = {reason_id for reason_id in reason_ids if reason_id is not None}
    if not ids:
        return frozenset()
    rows = ReturnReason.objects.filter(pk__in=ids, waives_fees=True)
    return frozenset(rows.values_list("pk", flat=True))
