"""What an actor may see. Every entry point starts from these querysets."""

from django.db.models import Q, QuerySet

from ..domain.actors import Actor
from ..enums import ActorKind
from ..models import (
    OrderRecord,
    ReturnLine,
    ReturnRequest,
    Vendor,
    VendorMember,
    VendorReturn,
    VendorShipment,
)


def _sees_all(actor: Actor) -> bool:
    return actor.is_merchant or actor.kind is ActorKind.SYSTEM


def _owns(actor: Actor, record: str) -> Q:
    """The order's own shopper: by a session for this one order, or by the signed-in account."""
    mine = Q(pk__in=[])
    if actor.record_id is not None:
        mine |= Q(**{f"{record}pk": actor.record_id})
    if actor.user_id is not None and actor.has_orders:
        mine |= Q(**{f"{record}user_id": actor.user_id})
    return mine


def owned_parts(actor: Actor) -> Q:
    """On vendor returns: those of the actor's own orders."""
    return _owns(actor, "request__record__")


def owns_order(actor: Actor, record: OrderRecord) -> bool:
    """Whether the actor is the shopper of this order."""
    if actor.record_id is not None and actor.record_id == record.pk:
        return True
    return actor.user_id is not None and actor.user_id == record.user_id


def works_for(actor: Actor) -> Q:
    """On what hangs on a vendor: of those that the actor works for; staff work for the store's own."""
    mine = Q(vendor_id__in=actor.vendor_ids)
    return mine | Q(vendor__is_in_house=True) if actor.is_merchant else mine


def visible_records(actor: Actor) -> QuerySet[OrderRecord]:
    """Orders whose returns the actor may make: a shopper's own, every one for the merchant."""
    records = OrderRecord.objects.all()
    return records if _sees_all(actor) else records.filter(_owns(actor, ""))


def account_records(actor: Actor) -> QuerySet[OrderRecord]:
    """As `visible_records`, less what only a guest's session opens."""
    records = OrderRecord.objects.all()
    if _sees_all(actor):
        return records
    return records.filter(user_id=actor.user_id) if actor.user_id else records.none()


def visible_shipments(actor: Actor) -> QuerySet[VendorShipment]:
    shipments = VendorShipment.objects.all()
    if _sees_all(actor):
        return shipments
    return shipments.filter(Q(vendor_id__in=actor.vendor_ids) | _owns(actor, "record__"))


def visible_requests(actor: Actor) -> QuerySet[ReturnRequest]:
    """A vendor sees the requests that hold a part of its own."""
    requests = ReturnRequest.objects.all()
    if _sees_all(actor):
        return requests
    own_parts = visible_vendor_returns(actor).values("request_id")
    return requests.filter(_owns(actor, "record__") | Q(pk__in=own_parts))


def visible_vendor_returns(actor: Actor) -> QuerySet[VendorReturn]:
    parts = VendorReturn.objects.all()
    if _sees_all(actor):
        return parts
    return parts.filter(Q(vendor_id__in=actor.vendor_ids) | _owns(actor, "request__record__"))


def visible_return_lines(actor: Actor) -> QuerySet[ReturnLine]:
    """Those of the visible vendor returns."""
    lines = ReturnLine.objects.all()
    if _sees_all(actor):
        return lines
    return lines.filter(
        Q(vendor_return__vendor_id__in=actor.vendor_ids)
        | _owns(actor, "vendor_return__request__record__")
    )


def visible_vendors(actor: Actor) -> QuerySet[Vendor]:
    """For lists and look-ups: the merchant's all, a member's own."""
    vendors = Vendor.objects.all()
    return vendors if _sees_all(actor) else vendors.filter(pk__in=actor.vendor_ids)


def visible_members(actor: Actor) -> QuerySet[VendorMember]:
    return VendorMember.objects.filter(vendor__in=visible_vendors(actor))
