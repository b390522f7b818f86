"""What a vendor does with its part of an order, through Saleor's own fulfilments."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from .. import host
from ..domain.actors import Actor
from ..domain.requested import Tracking
from ..enums import ShipmentStatus
from ..errors import (
    IdempotencyConflict,
    InvalidInput,
    InvalidTransition,
    NotFound,
    NotPermitted,
    Overtaken,
    QuantityExceedsReturnable,
)
from ..host import FulfilledUnits, ReturnedUnits
from ..models import OrderRecord, VendorShipment, VendorShipmentLine
from ..selectors.returned import records_with_untold_units, units_back
from ..selectors.shipments import key_of, parcels_of, sent_with, units_sent, units_waiting
from .locks import in_transaction, lock_order, locked_shipment
from .split import follow
from .texts import check_key, digest_of
from .vendor_returns import tracking_values

__all__ = [
    "ShippedUnits",
    "fulfil",
    "mark_delivered",
    "sweep_returned",
    "tell_returned",
    "update_tracking",
]

logger = logging.getLogger(__name__)

_LOST_AFTER = timedelta(minutes=2)
_GIVEN_UP_AFTER = timedelta(days=7)
_AT_ONCE = 500


@dataclass(frozen=True)
class ShippedUnits:
    """Units of a shipment line that leave; from the warehouse that holds them when none is named."""

    shipment_line_id: UUID
    quantity: int
    warehouse_id: Any = None


@in_transaction
def fulfil(
    *,
    shipment_id: UUID,
    actor: Actor,
    now: datetime,
    units: Sequence[ShippedUnits] | None = None,
    tracking: Tracking | None = None,
    notify_customer: bool = True,
    idempotency_key: str | None = None,
    expected_sent: int | None = None,
) -> VendorShipment:
    """Ship units, all that are left when none are named, as one fulfilment of Saleor's order.

    The same key with the same input ships nothing more. `expected_sent` is how many units the actor
    saw as sent, or as waiting for approval. Raises NotFound, NotPermitted, InvalidInput,
    QuantityExceedsReturnable, InvalidTransition, Overtaken, InsufficientStock, IdempotencyConflict.
    """
    shipment = locked_shipment(shipment_id, for_actor=actor)
    _only_handler(shipment, actor)
    digest = _digest(units, tracking, notify_customer)
    if _is_done(shipment, idempotency_key, digest):
        return shipment
    if shipment.status == ShipmentStatus.HELD.value:
        raise InvalidTransition(
            gettext("Shipment %(number)s is held.") % {"number": shipment.number}, field="id"
        )
    lines = {line.pk: line for line in shipment.lines.all()}
    waiting = units_waiting(shipment)
    _check_sent(shipment, lines, waiting, expected_sent)
    left = _left(lines, waiting)
    chosen = _all_of(left) if units is None else _checked(units, lines, left)
    order_id = shipment.record.order_id
    if not chosen or order_id is None or shipment.status == ShipmentStatus.CANCELLED.value:
        raise InvalidTransition(
            gettext("Nothing of shipment %(number)s is to be sent.") % {"number": shipment.number},
            field="id",
        )
    values = tracking_values(tracking) if tracking is not None else None
    made = host.current.fulfil(
        order_id=order_id,
        units=[
            FulfilledUnits(
                lines[item.shipment_line_id].order_line_id, item.quantity, item.warehouse_id
            )
            for item in chosen
        ],
        tracking_number=values["number"] if values else "",
        notify_customer=notify_customer,
        user_id=actor.user_id,
    )
    if idempotency_key:
        host.current.mark_sent(made, key_of(shipment, idempotency_key), digest)
    return _followed(shipment, now, values)


@in_transaction
def update_tracking(
    *,
    shipment_id: UUID,
    actor: Actor,
    tracking: Tracking,
    now: datetime,
    parcel_id: str | None = None,
    notify_customer: bool = False,
) -> VendorShipment:
    """Of one parcel, the one that left last when none is named.

    Raises NotFound, NotPermitted, InvalidTransition, InvalidInput, Required.
    """
    shipment = locked_shipment(shipment_id, for_actor=actor)
    _only_handler(shipment, actor)
    values = tracking_values(tracking)
    parcels = [parcel.id for parcel in parcels_of(shipment)]
    if not parcels:
        raise InvalidTransition(
            gettext("Nothing of shipment %(number)s was sent yet.") % {"number": shipment.number},
            field="id",
        )
    chosen = parcels[-1] if parcel_id is None else parcel_id
    if chosen not in parcels:
        raise NotFound(gettext("There is no such parcel."), field="parcel_id")
    host.current.update_tracking(
        fulfilment_id=chosen,
        tracking_number=str(values["number"]),
        notify_customer=notify_customer,
        user_id=actor.user_id,
    )
    return _followed(shipment, now, values)


@in_transaction
def mark_delivered(
    *, shipment_id: UUID, actor: Actor, delivered_at: datetime, now: datetime
) -> VendorShipment:
    """From then on windows count that are anchored on delivery; may be corrected.

    Raises NotFound, NotPermitted, InvalidTransition, InvalidInput.
    """
    shipment = locked_shipment(shipment_id, for_actor=actor)
    _only_handler(shipment, actor)
    if shipment.fulfilled_at is None:
        raise InvalidTransition(
            gettext("Nothing of shipment %(number)s was sent yet.") % {"number": shipment.number},
            field="id",
        )
    if not shipment.record.placed_at <= delivered_at <= now:
        raise InvalidInput(
            gettext("A delivery lies between the order and now."), field="delivered_at"
        )
    shipment.delivered_at = delivered_at
    shipment.save(update_fields=["delivered_at"])
    return shipment


@in_transaction
def tell_returned(*, record_id: UUID, now: datetime) -> None:
    """Let Saleor's own order say what came back, by its own return. Idempotent.

    Only units that are taken back for good: refused ones go to the shopper again. What was told
    cannot be taken back, so a reception undone afterwards is not told a second time.
    """
    record = lock_order(record_id)
    lines = list(VendorShipmentLine.objects.filter(shipment__record=record))
    back = units_back(line.pk for line in lines)
    untold = {
        line.order_line_id: back.get(line.pk, 0) - line.quantity_told
        for line in lines
        if line.order_line_id is not None and back.get(line.pk, 0) > line.quantity_told
    }
    if record.order_id is None or not untold:
        return
    moved = host.current.return_products(
        order_id=record.order_id,
        lines=[ReturnedUnits(key, quantity) for key, quantity in untold.items()],
    )
    for line in lines:
        line.quantity_told += moved.get(line.order_line_id, 0)
    VendorShipmentLine.objects.bulk_update(lines, ["quantity_told"])
    _follow_order(record, now)


def sweep_returned(*, now: datetime) -> int:
    """Tell Saleor's orders what no task told them; answers of how many.

    What Saleor could not take is tried again until it is old news.
    """
    if not host.current.capabilities.native_returns:
        return 0
    found = records_with_untold_units(
        since=now - _GIVEN_UP_AFTER, until=now - _LOST_AFTER, limit=_AT_ONCE
    )
    return sum(_try_to_tell(record_id, now) for record_id in found)


def _try_to_tell(record_id: UUID, now: datetime) -> bool:
    """One order that cannot be told must not keep the others waiting."""
    try:
        tell_returned(record_id=record_id, now=now)
    except Exception:
        logger.exception("Order record %s: Saleor could not be told what came back.", record_id)
        return False
    return True


def _only_handler(shipment: VendorShipment, actor: Actor) -> None:
    """The shopper sees the shipment, too."""
    if not actor.is_merchant and shipment.vendor_id not in actor.vendor_ids:
        raise NotPermitted(gettext("Only the vendor or the store's staff may do this."), field="id")


def _digest(
    units: Sequence[ShippedUnits] | None, tracking: Tracking | None, notify_customer: bool
) -> str:
    plain = [
        None if units is None else [asdict(item) for item in units],
        None if tracking is None else asdict(tracking),
        notify_customer,
    ]
    return digest_of(plain)


def _is_done(shipment: VendorShipment, key: str | None, digest: str) -> bool:
    """Whether this call has shipped its units before."""
    if not key:
        return False
    check_key(key)
    before = sent_with(shipment, key)
    if before == "":
        raise IdempotencyConflict(
            gettext("What was sent with this key was cancelled in Saleor; take a new key."),
            field="idempotency_key",
        )
    if before is not None and before != digest:
        raise IdempotencyConflict(
            gettext("This key was used for other goods; take a new one."),
            field="idempotency_key",
        )
    return before is not None


def _check_sent(
    shipment: VendorShipment,
    lines: Mapping[UUID, VendorShipmentLine],
    waiting: Mapping[UUID, int],
    expected: int | None,
) -> None:
    if expected is not None and expected != units_sent(lines.values(), waiting):
        raise Overtaken(
            gettext(
                "Shipment %(number)s has changed since you looked at it. "
                "Look at it as it is now, then decide."
            )
            % {"number": shipment.number},
            field="id",
        )


def _left(lines: Mapping[UUID, VendorShipmentLine], waiting: Mapping[UUID, int]) -> dict[UUID, int]:
    """Line id -> units that are still to be sent; without those `waiting` for approval."""
    return {
        key: max(line.quantity - line.quantity_fulfilled - waiting.get(key, 0), 0)
        for key, line in lines.items()
        if line.order_line_id is not None
    }


def _all_of(left: Mapping[UUID, int]) -> list[ShippedUnits]:
    return [ShippedUnits(key, units) for key, units in left.items() if units]


def _checked(
    units: Sequence[ShippedUnits],
    lines: Mapping[UUID, VendorShipmentLine],
    left: Mapping[UUID, int],
) -> Sequence[ShippedUnits]:
    wanted: dict[UUID, int] = defaultdict(int)
    for index, item in enumerate(units):
        line = lines.get(item.shipment_line_id)
        if line is None or line.pk not in left:
            raise NotFound(
                gettext("This item is not in the shipment."),
                field="shipment_line_id",
                index=[index],
            )
        if item.quantity < 1:
            raise InvalidInput(gettext("Send at least one unit."), field="quantity", index=[index])
        wanted[line.pk] += item.quantity
        most = left[line.pk]
        if wanted[line.pk] > most:
            raise QuantityExceedsReturnable(
                gettext("Only %(most)s of %(item)s are left to send.")
                % {"most": most, "item": line.product_name},
                field="quantity",
                index=[index],
            )
    return units


def _followed(
    shipment: VendorShipment, now: datetime, tracking: Mapping[str, Any] | None
) -> VendorShipment:
    """As Saleor has it now, with what only we keep of the tracking: carrier and link."""
    if tracking is not None:
        known = [row for row in shipment.tracking if row["number"] != tracking["number"]]
        shipment.tracking = [*known, dict(tracking)]
        shipment.save(update_fields=["tracking"])
    _follow_order(shipment.record, now)
    shipment.refresh_from_db()
    return shipment


def _follow_order(record: OrderRecord, now: datetime) -> None:
    facts = host.current.order_facts(record.order_id)
    if facts is not None:
        follow(record, facts, now)
