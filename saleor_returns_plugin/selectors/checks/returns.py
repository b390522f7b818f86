"""Which units returns hold: each unit in one return at most, and as many as were accepted."""

from collections.abc import Iterator
from uuid import UUID

from ...domain import transitions
from ...domain.positions import Positions
from ...enums import ReturnStatus
from .book import Book


def differences(book: Book) -> Iterator[str]:
    sold = {line.pk: line for line in book.lines}
    taken: dict[UUID, Positions] = {}
    for line in book.return_lines:
        if ReturnStatus(line.vendor_return.status) in transitions.RELEASING:
            continue
        about = f"Return {line.vendor_return.number}, {sold[line.shipment_line_id].name}"
        held = Positions.of(line.positions)
        if held.count != line.accepted:
            yield f"{about}: it holds {held.count} units, {line.accepted} were accepted."
        if held - Positions.span(0, sold[line.shipment_line_id].quantity):
            yield f"{about}: it holds units that the line does not have."
        before = taken.get(line.shipment_line_id, Positions())
        if held & before:
            yield f"{about}: {(held & before).count} of its units are in another return, too."
        taken[line.shipment_line_id] = before | held
