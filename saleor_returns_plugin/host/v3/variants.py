"""What an order could be exchanged for, priced by Saleor's own public API."""

from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import graphene
from django.db.models import Q
from saleor.core.db.connection import allow_writer
from saleor.order.models import Order
from saleor.order.utils import get_order_country
from saleor.product.models import ProductVariant
from saleor.tax.utils import get_charge_taxes

from ..both import variants as both
from ..both.exchanges import is_digital, is_gift_card
from ..types import SaleorId, VariantFacts
from . import api
from .collection import left_to_collect, was_collected
from .exchanges import LISTINGS, is_open, is_sold

PAGE = 100
"""Saleor answers no more at once."""

UNCOUNTED = 9_999
"""Units of what has no stock to count, where the store itself sets no limit."""

PRICES = """
query($ids: [ID!], $channel: String!, $country: CountryCode!, $first: Int!) {
  productVariants(ids: $ids, channel: $channel, first: $first) {
    edges { node {
      id
      quantityAvailable(address: {country: $country})
      pricing(address: {country: $country}) {
        price { gross { amount } net { amount } }
        priceUndiscounted { gross { amount } net { amount } }
      }
    } }
  }
}
"""


@allow_writer()
def variants_for_exchange(
    *,
    order_id: SaleorId,
    product_ids: Iterable[SaleorId] = (),
    variant_ids: Iterable[SaleorId] = (),
) -> dict[SaleorId, VariantFacts]:
    related = ("channel", "shipping_address", "billing_address")
    order = Order.objects.select_related(*related).filter(pk=order_id).first()
    if order is None:
        return {}
    wanted = Q(product_id__in=list(product_ids)) | Q(pk__in=list(variant_ids))
    variants = list(
        ProductVariant.objects.filter(wanted)
        .select_related("product__product_type")
        .prefetch_related(*LISTINGS)
        .order_by("product_id", "sort_order", "sku", "pk")
    )
    is_priced = is_open(order.channel)
    priced = _priced([variant.pk for variant in variants], order) if is_priced else {}
    if was_collected(order):
        for key, units in left_to_collect(order, variants).items():
            if key in priced:
                priced[key]["quantityAvailable"] = units
    part = "gross" if is_priced and _charges_taxes(order) else "net"
    return {
        variant.pk: _facts(variant, order, priced.get(variant.pk), part) for variant in variants
    }


@allow_writer()
def markets_of(order_ids: Iterable[SaleorId]) -> dict[SaleorId, Hashable]:
    orders = Order.objects.select_related("channel", "shipping_address", "billing_address")
    return {
        order.pk: (
            order.channel_id,
            get_order_country(order),
            was_collected(order) and order.collection_point_id,
        )
        for order in orders.filter(pk__in=list(order_ids)).prefetch_related("lines")
    }


@allow_writer()
def find_variants(*, order_id: SaleorId, text: str, limit: int) -> list[SaleorId]:
    channels = Order.objects.filter(pk=order_id).values("channel_id")
    found = both.matching(text).filter(
        channel_listings__channel__in=channels,
        channel_listings__price_amount__isnull=False,
        product__channel_listings__channel__in=channels,
    )
    return list(found.values_list("pk", flat=True)[:limit])


def _charges_taxes(order: Order) -> bool:
    """A checkout may charge none although the product's page shows them."""
    configuration = order.channel.tax_configuration
    exceptions = configuration.country_exceptions.filter(country=get_order_country(order))
    return get_charge_taxes(configuration, exceptions.first())


def _facts(
    variant: ProductVariant, order: Order, node: dict[str, Any] | None, part: str
) -> VariantFacts:
    """`node`: None for what the channel does not know."""
    pricing = (node or {}).get("pricing") or {}
    return VariantFacts(
        id=variant.pk,
        product_id=variant.product_id,
        product_name=variant.product.name,
        name=variant.name,
        sku=variant.sku or "",
        unit_price=_amount(pricing.get("price"), part),
        undiscounted_unit_price=_amount(pricing.get("priceUndiscounted"), part),
        available=_available(node),
        is_published=is_sold(variant, order.channel) and bool(pricing.get("price")),
        is_digital=is_digital(variant),
        is_gift_card=is_gift_card(variant),
    )


def _amount(price: dict[str, Any] | None, part: str) -> Decimal | None:
    return Decimal(str(price[part]["amount"])) if price else None


def _available(node: dict[str, Any] | None) -> int:
    """Saleor says null of what it neither counts nor limits."""
    units = 0 if node is None else node["quantityAvailable"]
    return UNCOUNTED if units is None else max(0, units)


def _priced(variant_ids: Sequence[SaleorId], order: Order) -> dict[SaleorId, dict[str, Any]]:
    found: dict[SaleorId, dict[str, Any]] = {}
    for start in range(0, len(variant_ids), PAGE):
        page = variant_ids[start : start + PAGE]
        result = api.execute(
            PRICES,
            {
                "ids": [graphene.Node.to_global_id("ProductVariant", key) for key in page],
                "channel": order.channel.slug,
                "country": get_order_country(order),
                "first": PAGE,
            },
        )
        for error in result.errors or ():
            raise getattr(error, "original_error", None) or error
        for edge in result.data["productVariants"]["edges"]:
            key = graphene.Node.from_global_id(edge["node"]["id"])[1]
            found[int(key)] = edge["node"]
    return found
