"""What waits, and for whom."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ..domain.actors import Actor
from ..enums import ReturnStatus as S
from ..models import VendorReturn
from . import access


@dataclass(frozen=True)
class Queue:
    """`is_merchants`: the store decides there, whoever the vendor is."""

    key: str
    title: Any
    states: tuple[S, ...]
    is_merchants: bool = False
    is_others: bool = False


QUEUES = (
    Queue("approve", _("To approve"), (S.REQUESTED,), is_merchants=True),
    Queue("accept", _("To accept"), (S.APPROVED,)),
    Queue("receive", _("To receive"), (S.ACCEPTED, S.IN_TRANSIT, S.PARTIALLY_RECEIVED)),
    Queue("refund", _("To refund"), (S.RECEIVED,)),
    Queue(
        "vendors",
        _("With vendors"),
        (S.APPROVED, S.ACCEPTED, S.IN_TRANSIT, S.PARTIALLY_RECEIVED, S.RECEIVED),
        is_merchants=True,
        is_others=True,
    ),
)


def queues_of(actor: Actor) -> tuple[Queue, ...]:
    return tuple(queue for queue in QUEUES if actor.is_merchant or not queue.is_merchants)


def rows_of(queue: Queue, actor: Actor) -> QuerySet[VendorReturn]:
    rows = access.parts(actor).filter(status__in=[state.value for state in queue.states])
    if queue.is_others:
        return rows.exclude(access.own(actor))
    return rows if queue.is_merchants else rows.filter(access.own(actor))
