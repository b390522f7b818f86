from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import shipments
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...inputs import ReturnTrackingInput, tracking
from ...types.shipments import VendorShipment
from .payload import payload


class VendorShipmentTrackingUpdate(ReturnsMutation):
    vendor_shipment = graphene.Field(VendorShipment)

    class Meta:
        description = "Of the parcel that left last."

    class Arguments:
        id = graphene.ID(required=True)
        input = ReturnTrackingInput(required=True)
        notify_customer = graphene.Boolean(description="By Saleor; not when left out.")

    @staticmethod
    def perform(
        actor: Actor, info: Any, id: str, input: Any, notify_customer: bool | None = None
    ) -> dict[str, Any]:
        shipment = shipments.update_tracking(
            shipment_id=uuid_of(id, "VendorShipment"),
            actor=actor,
            tracking=tracking(input),
            notify_customer=bool(notify_customer),
            now=now_of(info),
        )
        return payload(actor, shipment.pk)
