"""The sandbox's shop: its database, made once and copied, and the environment it runs in.

Whoever serves or empties the shop holds its lock alone; commands that work on it while it is not
served share the lock. So nobody takes the database from under another.
"""

import datetime
import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from . import databases
from .paths import CHECKOUT, SANDBOX, STATE
from .postgres import Server

LOCK = STATE / "shop.lock"
MAKING_LOCK = STATE / "shop.making"
SERVING = STATE / "serving.json"


@contextmanager
def alone(**facts: Any) -> Iterator[None]:
    """Nobody else uses the shop; `facts` are what others are told of it meanwhile.

    Ends the program, in words, when somebody does.
    """
    with _lock_file() as lock:
        if not _take(lock, fcntl.LOCK_EX):
            port = _told().get("port")
            sys.exit(
                f"The shop already runs on port {port}; stop it first."
                if port
                else "A `make manage` works on the shop; wait until it has ended."
            )
        tell(**facts)
        try:
            yield
        finally:
            SERVING.unlink(missing_ok=True)


def tell(**facts: Any) -> None:
    """What `shared` answers from now on; for the one who has the shop alone."""
    making = SERVING.with_suffix(".making")
    making.write_text(json.dumps(facts))
    making.rename(SERVING)


@contextmanager
def shared() -> Iterator[dict[str, Any]]:
    """To work on the shop beside others: what its server told, blank when it is not served."""
    with _lock_file() as lock:
        if _take(lock, fcntl.LOCK_SH):
            yield {}
            return
    served = _told()
    if "database" not in served:
        sys.exit("The shop is just being started or emptied; try again in a moment.")
    yield served


def _lock_file() -> IO[str]:
    STATE.mkdir(exist_ok=True)
    return LOCK.open("a")


def _take(lock: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _told() -> dict[str, Any]:
    with suppress(FileNotFoundError):
        return dict(json.loads(SERVING.read_text()))
    return {}


def environment(server: Server, database: str, port: int) -> dict[str, str]:
    """Of every process of the shop; `sandbox.settings` says what holds without a broker."""
    address = f"http://127.0.0.1:{port}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "sandbox.settings",
        "DATABASE_URL": server.url(database),
        "RETURNS_PUBLIC_URL": address,
        "PYTHONWARNINGS": "ignore",
        "PYTHONUNBUFFERED": "1",
    }


def name() -> str:
    return f"shop_{_fingerprint()}"


def ensure(server: Server, fresh: bool = False) -> str:
    """The shop's database. `fresh` begins again from the seeded state."""
    shop = name()
    with MAKING_LOCK.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if databases.exists(server, shop):
            if not fresh:
                return shop
            databases.drop(server, shop)
        databases.clone(server, _seeded(server), shop)
    return shop


def _fingerprint() -> str:
    digest = hashlib.sha256(databases.fingerprint().encode())
    migrations = CHECKOUT / "saleor_returns_plugin" / "migrations"
    for path in [*sorted(migrations.glob("*.py")), *sorted(SANDBOX.glob("seed*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _seeded(server: Server) -> str:
    """Made anew each week: what it holds may be returned for 30 days."""
    week = "".join(str(part) for part in datetime.date.today().isocalendar()[:2])
    seeded = f"seeded_{_fingerprint()}_{week}"
    if databases.exists(server, seeded):
        return seeded
    making = f"making_{seeded}"
    template = databases.template(server)
    databases.say("migrating and seeding the shop, some seconds")
    databases.drop(server, making)
    databases.clone(server, template, making)
    inside = environment(server, making, port=8000)
    databases.migrate(inside, what="the plugin")
    command = [sys.executable, "-m", "sandbox.seed"]
    if subprocess.run(command, cwd=CHECKOUT, env=inside).returncode != 0:
        sys.exit("The shop could not be seeded, see above.")
    databases.rename(server, making, seeded)
    return seeded
