"""What the mails say: frozen facts of the event that a mail is about."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from ..domain import transitions
from ..domain.notifications import About
from ..domain.quotes import Quote, Step, from_snapshot, steps_from
from ..enums import Condition, ReturnStatus
from ..models import (
    OrderRecord,
    ReceptionLine,
    Refund,
    ReturnLine,
    VendorReturn,
)
from . import quotes
from .notifications import REFUSED, Subject
from .sign_in_links import orders_of

_MISSING = Condition.MISSING.value


@dataclass(frozen=True)
class Item:
    """Units of one line. `amount` is gross, for all of them; None when it is not the point."""

    name: str
    sku: str
    quantity: int
    amount: Decimal | None = None
    reason: str = ""
    note: str = ""
    is_kept: bool = False
    """The shopper need not send it back."""


@dataclass(frozen=True)
class Arrived:
    """Units that came in one condition; MISSING ones did not come. `note`: what is wrong."""

    name: str
    quantity: int
    condition: str
    note: str = ""


@dataclass(frozen=True)
class Part:
    """One vendor return. `steps` sum to `refund`, gross, in the order's currency."""

    number: str
    shipment_number: str
    vendor_name: str
    items: tuple[Item, ...]
    steps: tuple[Step, ...]
    refund: Decimal | None
    is_sent_back: bool
    is_accepted: bool
    """Its goods are to be sent, to `address`."""
    is_auto_approved: bool
    is_auto_accepted: bool
    address: dict[str, str]
    instructions: str
    tracking: dict[str, Any]
    due_at: datetime | None


def facts(about: About, subject: Subject) -> dict[str, Any]:
    return _FACTS[about](subject)


def _request(subject: Subject) -> dict[str, Any]:
    """Every part of the submission, with what it was promised."""
    assert subject.request is not None
    rows = subject.request.vendor_returns.select_related("vendor", "shipment", "request__record")
    parts = [
        _part(row, quotes.promised(row))
        for row in rows.prefetch_related("lines__shipment_line").order_by("number")
    ]
    return {
        "note": subject.request.note,
        "parts": parts,
        "is_waiting": not all(part.is_auto_approved for part in parts),
        "is_sent_back": any(part.is_sent_back for part in parts),
    }


def _of_part(subject: Subject) -> dict[str, Any]:
    """The part, with what it is worth when all that is to come arrives."""
    assert subject.part is not None
    return {"part": _part(subject.part, _worth(subject.part))}


@dataclass(frozen=True)
class Opened:
    """An order that a link opens; the link is made when the mail is."""

    record: OrderRecord
    number: str
    placed_at: datetime


def _orders(subject: Subject) -> dict[str, Any]:
    record = subject.record
    rows = orders_of(record.email, record.channel, timezone.now()) or [record]
    return {"orders": [Opened(row, row.number, row.placed_at) for row in rows]}


def _units(subject: Subject) -> dict[str, Any]:
    """The units that were declined, each with why."""
    assert subject.event is not None
    declined = subject.event.data["lines"]
    lines = _lines(item["return_line"] for item in declined)
    return {
        **_of_part(subject),
        "declined": [
            Item(line.name, line.sku, item["quantity"], reason=item["reason"])
            for item in declined
            if (line := lines.get(UUID(item["return_line"])))
        ],
    }


def _reception(subject: Subject) -> dict[str, Any]:
    """What came in this parcel, and what is to be paid now."""
    assert subject.part is not None
    assert subject.event is not None
    rows = ReceptionLine.objects.filter(reception=subject.event.data.get("reception"))
    arrived = [
        Arrived(row.return_line.shipment_line.name, row.quantity, row.condition, row.note)
        for row in rows.select_related("return_line__shipment_line")
    ]
    return {
        "part": _part(subject.part, quotes.due_now(subject.part)),
        "arrived": arrived,
        "taken": [each for each in arrived if each.condition not in (*REFUSED, _MISSING)],
        "refused": [each for each in arrived if each.condition in REFUSED],
        "missing": [each for each in arrived if each.condition == _MISSING],
        "is_more_to_come": any(line.expected for line in subject.part.lines.all()),
    }


def _ruling(subject: Subject) -> dict[str, Any]:
    """The units that the store pays after all, and what is to be paid now."""
    assert subject.part is not None
    assert subject.event is not None
    rows = ReceptionLine.objects.filter(pk=subject.event.data["reception_line"])
    row = rows.select_related("return_line__shipment_line").get()
    name = row.return_line.shipment_line.name
    return {
        "part": _part(subject.part, quotes.due_now(subject.part)),
        "arrived": [Arrived(name, row.quantity, row.condition, row.note)],
    }


def _resolution(subject: Subject) -> dict[str, Any]:
    """The line that changed, and the quote that holds from then on."""
    assert subject.part is not None
    assert subject.event is not None
    data = subject.event.data
    lines = _lines([data["return_line"]])
    return {
        "part": _part(subject.part, from_snapshot(data["quote"])),
        "items": [
            Item(line.name, line.sku, line.quantity, is_kept=not data["send_back"])
            for line in lines.values()
        ],
        "resolution": data["resolution"],
        "is_kept": not data["send_back"],
    }


def _refund(subject: Subject) -> dict[str, Any]:
    """The money that goes back, as the refund itself recorded it."""
    assert subject.part is not None
    assert subject.event is not None
    row = Refund.objects.get(pk=subject.event.data["refund"])
    return {
        "part": _part(subject.part, None),
        "items": [
            Item(
                line.return_line.shipment_line.name,
                line.return_line.shipment_line.sku,
                line.quantity,
                line.goods_gross,
            )
            for line in row.lines.select_related("return_line__shipment_line")
        ],
        "steps": list(steps_from(row.steps)),
        "amount": row.amount,
        "method": row.method,
    }


def _deadline(subject: Subject) -> dict[str, Any]:
    """Who has to act until when, as it was at the event."""
    assert subject.event is not None
    data = subject.event.data
    return {
        **_of_part(subject),
        "status": data["status"],
        "waits_for": data["waits_for"],
        "due_at": parse_datetime(data["due_at"]),
    }


def _shipment(subject: Subject) -> dict[str, Any]:
    """What the vendor is to send, and where to."""
    assert subject.shipment is not None
    return {
        "shipment_number": subject.shipment.number,
        "items": [
            Item(line.name, line.sku, line.quantity, line.total_gross)
            for line in subject.shipment.lines.all()
        ],
        "address": subject.record.shipping_address,
    }


_FACTS: dict[About, Callable[[Subject], dict[str, Any]]] = {
    About.REQUEST: _request,
    About.PART: _of_part,
    About.UNITS: _units,
    About.RECEPTION: _reception,
    About.RULING: _ruling,
    About.RESOLUTION: _resolution,
    About.REFUND: _refund,
    About.DEADLINE: _deadline,
    About.ORDERS: _orders,
    About.SHIPMENT: _shipment,
}


def units_of(subject: Subject) -> list[Arrived]:
    """The units that an order's note counts; condition is blank where none was found."""
    assert subject.event is not None
    data = subject.event.data
    if "reception" in data:
        return list(_reception(subject)["arrived"])
    if "reception_line" in data:
        return list(_ruling(subject)["arrived"])
    if "lines" in data:
        return [Arrived(item.name, item.quantity, "") for item in _units(subject)["declined"]]
    if "return_line" in data:
        lines = _lines([data["return_line"]]).values()
        return [Arrived(line.name, line.quantity, "") for line in lines]
    return []


def _worth(part: VendorReturn) -> Quote | None:
    """What is still to be paid if all goes well; of one that is over, what was promised for it."""
    prefetch_related_objects([part], "lines__shipment_line")
    if ReturnStatus(part.status) not in transitions.FINAL:
        return quotes.expected(part)
    return None if any(line.declined for line in part.lines.all()) else quotes.promised(part)


def _part(row: VendorReturn, quote: Quote | None) -> Part:
    amounts = {line.line_id: line.amount.gross for line in quote.lines} if quote else {}
    prefetch_related_objects([row], "lines__shipment_line")
    lines = row.lines.all()
    return Part(
        number=row.number,
        shipment_number=row.shipment.number,
        vendor_name=row.vendor.name,
        items=tuple(_item(line, amounts.get(line.shipment_line_id)) for line in lines),
        steps=quote.steps if quote else (),
        refund=quote.refund if quote else None,
        is_sent_back=any(line.send_back for line in lines),
        is_accepted=row.status == ReturnStatus.ACCEPTED.value,
        is_auto_approved=bool(row.policy_snapshot.get("auto_approve")),
        is_auto_accepted=row.vendor.auto_accept_returns,
        address=row.return_address or {},
        instructions=row.return_instructions or "",
        tracking=row.tracking or {},
        due_at=row.due_at,
    )


def _item(line: ReturnLine, amount: Decimal | None) -> Item:
    return Item(
        name=line.shipment_line.name,
        sku=line.shipment_line.sku,
        # A part declined as a whole still names what was asked for.
        quantity=line.accepted or line.quantity,
        amount=amount,
        reason=line.reason_label,
        note=line.note,
        is_kept=not line.send_back,
    )


def _lines(ids: Iterable[str]) -> dict[UUID, Item]:
    rows = ReturnLine.objects.filter(pk__in=list(ids)).select_related("shipment_line")
    return {row.pk: _item(row, None) for row in rows}
