"""Notes in an order's history."""

from saleor.core.db.connection import allow_writer
from saleor.order import events
from saleor.order.models import Order

from ..both.people import row_of
from ..types import SaleorId


@allow_writer()
def add_order_note(order_id: SaleorId, message: str, user_id: SaleorId | None = None) -> None:
    """Nothing happens for an order that is gone."""
    order = Order.objects.filter(pk=order_id).select_related("user").first()
    if order is None:
        return
    events.order_note_added_event(order=order, user=row_of(user_id), app=None, message=message)
