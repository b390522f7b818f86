"""Who has to act, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from saleor_returns_plugin.domain import transitions
from saleor_returns_plugin.domain.deadlines import due_at, tasks_of, waits_for
from saleor_returns_plugin.domain.policy import Policy
from saleor_returns_plugin.enums import ActorKind, RefundStatus, ReturnStatus, Task

SINCE = datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("status", ReturnStatus)
def test_every_state_that_is_not_final_waits_for_somebody_until_some_day(status):
    is_open = status not in transitions.FINAL
    assert (waits_for(status) is not None) is is_open
    assert (due_at(status, Policy(), SINCE, UTC) is not None) is is_open


@pytest.mark.parametrize(
    ("status", "day"),
    [
        (ReturnStatus.REQUESTED, 4),
        (ReturnStatus.APPROVED, 6),
        (ReturnStatus.ACCEPTED, 22),
        (ReturnStatus.IN_TRANSIT, 11),
        (ReturnStatus.PARTIALLY_RECEIVED, 8),
        (ReturnStatus.RECEIVED, 8),
    ],
)
def test_the_days_of_the_default_policy_end_with_their_day(status, day):
    due = due_at(status, Policy(), SINCE, UTC)
    assert due == datetime(2026, 3, day, 23, 59, 59, 999999, tzinfo=UTC)


def test_a_vendor_has_to_pay_what_the_shopper_keeps():
    assert waits_for(ReturnStatus.ACCEPTED) is ActorKind.SHOPPER
    assert waits_for(ReturnStatus.ACCEPTED, is_more_to_come=False) is ActorKind.VENDOR
    assert waits_for(ReturnStatus.REQUESTED, is_more_to_come=False) is ActorKind.MERCHANT


def test_a_vendor_that_has_only_to_pay_has_the_days_of_an_inspection():
    for status, days in ((ReturnStatus.ACCEPTED, 7), (ReturnStatus.APPROVED, 5)):
        due = due_at(status, Policy(), SINCE, UTC, is_more_to_come=False)
        assert due.date() == SINCE.date() + timedelta(days=days)


@pytest.mark.parametrize("status", [ReturnStatus.ACCEPTED, ReturnStatus.RECEIVED])
def test_while_a_refund_is_under_way_its_vendor_has_nothing_to_do(status):
    def who(refund):
        return waits_for(status, is_more_to_come=False, refund=refund)

    assert who(RefundStatus.UNKNOWN) is ActorKind.MERCHANT
    assert who(RefundStatus.PENDING) is None
    assert who(RefundStatus.FAILED) is ActorKind.VENDOR


def test_a_refund_under_way_keeps_nobody_from_sending_or_receiving():
    for status in (ReturnStatus.ACCEPTED, ReturnStatus.PARTIALLY_RECEIVED):
        assert waits_for(status, refund=RefundStatus.UNKNOWN) is waits_for(status)


@pytest.mark.parametrize("pay_back", RefundStatus)
def test_what_was_paid_for_a_replacement_keeps_no_goods_from_being_paid(pay_back):
    tasks = tasks_of(ReturnStatus.RECEIVED, is_more_to_come=False, pay_backs=[pay_back])
    assert tasks[0] is Task.REFUND
    assert (Task.LOOK_UP in tasks) is (pay_back is RefundStatus.UNKNOWN)
