"""Whatever is asked for, in any sequence, no order gives back more than it took in."""

from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_returns_plugin.domain.refund_parts import (
    MANUAL,
    PlannedPart,
    Source,
    came_in,
    left,
    plan,
    sources,
)
from saleor_returns_plugin.domain.refund_status import OPEN, PART_MOVES, of_parts
from saleor_returns_plugin.enums import RefundStatus

PENDING, SUCCEEDED, FAILED = RefundStatus.PENDING, RefundStatus.SUCCEEDED, RefundStatus.FAILED
CENTS = st.integers(0, 3000).map(D)


class Payment:
    """As the host keeps it: a gift card's figure stays what it was used for."""

    def __init__(self, reference: str, took: D) -> None:
        self.reference, self.took, self.holds, self.staffs = reference, took, took, D(0)

    @property
    def is_card(self) -> bool:
        return self.reference.startswith("gift_card")


@given(
    st.lists(st.tuples(st.booleans(), CENTS), min_size=1, max_size=4),
    st.integers(-500, 500).map(D),
    st.booleans(),
    st.data(),
)
@settings(max_examples=300, deadline=None)
def test_no_sequence_gives_back_more_than_was_taken_in(paid, more, is_told, data):
    """`more`: what the order cost beside what was paid for it."""
    held = [
        Payment(f"{'gift_card' if is_card else 'payment'}:{number}", took)
        for number, (is_card, took) in enumerate(paid)
    ]
    took = sum(row.took for row in held)
    cost = max(took + (more if is_told else min(more, D(0))), D(0))
    outside = Payment(MANUAL, took)
    parts = []  # [payment, amount, status] of each
    for _ in range(data.draw(st.integers(1, 12))):
        live = [part for part in parts if part[2] is not FAILED]
        gone = sum(amount for _, amount, _ in live) + sum(row.staffs for row in held)
        what = data.draw(st.sampled_from(["intend", "answer", "staff"]))
        if what == "staff":
            row = data.draw(st.sampled_from(held))
            most = row.holds - sum(a for p, a, s in live if p is row and s in OPEN)
            amount = data.draw(st.integers(0, max(int(most), 0)).map(D))
            # Staff may send back in Saleor what was given back by hand too: nobody can stop them.
            if not row.is_card and gone + amount <= min(cost, took):
                row.holds, row.staffs = row.holds - amount, row.staffs + amount
        elif what == "answer" and parts:
            part = data.draw(st.sampled_from(parts))
            row, amount, before = part
            choices = sorted(PART_MOVES[before] - {PENDING}, key=str)
            if before is FAILED:
                continue  # asked for again only as another intent is
            part[2] = data.draw(st.sampled_from(choices))
            if not row.is_card and SUCCEEDED in (before, part[2]):
                row.holds += amount if before is SUCCEEDED else -amount
        elif what == "intend":
            open_, moved = {}, {}
            for row, amount, status in live:
                into = open_ if status in OPEN else moved
                into[row.reference] = into.get(row.reference, D(0)) + amount
            ways = sources(
                [Source(row.reference, row.holds) for row in held if not row.is_card],
                [Source(row.reference, row.took) for row in held if row.is_card],
                under_way=open_,
                moved=moved,
            )
            rest = left(
                came_in(cost, seen=took if is_told else None),
                ours=sum(amount for _, amount, _ in live),
                elsewhere=sum(row.staffs for row in held),
            )
            # The quote's, or the merchant's own.
            wish = data.draw(st.integers(0, int(rest)).map(D) | CENTS)
            planned, over = plan(wish, ways)
            available = {source.reference: source.available for source in ways}
            assert all(0 < part.amount <= available[part.reference] for part in planned)
            assert sum(part.amount for part in planned) + over == wish
            assert not over or over == wish - sum(available.values())
            by_hand = data.draw(st.booleans())
            if wish > rest or (over and not by_hand):
                continue  # refused
            if by_hand:
                parts.append([outside, wish, PENDING])
                continue
            by_reference = {row.reference: row for row in held}
            parts += [[by_reference[part.reference], part.amount, PENDING] for part in planned]
        for row in held:
            back = sum(a for p, a, s in parts if p is row and s is not FAILED)
            assert back + row.staffs <= row.took
        back = sum(a for _, a, s in parts if s is not FAILED)
        assert back + sum(row.staffs for row in held) <= min(cost, took)


def test_payments_are_used_first_and_what_nobody_can_take_is_told():
    ways = sources(
        [Source("payment:1", D(4)), Source("payment:2", D(6))],
        [Source("gift_card:1", D(5))],
        under_way={"payment:1": D(4), "gift_card:1": D(1)},
        moved={"payment:2": D(3), "gift_card:1": D(2)},
    )
    assert ways == [Source("payment:2", D(6)), Source("gift_card:1", D(2))]
    assert plan(D(7), ways) == (
        [PlannedPart("payment:2", D(6)), PlannedPart("gift_card:1", D(1))],
        0,
    )
    assert plan(D(9), ways)[1] == 1


@pytest.mark.parametrize(
    ("seen", "ours", "elsewhere", "rest"),
    [
        (None, 0, 0, 100),
        (60, 0, 0, 60),
        (120, 0, 0, 100),
        (None, 30, 20, 50),
        (60, 30, 40, 0),
        (None, 30, -5, 70),
    ],
)
def test_what_is_left_of_an_order(seen, ours, elsewhere, rest):
    paid = came_in(D(100), seen=None if seen is None else D(seen))
    assert left(paid, ours=D(ours), elsewhere=D(elsewhere)) == rest


@given(st.lists(st.sampled_from(RefundStatus), max_size=5))
def test_a_refund_is_what_the_most_worrying_of_its_parts_is(statuses):
    found = of_parts(statuses)
    assert found in (statuses or [SUCCEEDED])
    assert (found is SUCCEEDED) == all(status is SUCCEEDED for status in statuses)
    assert (found in OPEN) == any(status in OPEN for status in statuses)
