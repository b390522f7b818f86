from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_returns_plugin.domain.money import Taxed
from saleor_returns_plugin.domain.positions import Positions
from saleor_returns_plugin.domain.shipping_rules import Back, due, less, shares, waits
from saleor_returns_plugin.enums import ShippingRule

SHARE = Taxed(D("8.00"), D("10.00"))


@pytest.mark.parametrize(
    ("rule", "units", "is_whole_order", "gross"),
    [
        (ShippingRule.NEVER, 4, True, "0"),
        (ShippingRule.ON_FULL_RETURN, 4, False, "0"),
        (ShippingRule.ON_FULL_RETURN, 4, True, "10.00"),
        (ShippingRule.PROPORTIONAL, 1, False, "2.50"),
        (ShippingRule.PROPORTIONAL, 4, True, "10.00"),
    ],
)
def test_the_rule_says_how_much_of_a_share_goes_back(rule, units, is_whole_order, gross):
    back = Back(SHARE, 4, Positions.span(0, units), rule)
    assert due([back], is_whole_order=is_whole_order, currency="USD").gross == D(gross)


NOTHING = Taxed()


@pytest.mark.parametrize(
    ("rule", "paid", "goods", "given", "is_later"),
    [
        (ShippingRule.ON_FULL_RETURN, SHARE, SHARE, NOTHING, True),
        (ShippingRule.ON_FULL_RETURN, SHARE, SHARE, SHARE, False),
        (ShippingRule.ON_FULL_RETURN, NOTHING, SHARE, NOTHING, False),
        (ShippingRule.ON_FULL_RETURN, SHARE, NOTHING, NOTHING, False),
        (ShippingRule.PROPORTIONAL, SHARE, SHARE, NOTHING, False),
        (ShippingRule.NEVER, SHARE, SHARE, NOTHING, False),
    ],
)
def test_shipping_waits_for_the_last_part_only_on_a_full_return(rule, paid, goods, given, is_later):
    assert waits(rule, paid=paid, goods=goods, given=given) is is_later


def test_each_unit_follows_the_rule_of_its_own_return():
    back = [
        Back(SHARE, 4, Positions.span(0, 2), ShippingRule.PROPORTIONAL),
        Back(SHARE, 4, Positions.span(2, 4), ShippingRule.NEVER),
    ]
    assert due(back, is_whole_order=True, currency="USD").gross == D("5.00")


@given(
    st.integers(0, 10**5),
    st.integers(0, 100),
    st.lists(st.integers(0, 10**5), min_size=1, max_size=8),
)
def test_shares_sum_to_what_was_paid_and_none_has_a_negative_tax(cents, percent, lines):
    paid = Taxed(D(cents * percent // 100).scaleb(-2), D(cents).scaleb(-2))
    found = shares(paid, [Taxed(D(line), D(line)) for line in lines], "USD")
    assert sum(found, Taxed()) == paid
    assert all(0 <= share.net <= share.gross for share in found)


def test_what_was_given_is_never_asked_back():
    assert less(Taxed(D(1), D(1)), Taxed(D(2), D(2))) == Taxed()
