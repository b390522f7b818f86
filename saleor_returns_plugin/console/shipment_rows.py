"""A shipment as one row of a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from ..enums import ShipmentStatus
from ..models import VendorShipment
from ..selectors.replacements import held_though_arrived
from ..web import formats
from ..web.words import held_until, word


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


def row_views(rows: Iterable[VendorShipment]) -> tuple[RowView, ...]:
    """`rows` come with their lines prefetched."""
    rows = list(rows)
    arrived = held_though_arrived(rows)
    return tuple(
        RowView(
            id=row.pk,
            number=row.number,
            vendor=row.vendor.name,
            status=word(ShipmentStatus(row.status)),
            status_key=row.status,
            hold_reason=held_until(row.hold_reason, is_arrived=row.pk in arrived),
            placed=formats.day(row.record.placed_at),
            town=row.record.shipping_address.get("city", ""),
            items=tuple(f"{line.quantity} × {line.name}" for line in row.lines.all()),
        )
        for row in rows
    )
