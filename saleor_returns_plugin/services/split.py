"""One order becomes one shipment per vendor. Hook, sweep and backfill all call `split_order`."""

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from .. import host
from ..domain.policy import Policy
from ..domain.references import reference_key
from ..enums import OrderState, ShipmentStatus
from ..host import LineFacts, OrderFacts
from ..models import (
    Exchange,
    ExchangeLine,
    OrderRecord,
    ReturnLine,
    Vendor,
    VendorProduct,
    VendorShipment,
    VendorShipmentLine,
)
from ..selectors import payments
from ..selectors.policies import policies_for
from ..selectors.shipments import tracking_sent, whose_vendors_wait
from . import elsewhere, ledger, lifecycle, notifications, reconciliation, replacements, vendors
from .locks import in_transaction, lock_order

logger = logging.getLogger(__name__)

_TO_SHIP = (
    ShipmentStatus.HELD.value,
    ShipmentStatus.OPEN.value,
    ShipmentStatus.PARTIALLY_FULFILLED.value,
)
_NOTHING_SENT = (ShipmentStatus.HELD.value, ShipmentStatus.OPEN.value)
SWEEP_BACK = timedelta(days=2)


def split_order(*, order_id: Any, now: datetime) -> OrderRecord | None:
    """Bring our shipments in line with Saleor's order. Idempotent, safe at any time.

    Answers None for an order that is gone, a draft or unconfirmed: Saleor may still reprice it; and
    for one that was cancelled before we knew it, unless it is an exchange's.
    """
    known = OrderRecord.objects.filter(order_id=order_id).values_list("pk", flat=True).first()
    if known is not None:
        done = _follow_known(known, order_id, now)
    else:
        facts = host.current.order_facts(order_id)
        if facts is not None and facts.state is OrderState.UNPLACED and replacements.take_up(facts):
            facts = host.current.order_facts(order_id)
        if facts is None or not (
            facts.state is OrderState.PLACED or _known(facts.id) or replacements.exchange_of(facts)
        ):
            return None
        done = _split(facts, now)
    if done is None:
        return None
    record, facts = done
    if facts.refunded:
        # A refund may have its answer, or have failed after all.
        reconciliation.follow(record, now=now)
    return record


@in_transaction
def _split(facts: OrderFacts, now: datetime) -> tuple[OrderRecord, OrderFacts] | None:
    record, is_new = _record(facts)
    if not is_new or record.root_id is not None:
        return _follow_known(record.pk, facts.id, now)
    record = lock_order(record.pk)
    follow(record, facts, now)
    return record, facts


@in_transaction
def _follow_known(
    record_id: UUID, order_id: Any, now: datetime
) -> tuple[OrderRecord, OrderFacts] | None:
    """Read under our lock: whoever held it before may have waited for a later change."""
    record = lock_order(record_id)
    facts = host.current.order_facts(order_id)
    if facts is None:
        return None
    follow(record, facts, now)
    return record, facts


def sweep(*, now: datetime, limit: int = 500) -> int:
    """Look at every order that changed in Saleor since we looked, whatever hook was lost; answers
    how many were new. `limit` orders are read at once."""
    found = 0
    after = None
    while rows := host.current.changed_orders(since=now - SWEEP_BACK, after=after, limit=limit):
        records = OrderRecord.objects.filter(order_id__in=[key for key, _ in rows])
        seen = dict(records.values_list("order_id", "followed_at"))
        # A payment need not change the order itself.
        waiting = set(whose_vendors_wait(records).values_list("order_id", flat=True))
        for order_id, changed_at in rows:
            followed_at = seen.get(order_id)
            is_due = followed_at is None or followed_at < changed_at or order_id in waiting
            if is_due and _try(order_id, now):
                found += order_id not in seen
        after = rows[-1][0]
    return found


def _try(order_id: Any, now: datetime) -> bool:
    """One order that cannot be split must not keep the others waiting."""
    try:
        return split_order(order_id=order_id, now=now) is not None
    except Exception:
        logger.exception("Order %s could not be split.", order_id)
        return False


def _known(order_id: Any) -> bool:
    return bool(OrderRecord.objects.filter(order_id=order_id).exists())


def _record(facts: OrderFacts) -> tuple[OrderRecord, bool]:
    """And whether it is new: then nobody else can have it before we commit, but who has the root
    of an exchange."""
    return OrderRecord.objects.get_or_create(
        order_id=facts.id,
        defaults={
            "root_id": partial(replacements.root_of, facts),
            "number": facts.number,
            "reference": reference_key(facts.reference),
            "placed_at": facts.placed_at,
            "email": facts.email,
            "user_id": facts.user_id,
            "channel": facts.channel,
            "language": facts.language,
            "currency": facts.currency,
            "shipping_net": facts.shipping_net,
            "shipping_gross": facts.shipping_gross,
            "discount": facts.discount,
            "discount_is_estimated": facts.discount_is_estimated,
            "gift_cards": facts.gift_cards,
            "shipping_address": facts.shipping_address,
        },
    )


def follow(record: OrderRecord, facts: OrderFacts, now: datetime) -> None:
    """The record's lock is held. Prices stay as they were sold at; whom and where to, what is still to
    be sent, and what was shipped, follow."""
    record.email = facts.email or record.email
    record.user_id = facts.user_id
    record.reference = reference_key(facts.reference)
    record.shipping_address = facts.shipping_address
    record.followed_at = now
    shipments = list(record.shipments.select_related("vendor").order_by("created_at", "number"))
    lines = list(
        VendorShipmentLine.objects.filter(shipment__record=record).select_related("shipment")
    )
    if record.frozen_at is None:
        record.frozen_at = now
    exchange = replacements.exchange_of(facts) if record.root_id is not None else None
    known = {line.order_line_id for line in lines}
    new = [line for line in facts.lines if line.id not in known]
    added_lines: list[VendorShipmentLine] = []
    was_gone = _is_anything_gone(record, lines)
    _fulfilled(lines, facts)
    resized: list[VendorShipmentLine] = []
    if facts.state is OrderState.PLACED:
        lines, resized = _edited(record, lines, facts)
    # What was paid for an exchange is worth it, though it was cancelled before we came.
    is_missed = exchange is not None and not lines and facts.state is OrderState.CANCELLED
    if new and (facts.state is OrderState.PLACED or is_missed):
        added, added_lines = _add(record, shipments, new, exchange)
        _fulfilled(added_lines, facts)
        shipments += added
        lines += added_lines
    _shipments_follow(shipments, lines, facts)
    record.is_cancelled = facts.state is OrderState.CANCELLED
    if facts.refunded or record.refunded_elsewhere:
        refunded = facts.refunded + payments.refunded_of_others(record)
        elsewhere.follow(record, refunded=refunded, ours=payments.ours(record))
    is_paid_now = _post(record, lines, [*resized, *added_lines], facts, now, was_gone=was_gone)
    if exchange is not None:  # they are told when it is released
        record.vendors_told_at = record.vendors_told_at or now
    elif facts.is_paid:
        _tell_vendors(record, shipments, now)
    record.save(
        update_fields=[
            "email",
            "user_id",
            "reference",
            "shipping_address",
            "frozen_at",
            "followed_at",
            "is_cancelled",
            "vendors_told_at",
            "paid_at",
        ]
    )
    if exchange is not None:
        ledger.follow_moved(exchange)
        replacements.follow(exchange, record, shipments, facts, now=now)
    if is_paid_now:
        _follow_exchanges(record, now)


def _post(
    record: OrderRecord,
    lines: Sequence[VendorShipmentLine],
    changed: Sequence[VendorShipmentLine],
    facts: OrderFacts,
    now: datetime,
    *,
    was_gone: bool,
) -> bool:
    """On vendors' statements: what was sold, once it is paid, and what became of it since; whether
    it is paid only now."""
    is_new = _is_paid(record, facts) and record.paid_at is None
    if is_new:
        record.paid_at = now
    if record.paid_at is None:
        return False
    if is_new or was_gone or _is_anything_gone(record, lines):
        changed = lines
    if changed:
        ledger.follow(record, changed)
    if is_new:
        ledger.post_earlier_refunds(record)
    return is_new


def _is_paid(record: OrderRecord, facts: OrderFacts) -> bool:
    """What came in exchange was paid for with the first order, too."""
    return facts.is_paid and (record.root is None or record.root.paid_at is not None)


def _follow_exchanges(record: OrderRecord, now: datetime) -> None:
    """They were not paid for before the first order was, which is saved."""
    for later in record.exchange_records.filter(paid_at=None).exclude(order_id=None):
        later.root = record
        facts = host.current.order_facts(later.order_id)
        if facts is not None:
            follow(later, facts, now)


def _tell_vendors(record: OrderRecord, shipments: Sequence[VendorShipment], now: datetime) -> None:
    """Of a paid order: of every shipment that came since they were last told."""
    told_at = record.vendors_told_at
    untold = [each for each in shipments if told_at is None or each.created_at > told_at]
    if not untold:
        return
    # Rows are written after `now` was read.
    record.vendors_told_at = max(now, *(each.created_at for each in untold))
    for shipment in untold:
        # Nothing to do for the store itself, nor for what was shipped before we came.
        if not shipment.vendor.is_in_house and shipment.status in _TO_SHIP:
            notifications.notify("shipment_new_vendor", shipment.pk)


def _edited(
    record: OrderRecord, lines: Sequence[VendorShipmentLine], facts: OrderFacts
) -> tuple[list[VendorShipmentLine], list[VendorShipmentLine]]:
    """What staff made of lines of which nothing was shipped; answers those that remain, and which
    of these have other units than before.

    Units and total follow; what was carried over to a line stays with it. A line that is gone is
    deleted, or let go of where a return or an exchange holds it.
    """
    known = {fact.id: fact for fact in facts.lines if fact.quantity}
    unsent = [line for line in lines if not (line.quantity_fulfilled or line.is_removed)]
    gone = [line for line in unsent if line.order_line_id not in known]
    resized = [
        line
        for line in unsent
        if line.order_line_id in known and known[line.order_line_id].quantity != line.quantity
    ]
    if not gone and not resized:
        return list(lines), []
    returned = _in(ReturnLine, [*gone, *resized])
    held = returned | _in(ExchangeLine, gone)
    kept = [line for line in gone if line.pk in held]
    for line in kept:
        line.order_line_id, line.is_removed = None, True
    resized = [line for line in resized if line.pk not in returned]
    for line in resized:
        fact = known[line.order_line_id]
        line.quantity = fact.quantity
        line.total_net = fact.total_net + line.carried_net
        line.total_gross = fact.total_gross + line.carried_gross
        line.discount_share = fact.discount_share
    VendorShipmentLine.objects.bulk_update(
        [*kept, *resized],
        [
            "order_line_id",
            "is_removed",
            "quantity",
            "total_net",
            "total_gross",
            "discount_share",
        ],
    )
    deleted = [line for line in gone if line.pk not in held]
    if deleted:
        ledger.take_back(record, deleted)
        VendorShipmentLine.objects.filter(pk__in=[line.pk for line in deleted]).delete()
    return [line for line in lines if line not in deleted], resized


def _in(model: type[ReturnLine | ExchangeLine], lines: Sequence[VendorShipmentLine]) -> set[UUID]:
    """Those of which units are in returns, or came in exchange for others."""
    rows = model.objects.filter(shipment_line__in=lines) if lines else model.objects.none()
    return set(rows.values_list("shipment_line_id", flat=True))


def _is_anything_gone(record: OrderRecord, lines: Iterable[VendorShipmentLine]) -> bool:
    """Whether units are sold no more: what staff take back, they may send again."""
    return record.is_cancelled or any(line.quantity_taken_back or line.is_removed for line in lines)


def _add(
    record: OrderRecord,
    shipments: Sequence[VendorShipment],
    new: Sequence[LineFacts],
    exchange: Exchange | None,
) -> tuple[list[VendorShipment], list[VendorShipmentLine]]:
    """Lines go to their vendor's open shipment; a vendor without one gets the next number."""
    owners = _owners(new)
    open_by_vendor = {
        shipment.vendor_id: shipment for shipment in shipments if shipment.status in _NOTHING_SENT
    }
    added: list[VendorShipment] = []
    for vendor in owners.values():
        if vendor.pk not in open_by_vendor:
            number = f"{record.number}-S{len(shipments) + len(added) + 1}"
            shipment = VendorShipment(record=record, vendor=vendor, number=number)
            open_by_vendor[vendor.pk] = shipment
            added.append(shipment)
    if exchange is not None:
        replacements.hold(exchange, added)
    VendorShipment.objects.bulk_create(added)
    policies = policies_for(
        {vendor.pk for vendor in owners.values()}, record.channel, record.currency
    )
    lines = [
        _line(fact, open_by_vendor[vendor.pk], policies[vendor.pk])
        for fact in new
        for vendor in [owners[fact.id]]
    ]
    if exchange is not None:
        replacements.carry(exchange, lines)
    VendorShipmentLine.objects.bulk_create(lines)
    if exchange is not None:
        replacements.link(exchange, lines)
    return added, lines


def _owners(lines: Sequence[LineFacts]) -> dict[Any, Vendor]:
    """Order line id -> vendor, in the order's own sequence."""
    products = [line.product_id for line in lines if line.product_id is not None]
    assigned = {
        row.product_id: row.vendor
        for row in VendorProduct.objects.filter(product_id__in=products).select_related("vendor")
    }
    store = vendors.in_house()
    return {line.id: assigned.get(line.product_id, store) for line in lines}


def _line(fact: LineFacts, shipment: VendorShipment, policy: Policy) -> VendorShipmentLine:
    return VendorShipmentLine(
        shipment=shipment,
        order_line_id=fact.id,
        product_id=fact.product_id,
        variant_id=fact.variant_id,
        product_name=fact.product_name,
        variant_name=fact.variant_name,
        sku=fact.sku or "",
        thumbnail_url=fact.thumbnail_url,
        quantity=fact.quantity,
        total_net=fact.total_net,
        total_gross=fact.total_gross,
        discount_share=fact.discount_share,
        commission_rate=shipment.vendor.commission_rate,
        commission_base=policy.commission_base.value,
    )


def _fulfilled(lines: Iterable[VendorShipmentLine], facts: OrderFacts) -> None:
    """Units that came back moved to another fulfilment of Saleor's; they were shipped all the same.

    What we told Saleor of is in our own returns; only the rest was taken back by staff there.
    """
    known = {line.id: line for line in facts.lines}
    changed = []
    for line in lines:
        fact = known.get(line.order_line_id)
        if fact is None:  # the line is gone; what is known of it stays
            continue
        shipped = min(fact.quantity_fulfilled + fact.quantity_returned, line.quantity)
        taken = min(max(fact.quantity_returned - line.quantity_told, 0), shipped)
        if (shipped, taken) != (line.quantity_fulfilled, line.quantity_taken_back):
            line.quantity_fulfilled, line.quantity_taken_back = shipped, taken
            changed.append(line)
    VendorShipmentLine.objects.bulk_update(changed, ["quantity_fulfilled", "quantity_taken_back"])


def _shipments_follow(
    shipments: Sequence[VendorShipment], lines: Sequence[VendorShipmentLine], facts: OrderFacts
) -> None:
    changed = []
    sold = {fact.id for fact in facts.lines}
    for shipment in shipments:
        own = [line for line in lines if line.shipment_id == shipment.pk]
        before = (shipment.fulfilled_at, shipment.tracking, shipment.delivered_at)
        ids = {line.order_line_id for line in own}
        parcels = [parcel for parcel in facts.fulfilments if ids & set(parcel.line_ids)]
        # Saleor deletes a fulfilment that a return has emptied: then what was known stays.
        was_shipped = any(line.quantity_fulfilled for line in own)
        shipment.fulfilled_at = max(
            (p.created_at for p in parcels), default=shipment.fulfilled_at if was_shipped else None
        )
        numbers = [parcel.tracking_number for parcel in parcels]
        if was_shipped and not parcels:
            known = [row["number"] for row in tracking_sent(shipment)]
            numbers = [number for number in known if number not in facts.waiting_numbers]
        shipment.tracking = _tracking(shipment, numbers, facts.waiting_numbers)
        if shipment.fulfilled_at is None:  # the parcel that was delivered was none of this shipment
            shipment.delivered_at = None
        moved = lifecycle.derive_shipment_status(
            shipment,
            [line for line in own if line.quantity_fulfilled or line.order_line_id in sold],
            is_cancelled=facts.state is OrderState.CANCELLED,
        )
        if moved or before != (shipment.fulfilled_at, shipment.tracking, shipment.delivered_at):
            changed.append(shipment)
    VendorShipment.objects.bulk_update(
        changed, ["status", "fulfilled_at", "delivered_at", "tracking"]
    )


def _tracking(
    shipment: VendorShipment, sent: Sequence[str], waiting: Collection[str]
) -> list[dict[str, Any]]:
    """Of parcels with these numbers; of those that wait for approval only what was told to us. Only
    we know carrier and link."""
    known = {
        row["number"]: {key: value for key, value in row.items() if key != "waiting"}
        for row in shipment.tracking
    }
    left = [
        known.pop(number, {"carrier": "", "number": number, "url": None})
        for number in dict.fromkeys(sent)
        if number
    ]
    return [*left, *({**row, "waiting": True} for key, row in known.items() if key in waiting)]
