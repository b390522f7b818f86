"""Vendors' statements for a spreadsheet, and their kinds in words."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .. import host
from ..domain.money import decimals
from ..enums import LedgerKind
from ..models import LedgerEntry
from ..selectors.ledger import Statement, chunks
from .words import word

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_of(statement: Statement, currency: str) -> Iterator[str]:
    """Line by line, with the balance after each entry: never all of it in memory.

    It is read while the answer is being sent, when no page is around it any more; the language is
    that of the caller.
    """
    return _csv_in(translation.get_language() or "en", statement, currency)


def _csv_in(language: str, statement: Statement, currency: str) -> Iterator[str]:
    with translation.override(language):
        lines = [_line(_header()), _balance(_("Opening balance"), statement.opening, currency)]
    yield "".join(lines)
    balance = statement.opening
    batches = chunks(statement.entries)
    while True:
        with translation.override(language), host.current.allow_writer():
            rows = next(batches, None)
            if rows is None:
                break
            lines = []
            for row in rows:
                balance += row.amount
                lines.append(_line(_values(row, balance)))
        yield "".join(lines)
    with translation.override(language):
        # Entries may have been posted while these were read: the file adds up all the same.
        last = _balance(_("Closing balance"), balance, currency)
    yield last


def file_name(vendor: str, currency: str, first: date | None, last: date | None) -> str:
    days = "-".join(day.isoformat() for day in (first, last) if day)
    return "-".join(part for part in (vendor, currency, days) if part) + ".csv"


def _header() -> list[str]:
    return [
        _("Date"),
        _("Kind"),
        _("Order"),
        _("Note"),
        _("Amount"),
        _("Balance"),
        _("Currency"),
        _("By"),
    ]


def _values(row: LedgerEntry, balance: Decimal) -> list[str]:
    return [
        _moment(row.created_at),
        word(LedgerKind(row.kind)),
        _text(row.order_number),
        _text(row.note),
        plain(row.amount, row.currency),
        plain(balance, row.currency),
        row.currency,
        _text(row.actor_name),
    ]


def _balance(what: str, amount: Decimal, currency: str) -> str:
    return _line(["", what, "", "", "", plain(amount, currency), currency, ""])


def plain(amount: Decimal, currency: str) -> str:
    """As programs read it: a point, no grouping, the currency's decimals or more."""
    least = Decimal(1).scaleb(-decimals(currency))
    short = amount.normalize()
    return f"{amount.quantize(least) if amount == amount.quantize(least) else short:f}"


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(sep=" ", timespec="seconds")


def _text(text: str) -> str:
    """Spreadsheets run what starts like a formula; a quote before it makes it text."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(values: list[str]) -> str:
    out = StringIO()
    csv.writer(out).writerow(values)
    return out.getvalue()
