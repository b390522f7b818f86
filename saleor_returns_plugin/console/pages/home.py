"""What waits for me."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from ...domain.actors import Actor
from ...web.page import page, render
from ..rows import RowView, row_views
from ..session import Me, for_member, me
from ..waiting import Queue, queues_of, rows_of

_SHOWN = 25


@dataclass(frozen=True)
class QueueView:
    key: str
    title: str
    rows: tuple[RowView, ...]
    has_more: bool


@dataclass(frozen=True)
class HomeView:
    me: Me
    queues: tuple[QueueView, ...]
    is_empty: bool


@page("GET")
@for_member
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    queues = tuple(_queue(queue, actor) for queue in queues_of(actor))
    data = HomeView(me(actor, "home"), queues, not any(queue.rows for queue in queues))
    return render(request, "console/home.html", data)


def _queue(queue: Queue, actor: Actor) -> QueueView:
    """Oldest first: who has waited longest."""
    rows = rows_of(queue, actor).order_by("created_at", "pk")
    found = list(rows.prefetch_related("lines__shipment_line")[: _SHOWN + 1])
    return QueueView(queue.key, str(queue.title), row_views(found[:_SHOWN]), len(found) > _SHOWN)
