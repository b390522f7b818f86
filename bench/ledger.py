"""A vendor's statement of very many entries: its balance and its pages, with and without closings.

The questions that the API and the pages ask, of `selectors/ledger.py`; one database, in process.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from .options import Options
from .table import Aim, ms, table

ENTRIES = (1_000, 1_000_000)
ROUNDS = 21
MOST = 0.010
YEARS = 3
PAGE = 50


def run(options: Options) -> str:
    sizes, rounds = options.sizes or ENTRIES, options.rounds or ROUNDS
    vendors = {size: _filled(size) for size in sizes}
    _settled()
    found = [Found(case, False, _measured(case, vendors, rounds)) for case in CASES]
    seconds = _closed()
    _settled()
    found += [Found(case, True, _measured(case, vendors, rounds)) for case in CASES]
    slow = [each for each in found if each.is_closed and each.worst > MOST]
    slow_open = [each for each in found if not each.is_closed and each.worst > MOST]
    return table(
        f"a vendor's statement over {YEARS} years",
        ["question", "closings", *(f"{size:,}: ms" for size in sizes)],
        [each.row() for each in found],
        f"Medians of {rounds} rounds, taking turns. Closing all days took {seconds:.1f} s.",
        [
            Aim("under 10 ms with closings", _said(slow), not slow),
            Aim("under 10 ms without closings", _said(slow_open), not slow_open),
        ],
    )


def _said(slow: list["Found"]) -> str:
    return ", ".join(f"{each.case} {ms(each.worst)} ms" for each in slow) or "all"


class Found:
    def __init__(self, case: str, is_closed: bool, seconds: dict[int, float]) -> None:
        self.case, self.is_closed, self.seconds = case, is_closed, seconds
        self.worst = max(seconds.values())

    def row(self) -> list[str]:
        figures = [ms(each) for each in self.seconds.values()]
        return [self.case, "yes" if self.is_closed else "no", *figures]


def _measured(case: str, vendors: dict[int, Any], rounds: int) -> dict[int, float]:
    seconds: dict[int, list[float]] = {size: [] for size in vendors}
    for vendor in vendors.values():
        CASES[case](vendor)  # warm
    for number in range(rounds):
        for size in list(vendors) if number % 2 else reversed(vendors):
            started = time.perf_counter()
            CASES[case](vendors[size])
            seconds[size].append(time.perf_counter() - started)
    return {size: median(each) for size, each in seconds.items()}


def _balance(vendor: Any) -> Any:
    from saleor_returns_plugin.selectors import ledger

    return ledger.balance(vendor.pk, "USD")


def _balances(vendor: Any) -> Any:
    from saleor_returns_plugin.selectors import ledger

    return ledger.balances([vendor.pk])


def _page(days: int | None = None) -> Callable[[Any], Any]:
    """Opening, closing, and the first page of the newest `days`, or of the whole."""

    def ask(vendor: Any) -> Any:
        from django.utils import timezone

        from saleor_returns_plugin.selectors import ledger
        from saleor_returns_plugin.selectors.paging import OLDEST_FIRST, slice_of

        since = timezone.now() - timedelta(days=days) if days else None
        found = ledger.statement(vendor.pk, "USD", since=since)
        rows = slice_of(found.entries, OLDEST_FIRST, size=PAGE).rows
        return found.opening, found.closing, ledger.balance_before(rows[0])

    return ask


def _last_page(vendor: Any) -> Any:
    from saleor_returns_plugin.selectors import ledger
    from saleor_returns_plugin.selectors.paging import OLDEST_FIRST, slice_of

    found = ledger.statement(vendor.pk, "USD")
    rows = slice_of(found.entries, OLDEST_FIRST, size=PAGE, is_last=True).rows
    return found.closing, ledger.balance_before(rows[0])


CASES: dict[str, Callable[[Any], Any]] = {
    "balance": _balance,
    "balances, every currency": _balances,
    "statement, first page": _page(),
    "statement, last page": _last_page,
    "statement of 30 days, first page": _page(30),
}


def _filled(count: int) -> Any:
    from saleor_returns_plugin.models import LedgerEntry
    from saleor_returns_plugin.services import payouts
    from tests.builders import MERCHANT, a_vendor

    from .copies import copy

    vendor = a_vendor(f"Vendor {count}")
    entry = payouts.adjust(
        vendor_id=vendor.pk, amount=Decimal("1.25"), currency="USD", note="First", actor=MERCHANT
    )
    minutes = YEARS * 365 * 24 * 60 / count
    copy(
        LedgerEntry,
        f"o.id = '{entry.pk}'",
        count - 1,
        id="md5(o.id::text || n)::uuid",
        created_at=f"o.created_at - n * interval '{minutes:.6f} minutes'",
        amount="((n::bigint * 7919 % 10000) * 2 - 8999)::numeric / 100",
        idempotency_key="o.idempotency_key || n",
    )
    return vendor


def _settled() -> None:
    """As autovacuum leaves it: only then does an index alone answer."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _closed() -> float:
    from django.utils import timezone

    from saleor_returns_plugin.services import closings

    started = time.perf_counter()
    closings.close_days(now=timezone.now())
    return time.perf_counter() - started
