"""What was chosen, and what it gives back, before anything is stored."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

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
from ...web.exchange_options import difference
from ...web.formats import money
from ...web.forms import Field, Problems, idempotency_key
from ...web.page import page, render
from ...web.quotes import QuoteView, delivery_waits
from ...web.shell import shell_of
from ...web.words import word
from ..exchange_choice import money_of, to_pay
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
    instead: str
    """What comes for it; blank for money."""
    difference: str


@dataclass(frozen=True)
class PartView:
    number: str
    vendor: str
    lines: tuple[ChosenView, ...]
    quote: QuoteView | None
    """None where no money goes back, as all of it is exchanged."""
    delivery_waits: bool
    to_pay: str


@dataclass(frozen=True)
class ReviewView:
    number: str
    parts: tuple[PartView, ...]
    total: str
    """Blank when no part gives money back."""
    to_pay: str
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
    quoted = quotes.of_request(found, chosen.lines, chosen.wanted)
    total, more = total_of(quoted), more_of(quoted)
    parts = tuple(
        PartView(
            number=part.shipment.number,
            vendor=part.shipment.vendor.name if shell.show_vendor_names else "",
            lines=_lines(part, chosen, record.currency),
            quote=money_of(quote),
            delivery_waits=delivery_waits(quote, part.lines[0].policy, record),
            to_pay=to_pay(quote.exchange_difference, record.currency),
        )
        for part, quote in quoted
    )
    data = ReviewView(
        number=record.number,
        parts=parts,
        total=money(total, record.currency) if any(part.quote for part in parts) else "",
        to_pay=to_pay(more, record.currency),
        note=chosen.note,
        hidden=(
            *_typed_again(chosen),
            Field("note", chosen.note),
            Field("total", str(total)),
            Field("more", str(more)),
            Field("key", key),
        ),
        problems=chosen.problems,
    )
    response = render(request, "portal/review.html", data, shell=shell, status=status)
    headers.let_go_back(response)
    return response


def total_of(quoted: list[tuple[ReturnableShipment, Quote]]) -> Decimal:
    """What goes back to the shopper."""
    return sum((quote.refund for _, quote in quoted), Decimal(0))


def more_of(quoted: list[tuple[ReturnableShipment, Quote]]) -> Decimal:
    """What the shopper pays."""
    return sum((quote.exchange_difference for _, quote in quoted), Decimal(0))


def _lines(part: ReturnableShipment, chosen: Submission, currency: str) -> tuple[ChosenView, ...]:
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
            **_instead(chosen, line.line.pk, asked[line.line.pk].quantity, currency),
        )
        for line in part.lines
        if line.line.pk in asked
    )


def _instead(chosen: Submission, line_id: UUID, units: int, currency: str) -> dict[str, str]:
    option = chosen.wanted.get(line_id)
    return {
        "instead": f"{units} × {option.name}" if option else "",
        "difference": difference(option.difference * units, currency) if option else "",
    }


def _typed_again(chosen: Submission) -> list[Field]:
    return [
        Field(field_name(line.shipment_line_id, name), value)
        for line in chosen.lines
        for name in FIELDS
        if (value := chosen.typed[line.shipment_line_id][name])
    ]
