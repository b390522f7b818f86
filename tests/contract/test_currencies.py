"""2.10 has one currency, fixed when it starts and when its tables are made: each in its own run."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from saleor_returns_plugin import host

pytestmark = pytest.mark.skipif(host.IS_V3, reason="on 3.x each channel has its currency")

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty_database() -> Iterator[str]:
    """One that can hold Saleor's tables, for tests to copy."""
    name = f"currency_{os.getpid()}"
    run(f'CREATE DATABASE "{name}"')
    try:
        for extension in ("hstore", "pg_trgm", "btree_gin", "pgcrypto"):
            run(f"CREATE EXTENSION {extension}", database=name)
        yield name
    finally:
        run(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(statement: str, database: str = "postgres") -> None:
    import psycopg2

    with closing(psycopg2.connect(url_of(database))) as connection:
        connection.autocommit = True
        connection.cursor().execute(statement)


def url_of(database: str) -> str:
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{database}"


BOUGHT = ("tests/contract/test_paid_orders.py", "-k", "whatever_is_combined")
REFUNDED = ("tests/services/test_refund_currencies.py",)


@pytest.mark.parametrize(
    ("currency", "tests"),
    [
        ("JPY", BOUGHT),
        ("JPY", REFUNDED),
        ("KWD", BOUGHT),
        ("KWD", REFUNDED),
        # Saleor counts fewer decimals than ISO 4217: two, and three.
        ("RSD", REFUNDED),
        ("IQD", REFUNDED),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0].split("/")[1],
)
def test_it_adds_up_in(currency: str, tests: tuple[str, ...], empty_database: str) -> None:
    arguments = ["-q", "--nomigrations", "-p", "no:cacheprovider", *tests]
    environment = {
        **os.environ,
        "DEFAULT_CURRENCY": currency,
        "DATABASE_URL": url_of(f"bought_{empty_database}"),
        "RETURNS_TEST_TEMPLATE": empty_database,
    }

    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout[-4000:]
    assert "skipped" not in done.stdout.splitlines()[-1]
