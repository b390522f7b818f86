"""Which order a call is about: the one of the session, or one by Saleor's ID."""

from uuid import UUID

from django.utils.translation import gettext

from ..domain.actors import Actor
from ..enums import ActorKind
from ..errors import InvalidInput, NotFound, NotPermitted, Required
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


def record_id_of_call(actor: Actor, order_id: str | None) -> UUID:
    """As `record_of_call`, for a service that asks itself whether the actor may see the order."""
    if order_id is None and actor.record_id is not None:
        return actor.record_id
    return record_of_call(actor, order_id).pk


def record_of_call(actor: Actor, order_id: str | None) -> OrderRecord:
    """The caller's order. Raises NotPermitted or Required when none is named, else NotFound."""
    if order_id is not None:
        saleor_key(order_id, compat.Order, field="order_id")
        record = find_record(actor, order_id)
    elif actor.record_id is not None:
        record = visible_records(actor).filter(pk=actor.record_id).first()
    elif actor.kind is ActorKind.NOBODY:
        raise NotPermitted(gettext("Sign in with `returnSessionCreate`, or again."), field="token")
    else:
        raise Required(
            gettext("Say which order, by `orderId` or by a session token."), field="order_id"
        )
    if record is None:
        raise NotFound(gettext("There is no such order."), field="order_id")
    return record
