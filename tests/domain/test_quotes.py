import json
from dataclasses import replace
from decimal import Decimal as D
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from saleor_returns_plugin.domain import quotes
from saleor_returns_plugin.domain.money import Taxed
from saleor_returns_plugin.domain.policy import Policy
from saleor_returns_plugin.domain.quotes import Step, Units, quote
from saleor_returns_plugin.enums import StepKind

CHAIR = Units(
    line_id=uuid4(),
    label="Chair",
    quantity=2,
    line_quantity=3,
    already=0,
    line_total=Taxed(D("25.00"), D("30.00")),
)
FEES = Policy(restocking_fee_percent=D(10), return_shipping_fee=D("4.00"))


def test_goods_delivery_and_fees_are_steps_that_add_up():
    result = quote(units=[CHAIR], policy=FEES, currency="USD", shipping=Taxed(D("5.00"), D("6.00")))
    assert result.steps == (
        Step("2 × Chair", D("20.00")),
        Step("", D("6.00"), StepKind.DELIVERY),
        Step("10", D("-2.00"), StepKind.RESTOCKING_FEE),
        Step("", D("-4.00"), StepKind.RETURN_SHIPPING),
    )
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
        CHAIR, quantity=units, line_quantity=40, line_total=Taxed(total * scale, total * scale)
    )
    policy = Policy(restocking_fee_percent=D(percent), return_shipping_fee=fee * scale)
    result = quote(units=[item], policy=policy, currency=currency)
    assert result.refund >= 0
    assert sum(step.amount for step in result.steps) == result.refund


def test_a_promise_survives_its_snapshot():
    result = quote(units=[CHAIR], policy=FEES, currency="USD")
    assert quotes.from_snapshot(json.loads(json.dumps(quotes.snapshot(result)))) == result


def test_a_promise_from_before_steps_had_a_kind_still_reads():
    plain = quotes.snapshot(quote(units=[CHAIR], policy=FEES, currency="USD"))
    plain["steps"] = [["2 × Chair", "20.00"], ["Restocking fee, 10%", "-2.00"]]
    assert quotes.from_snapshot(plain).steps == (
        Step("2 × Chair", D("20.00")),
        Step("Restocking fee, 10%", D("-2.00")),
    )


def test_a_policy_survives_its_snapshot():
    assert Policy.from_snapshot(json.loads(json.dumps(FEES.snapshot()))) == FEES
