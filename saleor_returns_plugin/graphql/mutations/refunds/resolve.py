from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import refunds
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...seen import Seen
from ...types.refunds import ReturnRefund


class ReturnRefundResolve(ReturnsMutation):
    refund = graphene.Field(ReturnRefund)

    class Meta:
        description = (
            "Say what really happened to a refund whose outcome is unknown; or that one that "
            "failed was paid another way, or that one that succeeded came back, which both need "
            "a reference. Merchant only; recorded."
        )

    class Arguments:
        id = graphene.ID(required=True)
        succeeded = graphene.Boolean(required=True)
        reference = graphene.String(
            description="Of one that was paid another way, the shopper reads it."
        )

    @staticmethod
    def perform(
        actor: Actor, info: Any, id: str, succeeded: bool, reference: str | None = None
    ) -> dict[str, Any]:
        refund = refunds.resolve(
            refund_id=uuid_of(id, "ReturnRefund"),
            succeeded=succeeded,
            reference=reference or "",
            actor=actor,
            now=now_of(info),
        )
        return {"refund": Seen(refund, actor)}
