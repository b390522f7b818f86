from collections.abc import Mapping
from typing import Any

import graphene

from ...domain.actors import Actor
from ...services import policies
from .. import compat
from ..base import ReturnsMutation
from ..enums import (
    ReturnCommissionBase,
    ReturnExchangePricing,
    ReturnExchangeRelease,
    ReturnResolution,
    ReturnShippingRule,
    ReturnWindowAnchor,
)
from ..ids import uuid_of
from ..seen import Seen
from ..types.common import many
from ..types.policies import ReturnPolicy

_IN_CURRENCY = "In the channel's currency; needs `channel`, but where the host has none."


class ReturnPolicyInput(graphene.InputObjectType):
    channel = graphene.String()
    vendor_id = graphene.ID()
    window_days = graphene.Int()
    window_anchor = ReturnWindowAnchor()
    resolutions = many(ReturnResolution)
    restocking_fee_percent = compat.Decimal()
    return_shipping_fee = compat.Decimal(description=_IN_CURRENCY)
    shipping_refund = ReturnShippingRule()
    returnable = graphene.Boolean()
    pays_damaged = graphene.Boolean()
    vendor_bears_shipping = graphene.Boolean()
    vendor_may_refund = graphene.Boolean()
    vendor_refund_limit = compat.Decimal(description=_IN_CURRENCY)
    commission_base = ReturnCommissionBase()
    auto_approve = graphene.Boolean()
    send_back = graphene.Boolean()
    exchange_release = ReturnExchangeRelease()
    exchange_pricing = ReturnExchangePricing()
    exchange_offer_days = graphene.Int()
    accept_on_silence = graphene.Boolean()
    transit_days = graphene.Int()
    approve_days = graphene.Int()
    accept_days = graphene.Int()
    send_back_days = graphene.Int()
    inspect_days = graphene.Int()


# What null means for these is that there is none; for all others null is no value to set.
_MAY_BE_NULL = frozenset(
    {"channel", "vendor_id", "window_days", "return_shipping_fee", "vendor_refund_limit"}
)


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    values = {
        name: value for name, value in given.items() if value is not None or name in _MAY_BE_NULL
    }
    if values.get("vendor_id") is not None:
        values["vendor_id"] = uuid_of(values["vendor_id"], "Vendor", field="vendor_id")
    return values


class ReturnPolicyCreate(ReturnsMutation):
    return_policy = graphene.Field(ReturnPolicy)

    class Arguments:
        input = ReturnPolicyInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, input: Any) -> dict[str, Any]:
        policy = policies.create(actor=actor, values=_values(input))
        return {"return_policy": Seen(policy, actor)}


class ReturnPolicyUpdate(ReturnsMutation):
    return_policy = graphene.Field(ReturnPolicy)

    class Arguments:
        id = graphene.ID(required=True)
        input = ReturnPolicyInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, input: Any) -> dict[str, Any]:
        policy = policies.update(
            actor=actor, policy_id=uuid_of(id, "ReturnPolicy"), values=_values(input)
        )
        return {"return_policy": Seen(policy, actor)}


class ReturnPolicyDelete(ReturnsMutation):
    return_policy = graphene.Field(ReturnPolicy)

    class Arguments:
        id = graphene.ID(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str) -> dict[str, Any]:
        policy = policies.delete(actor=actor, policy_id=uuid_of(id, "ReturnPolicy"))
        return {"return_policy": Seen(policy, actor)}
