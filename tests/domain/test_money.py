from decimal import Decimal as D

import pytest
from babel.core import get_global
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from saleor_returns_plugin.domain.money import (
    Taxed,
    allocate,
    cumulative,
    decimals,
    taxed_cumulative,
)
from saleor_returns_plugin.domain.positions import Positions

CURRENCIES = st.sampled_from(["USD", "JPY", "KWD", "RSD", "IQD"])
CENTS = st.integers(min_value=0, max_value=10**9)


def amount(units: int, currency: str) -> D:
    return D(units).scaleb({"USD": -2, "JPY": 0, "KWD": -3, "RSD": 0, "IQD": 0}[currency])


def test_every_currency_has_the_decimals_that_saleor_gives_it():
    """It asks Babel; `quantize_price` rounds by that, `validate_price_precision` refuses by it."""
    known = {*get_global("all_currencies"), *get_global("currency_fractions")} - {"DEFAULT"}
    assert len(known) > 250
    assert {code: decimals(code) for code in known} == {
        code: min(get_currency_precision(code), 3) for code in known
    }


@pytest.mark.parametrize(
    ("total", "weights", "currency", "parts"),
    [
        ("10.00", [1, 1, 1], "USD", ["3.34", "3.33", "3.33"]),
        ("100", [1, 2], "JPY", ["33", "67"]),
        ("1.000", [1, 1, 1], "KWD", ["0.334", "0.333", "0.333"]),
        ("1000", [1, 1, 1], "RSD", ["334", "333", "333"]),
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


@given(CENTS, st.integers(1, 60), CURRENCIES)
def test_what_units_carry_grows_to_the_total(total, of, currency):
    line = amount(total, currency)
    steps = [cumulative(line, of=of, units=k, currency=currency) for k in range(of + 1)]
    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (0, line)


@given(CENTS, st.integers(0, 100), st.integers(1, 60), CURRENCIES)
def test_no_unit_has_a_negative_tax_or_more_tax_than_price(gross, share, of, currency):
    line = Taxed(amount(gross * share // 100, currency), amount(gross, currency))
    units = [Positions.span(k, k + 1).worth(line, of=of, currency=currency) for k in range(of)]
    assert all(0 <= unit.net <= unit.gross for unit in units)
    assert sum(units, Taxed()) == line


def test_a_figure_finer_than_the_currency_stays_whole():
    line = Taxed(D("10.007"), D("10.007"))
    units = [Positions.span(k, k + 1).worth(line, of=3, currency="USD") for k in range(3)]
    assert sum(units, Taxed()) == line


def test_more_units_than_the_line_has_are_refused():
    with pytest.raises(ValueError, match="4 units of a line of 3"):
        cumulative(D("9.00"), of=3, units=4, currency="USD")


def test_net_follows_gross():
    third = taxed_cumulative(Taxed(D("8.40"), D("10.00")), of=3, units=1, currency="USD")
    assert (third.net, third.gross, third.tax) == (D("2.80"), D("3.33"), D("0.53"))
