"""Databases of the embedded server: the migrated template, and clones of it.

Saleor's 430 migrations take a minute. They run once, into a template whose name is a hash of what
decides its contents; every test run and every shop starts as a copy of it.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from contextlib import closing

from .paths import CHECKOUT, SANDBOX, STATE
from .postgres import Server

EXTENSIONS = ["hstore", "pg_trgm", "btree_gin", "pgcrypto"]


def say(text: str) -> None:
    print(f"[sandbox] {text}", flush=True)


def template(server: Server) -> str:
    """The name of the database that holds the host's tables and none of ours; made if missing."""
    name = f"saleor_{fingerprint()}"
    with (STATE / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not exists(server, name):
            _make_template(server, name)
    return name


def fingerprint() -> str:
    digest = hashlib.sha256(" ".join(EXTENSIONS).encode())
    for file in ("pins.txt", "host-requirements.txt"):
        digest.update((SANDBOX / file).read_bytes())
    return digest.hexdigest()[:12]


def _make_template(server: Server, name: str) -> None:
    making = f"making_{name}"
    drop(server, making)
    _run(server, f'CREATE DATABASE "{making}"')
    for extension in EXTENSIONS:
        _run(server, f"CREATE EXTENSION IF NOT EXISTS {extension}", database=making)
    say("migrating Saleor into the template database, once, about a minute")
    started = time.monotonic()
    environment = {
        **os.environ,
        "DATABASE_URL": server.url(making),
        "DJANGO_SETTINGS_MODULE": "sandbox.host_settings",
    }
    migrate(environment, what="Saleor")
    _run(server, "VACUUM ANALYZE", database=making)
    rename(server, making, name)
    say(f"template ready after {time.monotonic() - started:.0f} s")


def migrate(environment: dict[str, str], what: str) -> None:
    """Run `migrate` and tell how far it is every few seconds."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "django", "migrate", "--noinput"],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    seen: list[str] = []
    told = time.monotonic()
    assert process.stdout is not None
    for line in process.stdout:
        seen.append(line)
        if time.monotonic() - told > 5:
            told = time.monotonic()
            say(f"  {what}: migrations applied so far: {sum('Applying' in each for each in seen)}")
    if process.wait() != 0:
        print("".join(seen[-40:]))
        sys.exit(f"migrate failed for {what}, see above.")


def exists(server: Server, name: str) -> bool:
    with closing(server.connect()) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def clone(server: Server, source: str, name: str) -> None:
    _run(server, f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


def rename(server: Server, old: str, new: str) -> None:
    _run(server, f'ALTER DATABASE "{old}" RENAME TO "{new}"')


def drop(server: Server, name: str) -> None:
    _run(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def drop_all(server: Server, name: str) -> None:
    """That one, and those of the processes that shared its tests."""
    with closing(server.connect()) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT datname FROM pg_database")
        names = [row[0] for row in cursor.fetchall()]
    for each in names:
        if each == name or each.startswith(f"{name}_gw"):
            drop(server, each)


def _run(server: Server, statement: str, database: str = "postgres") -> None:
    with closing(server.connect(database)) as connection:
        connection.cursor().execute(statement)
