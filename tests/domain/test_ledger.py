"""What a line leaves on its vendor's statement, whatever comes back of it and in which order."""

from decimal import Decimal as D
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from saleor_returns_plugin.domain import ledger
from saleor_returns_plugin.domain.ledger import Borne, Posting
from saleor_returns_plugin.domain.money import Taxed, decimals, quantum, rounded
from saleor_returns_plugin.domain.positions import Positions
from saleor_returns_plugin.enums import CommissionBase, LedgerKind

K = LedgerKind


def amounts(postings: list[Posting]) -> dict[LedgerKind, D]:
    return {posting.kind: posting.amount for posting in postings}


def total(postings: list[Posting]) -> D:
    return sum((posting.amount for posting in postings), D(0))


@st.composite
def sold(draw: st.DrawFn) -> tuple[Taxed, int, D, str, CommissionBase]:
    """Line total, units, rate in percent, currency, base."""
    currency = draw(st.sampled_from(["USD", "JPY", "KWD"]))
    units = draw(st.integers(0, 10_000_000))
    gross = D(units) * quantum(currency)
    net = D(draw(st.integers(0, units))) * quantum(currency)
    rate = draw(st.decimals(0, 100, places=draw(st.integers(0, 3))))
    quantity = draw(st.integers(1, 200))
    return Taxed(net, gross), quantity, rate, currency, draw(st.sampled_from(CommissionBase))


@st.composite
def parts(draw: st.DrawFn, quantity: int) -> list[Positions]:
    """All units, in disjoint parts, in any order."""
    cuts = sorted({0, quantity, *draw(st.lists(st.integers(0, quantity), max_size=8))})
    spans = [Positions.span(first, end) for first, end in pairwise(cuts)]
    return draw(st.permutations(spans))


@given(st.data())
def test_all_units_back_leave_exactly_nothing_and_never_too_much(data: st.DataObject) -> None:
    line, quantity, rate, currency, base = data.draw(sold())
    charged = ledger.commission(line, rate, base, currency)
    posted = ledger.sale(
        line, charged, of=quantity, positions=Positions.span(0, quantity), currency=currency
    )
    assert amounts(posted) == {
        kind: amount for kind, amount in ((K.SALE, line.gross), (K.COMMISSION, -charged)) if amount
    }
    back = refunded = D(0)
    for positions in data.draw(parts(quantity)):
        reversal = ledger.reversal(
            line, charged, of=quantity, positions=positions, currency=currency
        )
        posted = [*posted, *reversal]
        found = amounts(reversal)
        refunded += found.get(K.REFUND, D(0))
        back += found.get(K.COMMISSION_REVERSAL, D(0))
        assert 0 <= back <= charged
        assert 0 <= -refunded <= line.gross
    assert total(posted) == 0


@given(sold())
def test_commission_is_a_share_of_the_base_in_the_currencys_own_decimals(
    line: tuple[Taxed, int, D, str, CommissionBase],
) -> None:
    price, _, rate, currency, base = line
    charged = ledger.commission(price, rate, base, currency)
    of = price.net if base is CommissionBase.NET else price.gross
    assert 0 <= charged <= of
    assert charged == rounded(charged, currency)
    assert abs(charged - of * rate / 100) <= quantum(currency) / 2
    assert -charged.as_tuple().exponent <= decimals(currency)


@given(st.data())
def test_units_are_worth_the_same_whenever_they_go_back(data: st.DataObject) -> None:
    line, quantity, rate, currency, base = data.draw(sold())
    charged = ledger.commission(line, rate, base, currency)
    spans = data.draw(parts(quantity))

    def reversed_of(positions: Positions) -> D:
        return total(
            ledger.reversal(line, charged, of=quantity, positions=positions, currency=currency)
        )

    together = Positions.of(pair for span in spans for pair in span.ranges)
    assert sum((reversed_of(span) for span in spans), D(0)) == reversed_of(together)


@given(st.data())
def test_units_are_sold_for_what_they_are_taken_back_for(data: st.DataObject) -> None:
    line, quantity, rate, currency, base = data.draw(sold())
    charged = ledger.commission(line, rate, base, currency)
    for positions in data.draw(parts(quantity)):
        units: dict[str, Any] = {"of": quantity, "positions": positions, "currency": currency}
        there = ledger.sale(line, charged, **units)
        assert total(there) == -total(ledger.reversal(line, charged, **units))


def test_nothing_is_posted_for_nothing() -> None:
    free = Taxed()
    units: dict[str, Any] = {"of": 2, "positions": Positions.span(0, 2), "currency": "USD"}
    assert ledger.sale(free, D(0), **units) == []
    assert ledger.reversal(free, D(0), **units) == []
    assert ledger.fees(Borne(D(0), D(0), D(0), D(0), vendor_bears_shipping=True)) == []


def test_who_carries_what_goes_beside_the_goods() -> None:
    given_back = Borne(
        shipping=D("5.00"),
        restocking_fee=D("1.00"),
        return_shipping_fee=D("2.00"),
        reduction=D("0.50"),
        vendor_bears_shipping=True,
    )
    assert amounts(ledger.fees(given_back)) == {K.FEE: D("-1.50")}
    by_store = Borne(D("5.00"), D("1.00"), D("2.00"), D("0.50"), vendor_bears_shipping=False)
    assert amounts(ledger.fees(by_store)) == {K.FEE: D("1.50")}
