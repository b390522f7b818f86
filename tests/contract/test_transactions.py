"""Refunds through a payment app of 3.x: asked for once, decided by what the app reports."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import RefundStatus
from tests.gateways.fixtures import payment_app  # noqa: F401
from tests.gateways.payment_app import PaymentApp
from tests.saleor_rows import a_product, a_saleor_order

# ruff: noqa: F811
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not host.IS_V3, reason="2.10 has payments only"),
]

REFUND = Decimal("7.50")


@pytest.fixture
def item(payment_app: PaymentApp) -> Any:
    order = a_saleor_order([(a_product(), 2, "10.00")], paid=False)
    return payment_app.charge(order, Decimal("20.00"))


def ask(item: Any, key: str = "key-1", amount: Decimal = REFUND) -> host.RefundAnswer:
    return host.current.refund(f"transaction:{item.token}", amount, key)


def outcome_of(item: Any, key: str = "key-1", mark: str = "0") -> host.RefundAnswer:
    return host.current.refund_outcome(f"transaction:{item.token}", key, REFUND, mark, [])


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
    (payment,) = host.current.payments(item.order_id)
    assert (payment.captured, payment.refunded) == (Decimal("12.50"), REFUND)


def test_an_app_that_answers_at_once_is_believed(item: Any, payment_app: PaymentApp) -> None:
    payment_app.script("success")

    assert ask(item).status == RefundStatus.SUCCEEDED
    (payment,) = host.current.payments(item.order_id)
    assert (payment.captured, payment.refunded) == (Decimal("12.50"), REFUND)


def test_all_of_it_refunded_is_still_told(item: Any, payment_app: PaymentApp) -> None:
    payment_app.script("success")
    ask(item, amount=Decimal("20.00"))

    (payment,) = host.current.payments(item.order_id)

    assert (payment.captured, payment.refunded) == (Decimal(0), Decimal("20.00"))
    assert not payment.refundable


def test_the_same_key_never_asks_twice(item: Any, payment_app: PaymentApp) -> None:
    ask(item)
    answer = ask(item)

    assert answer.status == RefundStatus.PENDING
    assert len(payment_app.calls) == 1


def test_a_refusal_may_be_asked_again(item: Any, payment_app: PaymentApp) -> None:
    payment_app.script("failure", "success")
    answer = ask(item)
    assert (answer.status, answer.message) == (RefundStatus.FAILED, "Card was closed.")

    assert ask(item).status == RefundStatus.SUCCEEDED
    assert item.order.granted_refunds.count() == 1
    assert payment_app.moved == [REFUND]


@pytest.mark.parametrize("answer", ["lost", "lost after", "silence", "silence after", "nonsense"])
def test_without_an_answer_it_is_unknown_and_never_asked_again(
    answer: str, item: Any, payment_app: PaymentApp
) -> None:
    payment_app.script(answer)

    assert ask(item).status == RefundStatus.UNKNOWN
    assert ask(item).status == RefundStatus.UNKNOWN
    assert outcome_of(item).status == RefundStatus.UNKNOWN
    assert len(payment_app.calls) == 1


def test_a_part_of_it_is_not_all_of_it(item: Any, payment_app: PaymentApp) -> None:
    payment_app.script("partial success")

    answer = ask(item)

    assert (answer.status, answer.message) == (
        RefundStatus.UNKNOWN,
        "Only 7.49 of 7.50 USD went back.",
    )
    assert ask(item).status == RefundStatus.UNKNOWN
    assert payment_app.moved == [REFUND - Decimal("0.01")]


def test_a_late_report_is_found_by_the_key(item: Any, payment_app: PaymentApp) -> None:
    ask(item)
    assert outcome_of(item).status == RefundStatus.PENDING

    payment_app.report(item, "REFUND_SUCCESS", REFUND, "psp-1")

    assert outcome_of(item).status == RefundStatus.SUCCEEDED
    assert outcome_of(item).psp_reference == "psp-1"


def test_a_late_refusal_is_an_answer(item: Any, payment_app: PaymentApp) -> None:
    ask(item)

    payment_app.report(item, "REFUND_FAILURE", REFUND, "psp-1", message="Account closed.")

    outcome = outcome_of(item)
    assert (outcome.status, outcome.message) == (RefundStatus.FAILED, "Account closed.")


@pytest.mark.parametrize("kind", ["REFUND_REVERSE", "REFUND_FAILURE"])
def test_money_that_comes_back_is_a_failure_after_all(
    kind: str, item: Any, payment_app: PaymentApp
) -> None:
    payment_app.script("success")
    ask(item)

    payment_app.report(item, kind, REFUND, "psp-1")

    assert outcome_of(item).status == RefundStatus.FAILED
    (payment,) = host.current.payments(item.order_id)
    assert (payment.captured, payment.refunded) == (Decimal("20.00"), Decimal(0))


def test_a_reversal_of_a_part_leaves_it_to_a_person(item: Any, payment_app: PaymentApp) -> None:
    payment_app.script("success")
    ask(item)

    payment_app.report(item, "REFUND_REVERSE", Decimal("2.50"), "psp-1")

    assert outcome_of(item).status == RefundStatus.UNKNOWN


def test_an_answer_that_comes_twice_counts_once(item: Any, payment_app: PaymentApp) -> None:
    payment_app.script("success")
    ask(item)

    again = payment_app.report(item, "REFUND_SUCCESS", REFUND, "psp-1")

    assert again["alreadyProcessed"]
    assert outcome_of(item).status == RefundStatus.SUCCEEDED
    assert host.current.payments(item.order_id)[0].refunded == REFUND


def test_a_second_answer_of_another_amount_changes_nothing(
    item: Any, payment_app: PaymentApp
) -> None:
    """Saleor refuses it, and writes a failure of its own under the same pspReference."""
    payment_app.script("success")
    ask(item)

    refused = payment_app.report(item, "REFUND_SUCCESS", Decimal("1.00"), "psp-1")

    assert refused["errors"]
    assert outcome_of(item).status == RefundStatus.SUCCEEDED


def test_the_app_dates_its_answers_in_whatever_order_they_come(
    item: Any, payment_app: PaymentApp
) -> None:
    ask(item)
    now = timezone.now()

    later = now + timedelta(seconds=9)
    payment_app.report(item, "REFUND_FAILURE", REFUND, "psp-1", time=later)
    payment_app.report(item, "REFUND_SUCCESS", REFUND, "psp-1", time=now)

    assert outcome_of(item).status == RefundStatus.FAILED
    assert host.current.payments(item.order_id)[0].refunded == 0


def test_a_reversal_may_come_before_what_it_reverses(item: Any, payment_app: PaymentApp) -> None:
    ask(item)

    payment_app.report(item, "REFUND_REVERSE", REFUND, "psp-1")
    assert outcome_of(item).status == RefundStatus.FAILED
    payment_app.report(item, "REFUND_SUCCESS", REFUND, "psp-1")

    assert outcome_of(item).status == RefundStatus.FAILED


def test_a_late_word_on_the_first_attempt_says_nothing_of_the_second(
    item: Any, payment_app: PaymentApp
) -> None:
    payment_app.script("failure", "later")
    ask(item)
    assert ask(item).status == RefundStatus.PENDING

    payment_app.report(item, "REFUND_FAILURE", REFUND, "psp-1")

    assert outcome_of(item).status == RefundStatus.PENDING
    assert ask(item).status == RefundStatus.PENDING
    assert len(payment_app.calls) == 2


def test_an_attempt_that_succeeded_after_all_is_never_made_again(
    item: Any, payment_app: PaymentApp
) -> None:
    payment_app.script("failure", "success")
    ask(item)
    soon = timezone.now() + timedelta(seconds=9)
    payment_app.report(item, "REFUND_SUCCESS", REFUND, "psp-1", time=soon)

    assert outcome_of(item).status == RefundStatus.SUCCEEDED
    assert ask(item).status == RefundStatus.SUCCEEDED
    assert len(payment_app.calls) == 1


def test_a_success_nobody_asked_for_is_the_one_whose_answer_was_lost(
    item: Any, payment_app: PaymentApp
) -> None:
    payment_app.script("lost after")
    mark = host.current.refund_mark(f"transaction:{item.token}")
    ask(item)

    payment_app.report(item, "REFUND_SUCCESS", REFUND, "psp-1")

    outcome = outcome_of(item, mark=mark)
    assert (outcome.status, outcome.psp_reference) == (RefundStatus.SUCCEEDED, "psp-1")
    claimed = host.current.refund_outcome(
        f"transaction:{item.token}", "key-1", REFUND, mark, ["psp-1"]
    )
    assert claimed.status == RefundStatus.UNKNOWN


@pytest.mark.parametrize("reported", ["1.00", "twice"])
def test_a_success_that_may_be_another_proves_nothing(
    reported: str, item: Any, payment_app: PaymentApp
) -> None:
    payment_app.script("lost after")
    ask(item)

    amounts = [REFUND, REFUND] if reported == "twice" else [Decimal(reported)]
    for number, amount in enumerate(amounts):
        payment_app.report(item, "REFUND_SUCCESS", amount, f"other-{number}")

    assert outcome_of(item).status == RefundStatus.UNKNOWN


def test_a_success_that_was_there_before_proves_nothing(item: Any, payment_app: PaymentApp) -> None:
    payment_app.script("lost")
    payment_app.report(item, "REFUND_SUCCESS", REFUND, "staff-1")
    mark = host.current.refund_mark(f"transaction:{item.token}")
    ask(item)

    assert outcome_of(item, mark=mark).status == RefundStatus.UNKNOWN


def test_a_report_of_what_another_refund_asked_for_proves_nothing(
    item: Any, payment_app: PaymentApp
) -> None:
    payment_app.script("lost after", "success")
    ask(item)
    ask(item, key="key-2")

    assert outcome_of(item).status == RefundStatus.UNKNOWN
    assert outcome_of(item, "key-2").status == RefundStatus.SUCCEEDED


def test_a_report_for_a_refund_nobody_knows_is_no_trouble(
    item: Any, payment_app: PaymentApp
) -> None:
    payment_app.report(item, "REFUND_FAILURE", REFUND, "nobody-knows")

    outcome = outcome_of(item)
    assert (outcome.status, outcome.asked) == (RefundStatus.FAILED, False)
    assert host.current.payments(item.order_id)[0].captured == Decimal("20.00")


def test_an_app_that_is_gone_cannot_be_asked(item: Any, payment_app: PaymentApp) -> None:
    item.app.is_active = False
    item.app.save()

    assert not host.current.payments(item.order_id)[0].refundable
    answer = ask(item)
    assert (answer.status, answer.asked) == (RefundStatus.FAILED, False)
    assert payment_app.calls == []


@pytest.mark.parametrize("old", ["removed", "deleted"])
def test_an_app_that_was_installed_again_is_asked(
    old: str, item: Any, payment_app: PaymentApp
) -> None:
    """As Saleor does, by its identifier."""
    gone = item.app
    if old == "deleted":
        gone.delete()
    else:
        gone.is_active, gone.removed_at = False, timezone.now()
        gone.identifier = f"{gone.identifier}.removed"
        gone.save()
    with host.current.allow_writer():
        payment_app._registered()
    payment_app.script("success")

    assert host.current.payments(item.order_id)[0].refundable
    assert ask(item).status == RefundStatus.SUCCEEDED
    assert payment_app.moved == [REFUND]


def test_more_than_is_charged_is_never_asked_for(item: Any, payment_app: PaymentApp) -> None:
    answer = ask(item, amount=Decimal("20.01"))

    assert (answer.status, answer.asked) == (RefundStatus.FAILED, False)
    assert payment_app.calls == []
