from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import labels
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...inputs import ReturnLabelInput, given_label
from ...types.shipments import VendorShipment
from .payload import payload


class VendorShipmentLabelSet(ReturnsMutation):
    vendor_shipment = graphene.Field(VendorShipment)

    class Meta:
        description = "A shipping label that the vendor or a carrier made: PDF or PNG, or a link."

    class Arguments:
        id = graphene.ID(required=True)
        input = ReturnLabelInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, input: Any) -> dict[str, Any]:
        shipment = labels.set_for_shipment(
            shipment_id=uuid_of(id, "VendorShipment"),
            actor=actor,
            given=given_label(info, input),
        )
        return payload(actor, shipment.pk)
