from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import labels
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...types.vendor_returns import VendorReturn
from .payload import payload


class VendorReturnLabelMake(ReturnsMutation):
    vendor_return = graphene.Field(VendorReturn)

    class Meta:
        description = "Let a carrier make the prepaid label of an accepted return."

    class Arguments:
        id = graphene.ID(required=True)
        carrier = graphene.String(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, carrier: str) -> dict[str, Any]:
        part = labels.make_for_return(
            vendor_return_id=uuid_of(id, "VendorReturn"), actor=actor, carrier=carrier
        )
        return payload(actor, part)
