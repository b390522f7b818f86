"""All returns, newest first; or one queue of them, or what a search finds."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...web.forms import Field
from ...web.page import page, render
from ...web.paging import newest_first
from .. import access
from ..rows import RowView, row_views
from ..session import Me, for_member, me
from ..waiting import queues_of, rows_of

_SIZE = 50


@dataclass(frozen=True)
class ReturnsView:
    me: Me
    title: str
    search: Field
    rows: tuple[RowView, ...]
    next_url: str


@page("GET")
@for_member
def returns(request: HttpRequest, actor: Actor) -> HttpResponse:
    search = request.GET.get("search", "").strip()[:60]
    queue = next((q for q in queues_of(actor) if q.key == request.GET.get("queue")), None)
    rows = rows_of(queue, actor) if queue else access.parts(actor)
    if search:
        rows = rows.filter(number__icontains=search.lstrip("#"))
    found = newest_first(
        rows.prefetch_related("lines__shipment_line"), request.GET.get("after", ""), _SIZE
    )
    keep = {"search": search, "queue": queue.key if queue else "", "after": found.next}
    query = urlencode({name: value for name, value in keep.items() if value})
    data = ReturnsView(
        me=me(actor, "returns"),
        title=str(queue.title) if queue else _("All returns"),
        search=Field("search", search),
        rows=row_views(found.rows),
        next_url=f"{reverse('returns:console-returns')}?{query}" if found.next else "",
    )
    return render(request, "console/returns.html", data)
