"""A deadlock that PostgreSQL breaks is tried again: by whoever owns the transaction."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import OperationalError, connection, transaction

from saleor_returns_plugin.models import OrderRecord
from saleor_returns_plugin.services import locks
from saleor_returns_plugin.services.locks import in_durable_transaction, in_transaction, lock_order
from tests.builders import an_order
from tests.saleor_rows import a_product
from tests.scenarios.together import in_thread, until_waiting

pytestmark = pytest.mark.django_db(transaction=True)

DEADLOCK, LOCK_NOT_AVAILABLE = "40P01", "55P03"


class Crossing:
    """Two transactions that take the same two locks in opposite order.

    Only `service` looks for a deadlock in time: so it is always the one that PostgreSQL ends. Its
    pause then lasts until `other` has ended, since which of two gets a row that becomes free is
    left to PostgreSQL.
    """

    def __init__(self) -> None:
        self.first, self.second = (an_order([(a_product(), 1, "5")]).pk for _ in range(2))
        self.has_first, self.other_has_second, self.other_ended = Event(), Event(), Event()
        self.tries = 0
        self.pauses: list[int] = []

    def other(self) -> None:
        with transaction.atomic():
            lock_order(self.second)
            self.other_has_second.set()
            assert self.has_first.wait(30)
            _look_for_no_deadlock()
            lock_order(self.first)
        self.other_ended.set()

    def service(self) -> str:
        self.tries += 1
        lock_order(self.first)
        OrderRecord.objects.filter(pk=self.first).update(language=f"try {self.tries}")
        if self.tries == 1:
            assert self.other_has_second.wait(30)
            self.has_first.set()
            until_waiting(1, [self.waits])
        lock_order(self.second)
        return "done"

    def pause(self, attempt: int) -> None:
        self.pauses.append(attempt)
        assert self.other_ended.wait(30)

    def run(self, act) -> str:
        with ThreadPoolExecutor(1) as pool:
            self.waits = in_thread(pool, self.other)
            try:
                return act()
            finally:
                self.waits.result(timeout=30)

    def written(self) -> str:
        return OrderRecord.objects.get(pk=self.first).language


def _look_for_no_deadlock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL deadlock_timeout = '60s'")


@pytest.mark.parametrize("wrap", [in_transaction, in_durable_transaction])
def test_a_real_deadlock_is_tried_again_and_only_the_last_try_is_kept(wrap, caplog, monkeypatch):
    crossing = Crossing()
    monkeypatch.setattr(locks, "let_the_other_go_on", crossing.pause)
    assert crossing.run(wrap(crossing.service)) == "done"
    assert (crossing.tries, crossing.written()) == (2, "try 2")
    assert crossing.pauses == [1]
    assert [record.message for record in caplog.records if "deadlock" in record.message] == [
        "service met a deadlock and is tried again."
    ]


def test_inside_a_callers_transaction_the_deadlock_is_the_callers():
    crossing = Crossing()
    before = crossing.written()

    def caller() -> None:
        with transaction.atomic():
            in_transaction(crossing.service)()

    with pytest.raises(OperationalError):
        crossing.run(caller)
    assert (crossing.tries, crossing.written()) == (1, before)


@pytest.mark.parametrize(("sqlstate", "tries"), [(DEADLOCK, 3), (LOCK_NOT_AVAILABLE, 1)])
def test_it_is_given_up_after_three_and_nothing_else_is_tried_again(sqlstate, tries):
    calls = []

    @in_transaction
    def service() -> None:
        calls.append(sqlstate)
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$BEGIN RAISE 'no' USING ERRCODE = '{sqlstate}'; END$$")

    with pytest.raises(OperationalError):
        service()
    assert len(calls) == tries


def test_a_durable_service_refuses_to_be_part_of_another_transaction():
    with transaction.atomic(), pytest.raises(RuntimeError):
        in_durable_transaction(lambda: None)()
