"""What an order of 2.10 could be exchanged for, read with a constant number of statements."""

from collections.abc import Hashable, Iterable

from django.conf import settings
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from prices import Money
from saleor.discount.utils import fetch_active_discounts
from saleor.order.models import Order
from saleor.order.utils import get_order_country
from saleor.plugins.manager import get_plugins_manager
from saleor.product.models import ProductVariant
from saleor.warehouse.models import Stock

from ..both import variants as both
from ..both.exchanges import is_digital, is_gift_card
from ..types import SaleorId, VariantFacts
from .exchanges import is_published


def variants_for_exchange(
    *,
    order_id: SaleorId,
    product_ids: Iterable[SaleorId] = (),
    variant_ids: Iterable[SaleorId] = (),
) -> dict[SaleorId, VariantFacts]:
    orders = Order.objects.select_related("shipping_address", "billing_address")
    order = orders.filter(pk=order_id).first()
    if order is None:
        return {}
    wanted = Q(product_id__in=list(product_ids)) | Q(pk__in=list(variant_ids))
    variants = list(
        ProductVariant.objects.filter(wanted)
        .select_related("product__product_type")
        .prefetch_related("product__collections")
        .order_by("product_id", "sku", "pk")
    )
    country = get_order_country(order)
    left = _available(variants, country)
    discounts = fetch_active_discounts()
    manager = get_plugins_manager()
    address = order.shipping_address or order.billing_address

    def gross(variant: ProductVariant, price: Money) -> Money:
        taxed = manager.apply_taxes_to_product(
            variant.product, price, address.country if address else None
        )
        return taxed.gross.amount

    return {
        variant.pk: VariantFacts(
            id=variant.pk,
            product_id=variant.product_id,
            product_name=variant.product.name,
            name=variant.name,
            sku=variant.sku,
            unit_price=gross(variant, variant.get_price(discounts)),
            undiscounted_unit_price=gross(variant, variant.base_price),
            available=left.get(variant.pk, 0),
            is_published=is_published(variant.product),
            is_digital=is_digital(variant),
            is_gift_card=is_gift_card(variant),
        )
        for variant in variants
    }


def markets_of(order_ids: Iterable[SaleorId]) -> dict[SaleorId, Hashable]:
    """Prices and stock go by the country alone."""
    orders = Order.objects.select_related("shipping_address", "billing_address")
    found = {}
    # The country is that of delivery where a line needs some.
    for order in orders.filter(pk__in=list(order_ids)).prefetch_related("lines"):
        address = order.shipping_address or order.billing_address
        found[order.pk] = (get_order_country(order), address and address.country.code)
    return found


def find_variants(*, order_id: SaleorId, text: str, limit: int) -> list[SaleorId]:
    """2.10 has one market: all of its variants are sold in every order's."""
    return list(both.matching(text).values_list("pk", flat=True)[:limit])


def _available(variants: Iterable[ProductVariant], country: str) -> dict[SaleorId, int]:
    """As Saleor's `check_stock_quantity` counts, for all in one statement."""
    rows = (
        Stock.objects.for_country(country)
        .filter(product_variant__in=[variant.pk for variant in variants])
        .order_by()
        .values("product_variant_id")
        .annotate(
            units=Coalesce(Sum("quantity", distinct=True), 0),
            kept=Coalesce(Sum("allocations__quantity_allocated"), 0),
        )
    )
    stocked = {row["product_variant_id"]: row["units"] - row["kept"] for row in rows}
    limit = settings.MAX_CHECKOUT_LINE_QUANTITY
    return {
        variant.pk: max(0, min(limit, stocked[variant.pk])) if variant.track_inventory else limit
        for variant in variants
        if variant.pk in stocked
    }
