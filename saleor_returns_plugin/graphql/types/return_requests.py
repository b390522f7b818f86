"""One submission, and its parts as far as the viewer may see them."""

from typing import Any

import graphene
from django.db.models import Prefetch

from ...selectors.access import owns_order
from .. import compat, rows
from ..enums import ReturnRequestStatus, ReturnSource
from ..seen import ReturnsType, Seen, related
from .common import many, required
from .events import ReturnEvent
from .shipments import saleor_order
from .vendor_returns import VendorReturn


def _sees_whole(root: Seen) -> bool:
    return root.actor.is_merchant or owns_order(root.actor, root.node.record)


class ReturnRequest(ReturnsType):
    number = graphene.String(required=True)
    order_number = graphene.String(required=True)
    placed_at = required(compat.DateTime)
    order = graphene.Field(compat.Order)
    status = ReturnRequestStatus(required=True)
    email = graphene.String()
    source = ReturnSource(required=True)
    note = graphene.String(required=True)
    vendor_returns = many(VendorReturn, required=True)
    events = many(ReturnEvent, required=True)
    created_at = required(compat.DateTime)

    class Meta:
        interfaces = (graphene.relay.Node,)

    def resolve_order_number(root: Seen, info: Any) -> str:
        return root.node.record.number

    def resolve_placed_at(root: Seen, info: Any) -> Any:
        return root.node.record.placed_at

    def resolve_order(root: Seen, info: Any) -> Any:
        return saleor_order(root, info, root.node.record)

    def resolve_email(root: Seen, info: Any) -> str | None:
        """A vendor writes to the shopper through the store."""
        return root.node.email if _sees_whole(root) else None

    def resolve_vendor_returns(root: Seen, info: Any) -> Any:
        return related(
            info,
            root,
            "seen_vendor_returns",
            lambda: Prefetch(
                "vendor_returns",
                rows.vendor_returns(root.actor).order_by("number"),
                to_attr="seen_vendor_returns",
            ),
        )

    def resolve_events(root: Seen, info: Any) -> Any:
        whole = _sees_whole(root)
        name = "seen_events" if whole else "own_events"
        return related(
            info,
            root,
            name,
            lambda: Prefetch("events", rows.events(root.actor, whole), to_attr=name),
        )
