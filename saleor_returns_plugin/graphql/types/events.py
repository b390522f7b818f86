from typing import Any

import graphene

from ...enums import ActorKind, EventKind
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


_OF_GATEWAY = (EventKind.REFUND_FAILED.value, EventKind.REFUND_UNKNOWN.value)


def _is_inside(root: Seen) -> bool:
    part = root.node.vendor_return
    is_of_vendor = part is not None and part.vendor_id in root.actor.vendor_ids
    return root.actor.is_merchant or is_of_vendor


class ReturnEvent(ReturnsType):
    """What happened. Names of people are for the merchant; others see in which role they acted."""

    kind = ReturnEventKind(required=True)
    actor = graphene.String(required=True)
    is_override = graphene.Boolean(required=True)
    message = graphene.String(required=True)
    created_at = required(compat.DateTime)
    data = compat.JSONString(description="Merchant only.")

    def resolve_actor(root: Seen, info: Any) -> str:
        role = _ROLES.get(root.node.actor_kind, "")
        return (root.node.actor_name or role) if root.actor.is_merchant else role

    def resolve_message(root: Seen, info: Any) -> str:
        """Of a refund it is in the gateway's words, so not for the shopper."""
        if root.node.kind in _OF_GATEWAY and not _is_inside(root):
            return ""
        return root.node.message

    def resolve_data(root: Seen, info: Any) -> Any:
        return root.node.data if root.actor.is_merchant else None
