from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import exchanges
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...seen import Seen
from ...types.exchanges import ReturnExchange


class ReturnExchangeRetry(ReturnsMutation):
    exchange = graphene.Field(ReturnExchange)

    class Meta:
        description = "Order again what could not be ordered, or what was cancelled."

    class Arguments:
        id = graphene.ID(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str) -> dict[str, Any]:
        exchange = exchanges.retry(exchange_id=uuid_of(id, "ReturnExchange"), actor=actor)
        return {"exchange": Seen(exchange, actor)}
