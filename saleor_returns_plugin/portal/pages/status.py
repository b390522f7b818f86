"""Where a request stands, part by part: what to send where, what arrived, and what comes back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...enums import Action, RequestStatus, ReturnStatus
from ...errors import NotFound
from ...models import Label, OrderRecord, ReceptionLine, ReturnRequest, VendorReturn
from ...selectors import labels
from ...selectors.access import visible_requests, visible_vendor_returns
from ...selectors.declined import Declined, declined_units
from ...selectors.returned import valid_reception_lines
from ...selectors.staff_exchanges import is_unasked
from ...selectors.vendor_returns import actions_of
from ...web import addresses, formats
from ...web.labels import LabelView, label_view
from ...web.notices import Notice
from ...web.page import page, render
from ...web.shell import Shell, shell_of
from ...web.tracking import TrackingView, tracking_view
from ...web.words import word
from ..exchange_choice import to_pay_for
from ..exchange_facts import ExchangeView, Found, exchange_view
from ..exchange_facts import find as find_exchanges
from ..part_facts import (
    OPEN,
    ArrivedView,
    ItemView,
    MoneyView,
    arrived_view,
    item_view,
    money_view,
    next_step,
)
from ..session import NOTICES, for_shopper

_BEFORE = (ReturnStatus.REQUESTED, ReturnStatus.APPROVED)
_SENDING = (ReturnStatus.ACCEPTED, ReturnStatus.IN_TRANSIT, ReturnStatus.PARTIALLY_RECEIVED)


@dataclass(frozen=True)
class PartView:
    id: UUID
    number: str
    vendor: str
    status: str
    status_key: str
    next_step: str
    items: tuple[ItemView, ...]
    arrived: tuple[ArrivedView, ...]
    money: MoneyView
    to_pay: str
    """What exchanges will cost, as long as nothing was asked for."""
    exchange: ExchangeView | None
    address: tuple[str, ...]
    """Where to send the goods, as long as they are to be sent."""
    instructions: str
    label: LabelView | None
    """Prepaid, for the parcel."""
    tracking: TrackingView | None
    decline_reason: str
    can_track: bool
    can_cancel: bool


@dataclass(frozen=True)
class StatusView:
    id: UUID
    number: str
    order_number: str
    status: str
    sent: str
    is_asked: bool
    """The shopper asked for it, or staff in their place; else the store sends something unasked."""
    note: str
    parts: tuple[PartView, ...]
    total: str
    """Blank when the request has one part only, or nothing is to come."""
    is_sent_back: bool
    """The total counts on goods that are still to be sent."""
    can_cancel: bool
    notice: Notice | None


@page("GET")
@for_shopper
def status(
    request: HttpRequest, actor: Actor, record: OrderRecord, request_id: UUID
) -> HttpResponse:
    row = find(actor, request_id)
    shell = shell_of(record.channel)
    found = _parts(actor, row, shell, timezone.now())
    parts = tuple(view for view, _amount in found)
    total = sum((amount for _view, amount in found), Decimal(0))
    data = StatusView(
        id=row.pk,
        number=row.number,
        order_number=record.number,
        status=word(RequestStatus(row.status)),
        sent=formats.moment(row.created_at),
        is_asked=not is_unasked(row),
        note=row.note,
        parts=parts,
        total=formats.money(total, record.currency) if len(parts) > 1 and total else "",
        is_sent_back=any(part.money.is_sent_back for part in parts),
        can_cancel=any(part.can_cancel for part in parts),
        notice=_notice(NOTICES.of(request), row),
    )
    response = render(request, "portal/status.html", data, shell=shell)
    NOTICES.forget(request, response)
    return response


def find(actor: Actor, request_id: UUID) -> ReturnRequest:
    """Raises NotFound for another order's."""
    row = visible_requests(actor).filter(pk=request_id).first()
    if row is None:
        raise NotFound(_("There is no such return request."))
    return row


def parts_of(actor: Actor, row: ReturnRequest) -> list[VendorReturn]:
    parts = visible_vendor_returns(actor).filter(request=row).order_by("number")
    return list(
        parts.select_related("vendor", "request__record").prefetch_related(
            "lines__shipment_line", "refunds__parts", "refunds__lines", "exchanges"
        )
    )


def _parts(
    actor: Actor, row: ReturnRequest, shell: Shell, now: datetime
) -> list[tuple[PartView, Decimal]]:
    """Each with the amount that it brings, if all goes well."""
    parts = parts_of(actor, row)
    declined = declined_units(parts)
    arrived: dict[UUID, list[ReceptionLine]] = defaultdict(list)
    rows = valid_reception_lines(parts).select_related("reception", "return_line__shipment_line")
    for line in rows:
        arrived[line.reception.vendor_return_id].append(line)
    actions = actions_of(parts, actor)
    exchanges = find_exchanges(row.record, parts)
    found = labels.of_returns([part.pk for part in parts])
    return [
        _part(part, own, declined, arrived[part.pk], exchanges, label, shell, now)
        for part, own, label in zip(parts, actions, found, strict=True)
    ]


def _part(
    part: VendorReturn,
    actions: Sequence[Action],
    declined: Mapping[UUID, Sequence[Declined]],
    arrived: Sequence[ReceptionLine],
    exchanges: Found,
    label: Label | None,
    shell: Shell,
    now: datetime,
) -> tuple[PartView, Decimal]:
    state = ReturnStatus(part.status)
    lines = list(part.lines.all())
    is_kept = not any(line.is_sent_back for line in lines)
    is_to_send = state in _SENDING and any(line.expected for line in lines)
    money, amount = money_view(part, bool(arrived))
    view = PartView(
        id=part.pk,
        number=part.number,
        vendor=part.vendor.name if shell.show_vendor_names else "",
        status=word(state),
        status_key=state.value,
        next_step=next_step(
            part, is_kept, now, exchanges.latest(part), is_unpaid=exchanges.is_unpaid(part)
        ),
        items=tuple(
            item_view(line, declined, part.request.record.currency, exchanges.of(part))
            for line in lines
        ),
        arrived=tuple(arrived_view(row) for row in arrived),
        money=money,
        to_pay=to_pay_for(lines, part.request.record.currency) if state in _BEFORE else "",
        exchange=exchange_view(part, exchanges),
        address=addresses.lines(part.return_address or {}) if is_to_send else (),
        instructions=(part.return_instructions or "") if is_to_send else "",
        label=label_view(label, _label_url(part)) if is_to_send else None,
        tracking=tracking_view(part.tracking) if part.tracking and state in OPEN else None,
        decline_reason=part.decline_reason if state is ReturnStatus.DECLINED else "",
        can_track=Action.ADD_TRACKING in actions and is_to_send,
        can_cancel=Action.CANCEL in actions,
    )
    return view, amount


def _label_url(part: VendorReturn) -> str:
    return reverse("returns:portal-return-label", args=[part.request_id, part.pk])


def _notice(left: str, row: ReturnRequest) -> Notice | None:
    text = {
        f"{row.pk}:cancel": _(
            "Cancelled. You keep the goods. While the order can still be returned, you may ask again."
        ),
        f"{row.pk}:tracking": _("Thank you. Your tracking number is saved."),
        f"{row.pk}:instead": _("Thank you. Your choice is saved."),
    }.get(left)
    return Notice(text) if text else None
