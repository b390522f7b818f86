"""Refunds through a payment app of 3.x: asked for once, decided by what the app reports."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import RefundStatus
from tests.saleor_rows import a_product, a_saleor_order

from .payment_app import PaymentApp, charge, listening

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not host.IS_V3, reason="2.10 has payments only"),
]

REFUND = Decimal("7.50")
WEBHOOK_PLUGIN = "saleor.plugins.webhook.plugin.WebhookPlugin"


@pytest.fixture
def payment_app(settings: Any) -> Iterator[PaymentApp]:
    settings.PLUGINS = [*settings.PLUGINS, WEBHOOK_PLUGIN]
    with listening() as app:
        yield app


@pytest.fixture
def item(payment_app: PaymentApp) -> Any:
    order = a_saleor_order([(a_product(), 2, "10.00")], paid=False)
    return charge(order, payment_app.url, Decimal("20.00"))


def ask(item: Any, key: str = "key-1", amount: Decimal = REFUND) -> host.RefundAnswer:
    return host.current.refund(f"transaction:{item.token}", amount, key)


def test_a_charged_transaction_is_a_payment_to_refund(item: Any) -> None:
    (payment,) = host.current.payments(item.order_id)

    assert payment.reference == f"transaction:{item.token}"
    assert (payment.captured, payment.refundable) == (Decimal("20.00"), True)


def test_an_app_that_answers_later_leaves_the_refund_pending(
    item: Any, payment_app: PaymentApp
) -> None:
    answer = ask(item)

    assert (answer.status, answer.psp_reference, answer.message) == (
        RefundStatus.PENDING,
        "psp-1",
        "",
    )
    assert [Decimal(str(call["action"]["value"])) for call in payment_app.calls] == [REFUND]


def test_an_app_that_answers_at_once_is_believed(item: Any, payment_app: PaymentApp) -> None:
    payment_app.answer = {"pspReference": "psp-1", "result": "REFUND_SUCCESS", "amount": 7.5}

    assert ask(item).status == RefundStatus.SUCCEEDED
    assert host.current.payments(item.order_id)[0].captured == Decimal("12.50")


def test_the_same_key_never_asks_twice(item: Any, payment_app: PaymentApp) -> None:
    ask(item)
    answer = ask(item)

    assert answer.status == RefundStatus.PENDING
    assert len(payment_app.calls) == 1


def test_a_refusal_may_be_asked_again(item: Any, payment_app: PaymentApp) -> None:
    payment_app.answer = {
        "pspReference": "psp-1",
        "result": "REFUND_FAILURE",
        "amount": 7.5,
        "message": "Closed",
    }
    answer = ask(item)
    assert (answer.status, answer.message) == (RefundStatus.FAILED, "Closed")

    payment_app.answer = {"pspReference": "psp-2", "result": "REFUND_SUCCESS", "amount": 7.5}
    assert ask(item).status == RefundStatus.SUCCEEDED
    assert item.order.granted_refunds.count() == 1


def test_an_app_that_is_lost_on_the_way_leaves_it_unknown(
    item: Any, payment_app: PaymentApp
) -> None:
    payment_app.answer = None

    assert ask(item).status == RefundStatus.UNKNOWN
    assert ask(item).status == RefundStatus.UNKNOWN
    assert len(payment_app.calls) == 1


def test_a_late_report_is_found_by_the_key(item: Any) -> None:
    ask(item)
    assert host.current.refund_outcome(f"transaction:{item.token}", "key-1").status == (
        RefundStatus.PENDING
    )

    report(item, "refund_success")

    outcome = host.current.refund_outcome(f"transaction:{item.token}", "key-1")
    assert outcome.status == RefundStatus.SUCCEEDED


def test_money_that_comes_back_is_a_failure_after_all(item: Any, payment_app: PaymentApp) -> None:
    payment_app.answer = {"pspReference": "psp-1", "result": "REFUND_SUCCESS", "amount": 7.5}
    ask(item)

    report(item, "refund_reverse")

    outcome = host.current.refund_outcome(f"transaction:{item.token}", "key-1")
    assert outcome.status == RefundStatus.FAILED


def test_an_app_that_is_gone_cannot_be_asked(item: Any, payment_app: PaymentApp) -> None:
    item.app.is_active = False
    item.app.save()

    assert not host.current.payments(item.order_id)[0].refundable
    answer = ask(item)
    assert (answer.status, answer.asked) == (RefundStatus.FAILED, False)
    assert payment_app.calls == []


def test_more_than_is_charged_is_never_asked_for(item: Any, payment_app: PaymentApp) -> None:
    answer = ask(item, amount=Decimal("20.01"))

    assert (answer.status, answer.asked) == (RefundStatus.FAILED, False)
    assert payment_app.calls == []


def report(item: Any, kind: str) -> None:
    """What the app's `transactionEventReport` leaves behind."""
    item.events.create(
        type=kind,
        amount_value=REFUND,
        currency=item.currency,
        psp_reference="psp-1",
        app=item.app,
        app_identifier=item.app_identifier,
        include_in_calculations=True,
    )
