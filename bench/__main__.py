"""`make bench ARGS="checkout"`: one table, or several; all of them when none is named.

Runs on a migrated database of its own (sandbox.on_postgres) and with a real broker that nobody
empties: what a request costs, not what a worker does afterwards. (`http` has its own, and a
worker.)
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

import django

from sandbox import broker
from sandbox.paths import LOGS
from sandbox.processes import Processes

from .databases import copied
from .options import Options
from .table import load

TABLES = [
    "checkout",
    "flow",
    "quotes",
    "refunds",
    "exchanges",
    "exchange_rush",
    "assign",
    "http",
    "backfill",
    "lists",
    "ledger",
    "check",
]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"of {', '.join(TABLES)}")
    parser.add_argument(
        "--rounds", type=int, help="measured rounds; each table has its own default"
    )
    parser.add_argument("--sizes", type=_sizes, help="lines, returns, orders ...: 1000,100000")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    unknown = set(options.tables) - set(TABLES)
    if unknown:
        parser.error(f"no table {', '.join(unknown)}; there are {', '.join(TABLES)}")
    if options.here:
        _measure(*options.tables, Options(options.rounds, options.sizes))
        return 0
    processes = Processes()
    name = f"bench-broker-{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="returns-bench-") as folder:
        socket = Path(folder) / "valkey.sock"
        os.environ["CELERY_BROKER_URL"] = broker.url(socket)
        os.environ["DEBUG"] = "False"  # else Django keeps every statement in memory
        os.environ["ALLOWED_CLIENT_HOSTS"] = "localhost"
        try:
            processes.start(name, broker.command(socket), os.environ)
            while not socket.exists():
                time.sleep(0.05)
            for table in options.tables or TABLES:
                _in_own_database(table, arguments)
        finally:
            processes.stop()
            (LOGS / f"{name}.log").unlink(missing_ok=True)
    return 0


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.replace("_", "").split(","))


def _in_own_database(table: str, arguments: list[str]) -> None:
    """No table finds what another has written."""
    options = [each for each in arguments if each not in TABLES]
    command = [sys.executable, "-W", "ignore", "-m", "bench", "--here", *options, table]
    with copied(table) as address:
        process = subprocess.run(command, env={**os.environ, "DATABASE_URL": address})
    if process.returncode:
        sys.exit(process.returncode)


def _measure(name: str, options: Options) -> None:
    django.setup()
    before = load()
    print(import_module(f".{name}", __package__).run(options))
    print(f"{os.cpu_count()} cores; load average {before} before, {load()} after.", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
