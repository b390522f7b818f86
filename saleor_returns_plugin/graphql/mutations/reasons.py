from collections.abc import Mapping
from typing import Any

import graphene

from ...domain.actors import Actor
from ...services import reasons
from ..base import ReturnsMutation
from ..ids import uuid_of
from ..seen import Seen
from ..types.common import many
from ..types.reasons import ReturnReason


class ReturnReasonTranslationInput(graphene.InputObjectType):
    locale = graphene.String(required=True)
    label = graphene.String(required=True)


class ReturnReasonInput(graphene.InputObjectType):
    code = graphene.String()
    label = graphene.String()
    waives_fees = graphene.Boolean()
    is_active = graphene.Boolean()
    translations = many(ReturnReasonTranslationInput)


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in given.items() if value is not None}
    if "translations" in values:
        values["translations"] = {
            entry["locale"]: entry["label"] for entry in values["translations"]
        }
    return values


class ReturnReasonCreate(ReturnsMutation):
    return_reason = graphene.Field(ReturnReason)

    class Arguments:
        input = ReturnReasonInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, input: Any) -> dict[str, Any]:
        reason = reasons.create(actor=actor, values=_values(input))
        return {"return_reason": Seen(reason, actor)}


class ReturnReasonUpdate(ReturnsMutation):
    return_reason = graphene.Field(ReturnReason)

    class Arguments:
        id = graphene.ID(required=True)
        input = ReturnReasonInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, input: Any) -> dict[str, Any]:
        reason = reasons.update(
            actor=actor, reason_id=uuid_of(id, "ReturnReason"), values=_values(input)
        )
        return {"return_reason": Seen(reason, actor)}


class ReturnReasonDelete(ReturnsMutation):
    return_reason = graphene.Field(ReturnReason)

    class Arguments:
        id = graphene.ID(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str) -> dict[str, Any]:
        reason = reasons.delete(actor=actor, reason_id=uuid_of(id, "ReturnReason"))
        return {"return_reason": Seen(reason, actor)}
