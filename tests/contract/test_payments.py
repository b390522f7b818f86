"""Money back through Saleor's own payments, and what its answers prove."""

from dataclasses import replace
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


def test_a_payment_tells_what_was_refunded_even_all_of_it() -> None:
    order = an_order()
    reference = host.current.payments(order.pk)[0].reference

    host.current.refund(reference, REFUND, "key-1")
    host.current.refund(reference, Decimal("12.50"), "key-2")

    (payment,) = host.current.payments(order.pk)
    assert (payment.captured, payment.refunded) == (Decimal(0), Decimal("20.00"))
    assert not payment.refundable
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


def meanwhile(monkeypatch: pytest.MonkeyPatch, order: Any, **row: Any) -> None:
    """Before ours is read, another's refund of the order's payment is written down."""
    from saleor.payment import gateway as saleor_gateway

    refund = saleor_gateway.refund

    def and_another(payment: Any, *args: Any, **values: Any) -> Any:
        try:
            return refund(payment, *args, **values)
        finally:
            order.payments.get().transactions.create(
                kind="refund", token="another", currency=order.currency, gateway_response={}, **row
            )

    monkeypatch.setattr(saleor_gateway, "refund", and_another)


REFUSED = {"is_success": False, "error": "Card was closed."}
PAID = {"is_success": True}
OTHER = Decimal("5.00")


def test_anothers_refusal_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_order()
    reference = host.current.payments(order.pk)[0].reference
    meanwhile(monkeypatch, order, amount=REFUND, **REFUSED)

    answer = host.current.refund(reference, REFUND, "key-1")

    assert answer.status == RefundStatus.SUCCEEDED
    assert answer.psp_reference != "another"


@pytest.mark.parametrize("amount", [REFUND, OTHER], ids=str)
def test_anothers_success_is_not_ours(
    amount: Decimal, gateway: type[RecordedGateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.answers_with(declines)
    order = an_order()
    reference = host.current.payments(order.pk)[0].reference
    meanwhile(monkeypatch, order, amount=amount, **PAID)

    answer = host.current.refund(reference, REFUND, "key-1")

    assert (answer.status, answer.asked) == (RefundStatus.FAILED, True)
    assert answer.psp_reference != "another"


@pytest.mark.parametrize(
    ("amount", "status"), [(REFUND, RefundStatus.UNKNOWN), (OTHER, RefundStatus.FAILED)], ids=str
)
def test_of_two_refusals_alike_none_is_surely_ours(
    amount: Decimal,
    status: RefundStatus,
    gateway: type[RecordedGateway],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gateway.answers_with(declines)
    order = an_order()
    reference = host.current.payments(order.pk)[0].reference
    meanwhile(monkeypatch, order, amount=amount, **REFUSED)

    assert host.current.refund(reference, REFUND, "key-1").status == status


@pytest.mark.parametrize("row", [REFUSED, PAID], ids=["refused", "paid"])
def test_of_anothers_row_alone_nothing_is_known(
    row: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ours was lost between the gateway, which may have paid, and Saleor's own row."""
    from saleor.payment import gateway as saleor_gateway

    def lost(*args: Any, **values: Any) -> Any:
        raise ConnectionError("Connection already closed")

    order = an_order()
    reference = host.current.payments(order.pk)[0].reference
    monkeypatch.setattr(saleor_gateway, "refund", lost)
    meanwhile(monkeypatch, order, amount=REFUND, **row)

    assert host.current.refund(reference, REFUND, "key-1").status == RefundStatus.UNKNOWN


@pytest.mark.parametrize("amount", [REFUND, OTHER], ids=str)
def test_what_saleor_refused_before_it_asked_was_never_asked(
    amount: Decimal, gateway: type[RecordedGateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what staff refunded while we waited for Saleor's lock, all that was left."""
    from saleor.payment import PaymentError
    from saleor.payment import gateway as saleor_gateway

    def refuses(*args: Any, **values: Any) -> Any:
        raise PaymentError("Cannot refund more than captured.")

    order = an_order()
    reference = host.current.payments(order.pk)[0].reference
    monkeypatch.setattr(saleor_gateway, "refund", refuses)
    meanwhile(monkeypatch, order, amount=amount, **PAID)

    answer = host.current.refund(reference, REFUND, "key-1")

    assert (answer.status, answer.asked) == (RefundStatus.FAILED, False)
    assert gateway.calls == []


def test_a_gateway_in_saleors_words_was_asked(gateway: type[RecordedGateway]) -> None:
    gateway.answers_with(
        lambda information: replace(
            declines(information), error="Cannot refund more than captured."
        )
    )
    order = an_order()
    reference = host.current.payments(order.pk)[0].reference

    answer = host.current.refund(reference, REFUND, "key-1")

    assert (answer.status, answer.asked) == (RefundStatus.FAILED, True)


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


def test_what_staff_refunded_by_hand_is_told() -> None:
    order = an_order(paid=False)
    payment = pay(order, gateway="manual")
    type(payment).objects.filter(pk=payment.pk).update(
        captured_amount=Decimal("12.50"), charge_status="partially-refunded"
    )

    (facts,) = host.current.payments(order.pk)

    assert (facts.captured, facts.refunded) == (Decimal("12.50"), REFUND)
    assert is_paid(order)


def is_paid(order: Any) -> bool:
    facts = host.current.order_facts(order.pk)
    assert facts is not None
    return facts.is_paid


def test_a_refund_on_record_twice_pays_no_rest_of_an_order() -> None:
    order = an_order(paid=False)
    payment = pay(order, "12.00")
    host.current.refund(f"payment:{payment.pk}", Decimal("8.00"), "key-1")
    row = payment.transactions.get(kind="refund")
    row.pk = None
    row.save()

    assert payment.transactions.filter(kind="refund").count() == 2
    assert not is_paid(order)

    pay(order, "8.00")
    assert is_paid(order)


@pytest.mark.skipif(host.IS_V3, reason="3.x locks the payment around its gateway")
def test_a_refund_that_saleors_figure_forgot_pays_no_rest_of_an_order() -> None:
    order = an_order(paid=False)
    payment = pay(order, "12.00")
    for key, amount in (("key-1", "4.00"), ("key-2", "8.00")):
        host.current.refund(f"payment:{payment.pk}", Decimal(amount), key)
    order.payments.update(captured_amount=Decimal("8.00"), charge_status="partially-refunded")

    assert not is_paid(order)


@pytest.mark.skipif(not host.IS_V3, reason="2.10 knows no refund that comes back")
def test_a_refund_that_failed_later_pays_no_rest_of_an_order() -> None:
    """As Adyen's plugin writes it down: the payment is captured once more."""
    order = an_order(paid=False)
    payment = pay(order, "12.00")
    host.current.refund(f"payment:{payment.pk}", Decimal("12.00"), "key-1")
    row = payment.transactions.get(kind="refund")
    for kind in ("refund_failed", "capture"):
        row.pk, row.kind = None, kind
        row.save()
    order.payments.update(
        captured_amount=Decimal("12.00"), charge_status="fully-charged", is_active=True
    )

    (facts,) = host.current.payments(order.pk)
    assert (facts.captured, facts.refunded) == (Decimal("12.00"), 0)
    assert not is_paid(order)

    pay(order, "8.00")
    assert is_paid(order)


@pytest.mark.skipif(not host.IS_V3, reason="2.10 knows no refund that comes back")
def test_what_came_back_is_not_refunded() -> None:
    order = an_order()
    reference = host.current.payments(order.pk)[0].reference
    host.current.refund(reference, REFUND, "key-1")
    payment = order.payments.get()
    row = payment.transactions.get(kind="refund")
    payment.transactions.create(
        kind="refund_reversed",
        is_success=True,
        amount=row.amount,
        currency=row.currency,
        token=row.token,
        gateway_response={},
    )

    assert host.current.payments(order.pk)[0].refunded == 0


def test_a_row_that_nobody_else_claims_is_evidence() -> None:
    order = an_order()
    reference = host.current.payments(order.pk)[0].reference
    mark = host.current.refund_mark(reference)
    answer = host.current.refund(reference, REFUND, "key-1")

    def outcome(amount: Decimal = REFUND, since: str = mark, claimed: tuple[str, ...] = ()) -> Any:
        return host.current.refund_outcome(reference, "key-1", amount, since, claimed)

    assert outcome().status == RefundStatus.SUCCEEDED
    assert outcome().psp_reference == answer.psp_reference
    assert outcome(amount=Decimal("7.49")).status == RefundStatus.UNKNOWN
    assert outcome(since=host.current.refund_mark(reference)).status == RefundStatus.UNKNOWN
    assert outcome(claimed=(answer.psp_reference,)).status == RefundStatus.UNKNOWN


def test_two_rows_that_may_be_it_are_no_evidence() -> None:
    order = an_order()
    reference = host.current.payments(order.pk)[0].reference
    mark = host.current.refund_mark(reference)
    first = host.current.refund(reference, REFUND, "key-1")
    host.current.refund(reference, REFUND, "key-2")

    both = host.current.refund_outcome(reference, "key-1", REFUND, mark, [])
    one = host.current.refund_outcome(reference, "key-2", REFUND, mark, [first.psp_reference])

    assert (both.status, one.status) == (RefundStatus.UNKNOWN, RefundStatus.SUCCEEDED)


def test_a_refusal_on_record_is_no_evidence(gateway: type[RecordedGateway]) -> None:
    """It may be that of somebody else's attempt, and money may have moved for ours."""
    gateway.answers_with(declines)
    order = an_order()
    reference = host.current.payments(order.pk)[0].reference
    mark = host.current.refund_mark(reference)
    host.current.refund(reference, REFUND, "key-1")

    outcome = host.current.refund_outcome(reference, "key-1", REFUND, mark, [])

    assert outcome.status == RefundStatus.UNKNOWN


def test_evidence_puts_saleors_own_figure_right() -> None:
    """2.10 writes its row, then its figure; whoever is killed between leaves it too high."""
    order = an_order()
    reference = host.current.payments(order.pk)[0].reference
    mark = host.current.refund_mark(reference)
    host.current.refund(reference, REFUND, "key-1")
    if not host.IS_V3:
        order.payments.update(captured_amount=Decimal("20.00"))

    host.current.refund_outcome(reference, "key-1", REFUND, mark, [])

    assert order.payments.get().captured_amount == Decimal("12.50")


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
        both = Barrier(2, timeout=60)
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
