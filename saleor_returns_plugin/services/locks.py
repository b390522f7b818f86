"""The one place that locks (ARCHITECTURE section 1, idea 7)."""

import logging
import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from ..domain.actors import Actor
from ..errors import NotFound
from ..models import Exchange, OrderRecord, Refund, ReturnRequest, VendorReturn, VendorShipment
from ..selectors import access

logger = logging.getLogger(__name__)

_P = ParamSpec("_P")
_R = TypeVar("_R")

_DEADLOCK = "40P01"
_TRIES = 3
_PAUSE_SECONDS = 0.1


def in_transaction(service: Callable[_P, _R]) -> Callable[_P, _R]:
    """Run a service as one transaction; anew when PostgreSQL ended it to break a deadlock.

    Saleor locks its rows in orders of its own, so one with Saleor cannot be ruled out. Inside a
    caller's transaction it is a savepoint, and a deadlock is the caller's.
    """

    return _transaction(service, durable=False)


def in_durable_transaction(service: Callable[_P, _R]) -> Callable[_P, _R]:
    """As `in_transaction`, but never inside a caller's: what it wrote is kept whatever follows.

    Raises RuntimeError inside a transaction.
    """
    return _transaction(service, durable=True)


def _transaction(service: Callable[_P, _R], *, durable: bool) -> Callable[_P, _R]:
    @wraps(service)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        is_outermost = not connection.in_atomic_block
        for attempt in range(1, _TRIES + 1):
            try:
                with transaction.atomic(durable=durable):
                    return service(*args, **kwargs)
            except OperationalError as error:
                if not is_outermost or attempt == _TRIES or _code(error) != _DEADLOCK:
                    raise
                logger.warning("%s met a deadlock and is tried again.", service.__name__)
            let_the_other_go_on(attempt)
        raise AssertionError("unreachable")

    return run


def let_the_other_go_on(attempt: int) -> None:
    """A pause before the next try, longer after each.

    PostgreSQL does not queue for a row: a try made at once may take it before the transaction
    that has just been woken for it, and the two meet again. That one is Saleor's, as a rule,
    which does not try again.
    """
    time.sleep(_PAUSE_SECONDS * attempt * random.uniform(1, 2))


def _code(error: OperationalError) -> str | None:
    """psycopg 2 says pgcode, psycopg 3 sqlstate."""
    cause = error.__cause__
    return getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)


def lock_order(record_id: UUID) -> OrderRecord:
    """Lock the order's root record until the transaction ends; return the record, read afresh.

    Every exchange order is locked by its original, so that a chain of exchanges has one lock.
    """
    return _own(record_id, _lock_root(OrderRecord.objects.filter(pk=record_id)))


def _lock_root(own: QuerySet[OrderRecord]) -> OrderRecord:
    """Lock and read the root of the one order in `own`. Raises OrderRecord.DoesNotExist."""
    root = own.annotate(locked_by=Coalesce("root_id", "pk")).values("locked_by")
    return OrderRecord.objects.select_for_update().get(pk=Subquery(root))


def _own(record_id: UUID, root: OrderRecord) -> OrderRecord:
    return root if root.pk == record_id else OrderRecord.objects.get(pk=record_id)


def _lock_for_actor(own: QuerySet[OrderRecord], refusal: NotFound) -> OrderRecord:
    """The lock asks in the same statement whether the actor may see what it is for."""
    try:
        return _lock_root(own)
    except OrderRecord.DoesNotExist:
        raise refusal from None


def locked_record(record_id: UUID, *, for_actor: Actor) -> OrderRecord:
    """The order, locked. Raises NotFound when the actor may not make its returns."""
    own = access.visible_records(for_actor).filter(pk=record_id)
    refusal = NotFound(gettext("There is no such order."), field="order_id")
    return _own(record_id, _lock_for_actor(own, refusal))


def locked_request(request_id: UUID, *, for_actor: Actor) -> ReturnRequest:
    """The request, its order locked. Raises NotFound when the actor may not see it."""
    _lock_request(request_id, for_actor)
    return ReturnRequest.objects.select_related("record").get(pk=request_id)


def _lock_request(request_id: UUID, actor: Actor) -> None:
    visible = access.visible_requests(actor).filter(pk=request_id)
    _lock_for_actor(
        OrderRecord.objects.filter(requests__in=visible),
        NotFound(gettext("There is no such return request."), field="id"),
    )


def locked_shipment(shipment_id: UUID, *, for_actor: Actor) -> VendorShipment:
    """The shipment, its order locked. Raises NotFound when the actor may not see it."""
    visible = access.visible_shipments(for_actor).filter(pk=shipment_id)
    _lock_for_actor(
        OrderRecord.objects.filter(shipments__in=visible),
        NotFound(gettext("There is no such shipment."), field="id"),
    )
    return VendorShipment.objects.select_related("record", "vendor").get(pk=shipment_id)


_BESIDE_RETURN = ("request__record", "vendor", "shipment")


def locked_parts(request_id: UUID, *, for_actor: Actor) -> list[VendorReturn]:
    """All parts of the request by number, its order locked; they share the request.

    Raises NotFound when the actor may not see it, be it that some parts are not the actor's.
    """
    _lock_request(request_id, for_actor)
    rows = VendorReturn.objects.filter(request=request_id).select_related(*_BESIDE_RETURN)
    parts = [_joined(part) for part in rows.order_by("number")]
    for part in parts:
        part.request = parts[0].request
    return parts


def locked_return(vendor_return_id: UUID, *, for_actor: Actor) -> VendorReturn:
    """The vendor return, its order locked. Raises NotFound when the actor may not see it."""
    visible = access.visible_vendor_returns(for_actor).filter(pk=vendor_return_id)
    _lock_for_actor(
        OrderRecord.objects.filter(requests__vendor_returns__in=visible),
        NotFound(gettext("There is no such return."), field="id"),
    )
    part = VendorReturn.objects.select_related(*_BESIDE_RETURN).get(pk=vendor_return_id)
    return _joined(part)


def locked_exchange(exchange_id: UUID, *, for_actor: Actor) -> Exchange:
    """The exchange with its return, its order locked. Raises NotFound when the actor may not see
    the return."""
    visible = access.visible_vendor_returns(for_actor).filter(exchanges=exchange_id)
    _lock_for_actor(
        OrderRecord.objects.filter(requests__vendor_returns__in=visible),
        NotFound(gettext("There is no such exchange."), field="id"),
    )
    beside = [f"vendor_return__{name}" for name in _BESIDE_RETURN]
    exchange = Exchange.objects.select_related(*beside).get(pk=exchange_id)
    _joined(exchange.vendor_return)
    return exchange


def locked_refund(refund: Refund) -> Refund:
    """A refund that the caller wrote itself, read afresh with its return, its order locked."""
    lock_order(refund.vendor_return.request.record_id)
    return _refund(refund.pk)


def locked_visible_refund(refund_id: UUID, *, for_actor: Actor) -> Refund:
    """The refund, its order locked. Raises NotFound when the actor may not see its return."""
    visible = access.visible_vendor_returns(for_actor).filter(refunds=refund_id)
    _lock_for_actor(
        OrderRecord.objects.filter(requests__vendor_returns__in=visible),
        NotFound(gettext("There is no such refund."), field="id"),
    )
    return _refund(refund_id)


def _refund(refund_id: UUID) -> Refund:
    beside = [f"vendor_return__{name}" for name in _BESIDE_RETURN]
    refund = Refund.objects.select_related(*beside).get(pk=refund_id)
    _joined(refund.vendor_return)
    return refund


def _joined(part: VendorReturn) -> VendorReturn:
    """Its shipment is of the same order and vendor: nobody has to read them again."""
    part.shipment.record, part.shipment.vendor = part.request.record, part.vendor
    return part
