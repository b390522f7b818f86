from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from saleor_returns_plugin.domain.positions import Positions, free

PLACES = st.sets(st.integers(0, 30))


def of(places):
    return Positions.of([(place, place + 1) for place in places])


def places(positions):
    return {place for first, end in positions.ranges for place in range(first, end)}


@given(PLACES, PLACES)
def test_they_are_sets_of_places(a, b):
    one, two = of(a), of(b)
    assert places(one | two) == a | b
    assert places(one - two) == a - b
    assert places(one & two) == a & b
    assert one.count == len(a)
    assert Positions.of(one.plain()) == one


@given(PLACES, st.integers(0, 40))
def test_the_first_and_the_last_of_them(a, units):
    assert places(of(a).first(units)) == set(sorted(a)[:units])
    assert places(of(a).last(units)) == set(sorted(a)[max(len(a) - units, 0) :])


@given(PLACES, PLACES, st.integers(0, 31))
def test_the_lowest_free_places_are_taken(a, b, units):
    found = places(free(of=31, held=[of(a), of(b)], units=units))
    assert found == set(sorted(set(range(31)) - a - b)[:units])


@given(st.integers(0, 10**6), st.integers(1, 30), st.sets(st.integers(0, 29)))
def test_shares_of_an_amount_sum_to_it_however_it_is_cut(cents, of_units, chosen):
    amount = D(cents).scaleb(-2)
    some = of({place for place in chosen if place < of_units})
    rest = Positions.span(0, of_units) - some
    shares = [part.share(amount, of=of_units, currency="USD") for part in (some, rest)]
    assert sum(shares) == amount
