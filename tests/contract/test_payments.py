"""Money back through Saleor's own payments, and what its answers prove."""

from decimal import Decimal
from typing import Any

import pytest

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import RefundStatus
from tests.saleor_rows import a_product, a_saleor_order, pay
from tests.saleor_rows.gateway import RecordedGateway, accepts, declines, times_out

pytestmark = pytest.mark.django_db

REFUND = Decimal("7.50")


def an_order(**values: Any) -> Any:
    return a_saleor_order([(a_product(), 2, "10.00")], **values)


def test_a_captured_payment_can_be_refunded() -> None:
    order = an_order()

    (payment,) = host.current.payments(order.pk)

    assert payment.captured == Decimal("20.00")
    assert payment.currency == order.currency
    assert payment.refundable


def test_several_payments_come_first_captured_first() -> None:
    order = an_order(paid=False)
    pay(order, "15.00")
    pay(order, "5.00")

    captured = [payment.captured for payment in host.current.payments(order.pk)]

    assert captured == [Decimal("15.00"), Decimal("5.00")]


@pytest.mark.parametrize("gateway_id", ["manual", "gone.gateway"])
def test_without_a_gateway_nothing_is_refundable(gateway_id: str) -> None:
    order = an_order(paid=False)
    pay(order, gateway=gateway_id)

    (payment,) = host.current.payments(order.pk)
    assert not payment.refundable

    answer = host.current.refund(payment.reference, REFUND, "key-1")
    assert (answer.status, answer.asked) == (RefundStatus.FAILED, False)
    assert host.current.payments(order.pk)[0].captured == Decimal("20.00")


def test_a_refund_reaches_the_gateway_and_saleors_payment(
    gateway: type[RecordedGateway], django_capture_on_commit_callbacks: Any
) -> None:
    order = an_order()
    reference = host.current.payments(order.pk)[0].reference

    with django_capture_on_commit_callbacks(execute=True):
        answer = host.current.refund(reference, REFUND, "key-1")

    assert answer.status == RefundStatus.SUCCEEDED
    assert answer.psp_reference
    assert gateway.calls == [REFUND]
    assert host.current.payments(order.pk)[0].captured == Decimal("12.50")
    assert order.events.filter(type="payment_refunded").count() == 1


def test_refunds_of_all_leave_no_payment() -> None:
    order = an_order()
    reference = host.current.payments(order.pk)[0].reference

    host.current.refund(reference, REFUND, "key-1")
    host.current.refund(reference, Decimal("12.50"), "key-2")

    assert host.current.payments(order.pk) == []
    facts = host.current.order_facts(order.pk)
    assert facts is not None
    assert facts.is_paid, "a refund does not make an order unpaid"


def test_a_decline_is_an_answer(gateway: type[RecordedGateway]) -> None:
    gateway.answers_with(declines)
    order = an_order()
    reference = host.current.payments(order.pk)[0].reference

    answer = host.current.refund(reference, REFUND, "key-1")

    assert (answer.status, answer.asked) == (RefundStatus.FAILED, True)
    assert answer.message == "Card was closed."
    assert host.current.payments(order.pk)[0].captured == Decimal("20.00")


def test_silence_is_no_answer(gateway: type[RecordedGateway]) -> None:
    gateway.answers_with(times_out)
    order = an_order()
    reference = host.current.payments(order.pk)[0].reference

    assert host.current.refund(reference, REFUND, "key-1").status == RefundStatus.UNKNOWN


@pytest.mark.parametrize("amount", ["20.01", "0", "-1"])
def test_more_than_is_captured_is_never_sent(amount: str, gateway: type[RecordedGateway]) -> None:
    order = an_order()
    reference = host.current.payments(order.pk)[0].reference

    answer = host.current.refund(reference, Decimal(amount), "key-1")

    assert (answer.status, answer.asked) == (RefundStatus.FAILED, False)
    assert gateway.calls == []


def test_an_unknown_payment_is_never_sent(gateway: type[RecordedGateway]) -> None:
    answer = host.current.refund("payment:987654", REFUND, "key-1")

    assert (answer.status, answer.asked) == (RefundStatus.FAILED, False)
    assert gateway.calls == []


@pytest.mark.django_db(transaction=True)
def test_a_refund_inside_a_transaction_is_a_mistake() -> None:
    from django.db import transaction

    order = an_order()
    reference = host.current.payments(order.pk)[0].reference

    with transaction.atomic(), pytest.raises(RuntimeError):
        host.current.refund(reference, REFUND, "key-1")


@pytest.mark.django_db(transaction=True)
def test_two_refunds_at_once_both_count(gateway: type[RecordedGateway]) -> None:
    """2.10 subtracts from a figure that it read before the gateway was called."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from django.db import connections

    if not host.IS_V3:  # 3.x locks the payment around its gateway, so they cannot meet there
        both = Barrier(2, timeout=10)
        gateway.answers_with(lambda information: (both.wait(), accepts(information))[1])
    order = an_order()
    reference = host.current.payments(order.pk)[0].reference

    def refund(key: str) -> RefundStatus:
        try:
            return host.current.refund(reference, REFUND, key).status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(refund, ["key-1", "key-2"]))

    assert statuses == [RefundStatus.SUCCEEDED, RefundStatus.SUCCEEDED]
    assert host.current.payments(order.pk)[0].captured == Decimal("5.00")
    assert order.payments.get().captured_amount == Decimal("5.00")
