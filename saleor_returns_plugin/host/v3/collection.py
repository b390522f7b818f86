"""What can be collected where an order was collected. Saleor's `quantityAvailable` cannot say: with
a country it leaves out every collection point, without one it adds up those of others."""

from collections.abc import Iterable

from django.contrib.sites.models import Site
from saleor.order.models import Order
from saleor.product.models import ProductVariant
from saleor.warehouse import WarehouseClickAndCollectOption
from saleor.warehouse.availability import get_reserved_stock_quantity_bulk
from saleor.warehouse.models import Stock, Warehouse

from ..types import SaleorId


def was_collected(order: Order) -> bool:
    """Also where the warehouse is gone: its name stays."""
    return order.shipping_method_id is None and bool(order.collection_point_name)


def left_to_collect(order: Order, variants: Iterable[ProductVariant]) -> dict[SaleorId, int | None]:
    """Units of what somebody has to bring, as Saleor counts them when a checkout to be collected
    there is completed; None of what it neither counts nor limits."""
    brought = [variant for variant in variants if variant.is_shipping_required()]
    left = _left([variant.pk for variant in brought], order)
    limit = Site.objects.get_current().settings.limit_quantity_per_checkout
    found: dict[SaleorId, int | None] = {}
    for variant in brought:
        if variant.pk not in left:
            found[variant.pk] = 0
        elif not variant.track_inventory:
            found[variant.pk] = limit
        else:
            found[variant.pk] = min(left[variant.pk], limit or left[variant.pk])
    return found


def _left(variant_ids: Iterable[SaleorId], order: Order) -> dict[SaleorId, int]:
    """Of those that have a stock, however small, from which the point is served."""
    points = Warehouse.objects.for_channel(order.channel_id)
    points = points.exclude(click_and_collect_option=WarehouseClickAndCollectOption.DISABLED)
    point = points.filter(pk=order.collection_point_id).first()
    if point is None:
        return {}
    stocks = Stock.objects.for_channel_and_click_and_collect(order.channel.slug)
    stocks = stocks.filter(product_variant__in=variant_ids)
    if point.click_and_collect_option == WarehouseClickAndCollectOption.LOCAL_STOCK:
        stocks = stocks.filter(warehouse_id=point.pk)
    rows = list(stocks.annotate_available_quantity())
    left: dict[SaleorId, int] = {}
    for stock in rows:
        variant_id = stock.product_variant_id
        left[variant_id] = left.get(variant_id, 0) + stock.available_quantity
    for variant_id, units in get_reserved_stock_quantity_bulk(rows, []).items():
        left[variant_id] -= units
    return left
