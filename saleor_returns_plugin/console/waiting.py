"""What waits, and for whom."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ..domain.actors import Actor
from ..domain.deadlines import MAY_BE_STORES
from ..enums import ShipmentStatus, Task
from ..models import VendorReturn, VendorShipment, VendorShipmentLine
from ..selectors.access import works_for
from ..selectors.deadlines import doing, late, left_to_store, with_tasks
from . import access


class Of(Enum):
    """Whose returns: of vendors that the reader works for, of the others, or all."""

    OWN = "own"
    OTHERS = "others"
    ALL = "all"


@dataclass(frozen=True)
class Queue:
    """`tasks` is empty for those that wait too long, whatever they wait for. `for_merchant` and
    `for_member`: what the store's staff and a vendor's member see of it, if anything.
    `with_others`: the reader can only wait."""

    key: str
    title: Any
    tasks: tuple[Task, ...]
    for_merchant: Of | None = Of.OWN
    for_member: Of | None = Of.OWN
    with_others: bool = False


OVERDUE = Queue("overdue", _("Overdue"), (), for_merchant=Of.ALL)
QUEUES = (
    OVERDUE,
    Queue("approve", _("To approve"), (Task.APPROVE,), for_merchant=Of.ALL, for_member=None),
    Queue("accept", _("To accept"), (Task.ACCEPT,)),
    Queue("receive", _("To receive"), (Task.RECEIVE,)),
    Queue("refund", _("To refund"), (Task.REFUND,)),
    Queue("exchange", _("Exchanges to decide on"), (Task.EXCHANGE,)),
    Queue(
        "look-up",
        _("Refunds without an answer"),
        (Task.LOOK_UP,),
        for_merchant=Of.ALL,
        for_member=None,
    ),
    Queue(
        "pay-back",
        _("Paid for a replacement that does not come, and to be paid back"),
        (Task.PAY_BACK,),
        for_merchant=Of.ALL,
        for_member=None,
    ),
    Queue(
        "shopper",
        _("The shopper sends back"),
        (Task.SEND,),
        for_merchant=Of.ALL,
        with_others=True,
    ),
    Queue(
        "choice",
        _("The shopper chooses or pays for an exchange"),
        (Task.CHOOSE_AGAIN, Task.PAY_DIFFERENCE),
        for_merchant=Of.ALL,
        with_others=True,
    ),
    Queue(
        "vendors",
        _("With vendors"),
        (Task.ACCEPT, Task.RECEIVE, Task.REFUND, Task.EXCHANGE),
        for_merchant=Of.OTHERS,
        for_member=None,
        with_others=True,
    ),
    Queue(
        "store",
        _("With the store"),
        (Task.APPROVE, Task.LOOK_UP, Task.PAY_BACK, Task.REFUND, Task.EXCHANGE),
        for_merchant=None,
        with_others=True,
    ),
    Queue(
        "answer",
        _("The payment provider confirms the refund"),
        (Task.AWAIT_ANSWER,),
        for_merchant=Of.ALL,
        with_others=True,
    ),
)


def queues_of(actor: Actor) -> tuple[Queue, ...]:
    return tuple(queue for queue in QUEUES if _scope(queue, actor))


def returns_of(actor: Actor) -> QuerySet[VendorReturn]:
    """All that the actor sees, as `rows_of` wants them: made once for all queues of a page."""
    return with_tasks(access.parts(actor))


def rows_of(
    queue: Queue, rows: QuerySet[VendorReturn], actor: Actor, now: datetime
) -> QuerySet[VendorReturn]:
    """Of the actor's returns, those in a queue that is the actor's."""
    scope = _scope(queue, actor)
    if queue is OVERDUE:
        rows = rows.exclude(doing(Task.AWAIT_ANSWER)).filter(late(now))
    elif actor.is_merchant and scope is Of.OWN:
        return rows.filter(
            reduce(
                or_,
                [doing(task) & (works_for(actor) | left_to_store(task)) for task in queue.tasks],
            )
        )
    else:
        rows = rows.filter(reduce(or_, [_waits(task, queue) for task in queue.tasks]))
    if scope is Of.OTHERS:
        return rows.exclude(works_for(actor))
    return rows if scope is Of.ALL else rows.filter(works_for(actor))


def _waits(task: Task, queue: Queue) -> Q:
    if task not in MAY_BE_STORES:
        return doing(task)
    left = left_to_store(task)
    return doing(task) & (left if queue.key == "store" else ~left)


def in_time(rows: QuerySet[VendorReturn], now: datetime) -> QuerySet[VendorReturn]:
    """Rows of a queue, without what stands in that of overdue ones."""
    return rows.exclude(late(now) & ~doing(Task.AWAIT_ANSWER))


def _scope(queue: Queue, actor: Actor) -> Of | None:
    return queue.for_merchant if actor.is_merchant else queue.for_member


def shipments_to_send(actor: Actor) -> QuerySet[VendorShipment]:
    """Of paid orders, with units that the actor's vendors still have to send."""
    left = VendorShipmentLine.objects.filter(
        shipment=OuterRef("pk"), order_line__isnull=False, quantity__gt=F("quantity_fulfilled")
    )
    open_ones = (ShipmentStatus.OPEN.value, ShipmentStatus.PARTIALLY_FULFILLED.value)
    return access.shipments(actor).filter(
        works_for(actor),
        Exists(left),
        status__in=open_ones,
        record__vendors_told_at__isnull=False,
        record__order__isnull=False,
    )
