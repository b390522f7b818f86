from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import receptions
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...types.vendor_returns import VendorReturn
from .payload import payload


class VendorReturnClose(ReturnsMutation):
    vendor_return = graphene.Field(VendorReturn)

    class Meta:
        description = "The rest never came: it counts as missing."

    class Arguments:
        id = graphene.ID(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str) -> dict[str, Any]:
        part = receptions.close(
            vendor_return_id=uuid_of(id, "VendorReturn"), actor=actor, now=now_of(info)
        )
        return payload(actor, part)
