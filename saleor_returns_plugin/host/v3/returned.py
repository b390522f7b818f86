"""Telling Saleor's order what came back, by Saleor's own return operation.

It makes a new fulfilment of each call's units and never merges two, deletes a shipped fulfilment
that it emptied, writes one event, and recomputes the order's status after the commit. It moves no
money and no stock, and sends no mail.
"""

from collections.abc import Sequence

import graphene
from django.db import transaction
from saleor.core.db.connection import allow_writer
from saleor.order import FulfillmentStatus
from saleor.order.models import Fulfillment, FulfillmentLine, OrderLine
from saleor.warehouse.models import Stock

from ...errors import InvalidInput
from ..types import ReturnedUnits, SaleorId
from . import api

_SOURCES = (FulfillmentStatus.FULFILLED, FulfillmentStatus.REFUNDED)
"""Where returned units are taken from, in this order."""

RETURN = """
mutation($order: ID!, $input: OrderReturnProductsInput!) {
  orderFulfillmentReturnProducts(order: $order, input: $input) {
    errors { field code message }
  }
}
"""


@allow_writer()
@transaction.atomic
def return_products(
    order_id: SaleorId, lines: Sequence[ReturnedUnits], user_id: SaleorId | None = None
) -> dict[SaleorId, int]:
    """Units that staff refunded in Saleor are returned too where no others are left, but not
    answered: Saleor held them as returned before. Gift cards cannot be returned there."""
    wanted: dict[str, int] = {}
    for item in lines:
        key = str(item.order_line_id)
        wanted[key] = wanted.get(key, 0) + item.quantity
    _lock(order_id)
    moved: dict[SaleorId, int] = {}
    input_lines = []
    for row in _rows(order_id, list(wanted)):
        units = min(row.quantity, wanted[str(row.order_line_id)])
        if units < 1:
            continue
        wanted[str(row.order_line_id)] -= units
        if row.fulfillment.status == FulfillmentStatus.FULFILLED:
            moved[row.order_line_id] = moved.get(row.order_line_id, 0) + units
        row_id = graphene.Node.to_global_id("FulfillmentLine", row.pk)
        input_lines.append({"fulfillmentLineId": row_id, "quantity": units})
    if input_lines:
        _run(order_id, input_lines, user_id)
    return moved


def _run(order_id: SaleorId, lines: list[dict[str, object]], user_id: SaleorId | None) -> None:
    answer = api.answer_of(
        RETURN,
        {
            "order": graphene.Node.to_global_id("Order", order_id),
            "input": {"fulfillmentLines": lines, "refund": False, "includeShippingCosts": False},
        },
        user_id,
    )
    if answer["errors"]:
        raise InvalidInput(" ".join(error["message"] for error in answer["errors"]))


def _rows(order_id: SaleorId, line_ids: list[str]) -> list[FulfillmentLine]:
    """Shipped units first, then those that staff only refunded; the oldest first in each."""
    rows = (
        FulfillmentLine.objects.filter(
            fulfillment__order_id=order_id,
            fulfillment__status__in=_SOURCES,
            order_line_id__in=line_ids,
            order_line__is_gift_card=False,
        )
        .select_related("fulfillment")
        .order_by("fulfillment__created_at", "fulfillment_id", "pk")
    )
    return sorted(rows, key=lambda row: _SOURCES.index(row.fulfillment.status))


def _lock(order_id: SaleorId) -> None:
    """Saleor reads these rows without a lock and writes back what it computed. This is the order in
    which its own operations reach for them: return and refund (fulfilment lines, fulfilments),
    cancel and approve (fulfilments, stock), fulfil (order lines, stock)."""
    of_order = FulfillmentLine.objects.filter(fulfillment__order_id=order_id)
    rows = list(of_order.order_by("pk").select_for_update(of=("self",)))
    for queryset in (
        Fulfillment.objects.filter(order_id=order_id),
        OrderLine.objects.filter(order_id=order_id),
        Stock.objects.filter(pk__in={row.stock_id for row in rows if row.stock_id}),
    ):
        list(queryset.only("pk").order_by("pk").select_for_update(of=("self",)))
