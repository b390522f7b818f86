from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import receptions
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...types.vendor_returns import VendorReturn
from ..vendor_returns.payload import payload


class ReturnReceptionLineOverrule(ReturnsMutation):
    vendor_return = graphene.Field(VendorReturn)

    class Meta:
        description = (
            "The store pays units that the vendor refused, or that are missing. Merchant only."
        )

    class Arguments:
        id = graphene.ID(required=True)
        reason = graphene.String(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, reason: str) -> dict[str, Any]:
        part = receptions.overrule(
            reception_line_id=uuid_of(id, "ReturnReceptionLine"),
            actor=actor,
            reason=reason,
            now=now_of(info),
        )
        return payload(actor, part)
