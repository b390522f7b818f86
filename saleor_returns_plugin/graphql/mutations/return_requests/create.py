from typing import Any

import graphene

from ....domain.actors import Actor
from ....enums import Source
from ....services import return_requests
from ...actors import now_of
from ...base import ReturnsMutation
from ...inputs import ReturnLineInput, requested_lines
from ...orders import record_id_of_call
from ...types.common import many
from ...types.return_requests import ReturnRequest
from .payload import payload


class ReturnRequestInput(graphene.InputObjectType):
    lines = many(ReturnLineInput, required=True)
    note = graphene.String()
    locale = graphene.String()
    idempotency_key = graphene.String()


class ReturnRequestCreate(ReturnsMutation):
    return_request = graphene.Field(ReturnRequest)

    class Meta:
        description = (
            "Submit a return. One request, one vendor return per shipment touched. "
            "`idempotencyKey` makes a repeated submit safe."
        )

    class Arguments:
        token = graphene.String()
        order_id = graphene.ID()
        input = ReturnRequestInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, input: Any, order_id: str | None = None) -> dict[str, Any]:
        request = return_requests.create(
            actor=actor,
            record_id=record_id_of_call(actor, order_id),
            lines=requested_lines(input["lines"]),
            note=input.get("note") or "",
            locale=input.get("locale") or "",
            source=Source.STAFF if actor.is_merchant else Source.STOREFRONT,
            idempotency_key=input.get("idempotency_key") or None,
            now=now_of(info),
        )
        return payload(actor, request)
