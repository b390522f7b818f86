"""What an order of 3.x says of an exchange; whoever listens to orders is told of a change."""

from collections.abc import Mapping

from django.db import transaction
from saleor.core.db.connection import allow_writer
from saleor.order.actions import call_order_events
from saleor.order.models import Order
from saleor.plugins.manager import get_plugins_manager
from saleor.webhook.event_types import WebhookEventAsyncType

from ..both import marks
from ..types import SaleorId

TOLD = [WebhookEventAsyncType.ORDER_METADATA_UPDATED, WebhookEventAsyncType.ORDER_UPDATED]


@allow_writer()
@transaction.atomic
def mark_held(order_id: SaleorId, reason: str) -> None:
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is not None:
        say(order, {marks.HELD_UNTIL: reason})


def say(order: Order, values: Mapping[str, str]) -> None:
    """The order is locked. Saleor itself waits for the commit before it tells."""
    if marks.put(order, values):
        order.save(update_fields=["metadata", "updated_at"])
        call_order_events(get_plugins_manager(allow_replica=False), TOLD, order)
