from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_returns_plugin.domain.money import Taxed, allocate, taxed_units_worth, units_worth

CURRENCIES = st.sampled_from(["USD", "JPY", "KWD"])
CENTS = st.integers(min_value=0, max_value=10**9)


def amount(units: int, currency: str) -> D:
    return D(units).scaleb({"USD": -2, "JPY": 0, "KWD": -3}[currency])


@pytest.mark.parametrize(
    ("total", "weights", "currency", "parts"),
    [
        ("10.00", [1, 1, 1], "USD", ["3.34", "3.33", "3.33"]),
        ("100", [1, 2], "JPY", ["33", "67"]),
        ("1.000", [1, 1, 1], "KWD", ["0.334", "0.333", "0.333"]),
        ("-10.00", [1, 1, 1], "USD", ["-3.34", "-3.33", "-3.33"]),
        ("5.00", [0, 0], "USD", ["2.50", "2.50"]),
        ("0.01", [1, 1], "USD", ["0.01", "0.00"]),
        ("10.005", [1], "USD", ["10.005"]),
    ],
)
def test_a_rest_goes_to_the_largest_remainder(total, weights, currency, parts):
    assert allocate(D(total), weights, currency) == [D(part) for part in parts]


@given(CENTS, st.lists(st.integers(0, 10**6), min_size=1, max_size=20), CURRENCIES)
def test_parts_always_sum_to_the_total(total, weights, currency):
    whole = amount(total, currency)
    assert sum(allocate(whole, weights, currency)) == whole


@given(CENTS, st.lists(st.integers(1, 50), min_size=1, max_size=12), CURRENCIES)
def test_partial_returns_sum_to_the_line_in_any_grouping(total, groups, currency):
    line, of, before, paid = amount(total, currency), sum(groups), 0, D(0)
    for units in groups:
        worth = units_worth(line, of=of, before=before, units=units, currency=currency)
        assert worth >= 0
        paid, before = paid + worth, before + units
    assert paid == line


def test_more_units_than_the_line_has_are_refused():
    with pytest.raises(ValueError, match="3 \\+ 1 units of a line of 3"):
        units_worth(D("9.00"), of=3, before=3, units=1, currency="USD")


def test_tax_is_gross_less_net_of_every_part():
    worth = taxed_units_worth(Taxed(D("8.40"), D("10.00")), of=3, before=0, units=1, currency="USD")
    assert (worth.net, worth.gross, worth.tax) == (D("2.80"), D("3.33"), D("0.53"))
