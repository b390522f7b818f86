"""What my vendor sends, newest first."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ...domain.actors import Actor
from ...domain.addresses import formatted
from ...enums import ShipmentStatus
from ...models import VendorShipment
from ...web import formats
from ...web.lines import line_name
from ...web.page import page, render
from ...web.paging import newest_first
from ...web.words import word
from .. import access
from ..session import Me, for_member, me

_SIZE = 50


@dataclass(frozen=True)
class ItemView:
    name: str
    sku: str
    quantity: int
    shipped: int


@dataclass(frozen=True)
class ShipmentView:
    id: UUID
    number: str
    vendor: str
    status: str
    status_key: str
    hold_reason: str
    placed: str
    address: tuple[str, ...]
    items: tuple[ItemView, ...]


@dataclass(frozen=True)
class ShipmentsView:
    me: Me
    rows: tuple[ShipmentView, ...]
    next_url: str


@page("GET")
@for_member
def shipments(request: HttpRequest, actor: Actor) -> HttpResponse:
    rows = access.shipments(actor).prefetch_related("lines")
    found = newest_first(rows, request.GET.get("after", ""), _SIZE)
    url = reverse("returns:console-shipments")
    data = ShipmentsView(
        me=me(actor, "shipments"),
        rows=tuple(_shipment(row) for row in found.rows),
        next_url=f"{url}?{urlencode({'after': found.next})}" if found.next else "",
    )
    return render(request, "console/shipments.html", data)


def _shipment(row: VendorShipment) -> ShipmentView:
    return ShipmentView(
        id=row.pk,
        number=row.number,
        vendor=row.vendor.name,
        status=word(ShipmentStatus(row.status)),
        status_key=row.status,
        hold_reason=row.hold_reason,
        placed=formats.day(row.record.placed_at),
        address=tuple(formatted(row.record.shipping_address)),
        items=tuple(
            ItemView(line_name(line), line.sku, line.quantity, line.quantity_fulfilled)
            for line in row.lines.all()
        ),
    )
