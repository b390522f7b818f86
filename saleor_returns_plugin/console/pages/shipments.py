"""What my vendor sends, newest first."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ...domain.actors import Actor
from ...enums import ShipmentStatus
from ...models import VendorShipment
from ...selectors import search
from ...web import formats
from ...web.page import page, render
from ...web.paging import newest_first
from ...web.words import word
from .. import access
from ..lists import Filters, Pages, filtered, filters_of, kept, pages_of
from ..session import Me, for_member, me

_SIZE = 50


@dataclass(frozen=True)
class RowView:
    id: UUID
    number: str
    vendor: str
    status: str
    status_key: str
    hold_reason: str
    placed: str
    town: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class ShipmentsView:
    me: Me
    filters: Filters
    rows: tuple[RowView, ...]
    pages: Pages


@page("GET")
@for_member
def shipments(request: HttpRequest, actor: Actor) -> HttpResponse:
    filters = filters_of(request, actor, ShipmentStatus)
    rows = filtered(access.shipments(actor), filters)
    rows = search.shipments(rows, filters.search.value)
    found = newest_first(rows.prefetch_related("lines"), request, _SIZE)
    data = ShipmentsView(
        me=me(actor, "shipments"),
        filters=filters,
        rows=tuple(_row(row) for row in found.rows),
        pages=pages_of(reverse("returns:console-shipments"), found, kept(filters)),
    )
    return render(request, "console/shipments.html", data)


def _row(row: VendorShipment) -> RowView:
    return RowView(
        id=row.pk,
        number=row.number,
        vendor=row.vendor.name,
        status=word(ShipmentStatus(row.status)),
        status_key=row.status,
        hold_reason=row.hold_reason,
        placed=formats.day(row.record.placed_at),
        town=row.record.shipping_address.get("city", ""),
        items=tuple(f"{line.quantity} × {line.name}" for line in row.lines.all()),
    )
