"""What an order of 2.10 says of an exchange; whoever listens to orders is told of a change."""

from collections.abc import Mapping

from django.db import transaction
from saleor.order.models import Order
from saleor.plugins.manager import get_plugins_manager

from ..both import marks
from ..types import SaleorId


@transaction.atomic
def mark_held(order_id: SaleorId, reason: str) -> None:
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is not None:
        say(order, {marks.HELD_UNTIL: reason})


def say(order: Order, values: Mapping[str, str]) -> None:
    """The order is locked."""
    if marks.put(order, values):
        order.save(update_fields=["metadata"])
        transaction.on_commit(lambda: get_plugins_manager().order_updated(order))
