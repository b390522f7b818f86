from collections.abc import Sequence
from typing import Any

import graphene

from ...domain.events import may_read
from ...enums import ActorKind, EventKind
from ...models import ReturnEvent as EventRow
from ...selectors.events import message_of
from ...selectors.foreign_goods import naming_foreign
from .. import compat
from ..enums import ReturnEventKind
from ..seen import ReturnsType, Seen, batched
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


def _messages(events: Sequence[EventRow]) -> list[str]:
    """To the vendor of their return."""
    foreign = naming_foreign(events)
    return [message_of(event, hides_goods=event.pk in foreign) for event in events]


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

    def resolve_message(root: Seen, info: Any) -> Any:
        event, role = root.node, _role(root)
        if not may_read(EventKind(event.kind), role):
            return ""
        if role is not ActorKind.VENDOR:
            return message_of(event)
        return batched(info, "messages_of_vendors", event, _messages)

    def resolve_data(root: Seen, info: Any) -> Any:
        return root.node.data if root.actor.is_merchant else None
