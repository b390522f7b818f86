"""Databases beside the run's own."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections

from sandbox import databases, postgres


@contextmanager
def copied(name: str) -> Iterator[str]:
    """The address of a copy of this run's database, which is dropped after."""
    own = settings.DATABASES["default"]["NAME"]
    with postgres.running() as server:
        connections.close_all()  # PostgreSQL copies only what nobody uses
        databases.clone(server, own, f"{own}_{name}")
        try:
            yield server.url(f"{own}_{name}")
        finally:
            databases.drop(server, f"{own}_{name}")
