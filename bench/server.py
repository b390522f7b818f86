"""A real server for `bench.http`: gunicorn, a Celery worker and a broker, on this database."""

import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox import broker
from sandbox.paths import LOGS
from sandbox.processes import Processes, tail

WORKERS = 2
_LONGEST_START = 90


@contextmanager
def running() -> Iterator[int]:
    """The port it listens on, on this machine alone. All of it ends with the block."""
    processes = Processes()
    names = [f"bench-{kind}-{os.getpid()}" for kind in ("queue", "worker", "web")]
    with tempfile.TemporaryDirectory(prefix="returns-bench-") as folder:
        queue, port = Path(folder) / "queue.sock", _free_port()
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "bench.served",
            "CELERY_BROKER_URL": broker.url(queue),
            "BENCH_MAILS": folder,
        }
        try:
            processes.start(names[0], broker.command(queue), environment)
            _wait(queue.exists, processes)
            processes.start(names[1], _worker(), environment)
            processes.start(names[2], _web(port), environment)
            _wait(lambda: " ready." in tail(names[1], 200), processes)
            _wait(lambda: _is_open(port), processes)
            yield port
        finally:
            processes.stop()
            for name in names:
                (LOGS / f"{name}.log").unlink(missing_ok=True)


def _worker() -> list[str]:
    options = ["--concurrency", "1", "--loglevel", "info", "--without-gossip", "--without-mingle"]
    return [sys.executable, "-W", "ignore", "-m", "celery", "--app", "saleor", "worker", *options]


def _web(port: int) -> list[str]:
    options = ["--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS)]
    threads = ["--worker-class", "gthread", "--threads", "2", "--keep-alive", "60"]
    gunicorn = [sys.executable, "-W", "ignore", "-m", "gunicorn", "saleor.wsgi:application"]
    return [*gunicorn, *options, *threads]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(done: Callable[[], bool], processes: Processes) -> None:
    deadline = time.monotonic() + _LONGEST_START
    while not done():
        ended = processes.ended()
        if ended or time.monotonic() > deadline:
            sys.exit(f"{ended or 'The server'} did not start:\n{tail(ended) if ended else ''}")
        time.sleep(0.1)
