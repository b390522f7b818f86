"""Many at once: threads and workers, each with a connection of its own."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import kombu.pools
import pytest
from django.db import connections
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import RefundStatus
from saleor_returns_plugin.errors import InvalidTransition, NothingToRefund
from saleor_returns_plugin.models import Refund, RefundPart
from saleor_returns_plugin.services import queue, reconciliation, refunds
from saleor_returns_plugin.services.locks import lock_order
from tests.builders import MERCHANT, NOW
from tests.gateways.books import Books
from tests.gateways.scriptable import GATEWAY_ID
from tests.saleor_rows import pay
from tests.scenarios.together import held_back, in_thread, outcomes

from .scenes import TEN, a_due_part, an_unpaid_order, due_parts, later, the_refund
from .steps import ANSWERED, CLAIM, INTENT, killed_at, release

SUCCEEDED, FAILED = RefundStatus.SUCCEEDED.value, RefundStatus.FAILED.value
UNKNOWN, PENDING = RefundStatus.UNKNOWN.value, RefundStatus.PENDING.value


def test_two_browsers(books: Books) -> None:
    part = a_due_part()
    with held_back([partial(release, part.pk)] * 2) as futures:
        lock_order(part.request.record_id)

    results, errors = outcomes(futures)

    assert [refund.status for refund in results] == [SUCCEEDED]
    assert [type(error) for error in errors] == [NothingToRefund]
    assert books.moved() == [TEN]


def test_a_hundred_requests_with_one_key(books: Books) -> None:
    part = a_due_part()
    with ThreadPoolExecutor(20) as pool:
        asked = [
            in_thread(pool, partial(release, part.pk, idempotency_key="one")) for _ in range(100)
        ]

    results, errors = outcomes(asked)

    assert errors == []
    assert {refund.pk for refund in results} == {the_refund().pk}
    assert (the_refund().status, books.calls()) == (SUCCEEDED, ["accepts"])


def test_two_retries(books: Books) -> None:
    books.script("declines", "accepts")
    part = a_due_part()
    refund = release(part.pk)

    def again() -> Refund:
        return refunds.retry(refund_id=refund.pk, actor=MERCHANT, now=NOW)

    with held_back([again, again]) as futures:
        lock_order(part.request.record_id)
    _, errors = outcomes(futures)

    assert [type(error) for error in errors] == [InvalidTransition]
    assert (the_refund().status, books.moved()) == (SUCCEEDED, [TEN])


def test_two_who_resolve(books: Books) -> None:
    books.script("times out after")
    part = a_due_part()
    refund = release(part.pk)
    says = partial(refunds.resolve, refund_id=refund.pk, actor=MERCHANT, now=NOW)

    with held_back([partial(says, succeeded=True), partial(says, succeeded=True)]) as futures:
        lock_order(part.request.record_id)
    _, errors = outcomes(futures)

    assert [type(error) for error in errors] == [InvalidTransition]
    assert the_refund().status == SUCCEEDED


def test_two_workers_take_up_one_intent(books: Books) -> None:
    part = a_due_part()
    killed_at(INTENT, books, partial(release, part.pk))
    connections.close_all()
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_reconcile) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(240)

    assert [worker.exitcode for worker in workers] == [0, 0]
    assert (the_refund().status, books.moved()) == (SUCCEEDED, [TEN])


def _reconcile() -> None:
    connections.close_all()
    with host.current.allow_writer():
        later(3)
    connections.close_all()


def two_without_answer(books: Books) -> tuple[Any, list[Any]]:
    """Of one payment and amount; Saleor has one row, which may be either's."""
    order = an_unpaid_order()
    pay(order, gateway=GATEWAY_ID)
    parts = due_parts(order, parts=2)
    killed_at(CLAIM, books, partial(release, parts[0].pk))
    for name in ("arrived", "released"):
        (books.folder / name).unlink(missing_ok=True)
    killed_at(ANSWERED, books, partial(release, parts[1].pk))
    return order, parts


def test_one_row_settles_one_of_two(books: Books) -> None:
    two_without_answer(books)

    assert later(16) == 2

    statuses = sorted(Refund.objects.values_list("status", flat=True))
    assert (statuses, books.moved()) == ([SUCCEEDED, UNKNOWN], [TEN])


def test_one_row_settles_one_of_two_that_are_looked_up_at_once(books: Books) -> None:
    _, parts = two_without_answer(books)
    late = timezone.now() + timedelta(minutes=16)
    acts = [
        partial(reconciliation._look_up, RefundPart.objects.get(refund__vendor_return=part), late)
        for part in parts
    ]
    with held_back([partial(_writing, act) for act in acts]) as futures:
        lock_order(parts[0].request.record_id)
    _, errors = outcomes(futures)

    assert errors == []
    assert Refund.objects.filter(status=SUCCEEDED).count() == 1


def _writing(act: Any) -> Any:
    with host.current.allow_writer():
        return act()


def test_a_row_whose_own_process_is_about_to_say_so_is_left_to_it(books: Books) -> None:
    """The first had no answer; the second's row is there, and its process still on the way."""
    order = an_unpaid_order()
    pay(order, gateway=GATEWAY_ID)
    first, second = due_parts(order, parts=2)
    books.script("times out before", "accepts")
    release(first.pk)
    killed_at(ANSWERED, books, partial(release, second.pk))

    later(5)
    assert Refund.objects.get(vendor_return=first).status == UNKNOWN
    assert Refund.objects.get(vendor_return=second).status == PENDING
    later(16)

    statuses = sorted(Refund.objects.values_list("status", flat=True))
    assert (statuses, books.moved()) == ([SUCCEEDED, UNKNOWN], [TEN])


def test_what_never_resolves_lets_the_rest_be_looked_at(books: Books) -> None:
    order = an_unpaid_order(3)
    pay(order, gateway=GATEWAY_ID)
    parts = due_parts(order, parts=3)
    books.script("times out before", "times out before", "accepts")
    for part in parts[:2]:
        release(part.pk)
    killed_at(ANSWERED, books, partial(release, parts[2].pk))

    changed = [later(minutes, limit=1) for minutes in (16, 17, 18)]

    # Any of the three equal refunds may take the one row, but one does.
    assert sum(changed) >= 1
    looked = RefundPart.objects.values_list("looked_at", flat=True)
    assert len(set(looked)) == 3
    assert Refund.objects.filter(status=SUCCEEDED).count() == 1


@pytest.fixture
def dead_broker(settings: Any) -> Any:
    """Celery's broker is a port on which nobody listens."""
    before = (settings.CELERY_BROKER_URL, settings.CELERY_TASK_ALWAYS_EAGER)

    def use(url: str, is_eager: bool) -> None:
        settings.CELERY_BROKER_URL, settings.CELERY_TASK_ALWAYS_EAGER = url, is_eager
        kombu.pools.reset()
        host.current.celery._after_fork()

    yield lambda: use("redis://127.0.0.1:1/0", False)
    use(*before)


def test_the_broker_is_down(dead_broker: Any, books: Books, caplog: Any) -> None:
    part = a_due_part()
    dead_broker()
    assert release(part.pk).status == SUCCEEDED
    assert books.moved() == [TEN]
    assert any(record.name == queue.__name__ for record in caplog.records)
