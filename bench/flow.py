"""What each step of a return costs, from the split to the refund."""

import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_returns_plugin.domain.requested import ReceivedLine, RequestedLine
from saleor_returns_plugin.enums import ReturnStatus, Source
from saleor_returns_plugin.models import OrderRecord, VendorReturn, VendorShipmentLine
from saleor_returns_plugin.services import (
    receptions,
    refunds,
    return_requests,
    split,
    vendor_returns,
)
from tests.builders import MERCHANT, NOW, a_vendor, acts_for, sells, shopper_of
from tests.saleor_rows import a_product, a_saleor_order
from tests.saleor_rows.gateway import PATH

from .options import Options
from .table import Aim, ms, table

Step = tuple[str, Callable[[], Any]]
LINES = (1, 10, 100)
ROUNDS = 15


def run(options: Options) -> str:
    lines, rounds = options.sizes or LINES, options.rounds or ROUNDS
    settings.PLUGINS = [*settings.PLUGINS, PATH]
    vendor = a_vendor("Fir")
    variants = [sells(vendor, a_product(f"Table {n}", stock=1000)) for n in range(max(lines))]
    statements: dict[tuple[str, int], int] = {}
    seconds: dict[tuple[str, int], list[float]] = {}
    for _, step in _steps(vendor, variants[:1]):  # warm: what is made on first use
        step()
    for size in lines:
        for name, step in _steps(vendor, variants[:size]):
            with CaptureQueriesContext(connection) as seen:
                step()
            statements[name, size] = len(seen)
    for _ in range(rounds):
        for size in lines:
            for name, step in _steps(vendor, variants[:size]):
                started = time.perf_counter()
                step()
                seconds.setdefault((name, size), []).append(time.perf_counter() - started)
    names = list(dict.fromkeys(name for name, _ in statements))
    is_constant = {name: len({statements[name, size] for size in lines}) == 1 for name in names}
    rows = [
        [name]
        + [str(statements[name, size]) for size in lines]
        + ["yes" if is_constant[name] else "NO"]
        + [ms(median(seconds[name, size])) for size in lines]
        for name in names
    ]
    counts = [f"{n} lines: stmts" for n in lines]
    head = ["step", *counts, "constant", *(f"{n} lines: ms" for n in lines)]
    growing = [name for name in names if not is_constant[name]]
    return table(
        "Each step of a return",
        head,
        rows,
        f"One vendor; medians of {rounds} rounds; mails are queued, not sent.",
        [Aim("statements constant in lines", ", ".join(growing) or "all", not growing)],
    )


def _steps(vendor: Any, variants: Sequence[Any]) -> Iterator[Step]:
    """Each step works on what the one before left."""
    actor = acts_for(vendor)
    order = a_saleor_order(lines=[(variant, 2, "10.00") for variant in variants])
    yield "split", lambda: split.split_order(order_id=order.pk, now=NOW)
    yield "split again", lambda: split.split_order(order_id=order.pk, now=NOW)
    record = OrderRecord.objects.get(order_id=order.pk)
    lines = [
        RequestedLine(line.pk, 1)
        for line in VendorShipmentLine.objects.filter(shipment__record=record)
    ]
    yield (
        "request",
        lambda: return_requests.create(
            actor=shopper_of(record),
            record_id=record.pk,
            lines=lines,
            source=Source.PORTAL,
            now=NOW,
        ),
    )
    part = VendorReturn.objects.get(request__record=record)
    yield (
        "approve",
        lambda: return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW),
    )
    yield (
        "accept",
        lambda: vendor_returns.accept(vendor_return_id=part.pk, actor=actor, now=NOW),
    )
    arrived = [ReceivedLine(line.pk, 1) for line in part.lines.all()]
    yield (
        "receive",
        lambda: receptions.receive(vendor_return_id=part.pk, actor=actor, lines=arrived, now=NOW),
    )
    yield (
        "refund",
        lambda: refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW),
    )
    part.refresh_from_db()
    assert part.status == ReturnStatus.SETTLED.value
