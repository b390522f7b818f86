"""What the host answers of a refund, whatever a payment's gateway does."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connections

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import RefundStatus
from tests.gateways.books import Books
from tests.gateways.fixtures import scriptable  # noqa: F401
from tests.gateways.scriptable import GATEWAY_ID
from tests.saleor_rows import a_product, a_saleor_order, pay
from tests.scenarios.together import in_thread, until_waiting

pytestmark = pytest.mark.django_db(transaction=True)

REFUND = Decimal("7.50")


@pytest.fixture
def order(scriptable: Books) -> Any:  # noqa: F811
    order = a_saleor_order([(a_product(), 2, "10.00")], paid=False)
    pay(order, gateway=GATEWAY_ID)
    return order


def reference_of(order: Any) -> str:
    return host.current.payments(order.pk)[0].reference


def ask(order: Any, key: str = "part-1") -> host.RefundAnswer:
    try:
        return host.current.refund(reference_of(order), REFUND, key)
    finally:
        connections.close_all()


@pytest.mark.parametrize(
    ("answer", "status", "moved", "captured"),
    [
        ("accepts", RefundStatus.SUCCEEDED, [REFUND], "12.50"),
        ("declines", RefundStatus.FAILED, [], "20.00"),
        ("times out before", RefundStatus.UNKNOWN, [], "20.00"),
        ("times out after", RefundStatus.UNKNOWN, [REFUND], "20.00"),
        ("raises", RefundStatus.UNKNOWN, [], "20.00"),
    ],
)
def test_only_an_answer_is_an_answer(
    answer: str,
    status: RefundStatus,
    moved: list[Decimal],
    captured: str,
    order: Any,
    scriptable: Books,  # noqa: F811
) -> None:
    scriptable.script(answer)

    given = ask(order)

    assert (given.status, given.asked) == (status, True)
    assert scriptable.moved() == moved
    assert host.current.payments(order.pk)[0].captured == Decimal(captured)


@pytest.mark.parametrize("answer", ["declines", "times out before", "times out after", "raises"])
def test_without_a_success_on_record_nothing_is_proven(
    answer: str,
    order: Any,
    scriptable: Books,  # noqa: F811
) -> None:
    scriptable.script(answer)
    reference = reference_of(order)
    mark = host.current.refund_mark(reference)
    ask(order)

    outcome = host.current.refund_outcome(reference, "part-1", REFUND, mark, [])

    assert outcome.status == RefundStatus.UNKNOWN
    assert outcome.message


def test_a_gateway_that_tells_twice_has_paid_once(order: Any, scriptable: Books) -> None:  # noqa: F811
    scriptable.script("answers twice")

    assert ask(order).status == RefundStatus.SUCCEEDED
    assert scriptable.moved() == [REFUND]
    (payment,) = host.current.payments(order.pk)
    assert (payment.captured, payment.refunded) == (Decimal("12.50"), REFUND)
    assert order.payments.get().captured_amount == Decimal("12.50")


def test_while_a_gateway_hangs_nothing_is_proven(order: Any, scriptable: Books) -> None:  # noqa: F811
    scriptable.script("hangs")
    reference = reference_of(order)
    mark = host.current.refund_mark(reference)

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, order)
        scriptable.wait_for_call()
        meanwhile = host.current.refund_outcome(reference, "part-1", REFUND, mark, [])
        scriptable.release()
        answer = asked.result()

    assert (meanwhile.status, answer.status) == (RefundStatus.UNKNOWN, RefundStatus.SUCCEEDED)
    after = host.current.refund_outcome(reference, "part-1", REFUND, mark, [])
    assert after.status == RefundStatus.SUCCEEDED


@pytest.mark.skipif(not host.IS_V3, reason="2.10 locks no payment")
def test_whoever_waits_for_a_refund_that_leaves_too_little_was_not_paid(
    order: Any,
    scriptable: Books,  # noqa: F811
) -> None:
    """Of 20.00, staff take 12.00, and ours of 15.00 comes in while their gateway thinks."""
    scriptable.script("hangs")
    reference = reference_of(order)

    def staff() -> host.RefundAnswer:
        return host.current.refund(reference, Decimal("12.00"), "staff")

    with ThreadPoolExecutor(2) as pool:
        theirs = in_thread(pool, staff)
        scriptable.wait_for_call()
        ours = in_thread(pool, partial(host.current.refund, reference, Decimal("15.00"), "part-1"))
        until_waiting(1, [theirs, ours])
        scriptable.release()
        answers = [theirs.result(30), ours.result(30)]

    assert [answer.status for answer in answers] == [RefundStatus.SUCCEEDED, RefundStatus.FAILED]
    assert (answers[1].asked, scriptable.moved()) == (False, [Decimal("12.00")])


def test_whoever_is_killed_at_the_gateway_left_no_proof(
    order: Any,
    scriptable: Books,  # noqa: F811
) -> None:
    scriptable.script("hangs")
    reference = reference_of(order)
    mark = host.current.refund_mark(reference)
    connections.close_all()
    worker = multiprocessing.get_context("fork").Process(target=ask, args=[order])
    worker.start()
    scriptable.wait_for_call()

    worker.kill()
    worker.join()

    assert scriptable.calls() == ["hangs"]
    outcome = host.current.refund_outcome(reference, "part-1", REFUND, mark, [])
    assert outcome.status == RefundStatus.UNKNOWN
    assert host.current.payments(order.pk)[0].captured == Decimal("20.00")


def test_a_script_goes_on_and_its_last_answer_stays(order: Any, scriptable: Books) -> None:  # noqa: F811
    scriptable.script("declines", "accepts")

    statuses = [ask(order, f"part-{number}").status for number in range(3)]

    assert statuses == [RefundStatus.FAILED, RefundStatus.SUCCEEDED, RefundStatus.SUCCEEDED]
    assert scriptable.moved() == [REFUND, REFUND]
