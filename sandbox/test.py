"""Runs pytest on the embedded server: `python -m sandbox.test [pytest arguments]`.

Each run has test databases of its own, so that several can go on at once. The whole suite is
shared among the processor's cores (`-n 0`: not); what is named runs in one process, which is sooner
ready.
"""

import os
import subprocess
import sys

from . import databases, postgres
from .paths import CHECKOUT

AT_ONCE = 4
"""Beyond that, pages and workers that tests wait for would wait for each other."""


def main(arguments: list[str]) -> int:
    with postgres.running() as server:
        name = f"run_{os.getpid()}"
        environment = {
            **os.environ,
            "DATABASE_URL": server.url(name),
            "RETURNS_TEST_TEMPLATE": databases.template(server),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        try:
            command = [sys.executable, "-m", "pytest", *_shared(arguments), *arguments]
            return _wait(command, environment)
        finally:
            databases.drop_all(server, f"test_{name}")


def _shared(arguments: list[str]) -> list[str]:
    is_named = any((CHECKOUT / argument.split("::")[0]).exists() for argument in arguments)
    return [] if is_named else ["-n", str(min(os.cpu_count() or 1, AT_ONCE))]


def _wait(command: list[str], environment: dict[str, str]) -> int:
    process = subprocess.Popen(command, cwd=CHECKOUT, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # pytest heard it too, and says what it had done so far
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
