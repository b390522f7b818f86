"""What I have to do, and what others have to."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from ...domain.actors import Actor
from ...models import VendorReturn
from ...web.page import page, render
from ..rows import RowView, row_views
from ..session import Me, for_member, me
from ..shipment_rows import RowView as ShipmentRowView
from ..shipment_rows import row_views as shipment_row_views
from ..waiting import OVERDUE, Queue, in_time, queues_of, returns_of, rows_of, shipments_to_send

_SHOWN = 25


@dataclass(frozen=True)
class QueueView:
    key: str
    title: str
    rows: tuple[RowView, ...]
    has_more: bool


@dataclass(frozen=True)
class ToSendView:
    rows: tuple[ShipmentRowView, ...]
    has_more: bool


@dataclass(frozen=True)
class HomeView:
    """A return stands in a queue for each thing that is to be done with it; an overdue one in the
    first only."""

    me: Me
    mine: tuple[QueueView, ...]
    others: tuple[QueueView, ...]
    to_send: ToSendView


@page("GET")
@for_member
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    now = timezone.now()
    rows = returns_of(actor)
    queues = [(queue, _queue(queue, rows, actor, now)) for queue in queues_of(actor)]
    data = HomeView(
        me=me(actor, "home"),
        mine=tuple(view for queue, view in queues if view.rows and not queue.with_others),
        others=tuple(view for queue, view in queues if view.rows and queue.with_others),
        to_send=_to_send(actor),
    )
    return render(request, "console/home.html", data)


def _queue(queue: Queue, rows: QuerySet[VendorReturn], actor: Actor, now: datetime) -> QueueView:
    """Most urgent first."""
    rows = rows_of(queue, rows, actor, now)
    if queue is not OVERDUE:
        rows = in_time(rows, now)
    rows = rows.order_by(F("due_at").asc(nulls_last=True), "created_at", "pk")
    found = list(
        rows.prefetch_related("lines__shipment_line", "refunds__lines", "exchanges")[: _SHOWN + 1]
    )
    shown = row_views(found[:_SHOWN], now)
    return QueueView(queue.key, str(queue.title), shown, len(found) > _SHOWN)


def _to_send(actor: Actor) -> ToSendView:
    """Who waits longest comes first."""
    rows = shipments_to_send(actor).prefetch_related("lines").order_by("created_at", "pk")
    found = list(rows[: _SHOWN + 1])
    return ToSendView(shipment_row_views(found[:_SHOWN]), len(found) > _SHOWN)
