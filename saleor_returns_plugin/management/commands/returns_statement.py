"""`manage.py returns_statement`: what a vendor is owed, and why."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import LedgerKind
from saleor_returns_plugin.errors import InvalidInput
from saleor_returns_plugin.models import Vendor
from saleor_returns_plugin.selectors import ledger
from saleor_returns_plugin.web import periods
from saleor_returns_plugin.web.ledger import csv_of, plain
from saleor_returns_plugin.web.words import word

from ._moments import whole_day


class Command(BaseCommand):
    help = "Print a vendor's statement: opening balance, entries, closing balance."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("vendor", help="the vendor's slug")
        parser.add_argument("--currency", required=True, help="for example USD")
        parser.add_argument("--since", help="the first day, for example 2026-01-01")
        parser.add_argument("--until", help="the last day, for example 2026-01-31")
        parser.add_argument("--csv", action="store_true", help="as a spreadsheet reads it")

    def handle(self, *args: Any, **options: Any) -> None:
        currency = options["currency"].upper()
        with host.current.allow_writer():
            vendor = Vendor.objects.filter(slug=options["vendor"]).first()
            if vendor is None:
                raise CommandError(f"There is no vendor {options['vendor']}.")
            try:
                since, until = periods.moments(
                    whole_day(options["since"], "--since"), whole_day(options["until"], "--until")
                )
            except InvalidInput as error:
                raise CommandError(error.message) from error
            found = ledger.statement(vendor.pk, currency, since=since, until=until)
            if options["csv"]:
                for text in csv_of(found, currency):
                    self.stdout.write(text, ending="")
            else:
                self._print(found, currency)

    def _print(self, found: ledger.Statement, currency: str) -> None:
        self._line("", "Opening balance", found.opening, currency)
        for rows in ledger.chunks(found.entries):
            for row in rows:
                day = f"{timezone.localtime(row.created_at):%Y-%m-%d %H:%M}"
                about = "  ".join(text for text in (row.order_number, row.note) if text)
                self._line(day, word(LedgerKind(row.kind)), row.amount, currency, about)
        self._line("", "Closing balance", found.closing, currency)

    def _line(self, day: str, what: str, amount: Any, currency: str, about: str = "") -> None:
        text = f"{day:16}  {what:20}  {plain(amount, currency):>14} {currency}  {about}"
        self.stdout.write(text.rstrip())
