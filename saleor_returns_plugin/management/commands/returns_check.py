"""`manage.py returns_check`: derive every figure anew, and name each that is another."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import QuerySet

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.references import order_numbers
from saleor_returns_plugin.models import OrderRecord, Vendor
from saleor_returns_plugin.selectors import checks

from ._moments import moment
from ._progress import Progress


class Command(BaseCommand):
    help = (
        "Compare what is kept of orders, returns, refunds and vendors' statements with what it "
        "should be. Changes nothing; ends with code 1 when anything differs, for cron."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since", help="only orders placed from this day or moment on (ISO 8601)"
        )
        parser.add_argument("--order", help="only this order, by number")
        parser.add_argument("--batch", type=int, default=500, help="orders read at once")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch takes a number from 1 on.")
        records = _records(options["since"], options["order"])
        with host.current.allow_writer(), Progress(self.stdout, self.stderr) as progress:
            if progress.is_shown:
                progress.total = records.count()
            orders, found = 0, 0
            for batch in _batches(records, options["batch"]):
                found += self._told(checks.of_orders(batch), progress)
                orders += len(batch)
                progress.bar(orders)
            if not options["order"]:
                vendor_ids = list(Vendor.objects.values_list("pk", flat=True))
                found += self._told(checks.of_closings(vendor_ids), progress)
        if found:
            raise CommandError(f"{found} differences in {orders} orders.")
        self.stdout.write(self.style.SUCCESS(f"{orders} orders: every figure agrees."))

    def _told(self, differences: Iterator[checks.Difference], progress: Progress) -> int:
        with _one_moment():
            found = list(differences)
        for difference in found:
            progress.problem(f"{difference.about}: {difference.text}")
        return len(found)


def _records(since: str | None, order: str | None) -> QuerySet[OrderRecord]:
    records = OrderRecord.objects.order_by("pk")
    if order:
        records = records.filter(number__in=order_numbers(order))
        if not records.exists():
            raise CommandError(f"There is no order {order} here.")
    placed = moment(since, "--since")
    return records.filter(placed_at__gte=placed) if placed else records


def _batches(records: QuerySet[OrderRecord], size: int) -> Iterator[Sequence[OrderRecord]]:
    after: UUID | None = None
    while True:
        batch = list((records.filter(pk__gt=after) if after else records)[:size])
        if not batch:
            return
        yield batch
        after = batch[-1].pk


@contextmanager
def _one_moment() -> Iterator[None]:
    """All that is compared is read as of one moment: what goes on meanwhile is no difference."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
