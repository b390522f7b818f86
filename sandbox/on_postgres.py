"""Runs a command with DATABASE_URL on a database of its own, migrated and empty, dropped after."""

import os
import subprocess
import sys

from . import databases, postgres, shop
from .paths import CHECKOUT


def main(command: list[str]) -> int:
    with postgres.running() as server:
        name = f"test_scratch_{os.getpid()}"
        databases.clone(server, databases.template(server), name)
        environment = shop.environment(server, name, port=8000)
        try:
            databases.migrate(environment, what="the plugin")
            return subprocess.run(command, cwd=CHECKOUT, env=environment).returncode
        finally:
            databases.drop(server, name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
