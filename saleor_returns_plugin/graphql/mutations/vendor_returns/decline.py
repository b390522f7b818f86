from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import vendor_returns
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...types.vendor_returns import VendorReturn
from .payload import payload


class VendorReturnDecline(ReturnsMutation):
    vendor_return = graphene.Field(VendorReturn)

    class Meta:
        description = "Refuse to take the goods back, with a reason that the shopper reads."

    class Arguments:
        id = graphene.ID(required=True)
        reason = graphene.String(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, reason: str) -> dict[str, Any]:
        part = vendor_returns.decline(
            vendor_return_id=uuid_of(id, "VendorReturn"),
            actor=actor,
            reason=reason,
            now=now_of(info),
        )
        return payload(actor, part)
