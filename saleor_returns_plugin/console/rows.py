"""A vendor return as one row of a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..enums import ReturnStatus
from ..models import VendorReturn
from ..selectors.deadlines import which_left_to_store
from ..selectors.declined import lines_going_on
from ..web import formats
from ..web.words import word
from .turn import TurnView, turn_view


@dataclass(frozen=True)
class RowView:
    id: UUID
    number: str
    vendor: str
    status: str
    status_key: str
    items: tuple[str, ...]
    day: str
    turn: TurnView


def row_views(rows: Iterable[VendorReturn], now: datetime) -> tuple[RowView, ...]:
    """`rows` come with their lines, exchanges, and refunds with lines prefetched."""
    found = list(rows)
    left_to_store = which_left_to_store(found)
    return tuple(
        RowView(
            id=row.pk,
            number=row.number,
            vendor=row.vendor.name,
            status=word(ReturnStatus(row.status)),
            status_key=row.status,
            items=items_of(row),
            day=formats.day(row.created_at),
            turn=turn_view(row, now, is_left_to_store=row.pk in left_to_store),
        )
        for row in found
    )


def items_of(part: VendorReturn) -> tuple[str, ...]:
    """Units that are asked for and not declined; of a part declined as a whole, all of them."""
    return tuple(
        f"{line.accepted or line.quantity} × {line.shipment_line.name}"
        for line in lines_going_on(part.lines.all())
    )
