"""Why a line cannot be returned: one reason, the first that counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from saleor_returns_plugin.domain.eligibility import Candidate, refusal
from saleor_returns_plugin.enums import ErrorCode, OrderState, WindowAnchor

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
    assert late is not None
    assert late.code is ErrorCode.WINDOW_CLOSED


@pytest.mark.parametrize(
    ("anchor", "words"),
    [
        (WindowAnchor.DELIVERED, "within 30 days of delivery"),
        (WindowAnchor.FULFILLED, "within 30 days of shipping"),
        (WindowAnchor.PLACED, "within 30 days of the order"),
    ],
)
def test_the_refusal_says_which_rule_and_until_when(anchor, words):
    late = refusal(replace(FINE, now=UNTIL + timedelta(days=1), window_anchor=anchor))
    assert words in late.message
    assert "2026-04-08" in late.message


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"order_state": OrderState.CANCELLED}, ErrorCode.ORDER_NOT_RETURNABLE),
        ({"order_state": OrderState.UNPLACED}, ErrorCode.ORDER_NOT_RETURNABLE),
        ({"policy_allows": False}, ErrorCode.ORDER_NOT_RETURNABLE),
        ({"quantity_fulfilled": 0}, ErrorCode.ORDER_NOT_RETURNABLE),
        ({"quantity_returnable": 0}, ErrorCode.QUANTITY_EXCEEDS_RETURNABLE),
    ],
)
def test_each_rule_refuses_with_its_code(change, code):
    assert refusal(replace(FINE, **change)).code is code


def test_without_a_window_there_is_no_end():
    assert refusal(replace(FINE, until=None, now=UNTIL + timedelta(days=9999))) is None


def test_a_cancelled_order_is_told_before_a_closed_window():
    line = replace(FINE, order_state=OrderState.CANCELLED, now=UNTIL + timedelta(days=1))
    assert refusal(line).code is ErrorCode.ORDER_NOT_RETURNABLE
