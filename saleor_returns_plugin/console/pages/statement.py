"""What a vendor is owed and why: a period of its statement, on the page and as CSV."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...domain.money import ZERO
from ...enums import LedgerKind
from ...errors import InvalidInput, NotPermitted
from ...models import LedgerEntry, Vendor
from ...selectors import ledger
from ...web import formats, periods
from ...web.forms import Choice, Field, Problems, choices, idempotency_key
from ...web.ledger import csv_of, file_name
from ...web.notices import Notice
from ...web.page import page, render
from ...web.paging import oldest_first
from ...web.words import word
from .. import access
from ..forms import Typed
from ..lists import Pages
from ..session import NOTICES, Me, for_member, me

_SIZE = 50


@dataclass(frozen=True)
class RowView:
    moment: str
    kind: str
    order_number: str
    note: str
    by: str
    amount: str
    balance: str


@dataclass(frozen=True)
class EntryForm:
    """What the merchant writes; `towards` says to whom the amount goes."""

    key: str
    amount: Field
    currency: Field
    note: Field
    towards: Field
    directions: tuple[Choice, ...]
    is_open: bool


@dataclass(frozen=True)
class StatementView:
    """`owed` is what the vendor owes the store by now; blank for nothing."""

    me: Me
    id: UUID
    name: str
    currency: Field
    currencies: tuple[Choice, ...]
    first: Field
    last: Field
    opening: str
    closing: str
    owed: str
    rows: tuple[RowView, ...]
    pages: Pages
    csv_url: str
    payout: EntryForm | None
    adjustment: EntryForm | None
    notice: Notice | None
    problems: Problems


class _Asked:
    """Currency and days by the address; this month unless it says otherwise."""

    def __init__(self, request: HttpRequest, vendor: Vendor, problems: Problems) -> None:
        known = list(ledger.balances([vendor.pk])[vendor.pk])
        wanted = request.GET.get("currency", "")
        self.currency = wanted if wanted in known else next(iter(known), "")
        self.known = known
        self.texts = {
            "first": request.GET.get("first", timezone.localdate().replace(day=1).isoformat()),
            "last": request.GET.get("last", ""),
        }
        self.first, self.last = (self._day(name, problems) for name in self.texts)
        try:
            since, until = periods.moments(self.first, self.last)
        except InvalidInput as error:
            problems.add(error.message, "first")
            since = until = None
        self.statement = ledger.statement(vendor.pk, self.currency, since=since, until=until)

    def _day(self, name: str, problems: Problems) -> date | None:
        text = self.texts[name].strip()
        try:
            day = parse_date(text)
        except ValueError:
            day = None
        if text and day is None:
            problems.add(_("Give a day like 2026-01-31."), name)
        return day

    def link(self, url: str, **place: str) -> str:
        """Of the same period, blank days too; blank for a place that there is not."""
        if place and not any(place.values()):
            return ""
        return f"{url}?{urlencode({'currency': self.currency, **self.texts, **place})}"


@page("GET")
@for_member
def statement(request: HttpRequest, actor: Actor, vendor_id: UUID) -> HttpResponse:
    return show(request, actor, vendor_of(actor, vendor_id), Typed())


@page("GET")
@for_member
def statement_csv(request: HttpRequest, actor: Actor, vendor_id: UUID) -> HttpResponse:
    vendor, problems = vendor_of(actor, vendor_id), Problems()
    asked = _Asked(request, vendor, problems)
    if problems:
        raise InvalidInput(next(iter(problems)).message)
    name = file_name(vendor.slug, asked.currency, asked.first, asked.last)
    return StreamingHttpResponse(
        csv_of(asked.statement, asked.currency),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def vendor_of(actor: Actor, vendor_id: UUID) -> Vendor:
    """Raises NotFound, NotPermitted for members who are no owners."""
    vendor = access.vendor(actor, vendor_id)
    if not ledger.sees_money(actor, vendor.pk):
        raise NotPermitted(_("Only an owner of this vendor, or the store, sees its money."))
    return vendor


def show(
    request: HttpRequest, actor: Actor, vendor: Vendor, typed: Typed, status: int = 200
) -> HttpResponse:
    problems = typed.problems
    asked = _Asked(request, vendor, problems)
    found = oldest_first(asked.statement.entries, request, _SIZE)
    url = reverse("returns:console-statement", args=[vendor.pk])
    owed = ledger.owes(vendor, asked.currency)
    data = StatementView(
        me=me(actor, "vendors"),
        id=vendor.pk,
        name=vendor.name,
        currency=Field("currency", asked.currency),
        currencies=choices([(code, code) for code in asked.known], asked.currency),
        first=problems.field("first", asked.texts["first"]),
        last=problems.field("last", asked.texts["last"]),
        opening=_money(asked.statement.opening, asked.currency),
        closing=_money(asked.statement.closing, asked.currency),
        owed=_money(owed, asked.currency) if owed else "",
        rows=_rows(found.rows),
        pages=Pages(
            previous=asked.link(url, before=found.previous),
            next=asked.link(url, after=found.next),
        ),
        csv_url=asked.link(reverse("returns:console-statement-csv", args=[vendor.pk])),
        payout=_form("payout", typed, asked.currency) if actor.is_merchant else None,
        adjustment=_form("adjustment", typed, asked.currency) if actor.is_merchant else None,
        notice=_notice(NOTICES.of(request), vendor) if not problems else None,
        problems=problems,
    )
    response = render(request, "console/statement.html", data, status=status)
    NOTICES.forget(request, response)
    return response


def _rows(entries: list[LedgerEntry]) -> tuple[RowView, ...]:
    balance = ledger.balance_before(entries[0]) if entries else ZERO
    rows = []
    for entry in entries:
        balance += entry.amount
        rows.append(
            RowView(
                moment=formats.moment(entry.created_at),
                kind=word(LedgerKind(entry.kind)),
                order_number=entry.order_number,
                note=entry.note,
                by=entry.actor_name,
                amount=_money(entry.amount, entry.currency),
                balance=_money(balance, entry.currency),
            )
        )
    return tuple(rows)


def _form(name: str, typed: Typed, currency: str) -> EntryForm:
    is_typed = typed.form == name
    directions = {
        "payout": [("vendor", _("The store paid the vendor")), ("store", _("The vendor paid us"))],
        "adjustment": [("vendor", _("Credit the vendor")), ("store", _("Charge the vendor"))],
    }
    towards = typed.text("towards") if is_typed else "vendor"
    return EntryForm(
        key=idempotency_key(typed.values if is_typed else None),
        amount=typed.field(f"{name}-amount"),
        currency=typed.field(f"{name}-currency", currency),
        note=typed.field(f"{name}-note"),
        towards=typed.problems.field(f"{name}-towards", towards),
        directions=choices(directions[name], towards),
        is_open=is_typed,
    )


def _money(amount: Decimal, currency: str) -> str:
    return formats.money(amount, currency) if currency else ""


def _notice(left: str, vendor: Vendor) -> Notice | None:
    said = {
        f"{vendor.pk}:payout": _("The payout stands on the statement."),
        f"{vendor.pk}:adjustment": _("The adjustment stands on the statement."),
    }
    return Notice(said[left]) if left in said else None
