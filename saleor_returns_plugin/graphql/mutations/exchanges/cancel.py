from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import exchanges
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...seen import Seen
from ...types.exchanges import ReturnExchange


class ReturnExchangeCancel(ReturnsMutation):
    exchange = graphene.Field(ReturnExchange)

    class Meta:
        description = "Give up a replacement that was not sent; its order and stock are let go."

    class Arguments:
        id = graphene.ID(required=True)
        reason = graphene.String(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, reason: str) -> dict[str, Any]:
        exchange = exchanges.cancel(
            exchange_id=uuid_of(id, "ReturnExchange"), actor=actor, reason=reason, now=now_of(info)
        )
        return {"exchange": Seen(exchange, actor)}
