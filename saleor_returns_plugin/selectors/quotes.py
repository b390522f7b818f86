"""What a return gives back: before it is asked for, as promised, and now."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

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
    """What is still to be paid when all that is to come arrives in good condition."""
    return owed([vendor_return])[0].expected


@dataclass(frozen=True)
class Owed:
    """What one return is still to be paid, from facts that were read for many at once."""

    part: VendorReturn
    lines: Sequence[ReturnLine]
    siblings: Sequence[VendorShipmentLine]
    """Every line of the order."""
    refunded: Mapping[UUID, int]
    """Shipment line id -> units."""
    done: Mapping[UUID, int]
    """Return line id -> units."""
    shipping_given: Taxed
    charge_return_shipping: bool

    @property
    def due_now(self) -> Quote:
        """As the function of that name."""
        return _owed(self, lambda line: line.payable)

    @property
    def expected(self) -> Quote:
        """As the function of that name."""
        if ReturnStatus(self.part.status) in transitions.FINAL:
            return self.due_now
        return _owed(self, lambda line: line.payable + _to_come(line))


def owed(
    vendor_returns: Sequence[VendorReturn], refunds: Sequence[Refund] | None = None
) -> list[Owed]:
    """For each; a constant number of statements. `refunds` are all of their orders'."""
    record_ids = {part.request.record_id for part in vendor_returns}
    lines: dict[UUID, list[ReturnLine]] = defaultdict(list)
    for line in (
        ReturnLine.objects.filter(vendor_return__in={part.pk for part in vendor_returns})
        .select_related("shipment_line")
        .order_by("created_at", "id")
    ):
        lines[line.vendor_return_id].append(line)
    sold: dict[UUID, list[VendorShipmentLine]] = defaultdict(list)
    for shipment_line in VendorShipmentLine.objects.filter(
        shipment__record__in=record_ids
    ).select_related("shipment"):
        sold[shipment_line.shipment.record_id].append(shipment_line)
    if refunds is None:
        refunds = list(refunds_of_orders(record_ids))
    live = [refund for refund in refunds if refund.status in LIVE_REFUNDS]
    refunded, done = units_refunded_of_orders(record_ids) if live else ({}, {})
    given, charged = _given(live)
    return [
        Owed(
            part=part,
            lines=lines[part.pk],
            siblings=sold[part.request.record_id],
            refunded=refunded,
            done=done,
            shipping_given=given[part.request.record_id],
            charge_return_shipping=part.pk not in charged,
        )
        for part in vendor_returns
    ]


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


def _owed(facts: Owed, units_of: Callable[[ReturnLine], int]) -> Quote:
    record = facts.part.request.record
    policy = Policy.from_snapshot(facts.part.policy_snapshot)
    units = []
    after = dict(facts.refunded)
    for line in facts.lines:
        due = max(units_of(line) - facts.done.get(line.pk, 0), 0)
        sold = line.shipment_line
        units.append(
            Units(
                line_id=sold.pk,
                return_line_id=line.pk,
                label=sold.name,
                quantity=due,
                line_quantity=sold.quantity,
                already=facts.refunded.get(sold.pk, 0),
                line_total=Taxed(sold.total_net, sold.total_gross),
                waives_fees=line.waives_fees,
            )
        )
        after[sold.pk] = after.get(sold.pk, 0) + due
    shipping = Taxed()
    if any(item.quantity for item in units):
        whole = _shipping_of(record, policy, facts.siblings, after)
        shipping = shipping_rules.less(whole, facts.shipping_given)
    return quotes.quote(
        units=units,
        policy=policy,
        currency=record.currency,
        shipping=shipping,
        charge_return_shipping=facts.charge_return_shipping,
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
