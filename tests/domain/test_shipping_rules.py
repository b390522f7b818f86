from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_returns_plugin.domain.money import Taxed
from saleor_returns_plugin.domain.shipping_rules import Sold, due, less
from saleor_returns_plugin.enums import ShippingRule

PAID = Taxed(D("8.00"), D("10.00"))


@pytest.mark.parametrize(
    ("rule", "returned", "gross"),
    [
        (ShippingRule.NEVER, 4, "0"),
        (ShippingRule.ON_FULL_RETURN, 3, "0"),
        (ShippingRule.ON_FULL_RETURN, 4, "10.00"),
        (ShippingRule.PROPORTIONAL, 1, "2.50"),
        (ShippingRule.PROPORTIONAL, 4, "10.00"),
    ],
)
def test_the_rule_says_how_much_goes_back(rule, returned, gross):
    assert due(rule, PAID, [Sold(D("40"), 4, returned)], "USD").gross == D(gross)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=8), st.integers(0, 10**5))
def test_proportional_shares_sum_to_what_was_paid(groups, cents):
    paid = Taxed(D(cents).scaleb(-2), D(cents).scaleb(-2))
    given_back, returned = Taxed(), 0
    for units in groups:
        returned += units
        line = Sold(D("99.99"), sum(groups), returned)
        share = less(due(ShippingRule.PROPORTIONAL, paid, [line], "USD"), given_back)
        given_back += share
    assert given_back == paid


def test_what_was_given_is_never_asked_back():
    assert less(Taxed(D(1), D(1)), Taxed(D(2), D(2))) == Taxed()
