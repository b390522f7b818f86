"""`returns_backfill` on a shop that has many orders already: orders per second, and memory."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from .databases import copied
from .options import Options
from .table import Aim, table

ORDERS = (1_000, 10_000)
"""100,000 take a quarter of an hour: `--sizes 1000,10000,100000`."""
MOST = 1.2


def run(options: Options) -> str:
    sizes = options.sizes or ORDERS
    found = {size: _measure(size) for size in sizes}
    first = found[sizes[0]]
    speed = max(first.per_second / each.per_second for each in found.values())
    memory = max(each.peak / first.peak for each in found.values())
    return table(
        "returns_backfill of orders with 3 lines of 3 vendors",
        ["orders", "seconds", "orders/s", "peak MB", "of these at its start"],
        [
            [
                f"{size:,}",
                f"{each.seconds:.1f}",
                f"{each.per_second:.0f}",
                f"{each.peak:.0f}",
                f"{each.idle:.0f}",
            ]
            for size, each in found.items()
        ],
        "The command as a process of its own; what it takes without any order is subtracted from "
        "the seconds.",
        [
            Aim("memory flat within 20 %", f"{memory - 1:+.0%}", memory <= MOST),
            Aim("seconds per order flat within 20 %", f"{speed - 1:+.0%}", speed <= MOST),
        ],
    )


class Found:
    def __init__(self, orders: int, seconds: float, peak: float, idle: float) -> None:
        self.seconds, self.peak, self.idle = seconds, peak, idle
        self.per_second = orders / seconds


def _measure(size: int) -> Found:
    with copied(f"backfill_{size}") as address:
        process(["bench.many_orders", str(size)], address)
        command = ["django", "returns_backfill"]
        start, idle = process([*command, "--since", "2999-01-01"], address)
        whole, peak = process(command, address)
        return Found(size, whole - start, peak, idle)


def process(module: Sequence[str], address: str) -> tuple[float, float]:
    """Seconds, and the most memory it held, in MB."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", *module],
        env={**os.environ, "DATABASE_URL": address},
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(module)} failed, see above.")
    return time.perf_counter() - started, usage.ru_maxrss / 1024
