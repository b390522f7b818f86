"""The one place that locks (ARCHITECTURE section 1, idea 7)."""

from uuid import UUID

from ..domain.actors import Actor
from ..errors import NotFound
from ..models import OrderRecord, ReturnRequest, VendorReturn
from ..selectors import access


def lock_order(record_id: UUID) -> OrderRecord:
    """Lock the order's root record until the transaction ends; return the record, read afresh.

    Every exchange order is locked by its original, so that a chain of exchanges has one lock.
    """
    root_id = OrderRecord.objects.values_list("root_id", flat=True).get(pk=record_id) or record_id
    OrderRecord.objects.select_for_update().get(pk=root_id)
    return OrderRecord.objects.get(pk=record_id)


def locked_request(request_id: UUID, *, for_actor: Actor) -> ReturnRequest:
    """The request, its order locked. Raises NotFound when the actor may not see it."""
    visible = access.visible_requests(for_actor)
    record_id = visible.filter(pk=request_id).values_list("record_id", flat=True).first()
    if record_id is None:
        raise NotFound("There is no such return request.", field="id")
    lock_order(record_id)
    return ReturnRequest.objects.select_related("record").get(pk=request_id)


def locked_return(vendor_return_id: UUID, *, for_actor: Actor) -> VendorReturn:
    """The vendor return, its order locked. Raises NotFound when the actor may not see it."""
    visible = access.visible_vendor_returns(for_actor)
    record_id = (
        visible.filter(pk=vendor_return_id).values_list("request__record_id", flat=True).first()
    )
    if record_id is None:
        raise NotFound("There is no such return.", field="id")
    lock_order(record_id)
    return VendorReturn.objects.select_related("request__record", "vendor", "shipment").get(
        pk=vendor_return_id
    )
