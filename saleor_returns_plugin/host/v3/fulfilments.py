"""Shipping units of an order, by Saleor's own `orderFulfill`."""

from collections.abc import Iterable, Sequence
from typing import Any

import graphene
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext
from saleor.core.db.connection import allow_writer
from saleor.order import OrderStatus
from saleor.order.models import Fulfillment, Order
from saleor.shipping.models import ShippingZone
from saleor.warehouse.models import Stock

from ...errors import InvalidInput, NotFound
from ..both.shipping import (
    Shipments,
    choose_warehouses,
    insufficient,
    lines_to_fulfil,
    order_to_fulfil,
)
from ..types import FulfilledUnits, SaleorId
from . import api

_CLOSED = (
    OrderStatus.DRAFT,
    OrderStatus.UNCONFIRMED,
    OrderStatus.CANCELED,
    OrderStatus.EXPIRED,
)

FULFIL = """
mutation($order: ID!, $input: OrderFulfillInput!) {
  orderFulfill(order: $order, input: $input) {
    fulfillments { id }
    errors { field code message }
  }
}
"""
UPDATE_TRACKING = """
mutation($id: ID!, $input: FulfillmentUpdateTrackingInput!) {
  orderFulfillmentUpdateTracking(id: $id, input: $input) { errors { field code message } }
}
"""


@allow_writer()
def fulfil(
    order_id: SaleorId,
    units: Sequence[FulfilledUnits],
    tracking_number: str = "",
    notify_customer: bool = True,
    user_id: SaleorId | None = None,
) -> tuple[str, ...]:
    """In a shop that approves fulfilments by hand they wait, and count as shipped once approved."""
    order = order_to_fulfil(order_id, _CLOSED)
    wanted = lines_to_fulfil(order, units)
    chosen = choose_warehouses(wanted, _stocks(order, [line.variant_id for line, _ in wanted]))
    answer = api.answer_of(
        FULFIL,
        {
            "order": graphene.Node.to_global_id("Order", order.pk),
            "input": {
                "lines": _lines_input(chosen),
                "notifyCustomer": notify_customer,
                "allowStockToBeExceeded": False,
                "trackingNumber": tracking_number,
            },
        },
        user_id,
    )
    if any(error["code"] == "INSUFFICIENT_STOCK" for error in answer["errors"]):
        raise insufficient(" or ".join(sorted({line.product_name for line, _ in wanted})))
    _refuse(answer["errors"])
    return tuple(
        graphene.Node.from_global_id(fulfilment["id"])[1] for fulfilment in answer["fulfillments"]
    )


@allow_writer()
def update_tracking(
    fulfilment_id: str,
    tracking_number: str,
    notify_customer: bool = False,
    user_id: SaleorId | None = None,
) -> None:
    if not (fulfilment_id.isdigit() and Fulfillment.objects.filter(pk=fulfilment_id).exists()):
        raise NotFound(gettext("There is no such fulfilment."), field="id")
    answer = api.answer_of(
        UPDATE_TRACKING,
        {
            "id": graphene.Node.to_global_id("Fulfillment", fulfilment_id),
            "input": {"trackingNumber": tracking_number, "notifyCustomer": notify_customer},
        },
        user_id,
    )
    _refuse(answer["errors"])


def _lines_input(chosen: Shipments) -> list[dict[str, Any]]:
    """Saleor takes each line once, with all of its warehouses."""
    stocks: dict[Any, list[dict[str, Any]]] = {}
    for warehouse_id, lines in chosen.items():
        warehouse = graphene.Node.to_global_id("Warehouse", warehouse_id)
        for line, quantity in lines.items():
            stocks.setdefault(line.pk, []).append({"warehouse": warehouse, "quantity": quantity})
    return [
        {"orderLineId": graphene.Node.to_global_id("OrderLine", line_id), "stocks": of_line}
        for line_id, of_line in stocks.items()
    ]


def _stocks(order: Order, variant_ids: Iterable[int]) -> list[Stock]:
    """Of the order's channel, those that a shipping zone of it reaches first: most shops refuse
    the rest."""
    reached = ShippingZone.objects.filter(
        channels=order.channel_id, warehouses=OuterRef("warehouse_id")
    )
    return list(
        Stock.objects.filter(
            product_variant_id__in=list(variant_ids), warehouse__channels=order.channel_id
        )
        .annotate(is_reached=Exists(reached))
        .order_by("-is_reached", "pk")
    )


def _refuse(errors: Sequence[Any]) -> None:
    if errors:
        raise InvalidInput(" ".join(error["message"] for error in errors))
