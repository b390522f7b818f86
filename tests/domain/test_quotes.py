import json
from dataclasses import replace
from decimal import Decimal as D
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_returns_plugin.domain import quotes
from saleor_returns_plugin.domain.money import Taxed, total_of
from saleor_returns_plugin.domain.policy import Policy
from saleor_returns_plugin.domain.positions import Positions
from saleor_returns_plugin.domain.quotes import Before, Step, Units, changed, quote
from saleor_returns_plugin.enums import StepKind

CHAIR = Units(
    line_id=uuid4(),
    label="Chair",
    positions=Positions.span(0, 2),
    line_quantity=3,
    line_total=Taxed(D("25.00"), D("30.00")),
)
FEES = Policy(restocking_fee_percent=D(10), return_shipping_fee=D("4.00"))


def test_goods_delivery_and_fees_are_steps_that_add_up():
    result = quote(units=[CHAIR], policy=FEES, currency="USD", shipping=Taxed(D("5.00"), D("6.00")))
    assert list(result.steps) == [
        Step("2 × Chair", D("20.00")),
        Step("", D("6.00"), StepKind.DELIVERY),
        Step("10", D("-2.00"), StepKind.RESTOCKING_FEE),
        Step("", D("-4.00"), StepKind.RETURN_SHIPPING),
    ]
    assert result.refund == D("20.00")
    assert result.fees.gross == D("6.00")


def test_a_reason_can_waive_the_fees():
    result = quote(units=[replace(CHAIR, waives_fees=True)], policy=FEES, currency="USD")
    assert (result.refund, result.fees.gross) == (D("20.00"), 0)


def test_fees_never_take_more_than_there_is():
    policy = Policy(return_shipping_fee=D("100"))
    result = quote(units=[CHAIR], policy=policy, currency="USD")
    assert result.refund == 0
    assert sum(step.amount for step in result.steps) == 0


@given(
    total=st.integers(0, 10**7),
    units=st.integers(1, 40),
    fee=st.integers(0, 10_000),
    percent=st.integers(0, 100),
    currency=st.sampled_from(["USD", "JPY"]),
)
def test_steps_always_sum_to_the_refund(total, units, fee, percent, currency):
    scale = D("0.01") if currency == "USD" else D(1)
    item = replace(
        CHAIR,
        positions=Positions.span(0, units),
        line_quantity=40,
        line_total=Taxed(total * scale, total * scale),
    )
    policy = Policy(restocking_fee_percent=D(percent), return_shipping_fee=fee * scale)
    result = quote(units=[item], policy=policy, currency=currency)
    assert result.refund >= 0
    assert sum(step.amount for step in result.steps) == result.refund


def test_partial_refunds_bear_one_fee_together():
    whole = quote(units=[CHAIR], policy=FEES, currency="USD")
    first = quote(
        units=[replace(CHAIR, positions=Positions.span(0, 1))], policy=FEES, currency="USD"
    )
    second = quote(
        units=[replace(CHAIR, positions=Positions.span(1, 2))],
        policy=FEES,
        currency="USD",
        before=Before(first.goods, first.restocking_fee, first.return_shipping_fee),
    )
    assert first.refund + second.refund == whole.refund
    assert second.return_shipping_fee == Taxed()


def test_a_fee_that_found_no_room_is_left_for_the_next_refund():
    policy = Policy(return_shipping_fee=D(15))
    first = quote(
        units=[replace(CHAIR, positions=Positions.span(0, 1))], policy=policy, currency="USD"
    )
    second = quote(
        units=[replace(CHAIR, positions=Positions.span(1, 2))],
        policy=policy,
        currency="USD",
        before=Before(first.goods, first.restocking_fee, first.return_shipping_fee),
    )
    assert (first.refund, second.refund) == (0, D("5.00"))


@pytest.mark.parametrize("first", [0, 1, None], ids=["waived first", "waived last", "together"])
def test_goods_that_bear_no_fees_have_no_room_for_one(first):
    waived = replace(CHAIR, positions=Positions.span(0, 3), line_total=Taxed(D(90), D(100)))
    goods = [replace(waived, waives_fees=True), replace(waived, line_total=Taxed(D(1), D(1)))]
    policy = Policy(return_shipping_fee=D(5))
    before, paid = Before(), D(0)
    for units in [goods] if first is None else [[goods[first]], [goods[1 - first]]]:
        result = quote(units=units, policy=policy, currency="USD", before=before)
        feeable = [
            line.amount
            for line, item in zip(result.lines, units, strict=True)
            if not item.waives_fees
        ]
        before = Before(
            before.feeable + total_of(feeable),
            before.restocking_fee + result.restocking_fee,
            before.return_shipping_fee + result.return_shipping_fee,
        )
        paid += result.refund
    assert (paid, before.return_shipping_fee.gross) == (D(100), D(1))


def test_what_the_store_paid_back_itself_is_a_step_and_never_more_than_there_is():
    some = quote(units=[CHAIR], policy=Policy(), currency="USD", refunded_elsewhere=D(5))
    assert (some.refund, some.already_refunded, some.steps[-1].amount) == (D(15), D(5), D(-5))
    more = quote(units=[CHAIR], policy=Policy(), currency="USD", refunded_elsewhere=D(50))
    assert (more.refund, more.already_refunded) == (0, D(20))


def test_the_merchants_own_amount_is_a_step():
    result = changed(quote(units=[CHAIR], policy=FEES, currency="USD"), D("7.50"))
    assert (result.refund, result.adjustment) == (D("7.50"), D("-6.50"))
    assert sum(step.amount for step in result.steps) == result.refund


def test_a_promise_survives_its_snapshot():
    result = quote(units=[CHAIR], policy=FEES, currency="USD")
    assert quotes.from_snapshot(json.loads(json.dumps(quotes.snapshot(result)))) == result


def test_a_promise_from_before_steps_had_a_kind_reads_as_it_was_written():
    plain = json.loads(
        json.dumps(quotes.snapshot(quote(units=[CHAIR], policy=FEES, currency="USD")))
    )
    plain["steps"] = [["2 × Chair", "20.00"], ["Restocking fee, 10%", "-2.00"]]
    del plain["already_refunded"], plain["lines"][0]["positions"]
    read = quotes.from_snapshot(plain)
    assert read.steps == (
        Step("2 × Chair", D("20.00")),
        Step("Restocking fee, 10%", D("-2.00")),
    )
    assert (read.lines[0].quantity, read.already_refunded) == (2, 0)


def test_a_policy_survives_its_snapshot():
    assert Policy.from_snapshot(json.loads(json.dumps(FEES.snapshot()))) == FEES
