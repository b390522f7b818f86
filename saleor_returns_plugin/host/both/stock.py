"""Putting returned goods back, as Saleor does when a fulfilment is cancelled."""

from django.core.exceptions import ValidationError
from saleor.order.models import FulfillmentLine, OrderLine
from saleor.order.utils import get_order_country
from saleor.warehouse.management import increase_stock
from saleor.warehouse.models import Stock, Warehouse

from ...errors import NotFound
from ..types import SaleorId


def restock(order_line_id: SaleorId, quantity: int, warehouse_id: SaleorId | None = None) -> bool:
    """Into `warehouse_id`, or where the goods came from. Raises NotFound for an unknown warehouse.

    False when the variant is gone, its stock is not counted, or no warehouse could take it.
    """
    line = OrderLine.objects.filter(pk=order_line_id).select_related("variant", "order").first()
    if line is None or line.variant is None or not line.variant.track_inventory:
        return False
    warehouse = _warehouse(warehouse_id) if warehouse_id else _source_of(line)
    if warehouse is None:
        return False
    increase_stock(line, warehouse, quantity, allocate=False)
    return True


def _warehouse(warehouse_id: SaleorId) -> Warehouse:
    try:
        return Warehouse.objects.get(pk=warehouse_id)
    except (Warehouse.DoesNotExist, ValidationError, ValueError):
        raise NotFound("There is no such warehouse.", field="warehouse") from None


def _source_of(line: OrderLine) -> Warehouse | None:
    """Where it was shipped from, else a warehouse that has the variant, else one for the country."""
    shipped = (
        FulfillmentLine.objects.filter(order_line=line, stock__isnull=False)
        .select_related("stock__warehouse")
        .order_by("pk")
        .first()
    )
    if shipped:
        return shipped.stock.warehouse
    stock = Stock.objects.filter(product_variant=line.variant).select_related("warehouse").first()
    if stock:
        return stock.warehouse
    country = get_order_country(line.order)
    return Warehouse.objects.filter(shipping_zones__countries__contains=country).first()
