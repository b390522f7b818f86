from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import labels
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...seen import Seen
from ...types.common import ReturnTracking
from ...types.shipments import VendorShipment
from .payload import payload


class VendorShipmentLabelMake(ReturnsMutation):
    vendor_shipment = graphene.Field(VendorShipment)
    tracking = graphene.Field(
        ReturnTracking,
        description="Of the label, for vendorShipmentFulfill; null without a number.",
    )

    class Meta:
        description = "Let a carrier make the label for what is still to be sent."

    class Arguments:
        id = graphene.ID(required=True)
        carrier = graphene.String(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, carrier: str) -> dict[str, Any]:
        shipment, label = labels.make_for_shipment(
            shipment_id=uuid_of(id, "VendorShipment"), actor=actor, carrier=carrier
        )
        tracking = labels.tracking_of(label)
        return {
            **payload(actor, shipment.pk),
            "tracking": Seen(tracking, actor) if tracking else None,
        }
