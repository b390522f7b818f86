from datetime import datetime
from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import shipments
from ... import compat
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...inputs import aware
from ...types.shipments import VendorShipment
from .payload import payload


class VendorShipmentMarkDelivered(ReturnsMutation):
    vendor_shipment = graphene.Field(VendorShipment)

    class Meta:
        description = "From then on windows count that start with the delivery; may be corrected."

    class Arguments:
        id = graphene.ID(required=True)
        delivered_at = compat.DateTime(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, delivered_at: datetime) -> dict[str, Any]:
        shipment = shipments.mark_delivered(
            shipment_id=uuid_of(id, "VendorShipment"),
            actor=actor,
            delivered_at=aware(delivered_at, field="delivered_at"),
            now=now_of(info),
        )
        return payload(actor, shipment.pk)
