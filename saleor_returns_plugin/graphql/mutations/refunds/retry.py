from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import refunds
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...seen import Seen
from ...types.refunds import ReturnRefund


class ReturnRefundRetry(ReturnsMutation):
    refund = graphene.Field(ReturnRefund)

    class Meta:
        description = "Try again what failed of a refund; what was paid of it is not paid twice."

    class Arguments:
        id = graphene.ID(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str) -> dict[str, Any]:
        refund = refunds.retry(refund_id=uuid_of(id, "ReturnRefund"), actor=actor, now=now_of(info))
        return {"refund": Seen(refund, actor)}
