"""Any order, returned in any pieces, refunded in any order: the figures agree to the cent."""

from dataclasses import replace
from decimal import Decimal as D
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_returns_plugin.domain import quotes
from saleor_returns_plugin.domain.exchanges import Carried, given_back
from saleor_returns_plugin.domain.money import Taxed, decimals, total_of
from saleor_returns_plugin.domain.order_money import (
    LineBack,
    OrderMoney,
    Paid,
    PaidLine,
    Part,
    SoldLine,
)
from saleor_returns_plugin.domain.policy import Policy
from saleor_returns_plugin.domain.positions import Positions, free
from saleor_returns_plugin.enums import ShippingRule

BACK = (ShippingRule.ON_FULL_RETURN, ShippingRule.PROPORTIONAL)
"""Rules by which all of the shipping goes back with all of the goods."""


def money(units, currency):
    return D(units).scaleb(-decimals(currency))


@st.composite
def taxed(draw, currency, most=10**6):
    gross = draw(st.integers(0, most))
    return Taxed(money(draw(st.integers(0, gross)), currency), money(gross, currency))


@st.composite
def orders(draw, *, rules=tuple(ShippingRule), fees=True, most=10**6, returns=4):
    """An order of up to 4 lines, each for at most so much, all of it returned in so many parts."""
    currency = draw(st.sampled_from(["USD", "JPY", "KWD"]))
    sold, cuts = [], []
    for index in range(draw(st.integers(1, 4))):
        units = draw(st.lists(st.integers(0, returns - 1), min_size=1, max_size=12))
        sold.append(
            SoldLine(uuid4(), f"Item {index}", len(units), draw(taxed(currency, most)), len(units))
        )
        cuts.append([units.count(number) for number in range(returns)])
    held = {line.id: [] for line in sold}
    parts = []
    for number in range(returns):
        chosen = []
        for line, cut in zip(sold, cuts, strict=True):
            if cut[number]:
                positions = free(of=line.quantity, held=held[line.id], units=cut[number])
                held[line.id].append(positions)
                back = LineBack(uuid4(), line.id, positions, cut[number], cut[number])
                chosen.append(replace(back, waives_fees=draw(st.booleans())))
        if chosen:
            policy = Policy(
                shipping_refund=draw(st.sampled_from(rules)),
                restocking_fee_percent=D(draw(st.integers(0, 100))) if fees else D(0),
                return_shipping_fee=money(draw(st.integers(0, 2000)), currency) if fees else D(0),
            )
            parts.append(Part(uuid4(), policy, tuple(chosen)))
    return OrderMoney(currency, draw(taxed(currency, 5000)), sold, parts)


def paid(part, quote):
    lines = {line.id: line for line in part.lines}
    return Paid(
        part.id,
        tuple(
            PaidLine(
                line.return_line_id,
                line.line_id,
                line.positions,
                line.amount,
                lines[line.return_line_id].waives_fees,
                line.per_unit,
                line.is_rest,
            )
            for line in quote.lines
        ),
        quote.shipping,
        quote.restocking_fee,
        quote.return_shipping_fee,
        quote.already_refunded,
    )


def refund(order, part, units=None):
    """Pay what is due of the part, or only the first `units` of each of its lines."""
    now = part
    if units is not None:
        now = replace(
            part,
            lines=tuple(replace(line, payable=min(units, line.payable)) for line in part.lines),
        )
    given = replace(order, parts=[now if each.id == part.id else each for each in order.parts])
    quote = given.due_now(part.id)
    if not quote.lines:
        return order, quote
    return replace(order, paid=[*order.paid, paid(part, quote)]), quote


def check(quote):
    assert quote.refund >= 0
    assert sum(step.amount for step in quote.steps) == quote.refund
    amounts = [quote.goods, quote.shipping, quote.restocking_fee, quote.return_shipping_fee]
    assert all(0 <= amount.net <= amount.gross for amount in amounts)
    kept = quote.goods + quote.shipping - quote.fees
    assert 0 <= kept.net <= kept.gross


@given(orders(), st.randoms())
@settings(max_examples=300, deadline=None)
def test_all_refunds_sum_to_all_that_was_paid_less_fees(order, random):
    start = order
    steps = [part for part in order.parts for _ in range(2)]
    random.shuffle(steps)
    seen = set()
    quotes = []
    for part in steps:
        units = None if part.id in seen else random.randint(0, 12)
        seen.add(part.id)
        order, quote = refund(order, part, units)
        check(quote)
        quotes.append(quote)
    goods = sum((quote.goods for quote in quotes), Taxed())
    assert goods == sum((line.total for line in start.sold), Taxed())
    shipping = sum((quote.shipping for quote in quotes), Taxed())
    assert 0 <= shipping.gross <= start.shipping.gross
    if all(p.policy.shipping_refund is not ShippingRule.NEVER for p in start.parts):
        assert shipping == start.shipping
    promised = sum(start.expected(part.id).refund for part in start.parts)
    assert sum(quote.refund for quote in quotes) == promised


@given(orders(), st.randoms())
@settings(max_examples=200, deadline=None)
def test_the_order_of_refunds_does_not_matter(order, random):
    parts = list(order.parts)
    totals = []
    for _ in range(2):
        now, total = order, D(0)
        random.shuffle(parts)
        for part in parts:
            now, quote = refund(now, part)
            total += quote.refund
        totals.append(total)
    assert totals[0] == totals[1]


@given(orders(), st.integers(0, 10**6), st.randoms())
@settings(deadline=None)
def test_what_failed_is_as_it_was_until_something_else_is(order, cents, random):
    order = replace(order, refunded_elsewhere=money(cents, order.currency))
    parts = random.sample(order.parts, len(order.parts))
    for part in parts:
        failed = paid(part, order.due_now(part.id))
        assert order.again(failed) == failed
        order, _ = refund(order, part)


@given(orders(rules=[ShippingRule.PROPORTIONAL, ShippingRule.NEVER]), st.randoms())
@settings(max_examples=200, deadline=None)
def test_what_is_promised_for_a_part_is_what_is_paid_for_it(order, random):
    promised = {part.id: order.expected(part.id) for part in order.parts}
    parts = list(order.parts)
    random.shuffle(parts)
    for part in parts:
        order, quote = refund(order, part)
        assert (quote.refund, quote.goods) == (promised[part.id].refund, promised[part.id].goods)


@given(orders(returns=1, most=2000), st.integers(0, 1000), st.data())
@settings(max_examples=300, deadline=None)
def test_whichever_line_is_refunded_first_the_promise_is_paid(order, cents, data):
    """Of goods worth little more or less than the fees, some of which bear none."""
    order = replace(order, refunded_elsewhere=money(cents, order.currency))
    (part,) = order.parts
    promised = order.expected(part.id)
    left = {line.id: line.payable for line in part.lines}
    found = []
    while left:
        key = data.draw(st.sampled_from(list(left)))
        left[key] -= data.draw(st.integers(1, left[key]))
        if not left[key]:
            del left[key]
        lines = [replace(line, payable=line.payable - left.get(line.id, 0)) for line in part.lines]
        order, quote = refund(order, replace(part, lines=tuple(lines)))
        check(quote)
        found.append(quote)
        done = [paid for refund in order.paid for paid in refund.lines if not paid.waives_fees]
        due = quotes.fees(part.policy, total_of([paid.goods for paid in done]), order.currency)
        taken = [(quote.restocking_fee.gross, quote.return_shipping_fee.gross) for quote in found]
        assert tuple(map(sum, zip(*taken, strict=True))) == tuple(fee.gross for fee in due)
    assert sum(quote.refund for quote in found) == promised.refund


@given(orders(), st.integers(0, 10**6), st.randoms())
@settings(max_examples=200, deadline=None)
def test_what_the_store_paid_back_itself_is_allowed_for_once(order, cents, random):
    elsewhere = money(cents, order.currency)
    plain = sum(order.expected(part.id).refund for part in order.parts)
    order = replace(order, refunded_elsewhere=elsewhere)
    parts, total = list(order.parts), D(0)
    random.shuffle(parts)
    for part in parts:
        order, quote = refund(order, part)
        check(quote)
        total += quote.refund
    assert total == max(plain - elsewhere, D(0))


@st.composite
def exchanging(draw):
    """An order all of which is returned: some of it for other goods, as dear or cheaper."""
    order = draw(orders(rules=BACK, fees=False))
    parts = []
    for part in order.parts:
        lines = []
        for line in part.lines:
            if draw(st.booleans()):
                cheaper = money(
                    draw(st.sampled_from([0, 1]) | st.integers(0, 10**5)), order.currency
                )
                line = replace(line, per_unit=cheaper, waives_fees=True)
            lines.append(line)
        parts.append(replace(part, lines=tuple(lines)))
    return replace(order, parts=parts)


def exchanged(order, lines, on_top, is_sent=True):
    """The order once what came for units of these lines was ordered, as one new line that cost so
    much on top, and stays with the shopper, or is still to be sent."""
    worth, moved = Taxed(), {}
    for line in lines:
        sold = next(each for each in order.sold if each.id == line.sold_id)
        whole = line.positions.worth(sold.total, of=sold.quantity, currency=order.currency)
        back = given_back(
            Carried(sold.total),
            of=sold.quantity,
            positions=line.positions,
            per_unit=line.per_unit,
            currency=order.currency,
        )
        worth += whole - back.price
        moved[sold.id] = line.positions
    units = sum(line.positions.count for line in lines)
    new = SoldLine(
        uuid4(),
        "What came for it",
        units,
        worth + on_top,
        shipped=units if is_sent else 0,
        is_replacement=True,
        replaces=tuple(moved.items()),
        carried=worth,
    )
    left = [
        replace(each, moved=each.moved | moved[each.id]) if each.id in moved else each
        for each in order.sold
    ]
    return replace(order, sold=[*left, new]), new


def given_up(order, part, line):
    """The order once the money is wanted after all."""
    lines = tuple(
        replace(each, per_unit=None) if each.id == line.id else each for each in part.lines
    )
    parts = [replace(each, lines=lines) if each.id == part.id else each for each in order.parts]
    return replace(order, parts=parts)


@given(exchanging(), st.integers(0, 10**6), st.data())
@settings(max_examples=400, deadline=None)
def test_what_goes_back_and_what_is_kept_is_what_was_paid(order, cents, data):
    """Whatever is refunded, exchanged for something dearer or cheaper, alone or with another item
    for one that is the same, given up, and returned or exchanged again of what came for it, in any
    order: also once the difference of something cheaper is paid. And what the store paid back
    itself is allowed for once, but for what was paid on top of goods that are still to be sent."""
    order = replace(order, refunded_elsewhere=money(cents, order.currency))
    start, back, kept, seen = order, Taxed(), Taxed(), Taxed()
    charged, to_come, allowed, replacements = Taxed(), D(0), D(0), []
    steps = [("refund", part.id, None) for part in order.parts]
    steps += [
        ("exchange", part.id, line)
        for part in order.parts
        for line in part.lines
        if line.per_unit is not None
    ]
    while steps:
        what, part_id, line = steps.pop(data.draw(st.integers(0, len(steps) - 1)))
        part = next(each for each in order.parts if each.id == part_id)
        if what == "refund":
            units = data.draw(st.none() | st.integers(0, 12))
            order, quote = refund(order, part, units)
            check(quote)
            back, seen = back + quote.goods, seen + quote.shipping
            allowed += quote.already_refunded
            if units is not None:
                steps.append((what, part_id, None))
            continue
        if data.draw(st.booleans()):
            order = given_up(order, part, line)
            steps.append(("refund", part_id, None))
            continue
        together = [line]
        beside = [each for each in steps if each[0] == "exchange" and each[1] == part_id]
        if beside and data.draw(st.booleans()):
            steps.remove(beside[0])
            together.append(beside[0][2])
        on_top = data.draw(st.just(Taxed()) | taxed(order.currency, 10**4))
        is_sent = data.draw(st.booleans())
        order, new = exchanged(order, together, on_top, is_sent)
        charged += on_top
        to_come += 0 if is_sent else on_top.gross
        units = data.draw(st.integers(0, new.shipped))
        replacements.append((new, units))
        if units:
            cheaper = data.draw(st.none() | st.just(D(0)) | st.integers(1, 10**5))
            again = LineBack(
                uuid4(),
                new.id,
                Positions.span(0, units),
                units,
                units,
                per_unit=cheaper if not cheaper else money(cheaper, order.currency),
                waives_fees=True,
            )
            policy = Policy(shipping_refund=data.draw(st.sampled_from(BACK)))
            order = replace(order, parts=[*order.parts, Part(uuid4(), policy, (again,))])
            steps.append(("refund", order.parts[-1].id, None))
            if cheaper is not None:
                steps.append(("exchange", order.parts[-1].id, again))
    for new, units in replacements:
        left = Positions.span(units, new.quantity)
        kept += left.worth(new.total, of=new.quantity, currency=order.currency)
    assert back + kept == total_of([line.total for line in start.sold]) + charged
    due = (back + seen).gross
    most = start.refunded_elsewhere
    assert min(max(most - to_come, D(0)), due) <= allowed <= min(most, due)
    assert 0 <= seen.net <= seen.gross <= start.shipping.gross
    if not any(new.quantity - units for new, units in replacements):
        assert seen == start.shipping


def test_a_refund_for_goods_that_never_went_out_is_not_taken_off_a_return():
    lamp = SoldLine(uuid4(), "Lamp", 1, Taxed(D(20), D(20)), shipped=1)
    desk = SoldLine(uuid4(), "Desk", 1, Taxed(D(30), D(30)), shipped=0)
    part = Part(uuid4(), Policy(), (LineBack(uuid4(), lamp.id, Positions.span(0, 1), 1, 1),))
    order = OrderMoney("USD", Taxed(), [lamp, desk], [part], refunded_elsewhere=D(30))
    assert order.due_now(part.id).refund == D(20)
    more = replace(order, refunded_elsewhere=D(35))
    assert more.due_now(part.id).refund == D(15)


class TestWhatTheStorePaidBackWhileAReplacementStands:
    """A lamp for 100 is exchanged for one that costs 20 less, beside a mug for 15."""

    def order(self, **lamp):
        first = SoldLine(uuid4(), "Lamp", 1, Taxed(D(100), D(100)), 1, moved=Positions.span(0, 1))
        mug = SoldLine(uuid4(), "Mug", 1, Taxed(D(15), D(15)), 1)
        values = {"shipped": 0, "carried": Taxed(D(80), D(80)), "is_replacement": True, **lamp}
        replaces = ((first.id, first.moved),)
        small = SoldLine(uuid4(), "Small", 1, Taxed(D(80), D(80)), replaces=replaces, **values)
        back = LineBack(uuid4(), first.id, first.moved, 1, 1, per_unit=D(20), waives_fees=True)
        money_back = LineBack(uuid4(), mug.id, Positions.span(0, 1), 1, 1)
        parts = [Part(uuid4(), Policy(), (back,)), Part(uuid4(), Policy(), (money_back,))]
        return OrderMoney("USD", Taxed(), [first, mug, small], parts, refunded_elsewhere=D(20))

    def due(self, order):
        return [order.due_now(part.id).refund for part in order.parts]

    def test_is_taken_off_before_it_is_sent_as_after(self):
        assert self.due(self.order()) == self.due(self.order(shipped=1)) == [0, 0]
        more = replace(self.order(), refunded_elsewhere=D(25))
        assert self.due(refund(more, more.parts[0])[0]) == [0, 10]

    def test_was_for_what_staff_took_back_of_it(self):
        order = replace(self.order(gone=1), refunded_elsewhere=D(80))
        assert self.due(order) == [20, 15]


def test_what_was_paid_on_top_of_goods_that_are_still_to_be_sent_is_not_taken_off_a_return():
    mug = SoldLine(uuid4(), "Mug", 1, Taxed(D(15), D(15)), 1)
    worth, carried = Taxed(D(120), D(120)), Taxed(D(100), D(100))
    large = SoldLine(uuid4(), "Large", 1, worth, 0, is_replacement=True, carried=carried)
    part = Part(uuid4(), Policy(), (LineBack(uuid4(), mug.id, Positions.span(0, 1), 1, 1),))
    order = OrderMoney("USD", Taxed(), [mug, large], [part], refunded_elsewhere=D(25))
    assert order.due_now(part.id).refund == 10


def test_units_that_staff_took_back_are_paid_only_on_the_merchants_word():
    lamp = SoldLine(uuid4(), "Lamp", 2, Taxed(D(20), D(20)), shipped=1, gone=1)
    part = Part(uuid4(), Policy(), (LineBack(uuid4(), lamp.id, Positions.span(0, 2), 2, 2),))
    order = OrderMoney("USD", Taxed(), [lamp], [part])
    assert order.due_now(part.id).refund == D(10)
    assert order.due_now(part.id, whatever_staff_took=True).refund == D(20)
