"""What my vendor sends, newest first; or what waits to be sent, oldest first."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...enums import ShipmentStatus
from ...selectors import search
from ...web.page import page, render
from ...web.paging import newest_first, oldest_first
from .. import access
from ..lists import Filters, Pages, filtered, filters_of, kept, pages_of
from ..session import Me, for_member, me
from ..shipment_rows import RowView, row_views
from ..waiting import shipments_to_send

_SIZE = 50
_QUEUE = "send"


@dataclass(frozen=True)
class ShipmentsView:
    me: Me
    title: str
    queue: str
    filters: Filters
    rows: tuple[RowView, ...]
    pages: Pages


@page("GET")
@for_member
def shipments(request: HttpRequest, actor: Actor) -> HttpResponse:
    filters = filters_of(request, actor, ShipmentStatus)
    is_queue = request.GET.get("queue") == _QUEUE
    rows = filtered(shipments_to_send(actor) if is_queue else access.shipments(actor), filters)
    rows = search.shipments(rows, filters.search.value).prefetch_related("lines")
    found = (oldest_first if is_queue else newest_first)(rows, request, _SIZE)
    keep = {**kept(filters), "queue": _QUEUE if is_queue else ""}
    data = ShipmentsView(
        me=me(actor, "shipments"),
        title=_("To send") if is_queue else _("Shipments"),
        queue=keep["queue"],
        filters=filters,
        rows=row_views(found.rows),
        pages=pages_of(reverse("returns:console-shipments"), found, keep),
    )
    return render(request, "console/shipments.html", data)
