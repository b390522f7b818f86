"""Staff send something else: chosen from a return's or a shipment's goods, looked over, ordered."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...errors import InvalidTransition, NotPermitted, ReturnsError
from ...selectors import staff_exchanges as selected
from ...services import staff_exchanges
from ...services.staff_exchanges import Plan
from ...web import formats, headers
from ...web.forms import Field, Problems, idempotency_key
from ...web.page import page, render, status_of
from ...web.shell import shell_of
from .. import access, exchange_form, exchange_source
from ..exchange_form import FORM, Chosen, Facts, FormView
from ..exchange_source import Source
from ..forms import Typed
from ..session import NOTICES, Me, for_member, me


@dataclass(frozen=True)
class NewExchangeView:
    me: Me
    number: str
    is_return: bool
    back: str
    action: str
    added: str
    """Said of an item that was added just now."""
    form: FormView
    problems: Problems


@dataclass(frozen=True)
class OrderedView:
    quantity: int
    name: str
    sku: str
    price: str
    replaced: str
    """Blank for what comes on top."""


@dataclass(frozen=True)
class ReviewView:
    me: Me
    number: str
    back: str
    action: str
    lines: tuple[OrderedView, ...]
    total: str
    """Blank for nothing."""
    vendors: tuple[str, ...]
    charges_vendor: bool
    tells: str
    hidden: tuple[Field, ...]


@page("GET", "POST")
@for_member
def of_return(request: HttpRequest, actor: Actor, vendor_return_id: UUID) -> HttpResponse:
    part = access.part(actor, vendor_return_id)
    _check_may(actor)
    return _page(request, actor, exchange_source.of_return(part))


@page("GET", "POST")
@for_member
def of_shipment(request: HttpRequest, actor: Actor, shipment_id: UUID) -> HttpResponse:
    shipment = access.shipment(actor, shipment_id)
    _check_may(actor)
    return _page(request, actor, exchange_source.of_shipment(shipment))


def _check_may(actor: Actor) -> None:
    if not actor.is_merchant:
        raise NotPermitted(_("Only the store's staff may do this."))


def _page(request: HttpRequest, actor: Actor, source: Source) -> HttpResponse:
    if request.method != "POST":
        _check_open(source)
        typed = Typed(FORM, QueryDict(mutable=True))
        facts = exchange_form.facts_of(source, typed)
        exchange_form.begin(source, typed, facts)
        return _show(request, actor, source, typed, facts=facts)
    typed = Typed(FORM, request.POST.copy())
    do, _colon, about = typed.values.get("do", "").partition(":")
    added = ""
    if not do:
        do = "search" if exchange_form.is_searching(typed) else "review"
    if do == "add":
        place = exchange_form.add_item(source, typed, about)
        added = exchange_form.added_text(source, place)
    elif do == "row":
        exchange_form.add_row(source, typed, about)
    if do in ("review", "order"):
        return _go_on(request, actor, source, typed, is_order=do == "order")
    return _show(request, actor, source, typed, added=added)


def _go_on(
    request: HttpRequest, actor: Actor, source: Source, typed: Typed, *, is_order: bool
) -> HttpResponse:
    """To the review, or from there to the order. What is refused stands in the form again."""
    chosen = exchange_form.read(source, typed, exchange_form.facts_of(source, typed))
    key = idempotency_key(typed.values)
    if is_order and selected.is_known(source.record, key):
        typed.problems = Problems()  # pressed twice: its units are replaced already
    if typed.problems:
        return _show(request, actor, source, typed, status=422)
    try:
        if is_order:
            return _order(request, actor, source, chosen, key)
        plan = staff_exchanges.preview(actor=actor, record=source.record, lines=chosen.lines)
    except ReturnsError as error:
        exchange_form.refuse(error, chosen, typed)
        return _show(request, actor, source, typed, status=status_of(error))
    return _review(request, actor, source, typed, chosen, plan)


def _order(
    request: HttpRequest, actor: Actor, source: Source, chosen: Chosen, key: str
) -> HttpResponse:
    exchange = staff_exchanges.create(
        actor=actor,
        record_id=source.record.pk,
        lines=chosen.lines,
        now=timezone.now(),
        charges_vendor=chosen.charges_vendor,
        notifies_customer=chosen.tells,
        idempotency_key=key,
    )
    part_id = exchange.vendor_return_id
    response = HttpResponseRedirect(reverse("returns:console-return", args=[part_id]))
    NOTICES.leave(request, response, f"{part_id}:new-exchange")
    return response


def _show(
    request: HttpRequest,
    actor: Actor,
    source: Source,
    typed: Typed,
    *,
    facts: Facts | None = None,
    added: str = "",
    status: int = 200,
) -> HttpResponse:
    _check_open(source)
    found = exchange_form.found_by(source, typed)
    facts = facts or exchange_form.facts_of(source, typed, found or ())
    data = NewExchangeView(
        me=me(actor),
        number=source.number,
        is_return=source.is_return,
        back=source.url,
        action=source.action,
        added=added,
        form=exchange_form.view_of(source, typed, facts, found),
        problems=typed.problems,
    )
    shell = shell_of(source.record.channel)
    response = render(request, "console/new_exchange.html", data, shell=shell, status=status)
    headers.let_go_back(response)
    return response


def _check_open(source: Source) -> None:
    if not source.open_lines:
        raise InvalidTransition(
            _("Nothing of %(number)s can be exchanged now.") % {"number": source.number}
        )


def _review(
    request: HttpRequest, actor: Actor, source: Source, typed: Typed, chosen: Chosen, plan: Plan
) -> HttpResponse:
    currency = source.record.currency

    def money(amount: object) -> str:
        return formats.money(amount, currency) if amount else ""

    data = ReviewView(
        me=me(actor),
        number=source.number,
        back=source.url,
        action=source.action,
        lines=tuple(
            OrderedView(
                quantity=line.quantity,
                name=line.name,
                sku=line.sku,
                price=money(line.unit_price),
                replaced=replaced.name if replaced else "",
            )
            for line, replaced in zip(plan.lines, chosen.replaced, strict=True)
        ),
        total=money(plan.total),
        vendors=plan.vendors,
        charges_vendor=chosen.charges_vendor,
        tells=exchange_form.tells_text(chosen, source, total=plan.total),
        hidden=exchange_form.hidden(typed),
    )
    shell = shell_of(source.record.channel)
    response = render(request, "console/review_exchange.html", data, shell=shell)
    headers.let_go_back(response)
    return response
