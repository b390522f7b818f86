"""The order as the shopper can return it."""

from typing import Any

import graphene

from ...services.eligibility import error_of
from .. import compat
from ..enums import ReturnResolution, ReturnsErrorCode
from ..seen import ReturnsType, Seen
from .common import many, required
from .shipments import VendorShipment, VendorShipmentLine


class ReturnRefusal(ReturnsType):
    code = ReturnsErrorCode(required=True)
    message = graphene.String(required=True)


class ReturnableLine(ReturnsType):
    line = required(VendorShipmentLine)
    returnable_quantity = graphene.Int(required=True)
    returnable_until = graphene.Field(
        compat.DateTime, description="Last moment for a return, if there is a window."
    )
    refusal = graphene.Field(
        ReturnRefusal, description="Why nothing can be returned now, in words for the shopper."
    )
    resolutions = many(ReturnResolution, required=True)

    def resolve_line(root: Seen, info: Any) -> Seen | None:
        return root.beside(root.node.line)

    def resolve_returnable_until(root: Seen, info: Any) -> Any:
        return root.node.until

    def resolve_refusal(root: Seen, info: Any) -> Seen | None:
        why = root.node.refusal
        return root.beside(error_of(why)) if why else None


class ReturnableShipment(ReturnsType):
    shipment = required(VendorShipment)
    lines = many(ReturnableLine, required=True)

    def resolve_shipment(root: Seen, info: Any) -> Seen | None:
        return root.beside(root.node.shipment)

    def resolve_lines(root: Seen, info: Any) -> list[Seen]:
        return root.each(root.node.lines)


class ReturnableOrder(ReturnsType):
    order_number = graphene.String(required=True)
    placed_at = required(compat.DateTime)
    shipments = many(ReturnableShipment, required=True)

    def resolve_order_number(root: Seen, info: Any) -> str:
        return root.node.record.number

    def resolve_placed_at(root: Seen, info: Any) -> Any:
        return root.node.record.placed_at

    def resolve_shipments(root: Seen, info: Any) -> list[Seen]:
        return root.each(root.node.shipments)
