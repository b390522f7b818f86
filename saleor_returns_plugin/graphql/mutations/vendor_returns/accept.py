from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import vendor_returns
from ... import compat
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...inputs import (
    ReturnLabelInput,
    ReturnLineDeclineInput,
    address_values,
    declined_units,
    given_label,
)
from ...types.common import many
from ...types.vendor_returns import VendorReturn
from .payload import payload


class VendorReturnAcceptInput(graphene.InputObjectType):
    return_address = compat.AddressInput()
    return_instructions = graphene.String()
    return_label = ReturnLabelInput()
    declined = many(ReturnLineDeclineInput)
    note = graphene.String()


class VendorReturnAccept(ReturnsMutation):
    vendor_return = graphene.Field(VendorReturn)

    class Meta:
        description = (
            "Take the goods back. Address and instructions of the vendor, or for this one "
            "return. A vendor without an address cannot accept."
        )

    class Arguments:
        id = graphene.ID(required=True)
        input = VendorReturnAcceptInput()

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, input: Any = None) -> dict[str, Any]:
        given = input or {}
        label = given.get("return_label")
        part = vendor_returns.accept(
            vendor_return_id=uuid_of(id, "VendorReturn"),
            actor=actor,
            now=now_of(info),
            return_address=address_values(given.get("return_address")),
            return_instructions=given.get("return_instructions"),
            label=None if label is None else given_label(info, label, start="return_label."),
            declined=declined_units(given.get("declined")),
            note=given.get("note") or "",
        )
        return payload(actor, part)
