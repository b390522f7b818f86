from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import refunds
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...seen import Seen
from ...types.refunds import ReturnRefund
from ...types.vendor_returns import VendorReturn
from .payload import payload


class VendorReturnRefundInput(graphene.InputObjectType):
    idempotency_key = graphene.String()


class VendorReturnRefund(ReturnsMutation):
    refund = graphene.Field(ReturnRefund)
    vendor_return = graphene.Field(VendorReturn)

    class Meta:
        description = (
            "Give the money back for what was received (or need not be sent back). Exactly "
            "once per unit."
        )

    class Arguments:
        id = graphene.ID(required=True)
        input = VendorReturnRefundInput()

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, input: Any = None) -> dict[str, Any]:
        refund = refunds.release(
            vendor_return_id=uuid_of(id, "VendorReturn"),
            actor=actor,
            now=now_of(info),
            idempotency_key=(input or {}).get("idempotency_key") or None,
        )
        return {"refund": Seen(refund, actor), **payload(actor, refund.vendor_return)}
