"""`manage.py returns_backfill`: split the orders that were placed before the plugin was there."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from saleor_returns_plugin import host
from saleor_returns_plugin.services import split


class Command(BaseCommand):
    help = "Split orders into vendor shipments, exactly as the order hook does. Can be run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", help="only orders placed from this moment on (ISO 8601)")
        parser.add_argument("--batch", type=int, default=500, help="orders read at once")

    def handle(self, *args: Any, **options: Any) -> None:
        since = options["since"] and parse_datetime(options["since"])
        if options["since"] and since is None:
            raise CommandError("--since takes a moment like 2026-01-31T00:00:00+00:00")
        after = None
        done = 0
        while ids := host.current.find_order_ids(since=since, after=after, limit=options["batch"]):
            for order_id in ids:
                split.split_order(order_id=order_id, now=timezone.now())
            done += len(ids)
            after = ids[-1]
            self.stdout.write(f"{done} orders looked at")
        self.stdout.write(self.style.SUCCESS(f"Done: {done} orders are split."))
