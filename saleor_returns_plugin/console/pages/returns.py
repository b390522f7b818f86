"""All returns, newest first; or one queue of them, or what a search finds."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...enums import ReturnStatus
from ...selectors import search
from ...web.page import page, render
from ...web.paging import newest_first
from .. import access
from ..lists import Filters, Pages, filtered, filters_of, kept, pages_of
from ..rows import RowView, row_views
from ..session import Me, for_member, me
from ..waiting import queues_of, returns_of, rows_of

_SIZE = 50


@dataclass(frozen=True)
class ReturnsView:
    me: Me
    title: str
    queue: str
    filters: Filters
    rows: tuple[RowView, ...]
    pages: Pages


@page("GET")
@for_member
def returns(request: HttpRequest, actor: Actor) -> HttpResponse:
    now = timezone.now()
    filters = filters_of(request, actor, ReturnStatus)
    queue = next((q for q in queues_of(actor) if q.key == request.GET.get("queue")), None)
    rows = rows_of(queue, returns_of(actor), actor, now) if queue else access.parts(actor)
    rows = filtered(rows, filters)
    rows = search.vendor_returns(rows, filters.search.value, actor)
    found = newest_first(
        rows.prefetch_related("lines__shipment_line", "refunds__lines", "exchanges"), request, _SIZE
    )
    keep = {**kept(filters), "queue": queue.key if queue else ""}
    data = ReturnsView(
        me=me(actor, "returns"),
        title=str(queue.title) if queue else _("All returns"),
        queue=keep["queue"],
        filters=filters,
        rows=row_views(found.rows, now),
        pages=pages_of(reverse("returns:console-returns"), found, keep),
    )
    return render(request, "console/returns.html", data)
