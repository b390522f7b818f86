"""Why a line cannot be returned: one reason, the first that counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from saleor_returns_plugin.domain.eligibility import Candidate, Refusal, Window, refusal
from saleor_returns_plugin.enums import NotReturnable, OrderState, WindowAnchor

UNTIL = datetime(2026, 4, 8, 23, 59, 59, 999999, tzinfo=UTC)
FINE = Candidate(
    order_state=OrderState.PLACED,
    policy_allows=True,
    quantity_fulfilled=2,
    quantity_returnable=1,
    until=UNTIL,
    now=UNTIL,
    window_days=30,
)


def test_the_very_last_moment_still_counts():
    assert refusal(FINE) is None
    late = refusal(replace(FINE, now=UNTIL + timedelta(microseconds=1)))
    assert late == Refusal(NotReturnable.WINDOW_CLOSED, Window(30, WindowAnchor.DELIVERED, UNTIL))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"order_state": OrderState.CANCELLED}, NotReturnable.ORDER_NOT_PLACED),
        ({"order_state": OrderState.UNPLACED}, NotReturnable.ORDER_NOT_PLACED),
        ({"policy_allows": False}, NotReturnable.FINAL_SALE),
        ({"quantity_fulfilled": 0}, NotReturnable.NOT_SHIPPED),
        ({"quantity_returnable": 0}, NotReturnable.NOTHING_LEFT),
    ],
)
def test_each_rule_says_why(change, why):
    assert refusal(replace(FINE, **change)) == Refusal(why)


def test_without_a_window_there_is_no_end():
    assert refusal(replace(FINE, until=None, now=UNTIL + timedelta(days=9999))) is None


def test_a_cancelled_order_is_told_before_a_closed_window():
    line = replace(FINE, order_state=OrderState.CANCELLED, now=UNTIL + timedelta(days=1))
    assert refusal(line) == Refusal(NotReturnable.ORDER_NOT_PLACED)
