"""What stands in the console: the visible querysets, without what a member bought in private."""

from uuid import UUID

from django.db.models import Q, QuerySet

from ..domain.actors import Actor
from ..errors import NotFound
from ..models import VendorReturn, VendorShipment
from ..selectors.access import visible_shipments, visible_vendor_returns


def own(actor: Actor) -> Q:
    """Of vendors that the actor works for; staff work for the in-house one."""
    mine = Q(vendor_id__in=actor.vendor_ids)
    return mine | Q(vendor__is_in_house=True) if actor.is_merchant else mine


def parts(actor: Actor) -> QuerySet[VendorReturn]:
    rows = visible_vendor_returns(actor).select_related("vendor", "request__record", "shipment")
    return rows if actor.is_merchant else rows.filter(own(actor))


def shipments(actor: Actor) -> QuerySet[VendorShipment]:
    rows = visible_shipments(actor).select_related("vendor", "record")
    return rows if actor.is_merchant else rows.filter(own(actor))


def part(actor: Actor, vendor_return_id: UUID) -> VendorReturn:
    """Raises NotFound for another vendor's."""
    row = parts(actor).filter(pk=vendor_return_id).first()
    if row is None:
        raise NotFound("There is no such return.")
    return row
