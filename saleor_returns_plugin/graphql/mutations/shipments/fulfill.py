from collections.abc import Mapping
from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import shipments
from ....services.shipments import ShippedUnits
from ... import compat
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import saleor_key, uuid_of
from ...inputs import ReturnTrackingInput, tracking
from ...types.common import many
from ...types.shipments import VendorShipment
from .payload import payload


class VendorShipmentFulfillLineInput(graphene.InputObjectType):
    shipment_line_id = graphene.ID(required=True)
    quantity = graphene.Int(required=True)
    warehouse_id = graphene.ID()


class VendorShipmentFulfillInput(graphene.InputObjectType):
    lines = many(VendorShipmentFulfillLineInput, description="All that is left when left out.")
    tracking = ReturnTrackingInput()
    notify_customer = graphene.Boolean()
    idempotency_key = graphene.String()


class VendorShipmentFulfill(ReturnsMutation):
    vendor_shipment = graphene.Field(VendorShipment)

    class Meta:
        description = "Send goods, as one fulfilment of Saleor's order."

    class Arguments:
        id = graphene.ID(required=True)
        input = VendorShipmentFulfillInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, input: Any) -> dict[str, Any]:
        lines, notify = input.get("lines"), input.get("notify_customer")
        shipment = shipments.fulfil(
            shipment_id=uuid_of(id, "VendorShipment"),
            actor=actor,
            units=None
            if lines is None
            else [_shipped(line, index) for index, line in enumerate(lines)],
            tracking=tracking(input["tracking"]) if input.get("tracking") else None,
            notify_customer=True if notify is None else notify,
            idempotency_key=input.get("idempotency_key"),
            now=now_of(info),
        )
        return payload(actor, shipment.pk)


def _shipped(line: Mapping[str, Any], index: int) -> ShippedUnits:
    warehouse = line.get("warehouse_id")
    return ShippedUnits(
        shipment_line_id=uuid_of(
            line["shipment_line_id"],
            "VendorShipmentLine",
            field="shipment_line_id",
            index=[index],
        ),
        quantity=line["quantity"],
        warehouse_id=saleor_key(warehouse, compat.Warehouse, field="warehouse_id", index=[index])
        if warehouse
        else None,
    )
