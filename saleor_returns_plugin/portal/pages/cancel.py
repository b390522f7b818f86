"""Withdraw a request, or parts of it."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain import exchange_status
from ...domain.actors import Actor
from ...enums import Action, ExchangeStatus, ReturnStatus
from ...errors import NotFound, ReturnsError
from ...models import OrderRecord, ReturnRequest, VendorReturn
from ...selectors.exchanges import LIVE, of_returns, paid_for
from ...selectors.vendor_returns import allowed_actions
from ...services import return_requests
from ...web.forms import Problems, uuid_of
from ...web.page import page, render, status_of
from ...web.shell import Shell, shell_of
from ...web.words import word
from ..session import NOTICES, for_shopper
from .status import find, parts_of


@dataclass(frozen=True)
class PartView:
    id: UUID
    number: str
    vendor: str
    status: str
    status_key: str
    items: tuple[str, ...]
    is_exchanged: bool
    """Something was ordered in exchange, or is about to be."""
    is_paid_for: bool
    """The shopper paid on top for that."""
    is_chosen: bool


@dataclass(frozen=True)
class CancelView:
    id: UUID
    number: str
    parts: tuple[PartView, ...]
    problem: str
    problems: Problems


@page("GET", "POST")
@for_shopper
def cancel(
    request: HttpRequest, actor: Actor, record: OrderRecord, request_id: UUID
) -> HttpResponse:
    row = find(actor, request_id)
    if request.method != "POST":
        return _show(request, actor, record, row, None, Problems())
    wanted = [key for text in request.POST.getlist("part") if (key := uuid_of(text))]
    problems = Problems()
    status = 422
    if not wanted:
        problems.add(_("Choose what you want to cancel."), "part")
    else:
        try:
            return_requests.cancel(
                request_id=row.pk,
                actor=actor,
                now=timezone.now(),
                vendor_return_ids=wanted,
                expected=_seen(request, wanted),
            )
            response = HttpResponseRedirect(reverse("returns:portal-status", args=[row.pk]))
            NOTICES.leave(request, response, f"{row.pk}:cancel")
            return response
        except NotFound:
            raise
        except ReturnsError as error:
            problems.add(error.message, "part")
            status = status_of(error)
    return _show(request, actor, record, row, wanted, problems, status)


def _seen(request: HttpRequest, wanted: list[UUID]) -> dict[UUID, ReturnStatus] | None:
    """In which state the page showed each part; None for a form that does not say."""
    states = {state.value: state for state in ReturnStatus}
    seen = {key: states.get(request.POST.get(f"seen-{key}", "")) for key in wanted}
    return {key: state for key, state in seen.items() if state} or None


def _show(
    request: HttpRequest,
    actor: Actor,
    record: OrderRecord,
    row: ReturnRequest,
    wanted: list[UUID] | None,
    problems: Problems,
    status: int = 200,
) -> HttpResponse:
    shell = shell_of(record.channel)
    parts = [part for part in parts_of(actor, row) if Action.CANCEL in allowed_actions(part, actor)]
    exchanges = of_returns(parts)
    ordered = [
        row
        for own in exchanges.values()
        for row in own
        if ExchangeStatus(row.status) in exchange_status.ORDERED
    ]
    paid_ids = paid_for(ordered)
    paid = {row.vendor_return_id for row in ordered if row.pk in paid_ids}
    data = CancelView(
        id=row.pk,
        number=row.number,
        parts=tuple(
            _part(
                part,
                shell,
                wanted,
                is_exchanged=any(row.status in LIVE for row in exchanges[part.pk]),
                is_paid_for=part.pk in paid,
            )
            for part in parts
        ),
        problem=problems.of("part"),
        problems=problems,
    )
    return render(request, "portal/cancel.html", data, shell=shell, status=status)


def _part(
    part: VendorReturn,
    shell: Shell,
    wanted: list[UUID] | None,
    *,
    is_exchanged: bool,
    is_paid_for: bool,
) -> PartView:
    return PartView(
        id=part.pk,
        number=part.number,
        vendor=part.vendor.name if shell.show_vendor_names else "",
        status=word(ReturnStatus(part.status)),
        status_key=part.status,
        items=tuple(f"{line.quantity} × {line.shipment_line.name}" for line in part.lines.all()),
        is_exchanged=is_exchanged,
        is_paid_for=is_paid_for,
        is_chosen=wanted is None or part.pk in wanted,
    )
