"""Removes what the other targets made. Standard library only: the environment goes too."""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sandbox.paths import CHECKOUT, STATE
from sandbox.postgres import homes, in_use

CACHES = [".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", "build", "dist"]

if __name__ == "__main__":
    if in_use():
        sys.exit("Something still runs on the sandbox's PostgreSQL: end it first.")
    for folder in [*homes(), STATE, *(CHECKOUT / cache for cache in CACHES)]:
        shutil.rmtree(folder, ignore_errors=True)
    for folder in CHECKOUT.glob("*.egg-info"):
        shutil.rmtree(folder)
    for package in ("saleor_returns_plugin", "sandbox", "tests", "bench"):
        for folder in (CHECKOUT / package).rglob("__pycache__"):
            shutil.rmtree(folder, ignore_errors=True)
