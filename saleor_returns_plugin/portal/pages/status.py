"""Where a request stands, part by part: what to send where, and what comes back."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from ...domain.actors import Actor
from ...domain.addresses import formatted
from ...enums import Action, RefundStatus, RequestStatus, Resolution, ReturnStatus
from ...errors import NotFound
from ...models import OrderRecord, ReturnLine, ReturnRequest, VendorReturn
from ...selectors import quotes
from ...selectors.access import visible_requests, visible_vendor_returns
from ...selectors.vendor_returns import allowed_actions
from ...web import formats
from ...web.lines import line_name
from ...web.page import page, render
from ...web.quotes import QuoteView, quote_view
from ...web.shell import Shell, shell_of
from ...web.words import word
from ..session import for_shopper

_SENDING = (ReturnStatus.ACCEPTED, ReturnStatus.IN_TRANSIT, ReturnStatus.PARTIALLY_RECEIVED)


@dataclass(frozen=True)
class ItemView:
    name: str
    quantity: int
    declined: int
    received: int
    missing: int
    reason: str
    note: str
    resolution: str


@dataclass(frozen=True)
class RefundView:
    amount: str
    status: str
    day: str


@dataclass(frozen=True)
class PartView:
    id: UUID
    number: str
    vendor: str
    status: str
    status_key: str
    items: tuple[ItemView, ...]
    quote: QuoteView
    address: tuple[str, ...]
    instructions: str
    send_by: str
    decline_reason: str
    refunds: tuple[RefundView, ...]
    can_cancel: bool


@dataclass(frozen=True)
class StatusView:
    id: UUID
    number: str
    order_number: str
    status: str
    sent: str
    note: str
    parts: tuple[PartView, ...]
    can_cancel: bool


@page("GET")
@for_shopper
def status(
    request: HttpRequest, actor: Actor, record: OrderRecord, request_id: UUID
) -> HttpResponse:
    row = find(actor, request_id)
    shell = shell_of(record.channel)
    parts = tuple(_part(part, actor, shell) for part in parts_of(actor, row))
    data = StatusView(
        id=row.pk,
        number=row.number,
        order_number=record.number,
        status=word(RequestStatus(row.status)),
        sent=formats.moment(row.created_at),
        note=row.note,
        parts=parts,
        can_cancel=any(part.can_cancel for part in parts),
    )
    return render(request, "portal/status.html", data, shell=shell)


def find(actor: Actor, request_id: UUID) -> ReturnRequest:
    """Raises NotFound for another order's."""
    row = visible_requests(actor).filter(pk=request_id).first()
    if row is None:
        raise NotFound("There is no such return request.")
    return row


def parts_of(actor: Actor, row: ReturnRequest) -> list[VendorReturn]:
    parts = visible_vendor_returns(actor).filter(request=row).order_by("number")
    return list(
        parts.select_related("vendor", "request__record").prefetch_related(
            "lines__shipment_line", "refunds"
        )
    )


def _part(part: VendorReturn, actor: Actor, shell: Shell) -> PartView:
    state = ReturnStatus(part.status)
    return PartView(
        id=part.pk,
        number=part.number,
        vendor=part.vendor.name if shell.show_vendor_names else "",
        status=word(state),
        status_key=state.value,
        items=tuple(_item(line) for line in part.lines.all()),
        quote=quote_view(quotes.promised(part)),
        address=tuple(formatted(part.return_address or {})) if state in _SENDING else (),
        instructions=(part.return_instructions or "") if state in _SENDING else "",
        send_by=formats.day(part.due_at) if state is ReturnStatus.ACCEPTED else "",
        decline_reason=part.decline_reason if state is ReturnStatus.DECLINED else "",
        refunds=tuple(
            RefundView(
                formats.money(refund.amount, refund.currency),
                word(RefundStatus(refund.status)),
                formats.day(refund.created_at),
            )
            for refund in part.refunds.all()
        ),
        can_cancel=Action.CANCEL in allowed_actions(part, actor),
    )


def _item(line: ReturnLine) -> ItemView:
    return ItemView(
        name=line_name(line.shipment_line),
        quantity=line.quantity,
        declined=line.declined,
        received=line.received,
        missing=line.missing,
        reason=line.reason_label,
        note=line.note,
        resolution=word(Resolution(line.resolution)),
    )
