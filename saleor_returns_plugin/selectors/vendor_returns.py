"""What can be done with a vendor return now, and by whom."""

from ..domain import transitions
from ..domain.actors import Actor
from ..domain.addresses import is_complete
from ..enums import Action, ActorKind, Move, RefundStatus, ReturnStatus
from ..models import VendorReturn
from .access import owns_order
from .returned import units_refunded_by_return_line

_ACTIONS = {
    Move.APPROVE: Action.APPROVE,
    Move.DECLINE: Action.DECLINE,
    Move.ACCEPT: Action.ACCEPT,
    Move.CANCEL: Action.CANCEL,
    Move.RECEIVE_ALL: Action.RECEIVE,
}
_REFUNDABLE = (ReturnStatus.RECEIVED, ReturnStatus.PARTIALLY_RECEIVED)


def roles_of(actor: Actor, vendor_return: VendorReturn) -> set[ActorKind]:
    """As whom the actor may act on this return; one user can be vendor and shopper at once."""
    if actor.kind in (ActorKind.MERCHANT, ActorKind.SYSTEM):
        return {actor.kind}
    roles = set()
    if vendor_return.vendor_id in actor.vendor_ids:
        roles.add(ActorKind.VENDOR)
    if owns_order(actor, vendor_return.request.record):
        roles.add(ActorKind.SHOPPER)
    return roles


def allowed_actions(vendor_return: VendorReturn, actor: Actor) -> list[Action]:
    """What would succeed now, for this actor."""
    status = ReturnStatus(vendor_return.status)
    roles = roles_of(actor, vendor_return)
    actions = []
    for move, action in _ACTIONS.items():
        row = transitions.find(status, move)
        if row is not None and any(transitions.may(row, role) for role in roles):
            actions.append(action)
    if Action.ACCEPT in actions and not is_complete(vendor_return.vendor.return_address):
        actions.remove(Action.ACCEPT)
    if (
        status in _REFUNDABLE
        and roles & {ActorKind.VENDOR, ActorKind.MERCHANT}
        and _owes(vendor_return)
    ):
        actions.append(Action.REFUND)
    return actions


def _owes(vendor_return: VendorReturn) -> bool:
    """Whether payable units are not yet refunded, and no refund is under way."""
    open_states = (RefundStatus.PENDING.value, RefundStatus.UNKNOWN.value)
    if any(refund.status in open_states for refund in vendor_return.refunds.all()):
        return False
    lines = list(vendor_return.lines.all())
    done = units_refunded_by_return_line(line.pk for line in lines)
    return any(line.payable > done.get(line.pk, 0) for line in lines)
