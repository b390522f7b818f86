"""What a return gives back: before it is asked for, as promised, and now."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from ..domain import quotes, shipping_rules
from ..domain.money import ZERO, Taxed
from ..domain.policy import Policy
from ..domain.quotes import Quote, Units
from ..domain.requested import RequestedLine
from ..models import OrderRecord, Refund, ReturnReason, VendorReturn, VendorShipmentLine
from .returned import (
    LIVE_REFUNDS,
    units_in_returns,
    units_refunded,
    units_refunded_by_return_line,
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
    taken = units_in_returns(line.line.pk for s in order.shipments for line in s.lines)
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
                shipping=_outbound(order.record, chosen[0].policy, _all_lines(order), after)
                if position == len(touched) - 1
                else Taxed(),
            ),
        )
        for position, (shipment, chosen) in enumerate(touched)
    ]


def promised(vendor_return: VendorReturn) -> Quote:
    """The quote as it was frozen at the request."""
    return quotes.from_snapshot(vendor_return.quote_snapshot)


def due_now(vendor_return: VendorReturn) -> Quote:
    """What a refund would pay at this moment: the payable units not yet refunded."""
    lines = list(
        vendor_return.lines.select_related("shipment_line", "reason").order_by("created_at", "id")
    )
    done = units_refunded_by_return_line(line.pk for line in lines)
    record = vendor_return.request.record
    siblings = list(VendorShipmentLine.objects.filter(shipment__record=record))
    refunded = units_refunded(line.pk for line in siblings)
    policy = Policy.from_snapshot(vendor_return.policy_snapshot)
    units = []
    after = dict(refunded)
    for line in lines:
        due = max(line.payable - done.get(line.pk, 0), 0)
        sold = line.shipment_line
        units.append(
            Units(
                line_id=sold.pk,
                return_line_id=line.pk,
                label=sold.product_name,
                quantity=due,
                line_quantity=sold.quantity,
                already=refunded.get(sold.pk, 0),
                line_total=Taxed(sold.total_net, sold.total_gross),
                waives_fees=line.reason is not None and line.reason.waives_fees,
            )
        )
        after[sold.pk] = after.get(sold.pk, 0) + due
    paid_before = Refund.objects.filter(vendor_return=vendor_return, status__in=LIVE_REFUNDS)
    has_units = any(item.quantity for item in units)
    return quotes.quote(
        units=units,
        policy=policy,
        currency=record.currency,
        shipping=_outbound(record, policy, siblings, after) if has_units else Taxed(),
        charge_return_shipping=not paid_before.filter(return_shipping_fee_gross__gt=0).exists(),
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
        label=sold.product_name,
        quantity=asked.quantity,
        line_quantity=sold.quantity,
        already=already,
        line_total=Taxed(sold.total_net, sold.total_gross),
        waives_fees=asked.reason_id in waived,
    )


def _outbound(
    record: OrderRecord,
    policy: Policy,
    lines: Sequence[VendorShipmentLine],
    after: Mapping[UUID, int],
) -> Taxed:
    """What goes back of the outbound shipping with these units, less what went back before.

    `after`: shipment line id -> units that will have gone back, these included.
    """
    sold = [
        shipping_rules.Sold(line.total_gross, line.quantity, after.get(line.pk, 0))
        for line in lines
    ]
    paid = Taxed(record.shipping_net, record.shipping_gross)
    due = shipping_rules.due(policy.shipping_refund, paid, sold, record.currency)
    given = Refund.objects.filter(
        vendor_return__request__record=record, status__in=LIVE_REFUNDS
    ).aggregate(net=Sum("shipping_net"), gross=Sum("shipping_gross"))
    return shipping_rules.less(due, Taxed(given["net"] or ZERO, given["gross"] or ZERO))


def _waiving_reasons(reason_ids: Iterable[UUID | None]) -> frozenset[UUID]:
    ids = {reason_id for reason_id in reason_ids if reason_id is not None}
    if not ids:
        return frozenset()
    rows = ReturnReason.objects.filter(pk__in=ids, waives_fees=True)
    return frozenset(rows.values_list("pk", flat=True))
