"""The order, split by shipment: choose items, quantities, reasons and resolutions."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...enums import RequestStatus, Resolution
from ...models import OrderRecord
from ...selectors import reasons
from ...selectors.access import visible_requests
from ...selectors.shipments import ReturnableLine, ReturnableOrder, returnable_order
from ...services.eligibility import error_of
from ...web import formats, headers
from ...web.exchange_options import labels
from ...web.forms import Choice, Field, Problems, choices
from ...web.page import page, render
from ...web.shell import Shell, shell_of
from ...web.words import word
from ..exchange_choice import Offered, nothing_instead, offered_of, resolutions_of
from ..session import for_shopper
from ..submission import FIELDS, Submission, field_name, read


@dataclass(frozen=True)
class LineView:
    id: UUID
    name: str
    detail: str
    image: str
    bought: int
    returnable: int
    until: str
    refusal: str
    quantity: Field
    reason: Field
    note: Field
    resolution: Field
    exchange: Field
    reasons: tuple[Choice, ...]
    resolutions: tuple[Choice, ...]
    exchanges: tuple[Choice, ...]
    """What can be had in exchange; none where nothing is."""
    no_exchange: str
    """Why not, where the store exchanges else."""


@dataclass(frozen=True)
class ShipmentView:
    number: str
    vendor: str
    lines: tuple[LineView, ...]


@dataclass(frozen=True)
class RequestView:
    id: UUID
    number: str
    status: str
    status_key: str
    day: str


@dataclass(frozen=True)
class OrderView:
    number: str
    placed: str
    shipments: tuple[ShipmentView, ...]
    requests: tuple[RequestView, ...]
    note: Field
    problems: Problems
    can_return: bool
    refusals: tuple[str, ...]
    """Why nothing can be returned; empty when something can."""


@page("GET", "POST")
@for_shopper
def order(request: HttpRequest, actor: Actor, record: OrderRecord) -> HttpResponse:
    """A POST comes from the review page, to change what was chosen."""
    found = returnable_order(record, timezone.now())
    chosen = read(request.POST, found) if request.method == "POST" else None
    if chosen is not None:
        chosen.problems = Problems()
    return show(request, actor, found, chosen)


def show(
    request: HttpRequest,
    actor: Actor,
    found: ReturnableOrder,
    chosen: Submission | None = None,
    status: int = 200,
) -> HttpResponse:
    record = found.record
    chosen = chosen or Submission(typed={}, note="", offered=offered_of(found))
    shell = shell_of(record.channel)
    shipments = _shipments(found, chosen, shell)
    lines = [line for part in shipments for line in part.lines]
    can_return = any(not line.refusal for line in lines)
    data = OrderView(
        number=record.number,
        placed=formats.day(record.placed_at),
        shipments=shipments,
        requests=_requests(actor, record),
        note=chosen.problems.field("note", chosen.note),
        problems=chosen.problems,
        can_return=can_return,
        # Each once.
        refusals=() if can_return else tuple(dict.fromkeys(line.refusal for line in lines)),
    )
    images = [line.image for line in lines]
    response = render(request, "portal/order.html", data, shell=shell, status=status, images=images)
    if request.method == "POST":
        headers.let_go_back(response)
    return response


def _shipments(
    found: ReturnableOrder, chosen: Submission, shell: Shell
) -> tuple[ShipmentView, ...]:
    language = get_language() or "en"
    offered = [(str(reason.pk), reasons.label(reason, language)) for reason in reasons.active()]
    return tuple(
        ShipmentView(
            number=part.shipment.number,
            vendor=part.shipment.vendor.name if shell.show_vendor_names else "",
            lines=tuple(_line(line, chosen, offered, found.record.currency) for line in part.lines),
        )
        for part in found.shipments
    )


def _line(
    line: ReturnableLine, chosen: Submission, offered: list[tuple[str, str]], currency: str
) -> LineView:
    sold = line.line
    typed = chosen.typed.get(sold.pk, {})
    fields: dict[str, Any] = {
        name: chosen.problems.field(field_name(sold.pk, name), typed.get(name, ""))
        for name in FIELDS
    }
    can_be_had = resolutions_of(line, chosen.offered)
    resolutions = [(option.value, word(option)) for option in can_be_had]
    no_exchange = (
        nothing_instead()
        if Resolution.EXCHANGE in line.resolutions and Resolution.EXCHANGE not in can_be_had
        else ""
    )
    return LineView(
        id=sold.pk,
        name=sold.name,
        detail=sold.sku,
        image=sold.thumbnail_url if headers.is_picture(sold.thumbnail_url) else "",
        bought=sold.quantity,
        returnable=line.returnable_quantity,
        until=formats.day(line.until),
        refusal=_refusal(line, no_exchange if not can_be_had else ""),
        reasons=choices([("", _("Rather not say")), *offered], typed.get("reason", ""))
        if offered
        else (),
        resolutions=choices(resolutions, typed.get("resolution") or resolutions[0][0])
        if resolutions
        else (),
        exchanges=_exchanges(line, chosen.offered, typed.get("exchange", ""), currency),
        no_exchange=no_exchange,
        **fields,
    )


def _refusal(line: ReturnableLine, otherwise: str) -> str:
    return error_of(line.refusal).message if line.refusal else otherwise


def _exchanges(
    line: ReturnableLine, offered: Offered, typed: str, currency: str
) -> tuple[Choice, ...]:
    options = offered.get(line.line.pk, ())
    if not options:
        return ()
    named = labels(
        options, own=line.line.variant_id, units=line.returnable_quantity, currency=currency
    )
    return choices([("", _("Please choose")), *named] if len(named) > 1 else named, typed)


def _requests(actor: Actor, record: OrderRecord) -> tuple[RequestView, ...]:
    rows = visible_requests(actor).filter(record=record).order_by("-created_at")
    return tuple(
        RequestView(
            row.pk,
            row.number,
            word(RequestStatus(row.status)),
            row.status,
            formats.day(row.created_at),
        )
        for row in rows
    )
