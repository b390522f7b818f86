from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import staff_exchanges
from ...actors import now_of
from ...base import ReturnsMutation
from ...orders import record_id_of_call
from ...seen import Seen
from ...types.exchanges import ReturnExchange
from .input import ReturnExchangeInput, exchanged_units


class ReturnExchangeCreate(ReturnsMutation):
    exchange = graphene.Field(ReturnExchange)

    class Meta:
        description = (
            "Clone chosen lines of an order, swap variants, set prices (zero by default), finalise "
            "through checkout. Also without goods coming back. One vendor's lines at a time."
        )

    class Arguments:
        input = ReturnExchangeInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, input: Any) -> dict[str, Any]:
        exchange = staff_exchanges.create(
            actor=actor,
            record_id=record_id_of_call(actor, input["order_id"]),
            lines=exchanged_units(input["lines"]),
            charges_vendor=bool(input.get("charge_vendor")),
            notifies_customer=input.get("notify_customer"),
            idempotency_key=input.get("idempotency_key"),
            now=now_of(info),
        )
        return {"exchange": Seen(exchange, actor)}
