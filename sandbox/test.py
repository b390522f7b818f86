"""Runs pytest on the embedded server: `python -m sandbox.test [pytest arguments]`.

Each run has a test database of its own, so that several can go on at once.
"""

import os
import subprocess
import sys

from . import databases, postgres
from .paths import CHECKOUT


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
            return _wait([sys.executable, "-m", "pytest", *arguments], environment)
        finally:
            databases.drop(server, f"test_{name}")


def _wait(command: list[str], environment: dict[str, str]) -> int:
    process = subprocess.Popen(command, cwd=CHECKOUT, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # pytest heard it too, and says what it had done so far
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
