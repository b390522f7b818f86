"""Who acts for a vendor."""

from typing import Any

import graphene

from .... import enums
from ....domain.actors import Actor
from ....services import vendors
from ...base import ReturnsMutation
from ...enums import VendorRole
from ...ids import uuid_of
from ...seen import Seen
from ...types.vendors import Vendor


class VendorMemberAdd(ReturnsMutation):
    vendor = graphene.Field(Vendor)

    class Meta:
        description = (
            "An OWNER may change the vendor's e-mail, address, instructions, auto-accept and "
            "members; the merchant anything."
        )

    class Arguments:
        vendor_id = graphene.ID(required=True)
        email = graphene.String(required=True)
        role = VendorRole(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, vendor_id: str, email: str, role: str) -> dict[str, Any]:
        vendor = vendors.add_member(
            actor=actor,
            vendor_id=uuid_of(vendor_id, "Vendor", field="vendor_id"),
            email=email,
            role=enums.VendorRole(role),
        )
        return {"vendor": Seen(vendor, actor)}


class VendorMemberRemove(ReturnsMutation):
    vendor = graphene.Field(Vendor)

    class Arguments:
        id = graphene.ID(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str) -> dict[str, Any]:
        vendor = vendors.remove_member(actor=actor, member_id=uuid_of(id, "VendorMember"))
        return {"vendor": Seen(vendor, actor)}
