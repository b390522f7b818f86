from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import receptions
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...types.vendor_returns import VendorReturn
from ..vendor_returns.payload import payload


class ReturnReceptionVoid(ReturnsMutation):
    vendor_return = graphene.Field(VendorReturn)

    class Meta:
        description = "Undo a reception while its units are not refunded."

    class Arguments:
        id = graphene.ID(required=True)
        reason = graphene.String(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, reason: str) -> dict[str, Any]:
        part = receptions.void(
            reception_id=uuid_of(id, "ReturnReception"),
            actor=actor,
            reason=reason,
            now=now_of(info),
        )
        return payload(actor, part)
