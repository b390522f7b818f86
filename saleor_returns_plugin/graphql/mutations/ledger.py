"""What the merchant writes on a vendor's statement."""

from collections.abc import Mapping
from typing import Any

import graphene

from ...domain.actors import Actor
from ...services import payouts
from .. import compat
from ..base import ReturnsMutation
from ..ids import uuid_of
from ..seen import Seen
from ..types.vendors import Vendor


class VendorPayoutInput(graphene.InputObjectType):
    vendor_id = graphene.ID(required=True)
    amount = compat.Decimal(required=True)
    currency = graphene.String(required=True)
    note = graphene.String(required=True)
    idempotency_key = graphene.String()


def _values(given: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    return {
        "vendor_id": uuid_of(given["vendor_id"], "Vendor", field="vendor_id"),
        "amount": given["amount"],
        "currency": given["currency"],
        "note": given["note"],
        "idempotency_key": given.get("idempotency_key") or None,
        "actor": actor,
    }


class VendorPayoutCreate(ReturnsMutation):
    vendor = graphene.Field(Vendor)

    class Meta:
        description = (
            "Money that the store paid to the vendor outside (positive), or the vendor to the "
            "store (negative)."
        )

    class Arguments:
        input = VendorPayoutInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, input: Any) -> dict[str, Any]:
        entry = payouts.pay_out(**_values(input, actor))
        return {"vendor": Seen(entry.vendor, actor)}


class VendorAdjustmentCreate(ReturnsMutation):
    vendor = graphene.Field(Vendor)

    class Meta:
        description = (
            "Credit the vendor (positive) or charge it (negative), with a note that says why."
        )

    class Arguments:
        input = VendorPayoutInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, input: Any) -> dict[str, Any]:
        entry = payouts.adjust(**_values(input, actor))
        return {"vendor": Seen(entry.vendor, actor)}
