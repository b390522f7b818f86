"""Shipping units of an order on 2.10, by the functions that its own mutations call."""

import logging
from collections.abc import Callable, Sequence
from functools import partial

from django.db import transaction
from django.utils.translation import gettext
from saleor.core.exceptions import InsufficientStock
from saleor.order import OrderStatus
from saleor.order.actions import create_fulfillments, fulfillment_tracking_updated
from saleor.order.emails import (
    send_fulfillment_confirmation_to_customer,
    send_fulfillment_update,
)
from saleor.order.models import Fulfillment, OrderLine
from saleor.warehouse.models import Allocation, Stock

from ...errors import NotFound
from ..both.people import row_of
from ..both.shipping import choose_warehouses, insufficient, lines_to_fulfil, order_to_fulfil
from ..types import FulfilledUnits, SaleorId

logger = logging.getLogger(__name__)

_CLOSED = (OrderStatus.DRAFT, OrderStatus.CANCELED)


@transaction.atomic
def fulfil(
    order_id: SaleorId,
    units: Sequence[FulfilledUnits],
    tracking_number: str = "",
    notify_customer: bool = True,
    user_id: SaleorId | None = None,
) -> tuple[str, ...]:
    order = order_to_fulfil(order_id, _CLOSED)
    stocks = locked_stocks(order.pk)
    chosen = choose_warehouses(lines_to_fulfil(order, units), stocks)
    user = row_of(user_id)
    try:
        fulfilments = create_fulfillments(
            user,
            order,
            {
                warehouse_id: [
                    {"order_line": line, "quantity": quantity} for line, quantity in lines.items()
                ]
                for warehouse_id, lines in chosen.items()
            },
            notify_customer=False,
        )
    except InsufficientStock as error:
        raise insufficient(str(error.item)) from error
    for fulfilment in fulfilments:
        if tracking_number:
            _set_tracking(fulfilment, tracking_number, user_id)
        if notify_customer:
            _on_commit(partial(send_fulfillment_confirmation_to_customer, order, fulfilment, user))
    return tuple(str(fulfilment.pk) for fulfilment in fulfilments)


@transaction.atomic
def update_tracking(
    fulfilment_id: str,
    tracking_number: str,
    notify_customer: bool = False,
    user_id: SaleorId | None = None,
) -> None:
    rows = Fulfillment.objects.filter(pk=fulfilment_id) if fulfilment_id.isdigit() else ()
    for fulfilment in rows:
        _set_tracking(fulfilment, tracking_number, user_id)
        if notify_customer:
            _on_commit(partial(send_fulfillment_update.delay, fulfilment.order_id, fulfilment.pk))
        return
    raise NotFound(gettext("There is no such fulfilment."), field="id")


def locked_stocks(order_id: SaleorId) -> list[Stock]:
    """Before anything is read: 2.10 writes back a line's quantity as it was read. Allocations come
    first, with their stock, as Saleor's own deallocation locks them."""
    list(
        Allocation.objects.filter(order_line__order_id=order_id)
        .select_related("stock")
        .select_for_update(of=("self", "stock"))
        .order_by("stock__pk")
    )
    variants = OrderLine.objects.filter(order_id=order_id).values("variant_id")
    stocks = Stock.objects.filter(product_variant_id__in=variants)
    return list(stocks.order_by("pk").select_for_update(of=("self",)))


def _set_tracking(fulfilment: Fulfillment, tracking_number: str, user_id: SaleorId | None) -> None:
    fulfilment.tracking_number = tracking_number
    fulfilment.save(update_fields=["tracking_number"])
    fulfillment_tracking_updated(fulfilment, row_of(user_id), tracking_number)


def _on_commit(send: Callable[[], object]) -> None:
    """2.10 hands a mail to the worker at once, which may look before the fulfilment is there."""

    def without_raising() -> None:
        try:
            send()
        except Exception:
            logger.exception("Saleor could not tell the customer of a fulfilment")

    transaction.on_commit(without_raising)
