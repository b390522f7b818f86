"""What Saleor's order says of an exchange, for warehouse systems to see."""

from uuid import UUID

import graphene
from django.db import transaction
from saleor.order.models import Order

from ..types import SaleorId

HELD_UNTIL = "returns.held_until"
"""Key of the order's metadata: not to be sent yet. Nothing here is decided by it."""


@transaction.atomic
def mark_held(order_id: SaleorId, reason: str) -> None:
    """Say until when the order is held, `on_reception` for example; not at all when blank."""
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is None or order.metadata.get(HELD_UNTIL, "") == reason:
        return
    rest = {key: value for key, value in order.metadata.items() if key != HELD_UNTIL}
    order.metadata = {**rest, HELD_UNTIL: reason} if reason else rest
    order.save(update_fields=["metadata"])


def checkout_id(token: UUID) -> str:
    """The ID that Saleor's API knows the checkout by."""
    return str(graphene.Node.to_global_id("Checkout", token))
