from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import exchanges
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...seen import Seen
from ...types.exchanges import ReturnExchange


class ReturnExchangeLetGo(ReturnsMutation):
    exchange = graphene.Field(ReturnExchange)

    class Meta:
        description = "Let a replacement be sent, whatever its policy waits for."

    class Arguments:
        id = graphene.ID(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str) -> dict[str, Any]:
        exchange = exchanges.release(
            exchange_id=uuid_of(id, "ReturnExchange"), actor=actor, now=now_of(info)
        )
        return {"exchange": Seen(exchange, actor)}
