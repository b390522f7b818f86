"""Things that really happen at the same time: threads, each with a connection of its own."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections, transaction


@contextmanager
def held_back(acts: Sequence[Callable[[], Any]]) -> Iterator[list[Future[Any]]]:
    """Start `acts` in threads when the body has taken a lock that all of them need.

        with held_back([one, two]) as futures:
            lock_order(record.pk)

    Leaving the body waits until PostgreSQL says that all of them wait, rolls back whatever the
    body did, and so lets them go in one instant.
    """
    with ThreadPoolExecutor(len(acts)) as pool:
        futures: list[Future[Any]] = []
        with transaction.atomic():
            yield futures
            futures += [pool.submit(_and_disconnect, act) for act in acts]
            until_waiting(len(acts), futures)
            transaction.set_rollback(True)


def outcomes(futures: Sequence[Future[Any]]) -> tuple[list[Any], list[BaseException]]:
    """What the acts returned, and what they raised."""
    errors = [each.exception(timeout=60) for each in futures]
    results = [each.result() for each, error in zip(futures, errors, strict=True) if error is None]
    return results, [error for error in errors if error is not None]


def in_thread(pool: ThreadPoolExecutor, act: Callable[[], Any]) -> Future[Any]:
    return pool.submit(_and_disconnect, act)


def _and_disconnect(act: Callable[[], Any]) -> Any:
    try:
        return act()
    finally:
        connections.close_all()


def until_waiting(count: int, futures: Sequence[Future[Any]]) -> None:
    """Until PostgreSQL says that so many wait for a lock."""
    deadline = time.monotonic() + 30
    while _waiting() < count:
        early = [each for each in futures if each.done()]
        assert not early, f"It did not wait: {[each.exception() for each in early]}"
        assert time.monotonic() < deadline, f"only {_waiting()} of {count} wait for a lock"
        time.sleep(0.02)


def _waiting() -> int:
    with connection.cursor() as cursor:
        # Else PostgreSQL shows what was so at the first look of this transaction.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])
