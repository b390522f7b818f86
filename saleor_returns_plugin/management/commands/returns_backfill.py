"""`manage.py returns_backfill`: split the orders that were placed before the plugin was there."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.references import order_numbers
from saleor_returns_plugin.models import OrderRecord, VendorShipmentLine
from saleor_returns_plugin.selectors.shipments import whose_vendors_wait
from saleor_returns_plugin.services import split

from ._moments import moment
from ._progress import Progress

NEW, CHANGED, UNCHANGED, FAILED = "new", "changed", "unchanged", "failed"
_COUNT_AT_ONCE = 10_000


class Command(BaseCommand):
    help = (
        "Split orders into vendor shipments, exactly as the order hook does. Can be run again at "
        "any time: what is split and paid, or cancelled, is passed over."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since", help="only orders placed from this day or moment on (ISO 8601)"
        )
        parser.add_argument(
            "--order", help="only this order, by number or id; looked at again when it is split"
        )
        parser.add_argument("--batch", type=int, default=500, help="orders read at once")
        parser.add_argument(
            "--again", action="store_true", help="look at those that are split already, too"
        )
        parser.add_argument("--after", help="go on after the order with this id")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch takes a number from 1 on.")
        with host.current.allow_writer():
            if options["order"]:
                self._one(_order_id(options["order"]))
            else:
                self._again = options["again"]
                self._all(
                    moment(options["since"], "--since"), _key(options["after"]), options["batch"]
                )

    def _one(self, order_id: Any) -> None:
        self._counts: Counter[str] = Counter()
        with Progress(self.stdout, self.stderr) as progress:
            self._split(order_id, progress, is_known=True)
        self._sum_up()

    def _all(self, since: datetime | None, after: Any, batch: int) -> None:
        self._counts = Counter()
        last = after
        with Progress(self.stdout, self.stderr) as progress:
            if progress.is_shown:
                ids_at_once = _batches(since, after, _COUNT_AT_ONCE)
                progress.total = sum(len(ids) for ids in ids_at_once)
            try:
                for ids in _batches(since, after, batch):
                    known, done = _known(ids), set() if self._again else _done(ids)
                    for order_id in ids:
                        if order_id in done:
                            self._counts[UNCHANGED] += 1
                        else:
                            self._split(order_id, progress, is_known=order_id in known)
                        last = order_id
                        progress.bar(self._looked_at)
                    progress.line(f"{self._looked_at} orders looked at, up to --after {last}")
            except KeyboardInterrupt:
                hint = f"Stopped. Go on with --after {last}" if last else "Stopped."
                raise CommandError(hint, returncode=130) from None
        self._sum_up()

    def _split(self, order_id: Any, progress: Progress, *, is_known: bool) -> None:
        before = _what_we_know(order_id) if is_known else []
        try:
            record = split.split_order(order_id=order_id, now=timezone.now())
        except Exception as error:
            self._counts[FAILED] += 1
            name = f"Order {_number(order_id)} (id {order_id})"
            progress.problem(f"{name} could not be split: {type(error).__name__}: {error}")
            return
        if not before:
            self._counts[UNCHANGED if record is None else NEW] += 1
        else:
            is_same = _what_we_know(order_id) == before
            self._counts[UNCHANGED if is_same else CHANGED] += 1

    @property
    def _looked_at(self) -> int:
        return sum(self._counts.values())

    def _sum_up(self) -> None:
        said = ", ".join(
            f"{self._counts[kind]} {kind}" for kind in (NEW, CHANGED, UNCHANGED, FAILED)
        )
        text = f"{self._looked_at} orders: {said}."
        if self._counts[FAILED]:
            raise CommandError(f"{text} Run it again once what is said above is mended.")
        self.stdout.write(self.style.SUCCESS(text))


def _batches(since: datetime | None, after: Any, limit: int) -> Iterator[Sequence[Any]]:
    while ids := host.current.find_order_ids(since=since, after=after, limit=limit):
        yield ids
        after = ids[-1]


def _known(ids: Sequence[Any]) -> set[Any]:
    return set(OrderRecord.objects.filter(order_id__in=ids).values_list("order_id", flat=True))


def _done(ids: Sequence[Any]) -> set[Any]:
    """The sweep's rule: those whose vendors still wait for the payment are looked at again."""
    records = OrderRecord.objects.filter(order_id__in=ids)
    waiting = whose_vendors_wait(records).values_list("pk", flat=True)
    return set(records.exclude(pk__in=waiting).values_list("order_id", flat=True))


def _what_we_know(order_id: Any) -> list[Any]:
    """All that a split may write about the order; empty when it is unknown."""
    records = OrderRecord.objects.filter(order_id=order_id)
    lines = VendorShipmentLine.objects.filter(shipment__record__order_id=order_id).order_by("pk")
    units = ("order_line_id", "quantity", "total_gross", "quantity_fulfilled")
    parcel = ("shipment__status", "shipment__fulfilled_at", "shipment__tracking")
    return [
        *records.values_list("frozen_at", "vendors_told_at", "is_cancelled"),
        *lines.values_list("pk", *units, *parcel),
    ]


def _number(order_id: Any) -> str:
    try:
        facts = host.current.order_facts(order_id)
    except Exception:  # what keeps it from being split may keep it from being read
        facts = None
    return facts.number if facts else "?"


def _order_id(text: str) -> Any:
    """Of an order of Saleor, by number or else by id. Raises CommandError."""
    orders = apps.get_model(host.current.order_model).objects
    for name in ("number", "id"):
        try:
            field = orders.model._meta.get_field(name)
        except FieldDoesNotExist:  # 2.10: the id is the number
            continue
        for reference in order_numbers(text):
            value = _value(field, reference)
            found = value is not None and orders.filter(**{name: value}).first()
            if found:
                return found.pk
    raise CommandError(f"There is no order {text}.")


def _key(text: str | None) -> Any:
    """Raises CommandError for what is no key of Saleor's orders."""
    if not text:
        return None
    key = _value(apps.get_model(host.current.order_model)._meta.pk, text)
    if key is None:
        raise CommandError(f"{text} is no id of an order.")
    return key


def _value(field: Any, text: str) -> Any:
    """As the column has it; None for what it cannot hold, too large a number for example."""
    try:
        return field.clean(text, None)
    except ValidationError:
        return None
