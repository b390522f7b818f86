"""Create, update and delete a vendor."""

from collections.abc import Mapping
from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import vendors
from ... import compat
from ...base import ReturnsMutation
from ...ids import uuid_of
from ...inputs import address_values
from ...seen import Seen
from ...types.vendors import Vendor


class VendorInput(graphene.InputObjectType):
    name = graphene.String()
    slug = graphene.String()
    email = graphene.String()
    return_address = compat.AddressInput()
    return_instructions = graphene.String()
    commission_rate = compat.Decimal()
    auto_accept_returns = graphene.Boolean()
    is_active = graphene.Boolean()


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(given)
    if "return_address" in values:
        values["return_address"] = address_values(values["return_address"])
    return values


class VendorCreate(ReturnsMutation):
    vendor = graphene.Field(Vendor)

    class Arguments:
        input = VendorInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, input: Any) -> dict[str, Any]:
        return {"vendor": Seen(vendors.create(actor=actor, values=_values(input)), actor)}


class VendorUpdate(ReturnsMutation):
    vendor = graphene.Field(Vendor)

    class Arguments:
        id = graphene.ID(required=True)
        input = VendorInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, input: Any) -> dict[str, Any]:
        vendor = vendors.update(actor=actor, vendor_id=uuid_of(id, "Vendor"), values=_values(input))
        return {"vendor": Seen(vendor, actor)}


class VendorDelete(ReturnsMutation):
    vendor = graphene.Field(Vendor)

    class Meta:
        description = "Refused while the vendor has open shipments or returns; deactivate instead."

    class Arguments:
        id = graphene.ID(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str) -> dict[str, Any]:
        vendor = vendors.delete(actor=actor, vendor_id=uuid_of(id, "Vendor"))
        return {"vendor": Seen(vendor, actor)}
