"""Putting returned goods back, as Saleor does when a fulfilment is cancelled."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Subquery, Sum
from django.utils.translation import gettext
from saleor.order.models import FulfillmentLine, OrderLine
from saleor.order.utils import get_order_country
from saleor.warehouse.models import Allocation, Stock, Warehouse

from ...errors import NotFound
from ..types import RestockedUnits, SaleorId


def restock(units: Sequence[RestockedUnits]) -> list[SaleorId | None]:
    """Into the named warehouses, or where the goods came from; answer where each went.

    None for units whose variant is gone, whose stock is not counted, or that no warehouse could
    take. What Saleor's `increase_stock` does line by line, in a constant number of statements: it
    locks stock by key, as Saleor does. Raises NotFound for an unknown warehouse, with the index.
    """
    lines = _lines(units)
    named = _named(units)
    unknown = [line for line in lines.values() if line.variant_id and not line.shipped_from]
    elsewhere = _stocked(unknown)
    places: list[tuple[SaleorId, SaleorId] | None] = []
    for item, warehouse_id in zip(units, named, strict=True):
        line = lines.get(item.order_line_id)
        if line is None or line.variant is None or not line.variant.track_inventory:
            places.append(None)
            continue
        to = warehouse_id or line.shipped_from or elsewhere.get(line.variant_id)
        to = to or _in_country(line)
        places.append((line.variant_id, to) if to else None)
    more: dict[tuple[SaleorId, SaleorId], int] = {}
    for item, place in zip(units, places, strict=True):
        if place is not None:
            more[place] = more.get(place, 0) + item.quantity
    _add(more)
    return [place[1] if place else None for place in places]


@transaction.atomic(savepoint=False)
def unstock(units: Sequence[RestockedUnits]) -> bool:
    """Take back a `restock` that was recorded by mistake; False, and nothing changed, when a
    warehouse no longer has as many units that no order has reserved."""
    lines = _lines(units)
    less: dict[tuple[SaleorId, SaleorId], int] = {}
    for item in units:
        line = lines.get(item.order_line_id)
        warehouse_id = _warehouse_key(item.warehouse_id)
        if line is None or not line.variant_id or warehouse_id is None:
            return False
        place = (line.variant_id, warehouse_id)
        less[place] = less.get(place, 0) + item.quantity
    stocks = _locked(less)
    sold = _allocated(stocks.values())
    if any(
        place not in stocks or stocks[place].quantity - sold.get(stocks[place].pk, 0) < quantity
        for place, quantity in less.items()
    ):
        return False
    for place, quantity in less.items():
        stocks[place].quantity -= quantity
    Stock.objects.bulk_update(stocks.values(), ["quantity"])
    return True


def named_warehouse(warehouse_id: SaleorId) -> Warehouse:
    warehouse = Warehouse.objects.filter(pk=_warehouse_key(warehouse_id)).first()
    if warehouse is None:
        raise _unknown()
    return warehouse


@transaction.atomic(savepoint=False)
def _add(more: dict[tuple[SaleorId, SaleorId], int]) -> None:
    stocks = _locked(more)
    for place, stock in stocks.items():
        stock.quantity += more[place]
    Stock.objects.bulk_update(stocks.values(), ["quantity"])
    Stock.objects.bulk_create(
        [
            Stock(product_variant_id=variant_id, warehouse_id=warehouse_id, quantity=quantity)
            for (variant_id, warehouse_id), quantity in more.items()
            if (variant_id, warehouse_id) not in stocks
        ]
    )


def _locked(places: Iterable[tuple[SaleorId, SaleorId]]) -> dict[tuple[SaleorId, SaleorId], Stock]:
    """By variant and warehouse; locked in Saleor's own order."""
    wanted = set(places)
    rows = (
        Stock.objects.filter(
            product_variant_id__in={variant for variant, _ in wanted},
            warehouse_id__in={warehouse for _, warehouse in wanted},
        )
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    found = {(row.product_variant_id, row.warehouse_id): row for row in rows}
    return {place: stock for place, stock in found.items() if place in wanted}


def _allocated(stocks: Iterable[Stock]) -> dict[int, int]:
    """Units that orders have reserved; whoever reserves more waits for our lock on the stock."""
    rows = Allocation.objects.filter(stock__in=list(stocks)).order_by().values("stock_id")
    return {row["stock_id"]: row["units"] for row in rows.annotate(units=Sum("quantity_allocated"))}


def _lines(units: Iterable[RestockedUnits]) -> dict[SaleorId, OrderLine]:
    """Each with the warehouse that it was `shipped_from`."""
    shipped = FulfillmentLine.objects.filter(order_line=OuterRef("pk"), stock__isnull=False)
    rows = OrderLine.objects.filter(pk__in={item.order_line_id for item in units})
    first = Subquery(shipped.order_by("pk").values("stock__warehouse_id")[:1])
    rows = rows.select_related("variant", "order").annotate(shipped_from=first)
    return {line.pk: line for line in rows}


def _named(units: Sequence[RestockedUnits]) -> list[SaleorId | None]:
    keys = [_warehouse_key(item.warehouse_id) for item in units]
    known = set(
        Warehouse.objects.filter(pk__in={key for key in keys if key}).values_list("pk", flat=True)
        if any(keys)
        else ()
    )
    for index, (item, key) in enumerate(zip(units, keys, strict=True)):
        if item.warehouse_id and key not in known:
            raise _unknown([index])
    return keys


def _warehouse_key(value: Any) -> SaleorId | None:
    try:
        return Warehouse._meta.pk.to_python(value) if value else None
    except ValidationError:
        return None


def _unknown(index: Sequence[int] | None = None) -> NotFound:
    return NotFound(gettext("There is no such warehouse."), field="warehouse_id", index=index)


def _stocked(lines: Sequence[OrderLine]) -> dict[SaleorId, SaleorId]:
    """Variant -> the first warehouse that has it."""
    found: dict[SaleorId, SaleorId] = {}
    if lines:
        stocks = Stock.objects.filter(product_variant_id__in=[line.variant_id for line in lines])
        rows = stocks.order_by("pk").values_list("product_variant_id", "warehouse_id")
        for variant_id, warehouse_id in rows:
            found.setdefault(variant_id, warehouse_id)
    return found


def _in_country(line: OrderLine) -> SaleorId | None:
    zones = Warehouse.objects.filter(
        shipping_zones__countries__contains=get_order_country(line.order)
    )
    return zones.values_list("pk", flat=True).first()
