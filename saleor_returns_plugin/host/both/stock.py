"""Putting returned goods back, as Saleor does when a fulfilment is cancelled."""

from django.core.exceptions import ValidationError
from django.db import transaction
from saleor.order.models import FulfillmentLine, OrderLine
from saleor.order.utils import get_order_country
from saleor.warehouse.management import increase_stock
from saleor.warehouse.models import Stock, Warehouse

from ...errors import NotFound
from ..types import SaleorId


def restock(
    order_line_id: SaleorId, quantity: int, warehouse_id: SaleorId | None = None
) -> SaleorId | None:
    """Into `warehouse_id`, or where the goods came from; answer the warehouse they went to.

    None when the variant is gone, its stock is not counted, or no warehouse could take it.
    Raises NotFound for an unknown warehouse.
    """
    line = _line(order_line_id)
    if line is None or line.variant is None or not line.variant.track_inventory:
        return None
    warehouse = named_warehouse(warehouse_id) if warehouse_id else _source_of(line)
    if warehouse is None:
        return None
    increase_stock(line, warehouse, quantity, allocate=False)
    return warehouse.pk


@transaction.atomic
def unstock(order_line_id: SaleorId, quantity: int, warehouse_id: SaleorId) -> bool:
    """Take back a `restock` that was recorded by mistake; False, and nothing changed, when that
    warehouse no longer has as many units."""
    line = _line(order_line_id)
    if line is None or line.variant is None:
        return False
    stocks = Stock.objects.filter(product_variant=line.variant)
    try:
        stock = (
            stocks.filter(warehouse_id=warehouse_id)
            .order_by("pk")
            .select_for_update(of=("self",))
            .first()
        )
    except (ValidationError, ValueError):
        return False
    if stock is None or stock.quantity < quantity:
        return False
    stock.decrease_stock(quantity)
    return True


def named_warehouse(warehouse_id: SaleorId) -> Warehouse:
    try:
        return Warehouse.objects.get(pk=warehouse_id)
    except (Warehouse.DoesNotExist, ValidationError, ValueError):
        raise NotFound("There is no such warehouse.", field="warehouse_id") from None


def _line(order_line_id: SaleorId) -> OrderLine | None:
    lines = OrderLine.objects.filter(pk=order_line_id)
    return lines.select_related("variant", "order").first()


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
