"""Which order a call is about: the one of the session, or one by Saleor's ID."""

from ..domain.actors import Actor
from ..errors import InvalidInput, NotFound, Required
from ..models import OrderRecord
from ..selectors.access import visible_records
from . import compat
from .ids import saleor_key


def find_record(actor: Actor, order_id: str) -> OrderRecord | None:
    """By Saleor's order ID, among those whose returns the actor may make."""
    try:
        key = saleor_key(order_id, compat.Order, field="order_id")
    except InvalidInput:
        return None
    return visible_records(actor).filter(order_id=key).first()


def record_of_call(actor: Actor, order_id: str | None) -> OrderRecord:
    """Raises Required when the call names no order, NotFound when there is none for the actor."""
    if order_id is not None:
        saleor_key(order_id, compat.Order, field="order_id")
        record = find_record(actor, order_id)
    elif actor.record_id is not None:
        record = visible_records(actor).filter(pk=actor.record_id).first()
    else:
        raise Required("Sign in with `returnSessionCreate`, or give `orderId`.", field="token")
    if record is None:
        raise NotFound("There is no such order.", field="order_id")
    return record
