"""`returns_check` on a shop with many orders, each with returns and refunds: rows and memory."""

from .backfill import process
from .databases import copied
from .options import Options
from .table import Aim, table

ORDERS = (1_000, 10_000)
"""100,000 take some minutes: `--sizes 1000,100000`."""
MOST = 1.2
STARTS = 3
"""The quickest start counts: what else the machine does only ever adds to it."""


def run(options: Options) -> str:
    sizes = options.sizes or ORDERS
    found = {size: _measure(size) for size in sizes}
    first = found[sizes[0]]
    memory = max(each.peak / first.peak for each in found.values())
    speed = max(first.per_second / each.per_second for each in found.values())
    return table(
        "returns_check of orders with 3 lines, 3 returns and 3 refunds",
        ["orders", "seconds", "orders/s", "rows/s", "peak MB", "of these at its start"],
        [
            [
                f"{size:,}",
                f"{each.seconds:.1f}",
                f"{each.per_second:.0f}",
                f"{each.per_second * each.rows:.0f}",
                f"{each.peak:.0f}",
                f"{each.idle:.0f}",
            ]
            for size, each in found.items()
        ],
        f"The command as a process of its own; what it takes without any order is subtracted from "
        f"the seconds. Of each order it reads {first.rows:.0f} rows of the plugin's, and Saleor's "
        f"beside them.",
        [
            Aim("memory flat within 20 %", f"{memory - 1:+.0%}", memory <= MOST),
            Aim("seconds per order flat within 20 %", f"{speed - 1:+.0%}", speed <= MOST),
        ],
    )


class Found:
    def __init__(self, orders: int, rows: int, seconds: float, peak: float, idle: float) -> None:
        self.seconds, self.peak, self.idle = seconds, peak, idle
        self.per_second, self.rows = orders / seconds, rows / orders


def _measure(size: int) -> Found:
    with copied(f"check_{size}") as address:
        process(["bench.many_books", str(size)], address)
        command = ["django", "returns_check"]
        starts = [process([*command, "--since", "2999-01-01"], address) for _ in range(STARTS)]
        start, idle = min(seconds for seconds, _ in starts), max(peak for _, peak in starts)
        whole, peak = process(command, address)
        if whole <= start:
            raise SystemExit(f"{size:,} orders took no longer than none: the machine is too busy.")
        return Found(size, _rows(address), whole - start, peak, idle)


def _rows(address: str) -> int:
    """Of the plugin's tables that the check reads."""
    import psycopg2

    from saleor_returns_plugin import models

    names = (
        "OrderRecord",
        "VendorShipmentLine",
        "ReturnLine",
        "Refund",
        "RefundLine",
        "RefundPart",
        "LedgerEntry",
    )
    tables = [getattr(models, name)._meta.db_table for name in names]
    counts = " + ".join(f"(SELECT count(*) FROM {each})" for each in tables)
    connection = psycopg2.connect(address)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {counts}")
            return int(cursor.fetchone()[0])
    finally:
        connection.close()
