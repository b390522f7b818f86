from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import vendor_returns
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...inputs import ReturnTrackingInput, tracking
from ...types.vendor_returns import VendorReturn
from .payload import payload


class VendorReturnTrackingAdd(ReturnsMutation):
    vendor_return = graphene.Field(VendorReturn)

    class Meta:
        description = "The goods are on their way. Said again, it corrects what was said before."

    class Arguments:
        id = graphene.ID(required=True)
        token = graphene.String()
        input = ReturnTrackingInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, input: Any) -> dict[str, Any]:
        part = vendor_returns.add_tracking(
            vendor_return_id=uuid_of(id, "VendorReturn"),
            actor=actor,
            tracking=tracking(input),
            now=now_of(info),
        )
        return payload(actor, part)
