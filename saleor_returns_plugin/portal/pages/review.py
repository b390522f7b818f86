"""What was chosen, and what it gives back, before anything is stored."""

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from ...domain.actors import Actor
from ...domain.quotes import Quote
from ...models import OrderRecord
from ...selectors import quotes, reasons
from ...selectors.shipments import ReturnableOrder, ReturnableShipment, returnable_order
from ...web import headers
from ...web.formats import money
from ...web.forms import Field, Problems, idempotency_key
from ...web.page import page, render
from ...web.quotes import QuoteView, delivery_waits, quote_view
from ...web.shell import shell_of
from ...web.words import word
from ..session import for_shopper
from ..submission import FIELDS, Submission, field_name, read
from .order import show


@dataclass(frozen=True)
class ChosenView:
    name: str
    quantity: int
    reason: str
    resolution: str
    note: str


@dataclass(frozen=True)
class PartView:
    number: str
    vendor: str
    lines: tuple[ChosenView, ...]
    quote: QuoteView
    delivery_waits: bool


@dataclass(frozen=True)
class ReviewView:
    number: str
    parts: tuple[PartView, ...]
    total: str
    note: str
    hidden: tuple[Field, ...]
    problems: Problems


@page("GET", "POST")
@for_shopper
def review(request: HttpRequest, actor: Actor, record: OrderRecord) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("returns:portal-order"))
    found = returnable_order(record, timezone.now())
    chosen = read(request.POST, found)
    if chosen.problems:
        return show(request, actor, found, chosen, status=422)
    return show_review(request, found, chosen, key=idempotency_key())


def show_review(
    request: HttpRequest,
    found: ReturnableOrder,
    chosen: Submission,
    *,
    key: str,
    status: int = 200,
) -> HttpResponse:
    """`chosen` has passed the checks; the form carries it on in hidden fields."""
    record = found.record
    shell = shell_of(record.channel)
    quoted = quotes.of_request(found, chosen.lines)
    total = total_of(quoted)
    data = ReviewView(
        number=record.number,
        parts=tuple(
            PartView(
                number=part.shipment.number,
                vendor=part.shipment.vendor.name if shell.show_vendor_names else "",
                lines=_lines(part, chosen),
                quote=quote_view(quote),
                delivery_waits=delivery_waits(quote, part.lines[0].policy, record),
            )
            for part, quote in quoted
        ),
        total=money(total, record.currency),
        note=chosen.note,
        hidden=(
            *_typed_again(chosen),
            Field("note", chosen.note),
            Field("total", str(total)),
            Field("key", key),
        ),
        problems=chosen.problems,
    )
    response = render(request, "portal/review.html", data, shell=shell, status=status)
    headers.let_go_back(response)
    return response


def total_of(quoted: list[tuple[ReturnableShipment, Quote]]) -> Decimal:
    return sum((quote.refund for _, quote in quoted), Decimal(0))


def _lines(part: ReturnableShipment, chosen: Submission) -> tuple[ChosenView, ...]:
    asked = {line.shipment_line_id: line for line in chosen.lines}
    language = get_language() or "en"
    labels = {reason.pk: reasons.label(reason, language) for reason in reasons.active()}
    return tuple(
        ChosenView(
            name=line.line.name,
            quantity=asked[line.line.pk].quantity,
            reason=labels.get(asked[line.line.pk].reason_id, ""),
            resolution=word(asked[line.line.pk].resolution),
            note=asked[line.line.pk].note,
        )
        for line in part.lines
        if line.line.pk in asked
    )


def _typed_again(chosen: Submission) -> list[Field]:
    return [
        Field(field_name(line.shipment_line_id, name), value)
        for line in chosen.lines
        for name in FIELDS
        if (value := chosen.typed[line.shipment_line_id][name])
    ]
