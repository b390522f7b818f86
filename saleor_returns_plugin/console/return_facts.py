"""One return as its page tells it: goods, money and history."""

from dataclasses import dataclass

from django.db.models import Q

from ..domain.actors import Actor
from ..enums import (
    ActorKind,
    Condition,
    Disposition,
    EventKind,
    RefundStatus,
    Resolution,
)
from ..models import ReceptionLine, Refund, ReturnEvent, ReturnLine, VendorReturn
from ..web import formats
from ..web.lines import line_name
from ..web.words import word


@dataclass(frozen=True)
class ItemView:
    name: str
    sku: str
    quantity: int
    declined: int
    received: int
    missing: int
    payable: int
    reason: str
    note: str
    resolution: str


@dataclass(frozen=True)
class ArrivalView:
    name: str
    quantity: int
    condition: str
    disposition: str
    note: str
    moment: str


@dataclass(frozen=True)
class RefundView:
    amount: str
    status: str
    status_key: str
    moment: str
    failure: str


@dataclass(frozen=True)
class EventView:
    what: str
    who: str
    moment: str
    message: str
    is_override: bool


def item_view(line: ReturnLine) -> ItemView:
    return ItemView(
        name=line_name(line.shipment_line),
        sku=line.shipment_line.sku,
        quantity=line.quantity,
        declined=line.declined,
        received=line.received,
        missing=line.missing,
        payable=line.payable,
        reason=line.reason_label,
        note=line.note,
        resolution=word(Resolution(line.resolution)),
    )


def arrival_views(part: VendorReturn) -> tuple[ArrivalView, ...]:
    rows = ReceptionLine.objects.filter(
        reception__vendor_return=part, reception__is_voided=False
    ).select_related("return_line__shipment_line")
    return tuple(
        ArrivalView(
            name=line_name(row.return_line.shipment_line),
            quantity=row.quantity,
            condition=word(Condition(row.condition)),
            disposition=word(Disposition(row.disposition)) if row.disposition else "",
            note=row.note,
            moment=formats.moment(row.created_at),
        )
        for row in rows.order_by("created_at", "pk")
    )


def refund_view(refund: Refund) -> RefundView:
    return RefundView(
        amount=formats.money(refund.amount, refund.currency),
        status=word(RefundStatus(refund.status)),
        status_key=refund.status,
        moment=formats.moment(refund.created_at),
        failure=refund.failure,
    )


def event_views(part: VendorReturn, actor: Actor) -> tuple[EventView, ...]:
    """Of this part, and of its request as a whole; nothing of the parts beside it."""
    rows = ReturnEvent.objects.filter(
        Q(vendor_return=part) | Q(request=part.request, vendor_return=None)
    )
    return tuple(_event(row, actor) for row in rows.order_by("created_at", "pk"))


def _event(row: ReturnEvent, actor: Actor) -> EventView:
    kind = ActorKind(row.actor_kind)
    # Who the shopper or a member of staff is by name, a vendor need not know.
    is_named = row.actor_name and (actor.is_merchant or kind is ActorKind.VENDOR)
    return EventView(
        what=word(EventKind(row.kind)),
        who=f"{row.actor_name} ({word(kind)})" if is_named else word(kind),
        moment=formats.moment(row.created_at),
        message=row.message,
        is_override=row.is_override,
    )
