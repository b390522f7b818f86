"""`python -m sandbox.run serve | demo | manage ...`: the shop with all its processes.

Real PostgreSQL, broker, Celery worker with beat, and web server; ends them all on Ctrl-C.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import broker, postgres, shop
from .databases import say
from .paths import CHECKOUT, DEMO, LOGS, MAIL, MEDIA, STATIC
from .processes import Processes, tail


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    what, *rest = arguments
    try:
        return {"serve": serve, "demo": demo, "manage": manage}[what](rest)
    except KeyboardInterrupt:
        return 130 if what == "manage" else 0


def serve(_: list[str]) -> int:
    with running_shop() as (url, processes):
        return _until_interrupted(url, processes)


def demo(_: list[str]) -> int:
    """The story's exit code, so that CI can play it with DEMO_SERVE=0."""
    from . import seed

    with running_shop(fresh=True) as (url, processes):
        story = [sys.executable, "-m", "sandbox.story", "--url", url, "--mail-dir", str(MAIL)]
        staff = ["--email", seed.MERCHANT, "--password", seed.PASSWORD]
        result = subprocess.run([*story, *staff], cwd=CHECKOUT).returncode
        if result != 0 or os.environ.get("DEMO_SERVE") == "0":
            return result
        print("\nThe story's vendors were made for it, and nobody has their passwords.")
        return _until_interrupted(url, processes)


def manage(command: list[str]) -> int:
    """On the shop that runs, else on the one that would."""
    if _empties(command):
        with shop.alone():
            return _manage(command, {})
    with shop.shared() as served:
        return _manage(command, served)


def _empties(command: list[str]) -> bool:
    return command[:1] in (["flush"], ["cleardb"]) or (
        command[:1] == ["migrate"] and "zero" in command
    )


def _manage(command: list[str], served: dict[str, Any]) -> int:
    with postgres.running() as server:
        database = served.get("database") or shop.ensure(server)
        environment = shop.environment(server, database, served.get("port") or _port())
        if served:
            environment["CELERY_BROKER_URL"] = served["broker"]
        return subprocess.run(
            [sys.executable, "-m", "django", *command], cwd=CHECKOUT, env=environment
        ).returncode


def _port() -> int:
    return int(os.environ.get("PORT") or 8000)


@contextmanager
def running_shop(fresh: bool = False) -> Iterator[tuple[str, Processes]]:
    port = _port()
    with shop.alone(port=port):
        _refuse_taken_port(port, "demo" if fresh else "serve")
        for folder in (MEDIA, STATIC, LOGS):
            folder.mkdir(parents=True, exist_ok=True)
        if fresh:
            shutil.rmtree(MAIL, ignore_errors=True)
        MAIL.mkdir(exist_ok=True)
        with postgres.running() as server, _processes(server, fresh, port) as processes:
            url = f"http://127.0.0.1:{port}"
            _write_addresses(url)
            yield url, processes


@contextmanager
def _processes(server: postgres.Server, fresh: bool, port: int) -> Iterator[Processes]:
    processes = Processes()
    sockets = Path(tempfile.mkdtemp(prefix="returns-broker-"))
    try:
        database = shop.ensure(server, fresh)
        environment = shop.environment(server, database, port)
        environment["CELERY_BROKER_URL"] = broker.url(sockets / "valkey.sock")
        _start(processes, environment, sockets / "valkey.sock", port)
        shop.tell(port=port, database=database, broker=environment["CELERY_BROKER_URL"])
        yield processes
    finally:
        say("stopping")
        processes.stop()
        shutil.rmtree(sockets, ignore_errors=True)


def _start(processes: Processes, environment: dict[str, str], queue: Path, port: int) -> None:
    python = [sys.executable, "-m"]
    processes.start("broker", broker.command(queue), environment)
    _wait("the broker", queue.exists, processes)
    worker = ["celery", "--app", "saleor", "worker", "--beat", "--concurrency", "2"]
    schedule = ["--schedule", str(queue.parent / "beat"), "--loglevel", "info"]
    processes.start("worker", [*python, *worker, *schedule], environment)
    web = ["gunicorn", "saleor.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    threads = ["--worker-class", "gthread", "--threads", "8", "--timeout", "120"]
    processes.start("web", [*python, *web, *threads], environment)
    _wait("the web server", lambda: _answers(f"http://127.0.0.1:{port}/graphql/"), processes)
    _wait("the Celery worker", lambda: " ready." in tail("worker", 200), processes)


def _wait(what: str, done: Callable[[], bool], processes: Processes) -> None:
    say(f"starting {what}")
    deadline = time.monotonic() + 90
    while not done():
        ended = processes.ended()
        if ended or time.monotonic() > deadline:
            sys.exit(f"{ended or what} did not start:\n{tail(ended) if ended else ''}")
        time.sleep(0.2)


def _answers(graphql: str) -> bool:
    body = json.dumps({"query": "{ shop { name } }"}).encode()
    request = urllib.request.Request(graphql, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return "data" in json.load(answer)
    except (urllib.error.URLError, OSError):
        return False


def _refuse_taken_port(port: int, target: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(f"Port {port} is taken; choose another: make {target} PORT={port + 1}")


def _write_addresses(url: str) -> None:
    from . import seed

    DEMO.write_text(
        json.dumps(
            {
                "graphql": f"{url}/graphql/",
                "portal": f"{url}/returns/",
                "console": f"{url}/returns/console/",
                "mail_dir": str(MAIL),
                "accounts": seed.accounts(),
                "order": seed.ORDER,
            },
            indent=2,
        )
        + "\n"
    )


def _until_interrupted(url: str, processes: Processes) -> int:
    _tell_how_to_play(url)
    while not processes.ended():
        time.sleep(0.5)
    ended = processes.ended() or ""
    print(f"{ended} ended by itself:\n{tail(ended)}")
    return 1


def _tell_how_to_play(url: str) -> None:
    from . import seed

    number, email = seed.ORDER["number"], seed.ORDER["email"]
    people = {
        seed.MERCHANT: f"the merchant, for {seed.IN_HOUSE.name}'s own goods too",
        **{seller.email: seller.name for seller in seed.VENDORS},
    }
    accounts = "\n".join(f"              {who:28} {name}" for who, name in people.items())
    text = f"""
Play on: order {number} of {email} is shipped and can be returned. It has goods of the store itself
and of three vendors. Everybody's password is {seed.PASSWORD}.

  Portal      {url}/returns/   order {number}, e-mail {email}
  Console     {url}/returns/console/
{accounts}
  GraphQL     {url}/graphql/   the shopper has an account there, too
  Mails       {MAIL}
  Logs        {LOGS}

Ctrl-C ends it."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
