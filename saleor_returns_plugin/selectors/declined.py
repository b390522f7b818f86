"""Units that were refused of lines whose rest goes on, each with its reason."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from ..enums import EventKind
from ..models import ReturnEvent, ReturnLine, VendorReturn

LET_GO = "let_go"
"""The code of events whose units did not come with a late parcel, and that nobody refused."""


def let_go() -> str:
    return gettext("They had not been sent when the return ended, and are no longer part of it.")


def reason_of(data: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    """Why the units of `item` were declined; both as the event has them."""
    return let_go() if data.get("code") == LET_GO else str(item["reason"])


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
            found[UUID(item["return_line"])].append(
                Declined(item["quantity"], reason_of(event.data, item))
            )
    return found
