"""Units that were refused of lines whose rest goes on, each with its reason."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from ..enums import EventKind
from ..models import ReturnEvent, ReturnLine, VendorReturn


def lines_going_on(lines: Iterable[ReturnLine]) -> list[ReturnLine]:
    """Those of a part of which units are not declined; of one declined as a whole, all."""
    found = list(lines)
    return [line for line in found if line.accepted] or found


@dataclass(frozen=True)
class Declined:
    quantity: int
    reason: str


def declined_units(vendor_returns: Iterable[VendorReturn]) -> dict[UUID, list[Declined]]:
    """Return line id -> what was refused of it, oldest first; one statement."""
    events = ReturnEvent.objects.filter(
        vendor_return__in=list(vendor_returns), kind=EventKind.UNITS_DECLINED.value
    )
    found: dict[UUID, list[Declined]] = defaultdict(list)
    for event in events.order_by("created_at", "id"):
        for item in event.data["lines"]:
            found[UUID(item["return_line"])].append(Declined(item["quantity"], item["reason"]))
    return found
