"""Labels, and who may see which."""

from collections.abc import Sequence
from uuid import UUID

from ..domain.actors import Actor
from ..enums import ReturnStatus, ShipmentStatus
from ..models import Label, VendorReturn, VendorShipment
from .access import owns_order

SENDING = (ReturnStatus.ACCEPTED, ReturnStatus.IN_TRANSIT, ReturnStatus.PARTIALLY_RECEIVED)
"""States in which a return label is of use."""


def handles(actor: Actor, row: VendorShipment | VendorReturn) -> bool:
    """Whether the actor is the merchant, or a member of its vendor."""
    return actor.is_merchant or row.vendor_id in actor.vendor_ids


def sees_return_label(actor: Actor, part: VendorReturn) -> bool:
    """The shopper only as long as something is to be sent: afterwards it would cost the store."""
    if handles(actor, part):
        return True
    return owns_order(actor, part.request.record) and ReturnStatus(part.status) in SENDING


def takes_label(shipment: VendorShipment) -> bool:
    return shipment.status != ShipmentStatus.CANCELLED.value


def takes_return_label(part: VendorReturn) -> bool:
    """Whether it was accepted, and goods are still to come."""
    return ReturnStatus(part.status) in SENDING and any(line.expected for line in part.lines.all())


def of_shipment(shipment: VendorShipment) -> Label | None:
    return Label.objects.filter(shipment=shipment).first()


def of_return(part: VendorReturn) -> Label | None:
    return Label.objects.filter(vendor_return=part).first()


def of_shipments(ids: Sequence[UUID]) -> list[Label | None]:
    """For each, in one statement."""
    found = {label.shipment_id: label for label in Label.objects.filter(shipment__in=ids)}
    return [found.get(key) for key in ids]


def of_returns(ids: Sequence[UUID]) -> list[Label | None]:
    found = {label.vendor_return_id: label for label in Label.objects.filter(vendor_return__in=ids)}
    return [found.get(key) for key in ids]
