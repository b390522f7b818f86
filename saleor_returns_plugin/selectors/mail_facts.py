"""What the mails say: frozen facts of a request, a vendor return, a shipment or a refund."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects

from ..domain.addresses import formatted
from ..domain.quotes import Quote, Step
from ..models import ReceptionLine, Refund, ReturnLine, VendorReturn, VendorShipmentLine
from . import quotes
from .notifications import Subject


@dataclass(frozen=True)
class Arrived:
    """Units that came in one condition; MISSING ones did not come."""

    quantity: int
    condition: str


@dataclass(frozen=True)
class Item:
    """Units of one line. `amount` is gross, for all of them; None when it is not the point."""

    name: str
    sku: str
    quantity: int
    amount: Decimal | None = None
    reason: str = ""
    note: str = ""
    arrived: tuple[Arrived, ...] = ()


@dataclass(frozen=True)
class Part:
    """One vendor return. `steps` sum to `refund`, gross, in the order's currency."""

    id: UUID
    number: str
    shipment_number: str
    vendor_name: str
    items: tuple[Item, ...]
    steps: tuple[Step, ...]
    refund: Decimal
    is_sent_back: bool
    address: tuple[str, ...]
    instructions: str
    decline_reason: str
    due_at: datetime | None


def request(subject: Subject) -> dict[str, Any]:
    """Every part of the submission, with what it was promised."""
    rows = subject.row.vendor_returns.select_related("vendor", "shipment", "request__record")
    parts = rows.prefetch_related("lines__shipment_line").order_by("number")
    return {"note": subject.row.note, "parts": [_part(row, quotes.promised(row)) for row in parts]}


def vendor_return(subject: Subject) -> dict[str, Any]:
    """One part, with what it was promised."""
    return {"part": _part(subject.row, quotes.promised(subject.row))}


def reception(subject: Subject) -> dict[str, Any]:
    """One part, with what came in this parcel and what is to be paid now."""
    part = subject.row.vendor_return
    rows = ReceptionLine.objects.filter(reception=subject.row).order_by("created_at")
    arrived: dict[UUID, list[Arrived]] = {}
    for row in rows:
        arrived.setdefault(row.return_line_id, []).append(Arrived(row.quantity, row.condition))
    return {"part": _part(part, quotes.due_now(part), arrived)}


def shipment(subject: Subject) -> dict[str, Any]:
    """What the vendor is to send, and where to."""
    return {
        "shipment_number": subject.row.number,
        "items": [
            Item(_name(line), line.sku, line.quantity, line.total_gross)
            for line in subject.row.lines.all()
        ],
        "address": formatted(subject.record.shipping_address),
    }


def refund(subject: Subject) -> dict[str, Any]:
    """The money that went back, as the refund itself recorded it."""
    row: Refund = subject.row
    lines = row.lines.select_related("return_line__shipment_line")
    return {
        "part": _part(row.vendor_return, quotes.promised(row.vendor_return)),
        "items": [
            Item(
                _name(line.return_line.shipment_line),
                line.return_line.shipment_line.sku,
                line.quantity,
                line.goods_gross,
            )
            for line in lines
        ],
        "steps": [Step(label, Decimal(amount)) for label, amount in row.steps],
        "amount": row.amount,
        "method": row.method,
    }


def _part(
    row: VendorReturn, quote: Quote, arrived: dict[UUID, list[Arrived]] | None = None
) -> Part:
    amounts = {line.line_id: line.amount.gross for line in quote.lines}
    prefetch_related_objects([row], "lines__shipment_line")
    lines = row.lines.all()
    return Part(
        id=row.id,
        number=row.number,
        shipment_number=row.shipment.number,
        vendor_name=row.vendor.name,
        items=tuple(_item(line, amounts, (arrived or {}).get(line.id, ())) for line in lines),
        steps=quote.steps,
        refund=quote.refund,
        is_sent_back=any(line.send_back for line in lines),
        address=tuple(formatted(row.return_address or {})),
        instructions=row.return_instructions or "",
        decline_reason=row.decline_reason,
        due_at=row.due_at,
    )


def _item(line: ReturnLine, amounts: dict[UUID, Decimal], arrived: Iterable[Arrived]) -> Item:
    return Item(
        name=_name(line.shipment_line),
        sku=line.shipment_line.sku,
        # A part declined as a whole still names what was asked for.
        quantity=line.quantity - line.declined or line.quantity,
        amount=amounts.get(line.shipment_line_id),
        reason=line.reason_label,
        note=line.note,
        arrived=tuple(arrived),
    )


def _name(line: VendorShipmentLine) -> str:
    # The default variant of a product without options has no name, or just its SKU.
    if line.variant_name and line.variant_name not in (line.product_name, line.sku):
        return f"{line.product_name}, {line.variant_name}"
    return line.product_name
