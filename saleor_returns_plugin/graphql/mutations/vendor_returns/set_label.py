from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import labels
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...inputs import ReturnLabelInput, given_label
from ...types.vendor_returns import VendorReturn
from .payload import payload


class VendorReturnLabelSet(ReturnsMutation):
    vendor_return = graphene.Field(VendorReturn)

    class Meta:
        description = "The prepaid label of an accepted return. The shopper is mailed where it is."

    class Arguments:
        id = graphene.ID(required=True)
        input = ReturnLabelInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, input: Any) -> dict[str, Any]:
        part = labels.set_for_return(
            vendor_return_id=uuid_of(id, "VendorReturn"),
            actor=actor,
            given=given_label(info, input),
        )
        return payload(actor, part)
