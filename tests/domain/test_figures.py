"""The worked examples of docs/reference/figures.md come out as they are printed."""

from decimal import Decimal as D

import pytest

from sandbox import docs, figures
from sandbox.figures import COMMISSION, EXAMPLES, Example

ALL = pytest.mark.parametrize("example", EXAMPLES, ids=[each.title for each in EXAMPLES])


@ALL
def test_each_refund_comes_about_by_these_steps(example: Example) -> None:
    for quote, back in zip(figures.worked(example), example.backs, strict=True):
        steps = tuple((figures.label(step), f"{step.amount}") for step in quote.steps)
        assert steps == back.steps
        assert f"{quote.refund}" == back.refund
        assert sum(D(amount) for _, amount in back.steps) == quote.refund
        if back.net:
            assert (quote.goods + quote.shipping - quote.fees).net == D(back.net)


@ALL
def test_a_whole_return_sums_to_what_was_paid(example: Example) -> None:
    worked = figures.worked(example)
    goods = sum(quote.goods.gross for quote in worked)
    paid = sum(D(line.gross) for line in example.sold)
    units = sum(sum(back.units) for back in example.backs)
    if units == sum(line.quantity for line in example.sold):
        assert goods == paid
        assert sum(quote.shipping.gross for quote in worked) == D(example.shipping)
    else:
        assert goods < paid


@ALL
def test_it_goes_back_these_ways(example: Example) -> None:
    if example.sources:
        (quote,) = figures.worked(example)
        assert tuple(figures.ways(example, quote)) == example.ways


def test_commission_comes_back_with_the_units() -> None:
    wanted = [COMMISSION.sale, *(rows for _, rows in COMMISSION.returns)]
    found = figures.posted(COMMISSION)
    assert found == [[(kind, D(amount)) for kind, amount in rows] for rows in wanted]
    assert sum(amount for rows in found for _, amount in rows) == 0


def test_the_page_is_of_today() -> None:
    assert docs.FIGURES.read_text(encoding="utf-8") == figures.page(), "run `make docs`"
