"""From which warehouses units of an order ship; Saleor itself wants that named."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext
from saleor.order.models import Order, OrderLine
from saleor.warehouse.models import Allocation, Stock

from ...errors import InsufficientStock, InvalidInput, NotFound
from ..types import FulfilledUnits, SaleorId
from .stock import named_warehouse

Shipments = dict[Any, dict[OrderLine, int]]
"""By warehouse id: order lines with the units that leave there."""


def order_to_fulfil(order_id: SaleorId, closed: Iterable[str]) -> Order:
    """Saleor does not look at the order's status itself; `closed` are those that ship nothing."""
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise NotFound(gettext("There is no such order."), field="order_id")
    if order.status in closed:
        raise InvalidInput(gettext("Only a placed order can be fulfilled."), field="order_id")
    return order


def lines_to_fulfil(
    order: Order, units: Sequence[FulfilledUnits]
) -> list[tuple[OrderLine, FulfilledUnits]]:
    """Each unit's line. Saleor would take lines of another order; raises NotFound, InvalidInput."""
    if not units:
        raise InvalidInput(gettext("Say what to fulfil."), field="lines")
    lines = {str(line.pk): line for line in order.lines.select_related("variant")}
    left = {key: line.quantity_unfulfilled for key, line in lines.items()}
    found = []
    for index, unit in enumerate(units):
        key = str(unit.order_line_id)
        if key not in lines:
            raise NotFound(
                gettext("This item is not in the order."), field="order_line_id", index=[index]
            )
        line = lines[key]
        if unit.quantity < 1:
            raise InvalidInput(
                gettext("Fulfil at least one unit."), field="quantity", index=[index]
            )
        if unit.quantity > left[key]:
            raise InvalidInput(
                gettext("Only %(left)s of %(item)s are still to be fulfilled.")
                % {"left": left[key], "item": line.product_name},
                field="quantity",
                index=[index],
            )
        if line.variant is None:
            raise InvalidInput(
                gettext("%(item)s was deleted, so no warehouse has it.")
                % {"item": line.product_name},
                field="order_line_id",
                index=[index],
            )
        left[key] -= unit.quantity
        found.append((line, unit))
    return found


def choose_warehouses(
    wanted: Sequence[tuple[OrderLine, FulfilledUnits]], stocks: Sequence[Stock]
) -> Shipments:
    """The named one; else where the units are allocated; else the first of `stocks` with enough.

    Raises InsufficientStock, and NotFound for an unknown warehouse.
    """
    allocated: dict[int, dict[Any, int]] = defaultdict(dict)
    rows = Allocation.objects.filter(stock__in=stocks, quantity_allocated__gt=0)
    for stock_id, line_id, quantity in rows.values_list(
        "stock_id", "order_line_id", "quantity_allocated"
    ):
        allocated[stock_id][line_id] = quantity
    chosen: Shipments = defaultdict(dict)
    for index, (line, unit) in enumerate(wanted):
        if unit.warehouse_id:
            sources = [(named_warehouse(unit.warehouse_id).pk, unit.quantity)]
        else:
            own = [stock for stock in stocks if stock.product_variant_id == line.variant_id]
            sources = _sources(line, unit.quantity, own, allocated)
        if not sources:
            raise insufficient(line.product_name, index)
        for warehouse_id, quantity in sources:
            chosen[warehouse_id][line] = chosen[warehouse_id].get(line, 0) + quantity
    return dict(chosen)


def insufficient(name: str, index: int | None = None) -> InsufficientStock:
    return InsufficientStock(
        gettext(
            "There is not enough of %(item)s in stock; choose another warehouse or fewer units."
        )
        % {"item": name},
        field="warehouse_id",
        index=None if index is None else [index],
    )


def _sources(
    line: OrderLine, quantity: int, stocks: Sequence[Stock], allocated: dict[int, dict[Any, int]]
) -> list[tuple[Any, int]]:
    """Warehouses with units of each; empty when there is not enough."""
    reserved = {stock: allocated[stock.pk].get(line.pk, 0) for stock in stocks}
    given_up = _taken_in_turn(reserved, quantity)

    def has_enough(stock: Stock) -> bool:
        kept = sum(allocated[stock.pk].values()) - given_up[stock]
        return stock.quantity - kept >= quantity or not line.variant.track_inventory

    is_covered = sum(given_up.values()) == quantity
    candidates = sorted(stocks, key=lambda stock: -reserved[stock])
    for stock in candidates:
        if has_enough(stock) and (reserved[stock] or not is_covered):
            return [(stock.warehouse_id, quantity)]
    if is_covered:
        # In the order in which Saleor gives allocations up, or it would find the later ones kept.
        return [(stock.warehouse_id, units) for stock, units in given_up.items() if units]
    return []


def _taken_in_turn(reserved: dict[Stock, int], quantity: int) -> dict[Stock, int]:
    """What Saleor takes from each allocation of a line when units of it ship, whichever warehouse
    ships them."""
    taken = {}
    for stock in sorted(reserved, key=lambda stock: stock.pk):
        taken[stock] = min(reserved[stock], quantity)
        quantity -= taken[stock]
    return taken
