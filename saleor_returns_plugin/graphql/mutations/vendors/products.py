"""Whose product it is."""

from collections.abc import Sequence
from typing import Any

import graphene

from ....domain.actors import Actor
from ....selectors.access import visible_vendors
from ....services import vendors
from ... import compat
from ...base import ReturnsMutation
from ...ids import saleor_key, uuid_of
from ...seen import Seen
from ...types.common import many
from ...types.vendors import Vendor


def _keys(products: Sequence[str]) -> list[Any]:
    return [
        saleor_key(global_id, compat.Product, field="products", index=[index])
        for index, global_id in enumerate(products)
    ]


class VendorProductsAssign(ReturnsMutation):
    vendor = graphene.Field(Vendor)
    count = graphene.Int(required=True)

    empty = {"count": 0}

    class Arguments:
        vendor_id = graphene.ID(required=True)
        products = many(graphene.ID, required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, vendor_id: str, products: list[str]) -> dict[str, Any]:
        key = uuid_of(vendor_id, "Vendor", field="vendor_id")
        count = vendors.assign_products(actor=actor, vendor_id=key, product_ids=_keys(products))
        return {"vendor": Seen(visible_vendors(actor).get(pk=key), actor), "count": count}


class VendorProductsUnassign(ReturnsMutation):
    count = graphene.Int(required=True)

    empty = {"count": 0}

    class Arguments:
        products = many(graphene.ID, required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, products: list[str]) -> dict[str, Any]:
        return {"count": vendors.unassign_products(actor=actor, product_ids=_keys(products))}
