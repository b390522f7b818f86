"""The only writer of a status, and of the history that goes with it."""

from collections.abc import Sequence
from typing import Any

from ..domain import shipment_status, transitions
from ..domain.actors import Actor
from ..enums import (
    ActorKind,
    EventKind,
    Move,
    RefundStatus,
    RequestStatus,
    ReturnStatus,
)
from ..errors import InvalidTransition, NotPermitted
from ..models import (
    Refund,
    ReturnEvent,
    ReturnRequest,
    VendorReturn,
    VendorShipment,
    VendorShipmentLine,
)
from ..selectors.vendor_returns import roles_of

_REFUND_EVENTS = {
    RefundStatus.PENDING: EventKind.REFUND_REQUESTED,
    RefundStatus.SUCCEEDED: EventKind.REFUND_SUCCEEDED,
    RefundStatus.FAILED: EventKind.REFUND_FAILED,
    RefundStatus.UNKNOWN: EventKind.REFUND_UNKNOWN,
}
_REFUND_MOVES = {
    RefundStatus.PENDING: {RefundStatus.SUCCEEDED, RefundStatus.FAILED, RefundStatus.UNKNOWN},
    RefundStatus.FAILED: {RefundStatus.PENDING, RefundStatus.SUCCEEDED},
    RefundStatus.UNKNOWN: {RefundStatus.SUCCEEDED, RefundStatus.FAILED},
    RefundStatus.SUCCEEDED: {RefundStatus.FAILED},
}


def move(
    vendor_return: VendorReturn,
    move: Move,
    *,
    actor: Actor,
    message: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Take one arrow of the table, and append the event.

    The caller holds the order's lock. Raises InvalidTransition where the table has no such
    arrow, NotPermitted where it is not this actor's.
    """
    before = ReturnStatus(vendor_return.status)
    row = transitions.find(before, move)
    if row is None:
        raise InvalidTransition(
            f"Return {vendor_return.number} is {before.value.replace('_', ' ')}: "
            f"it cannot be changed by {move.value.replace('_', ' ')}.",
            field="id",
        )
    allowed = [r for r in roles_of(actor, vendor_return) if transitions.may(row, r)]
    if not allowed:
        raise NotPermitted(
            f"You may not {move.value.replace('_', ' ')} return {vendor_return.number}.", field="id"
        )
    after = row.to or _status_before(vendor_return)
    vendor_return.status = after.value
    vendor_return.save(update_fields=["status"])
    record_event(
        vendor_return.request,
        transitions.EVENT_OF_MOVE[move],
        actor=actor,
        role=allowed[0],
        vendor_return=vendor_return,
        before=before.value,
        after=after.value,
        is_override=transitions.is_override(row, allowed[0]),
        message=message,
        data=data,
    )
    _derive_request_status(vendor_return.request)


def start(request: ReturnRequest, parts: Sequence[VendorReturn], *, actor: Actor) -> None:
    """Write a new request with its parts, all REQUESTED."""
    request.status = RequestStatus.AWAITING_APPROVAL.value
    request.save()
    for part in parts:
        part.status = transitions.INITIAL.value
    VendorReturn.objects.bulk_create(parts)
    role = ActorKind.MERCHANT if actor.is_merchant else ActorKind.SHOPPER
    record_event(request, EventKind.CREATED, actor=actor, role=role, after=request.status)


def move_refund(
    refund: Refund, to: RefundStatus, *, actor: Actor, role: ActorKind, message: str = ""
) -> None:
    """Write a refund's status and its event. A new refund starts as PENDING.

    Raises InvalidTransition where the architecture's table has no such arrow.
    """
    is_new = refund._state.adding
    before = RefundStatus(refund.status) if not is_new else None
    if before is not None and to not in _REFUND_MOVES[before]:
        raise InvalidTransition(f"A refund that is {before.value} cannot become {to.value}.")
    refund.status = to.value
    refund.failure = message if to is not RefundStatus.SUCCEEDED else ""
    refund.save()
    record_event(
        refund.vendor_return.request,
        _REFUND_EVENTS[to],
        actor=actor,
        role=role,
        vendor_return=refund.vendor_return,
        before=before.value if before else "",
        after=to.value,
        message=message,
        data={"refund": str(refund.pk), "amount": str(refund.amount), "currency": refund.currency},
    )


def derive_shipment_status(
    shipment: VendorShipment, lines: Sequence[VendorShipmentLine], *, is_cancelled: bool
) -> bool:
    """Set the shipment's status from its quantities; True when it changed. Not saved."""
    status = shipment_status.derive(
        quantity=sum(line.quantity for line in lines),
        fulfilled=sum(line.quantity_fulfilled for line in lines),
        is_held=bool(shipment.hold_reason),
        is_cancelled=is_cancelled,
    )
    changed = shipment.status != status.value
    shipment.status = status.value
    return changed


def record_event(
    request: ReturnRequest,
    kind: EventKind,
    *,
    actor: Actor,
    role: ActorKind,
    vendor_return: VendorReturn | None = None,
    before: str = "",
    after: str = "",
    is_override: bool = False,
    message: str = "",
    data: dict[str, Any] | None = None,
) -> ReturnEvent:
    """Append to the history."""
    return ReturnEvent.objects.create(
        request=request,
        vendor_return=vendor_return,
        kind=kind.value,
        actor_kind=role.value,
        actor_id="" if actor.user_id is None else str(actor.user_id),
        actor_name=actor.name or actor.email,
        is_override=is_override,
        from_status=before,
        to_status=after,
        message=message,
        data=data or {},
    )


def _status_before(vendor_return: VendorReturn) -> ReturnStatus:
    """Where a declined return stood before."""
    last = (
        ReturnEvent.objects.filter(vendor_return=vendor_return, to_status=vendor_return.status)
        .order_by("-created_at")
        .values_list("from_status", flat=True)
        .first()
    )
    return ReturnStatus(last) if last else transitions.INITIAL


def _derive_request_status(request: ReturnRequest) -> None:
    parts = VendorReturn.objects.filter(request=request).values_list("status", flat=True)
    status = transitions.request_status([ReturnStatus(part) for part in parts]).value
    if status != request.status:
        request.status = status
        request.save(update_fields=["status"])
