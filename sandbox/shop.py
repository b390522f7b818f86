"""The sandbox's shop: its database, made once and copied, and the environment it runs in."""

import datetime
import hashlib
import json
import os
import subprocess
import sys

from . import databases
from .paths import CHECKOUT, SANDBOX, STATE
from .postgres import Server

SERVING = STATE / "serving.json"


def environment(server: Server, database: str, port: int) -> dict[str, str]:
    """Of every process of the shop. Without a broker Celery runs tasks at once."""
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


def broker_in_use() -> dict[str, str]:
    """What a management command needs to queue tasks for the shop that runs now, if one does."""
    if not SERVING.exists():
        return {}
    return {"CELERY_BROKER_URL": json.loads(SERVING.read_text())["broker"]}
