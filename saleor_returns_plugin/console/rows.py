"""A vendor return as one row of a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from ..enums import ReturnStatus
from ..models import VendorReturn
from ..web import formats
from ..web.lines import line_name
from ..web.words import word


@dataclass(frozen=True)
class RowView:
    id: UUID
    number: str
    order_number: str
    vendor: str
    status: str
    status_key: str
    items: tuple[str, ...]
    day: str


def row_views(rows: Iterable[VendorReturn]) -> tuple[RowView, ...]:
    """`rows` come with their lines prefetched."""
    return tuple(
        RowView(
            id=row.pk,
            number=row.number,
            order_number=row.request.record.number,
            vendor=row.vendor.name,
            status=word(ReturnStatus(row.status)),
            status_key=row.status,
            items=tuple(
                f"{line.quantity} × {line_name(line.shipment_line)}" for line in row.lines.all()
            ),
            day=formats.day(row.created_at),
        )
        for row in rows
    )
