from typing import Any

import graphene

from ....domain.actors import Actor
from ....enums import RefundMethod
from ....services import refunds
from ... import compat
from ...actors import now_of
from ...base import ReturnsMutation
from ...enums import ReturnRefundMethod
from ...ids import uuid_of
from ...inputs import chosen
from ...seen import Seen
from ...statements import owed
from ...types.refunds import ReturnRefund
from ...types.vendor_returns import VendorReturn
from .payload import payload


class VendorReturnRefundInput(graphene.InputObjectType):
    amount = compat.Decimal(
        description=(
            "Merchant only: another amount than quoted, not above what is still captured. Needs a "
            "reason; recorded."
        )
    )
    reason = graphene.String()
    method = ReturnRefundMethod(
        default_value=RefundMethod.ORIGINAL.name,
        description="MANUAL: the merchant paid another way; needs a reference.",
    )
    reference = graphene.String(
        description="MANUAL: under which the payment is found; the shopper reads it."
    )
    idempotency_key = graphene.String()


class VendorReturnRefund(ReturnsMutation):
    refund = graphene.Field(ReturnRefund)
    vendor_return = graphene.Field(VendorReturn)
    vendor_owes = graphene.Field(
        compat.Money,
        description="What the vendor owes the store by now; null: nothing. Owners and merchant only.",
    )

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
        given = input or {}
        refund = refunds.release(
            vendor_return_id=uuid_of(id, "VendorReturn"),
            actor=actor,
            now=now_of(info),
            idempotency_key=given.get("idempotency_key") or None,
            method=chosen(RefundMethod, given.get("method")) or RefundMethod.ORIGINAL,
            reference=given.get("reference") or "",
            amount=given.get("amount"),
            reason=given.get("reason") or "",
        )
        return {"refund": Seen(refund, actor), **payload(actor, refund.vendor_return)}

    @staticmethod
    @compat.reads
    def resolve_vendor_owes(root: Any, info: Any) -> Any:
        if root.refund is None:
            return None
        refund, actor = root.refund.node, root.refund.actor
        return owed(actor, refund.vendor_return.vendor, refund.currency)
