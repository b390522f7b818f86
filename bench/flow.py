"""What each step of a return costs, from the split to the refund."""

import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_returns_plugin.enums import RefundStatus
from saleor_returns_plugin.models import ReturnRequest, VendorReturn
from saleor_returns_plugin.services import refunds, return_requests, split, vendor_returns
from tests.builders import MERCHANT, NOW, a_request, a_vendor, acts_for, receive_all, sells
from tests.saleor_rows import a_product, a_saleor_order
from tests.saleor_rows.gateway import PATH

from .table import ms, table

Step = tuple[str, Callable[[], Any]]


def run(lines: Sequence[int], rounds: int) -> str:
    settings.PLUGINS = [*settings.PLUGINS, PATH]
    vendor = a_vendor("Fir")
    variants = [sells(vendor, a_product(f"Table {n}", stock=1000)) for n in range(max(lines))]
    statements: dict[tuple[str, int], int] = {}
    seconds: dict[tuple[str, int], list[float]] = {}
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
    rows = [
        [name]
        + [str(statements[name, size]) for size in lines]
        + [ms(median(seconds[name, size])) for size in lines]
        for name in names
    ]
    head = ["step"] + [f"{n} lines: stmts" for n in lines] + [f"{n} lines: ms" for n in lines]
    notes = f"One vendor; medians of {rounds} rounds; mails are queued, not sent."
    return table("Each step of a return", head, rows, notes)


def _steps(vendor: Any, variants: Sequence[Any]) -> Iterator[Step]:
    """Each step works on what the one before left."""
    actor = acts_for(vendor)
    order = a_saleor_order(lines=[(variant, 2, "10.00") for variant in variants])
    found: dict[str, Any] = {}

    def request() -> None:
        found["request"] = a_request(found["record"])

    def part() -> VendorReturn:
        return VendorReturn.objects.get(request=found["request"])

    yield (
        "split",
        lambda: found.update(record=split.split_order(order_id=order.pk, now=NOW)),
    )
    yield "split again", lambda: split.split_order(order_id=order.pk, now=NOW)
    yield "request", request
    key = ReturnRequest.objects.get(pk=found["request"].pk).pk
    yield (
        "approve",
        lambda: return_requests.approve(request_id=key, actor=MERCHANT, now=NOW),
    )
    yield (
        "accept",
        lambda: vendor_returns.accept(vendor_return_id=part().pk, actor=actor, now=NOW),
    )
    yield "receive", lambda: receive_all(part(), actor)
    yield (
        "refund",
        lambda: found.update(
            refund=refunds.release(vendor_return_id=part().pk, actor=MERCHANT, now=NOW)
        ),
    )
    assert found["refund"].status == RefundStatus.SUCCEEDED.value
