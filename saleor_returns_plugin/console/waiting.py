"""What waits, and for whom."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ..domain.actors import Actor
from ..enums import ReturnStatus as S
from ..enums import ShipmentStatus
from ..models import Refund, ReturnLine, VendorReturn, VendorShipment, VendorShipmentLine
from ..selectors.deadlines import late, lines_to_come
from ..selectors.returned import live_refunds
from . import access


def _in(*states: S) -> Callable[[datetime], Q]:
    return lambda now: Q(status__in=[state.value for state in states])


def _owed(now: datetime) -> Q:
    """Received; or accepted goods that the shopper keeps and that are not paid yet."""
    kept = ReturnLine.objects.filter(vendor_return=OuterRef("pk"), send_back=False, payable__gt=0)
    paid = live_refunds(Refund.objects.filter(vendor_return=OuterRef("pk")))
    return Q(status=S.RECEIVED.value) | Q(
        Exists(kept), ~Exists(paid), status__in=[S.ACCEPTED.value, S.IN_TRANSIT.value]
    )


def _sent_by_shopper(now: datetime) -> Q:
    return Q(Exists(lines_to_come()), status=S.ACCEPTED.value)


@dataclass(frozen=True)
class Queue:
    """`for_merchant`: of every vendor, for the store's staff alone; `with_others`: the reader
    can only wait."""

    key: str
    title: Any
    condition: Callable[[datetime], Q]
    for_merchant: bool = False
    with_others: bool = False
    of_others: bool = False


OVERDUE = Queue("overdue", _("Overdue"), late)
QUEUES = (
    OVERDUE,
    Queue("approve", _("To approve"), _in(S.REQUESTED), for_merchant=True),
    Queue("accept", _("To accept"), _in(S.APPROVED)),
    Queue("receive", _("To receive"), _in(S.IN_TRANSIT, S.PARTIALLY_RECEIVED)),
    Queue("refund", _("To refund"), _owed),
    Queue("shopper", _("The shopper sends back"), _sent_by_shopper, with_others=True),
    Queue(
        "vendors",
        _("With vendors"),
        _in(S.APPROVED, S.ACCEPTED, S.IN_TRANSIT, S.PARTIALLY_RECEIVED, S.RECEIVED),
        for_merchant=True,
        with_others=True,
        of_others=True,
    ),
)


def queues_of(actor: Actor) -> tuple[Queue, ...]:
    return tuple(queue for queue in QUEUES if actor.is_merchant or not queue.for_merchant)


def rows_of(queue: Queue, actor: Actor, now: datetime) -> QuerySet[VendorReturn]:
    rows = access.parts(actor).filter(queue.condition(now))
    if queue.of_others:
        return rows.exclude(access.own(actor))
    is_of_all = queue.for_merchant or (queue is OVERDUE and actor.is_merchant)
    return rows if is_of_all else rows.filter(access.own(actor))


def shipments_to_send(actor: Actor) -> QuerySet[VendorShipment]:
    """Of paid orders, with units that the actor's vendors still have to send."""
    left = VendorShipmentLine.objects.filter(
        shipment=OuterRef("pk"), order_line__isnull=False, quantity__gt=F("quantity_fulfilled")
    )
    open_ones = (ShipmentStatus.OPEN.value, ShipmentStatus.PARTIALLY_FULFILLED.value)
    return access.shipments(actor).filter(
        access.own(actor),
        Exists(left),
        status__in=open_ones,
        record__vendors_told_at__isnull=False,
        record__order__isnull=False,
    )
