"""Many exchanges ordered at once, by processes of their own: of two items, which half of them name
the other way round, and of each of which there are half as many as are wanted.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.apps import apps
from django.db import connection

from saleor_returns_plugin.enums import ExchangeStatus, ShipmentStatus, Unavailable
from saleor_returns_plugin.models import Exchange, OrderRecord, VendorShipment
from tests.builders import a_vendor, sells
from tests.saleor_rows import a_product, a_shipping_method, a_site, a_variant

from .child import Child
from .exchanging import offer_exchanges
from .many_exchanges import many
from .options import Options
from .table import Aim, table

WANTED, IN_STOCK, WORKERS = 1_000, 500, 4


def run(options: Options) -> str:
    a_site()
    offer_exchanges()
    return Rush().table()


class Rush:
    """All workers order at the same time."""

    def __init__(self) -> None:
        vendor = a_vendor("Bench tailors")
        worn = [sells(vendor, a_product(name, stock=WANTED)) for name in ("Coat", "Hat")]
        self._wanted = [a_variant(each, "New", stock=IN_STOCK) for each in worn]
        a_shipping_method()
        lines = list(zip(worn, self._wanted, strict=True))
        ways = zip(many(lines, WANTED // 2), many(lines[::-1], WANTED // 2), strict=True)
        keys = [key for pair in ways for key in pair]
        shares = [[str(key) for key in keys[n::WORKERS]] for n in range(WORKERS)]
        workers = [Child("bench.exchanger") for _ in range(WORKERS)]
        try:
            with ThreadPoolExecutor(WORKERS) as pool:
                list(pool.map(lambda each: each.ask(order=[]), workers))  # until they have begun
                before, started = _deadlocks(), time.perf_counter()
                answers = list(pool.map(lambda each, keys: each.ask(order=keys), workers, shares))
            self._seconds = time.perf_counter() - started
        finally:
            for worker in workers:
                worker.close()
        self._deadlocks = _deadlocks() - before
        self._raised = [error for answer in answers for error in answer["raised"]]
        self._exchanges = Exchange.objects.filter(pk__in=keys)

    def table(self) -> str:
        ordered = self._exchanges.filter(status=ExchangeStatus.ORDERED.value)
        failed = self._exchanges.filter(status=ExchangeStatus.FAILED.value)
        short = failed.filter(failure_code=Unavailable.OUT_OF_STOCK.value).count()
        orders = OrderRecord.objects.filter(order_id__in=ordered.values("order_id")).count()
        held = VendorShipment.objects.filter(
            record__order_id__in=ordered.values("order_id"), status=ShipmentStatus.HELD.value
        ).count()
        kept = [_allocated(each) for each in self._wanted]
        left = apps.get_model("checkout.Checkout").objects.count()
        exact = (ordered.count(), short, orders, held, kept, left) == (
            IN_STOCK,
            WANTED - IN_STOCK,
            IN_STOCK,
            IN_STOCK,
            [IN_STOCK, IN_STOCK],
            0,
        )
        return table(
            f"{WANTED:,} exchanges of two items by {WORKERS} processes, {IN_STOCK} of each in stock",
            [
                "ordered",
                "out of stock",
                "orders",
                "held",
                "stock kept",
                "checkouts left",
                "deadlocks",
                "raised",
                "seconds",
                "exchanges/s",
                "orders/s",
            ],
            [
                [
                    str(ordered.count()),
                    str(short),
                    str(orders),
                    str(held),
                    " + ".join(map(str, kept)),
                    str(left),
                    str(self._deadlocks),
                    str(len(self._raised)),
                    f"{self._seconds:.1f}",
                    f"{WANTED / self._seconds:.1f}",
                    f"{ordered.count() / self._seconds:.1f}",
                ]
            ],
            "By the whole service, as Celery workers call it.",
            [
                Aim(f"exactly {IN_STOCK} orders, nothing left of the rest", str(orders), exact),
                Aim(
                    "no deadlock, nothing raised",
                    f"{self._deadlocks}, {', '.join(sorted(set(self._raised))) or 'nothing'}",
                    not self._deadlocks and not self._raised,
                ),
            ],
        )


def _allocated(variant: Any) -> int:
    rows = apps.get_model("warehouse.Allocation").objects.filter(stock__product_variant=variant)
    return sum(rows.values_list("quantity_allocated", flat=True))


def _deadlocks() -> int:
    """That PostgreSQL has broken in this database so far."""
    connection.close()  # its figures are of the newest look
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
