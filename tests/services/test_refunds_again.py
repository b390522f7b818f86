"""Refunds that failed, that nobody heard of, and that came back."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.actors import SYSTEM
from saleor_returns_plugin.enums import EventKind, RefundMethod, RefundStatus, ReturnStatus
from saleor_returns_plugin.errors import (
    InvalidTransition,
    NothingToRefund,
    NotPermitted,
    RefundDeclined,
    Required,
)
from saleor_returns_plugin.host import RefundAnswer
from saleor_returns_plugin.models import LedgerEntry, Refund, ReturnEvent, VendorReturn
from saleor_returns_plugin.selectors.events import message_of
from saleor_returns_plugin.selectors.quotes import expected
from saleor_returns_plugin.services import refund_parts, refunds
from tests.builders import MERCHANT, a_policy_for, acts_for
from tests.saleor_rows.gateway import RecordedGateway, accepts, declines, times_out

from .test_refunds_release import a_part, gateway, release  # noqa: F401

# ruff: noqa: F811
pytestmark = pytest.mark.django_db(transaction=True)

SUCCEEDED, FAILED = RefundStatus.SUCCEEDED.value, RefundStatus.FAILED.value
UNKNOWN = RefundStatus.UNKNOWN.value


def retry(refund: Refund, actor: Any = MERCHANT) -> Refund:
    return refunds.retry(refund_id=refund.pk, actor=actor, now=timezone.now())


def resolve(refund: Refund, succeeded: bool, reference: str = "", actor: Any = MERCHANT) -> Refund:
    return refunds.resolve(
        refund_id=refund.pk,
        succeeded=succeeded,
        actor=actor,
        now=timezone.now(),
        reference=reference,
    )


def declined(part: VendorReturn) -> Refund:
    RecordedGateway.answers_with(declines)
    refund = release(part)
    RecordedGateway.answers_with(accepts)
    assert refund.status == FAILED
    return refund


def posted() -> D:
    """By refunds; the sale stands beside it."""
    rows = LedgerEntry.objects.exclude(refund_id=None)
    return sum((entry.amount for entry in rows), D(0))


def test_a_decline_is_tried_again_the_same_way() -> None:
    part = a_part()
    refund = retry(declined(part))
    assert (refund.status, refund.parts.count()) == (SUCCEEDED, 1)
    with pytest.raises(InvalidTransition):
        retry(refund)


def test_a_way_that_is_closed_is_replaced_by_another(gateway: Any) -> None:
    part = a_part("10.00", "10.00")
    refund = declined(part)
    first = refund.parts.get()
    order = part.request.record.order
    order.payments.filter(pk=first.payment_reference.partition(":")[2]).update(
        gateway="gone.gateway"
    )
    refund = retry(refund)
    assert refund.status == SUCCEEDED
    assert refund.parts.get(is_replaced=True).pk == first.pk
    assert refund.parts.get(is_replaced=False).payment_reference != first.payment_reference


def test_units_that_another_refund_paid_meanwhile_are_not_paid_again(gateway: Any) -> None:
    part = a_part()
    refund = declined(part)
    release(part)
    for again in (lambda: retry(refund), lambda: resolve(refund, True, "bank 7")):
        with pytest.raises(NothingToRefund):
            again()
    assert Refund.objects.filter(status=SUCCEEDED).count() == 1
    assert gateway.calls == [D(10), D(10)], "the decline, and the one that paid"


def test_what_the_store_paid_back_meanwhile_is_not_paid_again(gateway: Any) -> None:
    part = a_part()
    refund = declined(part)
    order_id = part.request.record.order_id
    host.current.refund(host.current.payments(order_id)[0].reference, D("10.00"), "staff")
    for again in (lambda: retry(refund), lambda: resolve(refund, True, "Saleor")):
        with pytest.raises(InvalidTransition):
            again()
    settled = release(part)
    assert (settled.amount, settled.already_refunded, settled.status) == (D(0), D(10), SUCCEEDED)
    assert len(gateway.calls) == 2


def test_a_vendor_retries_within_its_limit_only() -> None:
    part = a_part()
    refund = declined(part)
    a_policy_for(part.request.record, vendor_refund_limit=D("9.99"))
    with pytest.raises(NotPermitted):
        retry(refund, acts_for(part.vendor))
    assert Refund.objects.get().status == FAILED


@pytest.mark.parametrize("succeeded", [True, False])
def test_silence_is_resolved_both_ways(succeeded: bool, gateway: Any) -> None:
    gateway.answers_with(times_out)
    part = a_part()
    refund = release(part)
    assert (refund.status, posted()) == (UNKNOWN, 0)
    with pytest.raises(NotPermitted):
        resolve(refund, succeeded, actor=acts_for(part.vendor))
    refund = resolve(refund, succeeded, "psp-7")
    assert refund.status == (SUCCEEDED if succeeded else FAILED)
    assert refund.parts.get().psp_reference == "psp-7"
    assert (posted() != 0) == succeeded
    with pytest.raises(InvalidTransition):
        resolve(refund, succeeded, "psp-7")


def test_what_failed_was_paid_another_way() -> None:
    refund = declined(a_part())
    with pytest.raises(Required):
        resolve(refund, True)
    refund = resolve(refund, True, "bank 7")
    assert (refund.status, refund.paid) == (SUCCEEDED, D(10))
    by_hand = refund.parts.get(is_replaced=False)
    assert (by_hand.payment_reference, by_hand.psp_reference) == ("manual", "bank 7")
    assert VendorReturn.objects.get().status == ReturnStatus.SETTLED.value


def test_what_came_back_is_taken_back_from_the_ledger_and_paid_by_hand_again(
    gateway: Any,
) -> None:
    part = a_part()
    refund = release(part, method=RefundMethod.MANUAL, reference="bank 7")
    after = posted()
    with pytest.raises(Required):
        resolve(refund, False)
    resolve(refund, False, "bank 7 returned")
    assert posted() == 0
    assert LedgerEntry.objects.filter(refund_id=refund.pk).count() == 4, (
        "refund and commission, there and back"
    )
    part = VendorReturn.objects.get()
    assert part.status == ReturnStatus.RECEIVED.value
    with pytest.raises(InvalidTransition):
        retry(refund)
    assert gateway.calls == []
    refund = resolve(refund, True, "bank 8")
    assert (refund.status, refund.parts.get(is_replaced=False).payment_reference) == (
        SUCCEEDED,
        "manual",
    )
    assert (posted(), VendorReturn.objects.get().status) == (after, ReturnStatus.SETTLED.value)


@pytest.mark.parametrize("units", [1, 2])
def test_what_came_back_from_a_payment_is_paid_again_by_hand(units: int, gateway: Any) -> None:
    """Saleor, whom nobody told, goes on to hold it as refunded."""
    refund = release(part := a_part(units=units))
    reference = refund.parts.get().psp_reference
    resolve(refund, False, "letter 3")
    assert refund.parts.get().psp_reference == reference, "it accounts for Saleor's record"
    assert expected(part).refund == refund.amount

    refund = resolve(refund, True, "bank 7")

    assert (refund.status, refund.paid) == (SUCCEEDED, D(10) * units)
    part = VendorReturn.objects.get()
    assert (part.status, part.request.record.refunded_elsewhere) == ("settled", 0)
    assert gateway.calls == [D(10) * units]


def test_what_came_back_from_a_payment_is_paid_again_in_full_by_another_refund(
    gateway: Any,
) -> None:
    part = a_part(units=2)
    resolve(release(part), False, "letter 3")
    with pytest.raises(RefundDeclined):
        release(part)
    again = release(part, method=RefundMethod.MANUAL, reference="bank 7")
    assert (again.amount, again.already_refunded) == (D(20), D(0))
    assert gateway.calls == [D(20)]


def test_what_came_back_is_asked_for_again_where_the_payment_holds_enough(gateway: Any) -> None:
    part = a_part()
    refund = release(part)
    for _ in range(2):
        resolve(refund, False, "letter 3")
        if len(gateway.calls) == 1:
            refund = retry(refund)
    assert gateway.calls == [D(10), D(10)]
    refund = resolve(refund, True, "bank 7")
    assert (refund.status, refund.paid) == (SUCCEEDED, D(10))


def test_staffs_own_refund_is_told_from_what_came_back(gateway: Any) -> None:
    part = a_part()
    refund = release(part)
    resolve(refund, False, "letter 3")
    order_id = part.request.record.order_id
    host.current.refund(host.current.payments(order_id)[0].reference, D("4.00"), "staff")
    with pytest.raises(InvalidTransition):
        resolve(refund, True, "bank 7")
    again = release(part)
    assert (again.amount, again.already_refunded, again.status) == (D(6), D(4), SUCCEEDED)


def test_what_came_back_of_two_ways_only_saleor_can_tell() -> None:
    refund = release(a_part("4.00", "16.00"))
    with pytest.raises(InvalidTransition):
        resolve(refund, False, "psp-7")
    assert Refund.objects.get().status == SUCCEEDED


def test_a_late_success_of_what_was_paid_by_hand_since_is_kept_and_told(gateway: Any) -> None:
    gateway.answers_with(times_out)
    part = a_part()
    asked = release(part).parts.get()
    resolve(Refund.objects.get(), False, "not there")
    resolve(Refund.objects.get(), True, "bank 7")
    before = posted()
    answer = RefundAnswer(RefundStatus.SUCCEEDED, psp_reference="late-1")

    for _ in range(2):  # whose connection died may say so again
        refund_parts.record(asked, answer, actor=MERCHANT, now=timezone.now())

    refund = Refund.objects.get()
    assert (refund.status, refund.paid, posted()) == (SUCCEEDED, D(10), before)
    asked.refresh_from_db()
    assert (asked.status, asked.is_replaced, asked.psp_reference) == (FAILED, True, "late-1")
    told = ReturnEvent.objects.filter(
        kind=EventKind.REFUND_RESOLVED.value, actor_kind="system", vendor_return=part
    )
    assert "that it paid 10.00 USD" in message_of(told.get())


def test_a_late_failure_of_what_was_paid_by_hand_since_changes_nothing(gateway: Any) -> None:
    gateway.answers_with(times_out)
    asked = release(a_part()).parts.get()
    resolve(Refund.objects.get(), False)
    resolve(Refund.objects.get(), True, "bank 7")
    events = ReturnEvent.objects.count()
    answer = RefundAnswer(RefundStatus.FAILED, message="Card was closed.")
    refund_parts.record(asked, answer, actor=SYSTEM, now=timezone.now())
    assert (Refund.objects.get().status, ReturnEvent.objects.count()) == (SUCCEEDED, events)
