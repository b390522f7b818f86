"""`make bench ARGS="checkout"`: the tables of `checkout`, `flow`, or both.

Runs on a migrated database of its own (sandbox.on_postgres) and with a real broker that nobody
empties: what a request costs, not what a worker does afterwards.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import django

from sandbox import broker
from sandbox.paths import LOGS
from sandbox.processes import Processes

LINES = (1, 10, 100)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("tables", nargs="*", default=["checkout", "flow"], metavar="TABLE")
    parser.add_argument("--rounds", type=int, default=15, help="measured rounds, 15 by default")
    options = parser.parse_args(arguments)
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
            _measure(options.tables, options.rounds)
        finally:
            processes.stop()
            (LOGS / f"{name}.log").unlink(missing_ok=True)
    return 0


def _measure(tables: list[str], rounds: int) -> None:
    django.setup()
    from . import checkout, flow

    for name in tables:
        print({"checkout": checkout, "flow": flow}[name].run(LINES, rounds), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
