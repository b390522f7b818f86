"""Notes in 2.10's order history."""

from saleor.account.models import User
from saleor.order import events
from saleor.order.models import Order

from ..types import SaleorId


def add_order_note(order_id: SaleorId, message: str, user_id: SaleorId | None = None) -> None:
    """Nothing happens for an order that is gone."""
    order = Order.objects.filter(pk=order_id).select_related("user").first()
    if order is None:
        return
    user = User.objects.filter(pk=user_id).first() if user_id else None
    events.order_note_added_event(order=order, user=user, message=message)
