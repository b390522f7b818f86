"""The connection to the database is cut at each step, and the process lives on."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connections
from django.db.utils import InterfaceError

from saleor_returns_plugin.enums import RefundStatus
from saleor_returns_plugin.services import refunds
from tests.builders import MERCHANT, NOW
from tests.gateways.books import Books
from tests.scenarios.together import in_thread

from .scenes import TEN, a_due_part, later, the_refund
from .steps import (
    AFTER,
    ANSWERED,
    AT_GATEWAY,
    BEFORE,
    CLAIM,
    INTENT,
    RECORDED,
    RECORDING,
    STEPS,
    at,
    release,
)

SUCCEEDED, UNKNOWN = RefundStatus.SUCCEEDED.value, RefundStatus.UNKNOWN.value
AT_ONCE = {
    INTENT: RefundStatus.PENDING.value,
    CLAIM: UNKNOWN,
    # The gateway's answer is lost with Saleor's connection, before Saleor could write it.
    BEFORE: UNKNOWN,
    AFTER: UNKNOWN,
    ANSWERED: SUCCEEDED,
    RECORDING: SUCCEEDED,
    RECORDED: SUCCEEDED,
}


def backends() -> list[int]:
    """Of this thread's connections."""
    open_ones = [each.connection for each in connections.all() if each.connection]
    return [each.info.backend_pid for each in open_ones]


def cut(pids: list[int]) -> None:
    """By somebody else, as an administrator or a fail-over does."""
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        for pid in pids:
            cursor.execute("SELECT pg_terminate_backend(%s, 60000)", [pid])
            assert cursor.fetchone() == (True,)
    other.close()


def release_cut_at(step: str, part_id: UUID, books: Books) -> None:
    """Whatever the caller is told."""
    seen: dict[str, list[int]] = {}

    def act() -> Any:
        try:
            from django.db import connection

            connection.ensure_connection()
            seen["pids"] = backends()
            with at(step, lambda: cut(backends())):
                return release(part_id)
        except (DatabaseError, InterfaceError):
            return None

    with ThreadPoolExecutor(1) as pool:
        done = in_thread(pool, act)
        if step in AT_GATEWAY:
            books.wait_for_call()
            cut(seen["pids"])
            books.release()
        done.result(240)


@pytest.mark.parametrize("step", STEPS)
def test_a_cut_connection_moves_money_once_or_says_unknown(step: str, books: Books) -> None:
    part = a_due_part()
    if step in AT_GATEWAY:
        books.script(AT_GATEWAY[step])

    release_cut_at(step, part.pk, books)

    assert the_refund().status == AT_ONCE[step]
    assert books.moved() == ([] if step in (INTENT, CLAIM) else [TEN])
    books.script("accepts")
    for minutes in (1, 3, 16, 17):
        later(minutes)
    assert the_refund().status == (SUCCEEDED if step == INTENT else AT_ONCE[step])
    assert books.moved() == ([] if step == CLAIM else [TEN])


def test_what_was_never_asked_is_paid_by_the_retry(books: Books) -> None:
    part = a_due_part()
    release_cut_at(CLAIM, part.pk, books)
    refund = the_refund()

    refunds.resolve(refund_id=refund.pk, succeeded=False, actor=MERCHANT, now=NOW)
    refunds.retry(refund_id=refund.pk, actor=MERCHANT, now=NOW)

    assert (the_refund().status, books.moved()) == (SUCCEEDED, [TEN])
