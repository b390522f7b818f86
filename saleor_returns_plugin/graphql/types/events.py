from typing import Any

import graphene

from ...domain.events import may_read
from ...enums import ActorKind, EventKind
from ...selectors.events import message_of
from .. import compat
from ..enums import ReturnEventKind
from ..seen import ReturnsType, Seen
from .common import required

_ROLES = {
    ActorKind.SHOPPER.value: "Shopper",
    ActorKind.VENDOR.value: "Vendor",
    ActorKind.MERCHANT.value: "Store",
    ActorKind.SYSTEM.value: "System",
}


def _role(root: Seen) -> ActorKind:
    """As whom the viewer reads this event."""
    part = root.node.vendor_return
    if root.actor.is_merchant:
        return ActorKind.MERCHANT
    is_of_vendor = part is not None and part.vendor_id in root.actor.vendor_ids
    return ActorKind.VENDOR if is_of_vendor else ActorKind.SHOPPER


class ReturnEvent(ReturnsType):
    """What happened. Names of people are for the merchant; others see in which role they acted."""

    kind = ReturnEventKind(required=True)
    actor = graphene.String(required=True)
    is_override = graphene.Boolean(required=True)
    message = graphene.String(
        required=True,
        description="Blank for the shopper where it was said to store and vendor only.",
    )
    created_at = required(compat.DateTime)
    data = compat.JSONString(description="Merchant only.")

    def resolve_actor(root: Seen, info: Any) -> str:
        role = _ROLES.get(root.node.actor_kind, "")
        return (root.node.actor_name or role) if root.actor.is_merchant else role

    def resolve_message(root: Seen, info: Any) -> str:
        return message_of(root.node) if may_read(EventKind(root.node.kind), _role(root)) else ""

    def resolve_data(root: Seen, info: Any) -> Any:
        return root.node.data if root.actor.is_merchant else None
