"""Everything `make check` looks at; runs all of it, then fails if any part did."""

import os
import subprocess
import sys

from .paths import CHECKOUT

INNER_LAYERS = ["domain", "services", "selectors"]

_MODULE = [sys.executable, "-m"]
CHECKS = {
    "ruff check": [*_MODULE, "ruff", "check", "."],
    "ruff format": [*_MODULE, "ruff", "format", "--check", "."],
    "types": [*_MODULE, "mypy", *(f"saleor_returns_plugin/{layer}" for layer in INNER_LAYERS)],
    "system checks": [*_MODULE, "django", "check"],
    "migrations": [
        *_MODULE,
        "django",
        "makemigrations",
        "--check",
        "--dry-run",
        "saleor_returns_plugin",
    ],
    "architecture": [
        *_MODULE,
        "pytest",
        "-p",
        "no:django",
        "-W",
        "ignore::pytest.PytestConfigWarning",
        "tests/test_architecture.py",
    ],
}


def main() -> int:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "sandbox.settings",
        "PYTHONWARNINGS": "ignore",
    }
    failed = []
    for name, command in CHECKS.items():
        print(f"== {name}", flush=True)
        if subprocess.run(command, cwd=CHECKOUT, env=environment).returncode != 0:
            failed.append(name)
    print(f"FAILED: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
