from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import staff_exchanges
from ... import compat
from ...base import ReturnsMutation
from ...orders import record_of_call
from ...seen import Seen
from ...types.common import many
from ...types.exchanges import ReturnExchangeLine
from .input import ReturnExchangeInput, exchanged_units


class ReturnExchangePreview(ReturnsMutation):
    lines = many(ReturnExchangeLine)
    total = graphene.Field(compat.Money)
    difference = graphene.Field(compat.Money, description="What the shopper pays.")
    shipments = many(graphene.String, description="Names of the vendors that ship.")

    class Meta:
        description = "What returnExchangeCreate would order. Nothing is stored."

    class Arguments:
        input = ReturnExchangeInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, input: Any) -> dict[str, Any]:
        record = record_of_call(actor, input["order_id"])
        plan = staff_exchanges.preview(
            actor=actor, record=record, lines=exchanged_units(input["lines"])
        )
        total = compat.money(plan.total, record.currency)
        return {
            "lines": [Seen(line, actor) for line in plan.lines],
            "total": total,
            "difference": total,
            "shipments": list(plan.vendors),
        }
