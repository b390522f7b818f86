"""What stands in the console: the visible querysets, without what a member bought in private."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from ..domain.actors import Actor
from ..errors import NotFound
from ..models import ReturnRequest, Vendor, VendorReturn, VendorShipment
from ..selectors.access import (
    visible_requests,
    visible_shipments,
    visible_vendor_returns,
    visible_vendors,
    works_for,
)


def parts(actor: Actor) -> QuerySet[VendorReturn]:
    rows = visible_vendor_returns(actor).select_related("vendor", "request__record", "shipment")
    return rows if actor.is_merchant else rows.filter(works_for(actor))


def shipments(actor: Actor) -> QuerySet[VendorShipment]:
    rows = visible_shipments(actor).select_related("vendor", "record")
    return rows if actor.is_merchant else rows.filter(works_for(actor))


def requests(actor: Actor) -> QuerySet[ReturnRequest]:
    """Whole submissions, which only the store decides on."""
    rows = visible_requests(actor).select_related("record")
    return rows if actor.is_merchant else rows.none()


def vendors(actor: Actor) -> QuerySet[Vendor]:
    return visible_vendors(actor).order_by("-is_in_house", "name", "pk")


def part(actor: Actor, vendor_return_id: UUID) -> VendorReturn:
    """Raises NotFound for another vendor's."""
    row = parts(actor).filter(pk=vendor_return_id).first()
    if row is None:
        raise NotFound(gettext("There is no such return."))
    return row


def shipment(actor: Actor, shipment_id: UUID) -> VendorShipment:
    """Raises NotFound for another vendor's."""
    row = shipments(actor).filter(pk=shipment_id).first()
    if row is None:
        raise NotFound(gettext("There is no such shipment."))
    return row


def vendor(actor: Actor, vendor_id: UUID) -> Vendor:
    """Raises NotFound for another one."""
    row = vendors(actor).filter(pk=vendor_id).first()
    if row is None:
        raise NotFound(gettext("There is no such vendor."))
    return row
