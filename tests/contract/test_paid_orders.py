"""For every order a host can make, what was paid for lines and shipping is what it cost.

The orders are made through Saleor's own API. The oracle knows nothing of ours: it is Saleor's
`Order.total`, what its gift cards lost, and what its payments captured.
"""

import os
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, assume, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.money import decimals, quantum
from saleor_returns_plugin.enums import OrderState
from saleor_returns_plugin.models import OrderRecord, VendorShipmentLine
from saleor_returns_plugin.services import split
from tests.gateways import free_totals
from tests.saleor_rows.gift_cards import balance_of
from tests.saleor_rows.shop import Shop, a_shop
from tests.saleor_rows.shop.common import Off, Refused

pytestmark = pytest.mark.django_db

CURRENCIES = ["USD", "JPY", "KWD"] if host.IS_V3 else [settings.DEFAULT_CURRENCY]
"""2.10 has one; `test_currencies` runs this file again in others."""
TAXES = [None, True, False]
on_v3 = pytest.mark.skipif(not host.IS_V3, reason="2.10 has none")


@pytest.fixture(params=TAXES, ids=["no tax", "with tax", "without tax"])
def shop(request: Any, settings: Any) -> Shop:
    return a_shop(settings, CURRENCIES[0], with_tax=request.param)


def assert_adds_up(
    order: Any, *cards: Any, is_paid: bool = True, is_forgotten: bool = False
) -> host.OrderFacts:
    """`is_forgotten`: Saleor charges the full price again, whatever the cards lost."""
    facts = host.current.order_facts(order.pk)
    assert facts is not None
    gross = sum((line.total_gross for line in facts.lines), facts.shipping_gross)
    net = sum((line.total_net for line in facts.lines), facts.shipping_net)
    spent = sum((card.initial_balance_amount - balance_of(card) for card in cards), Decimal(0))
    counted = Decimal(0) if is_forgotten else spent
    assert gross == order.total_gross_amount + counted
    assert facts.gift_cards == counted
    assert sum(card.used for card in host.current.gift_cards(order.pk)) == spent
    for each in facts.lines:
        assert 0 <= each.total_net <= each.total_gross
    assert 0 <= facts.shipping_net <= facts.shipping_gross
    if not counted and not getattr(order, "should_refresh_prices", False):
        # 2.10 takes a discount off net and gross alike, and so below nothing; there a net stops.
        nets = [line.total_net for line in facts.lines] + [facts.shipping_net]
        assert net == order.total_net_amount or (0 in nets and net > order.total_net_amount)
    payments = host.current.payments(order.pk)
    if is_paid:
        assert sum(payment.captured for payment in payments) == order.total_gross_amount
    return facts


def test_without_any_discount(shop: Shop) -> None:
    lines = [(shop.sells("9.99"), 3), (shop.sells("0.07", rate=8), 7), (shop.sells("5", rate=0), 1)]

    facts = assert_adds_up(shop.checkout(lines, shipping="4.90"))

    assert facts.shipping_gross > 0
    assert len(facts.lines) == 3


@pytest.mark.parametrize("quantity", [1, 2, 3, 7, 999, 10_000])
def test_any_quantity(shop: Shop, quantity: int) -> None:
    shop.has_sale([chair := shop.sells("3.33")], 7, percentage=True)
    code = shop.takes_voucher("entire_order", "10", percentage=True)

    assert_adds_up(shop.checkout([(chair, quantity)], shipping="4.90", codes=[code]))


@pytest.mark.parametrize(("value", "percentage"), [("1.11", False), ("33", True)])
def test_a_sale(shop: Shop, value: str, percentage: bool) -> None:
    chair, table = shop.sells("9.99"), shop.sells("19.95", rate=8)
    shop.has_sale([chair], value, percentage=percentage)

    assert_adds_up(shop.checkout([(chair, 3), (table, 1)], shipping="4.90"))


@pytest.mark.parametrize(("value", "percentage"), [("7.77", False), ("33", True), ("100", True)])
@pytest.mark.parametrize(
    ("kind", "some", "once"),
    [
        ("entire_order", False, False),
        ("entire_order", False, True),
        ("specific_product", True, False),
        ("specific_product", True, True),
        ("shipping", False, False),
    ],
)
def test_a_voucher(
    shop: Shop, kind: str, some: bool, once: bool, value: str, percentage: bool
) -> None:
    chair, table, lamp = shop.sells("9.99"), shop.sells("19.95", rate=8), shop.sells("3", rate=0)
    chosen = [chair, lamp] if some else []
    code = shop.takes_voucher(kind, value, percentage, chosen, once_per_order=once)

    order = shop.checkout([(chair, 3), (table, 1), (lamp, 7)], shipping="4.90", codes=[code])

    assert_adds_up(order)


def test_a_voucher_on_goods_that_are_on_sale(shop: Shop) -> None:
    chair, table = shop.sells("9.99"), shop.sells("19.95", rate=8)
    shop.has_sale([chair], "15", percentage=True)
    code = shop.takes_voucher("specific_product", "3.33", variants=[chair])

    assert_adds_up(shop.checkout([(chair, 7), (table, 2)], shipping="4.90", codes=[code]))


@pytest.mark.parametrize("balances", [("5.00",), ("5.00", "3.33"), ("5.00", "1000"), ("1000",)])
@pytest.mark.parametrize("voucher", [False, True])
def test_gift_cards(shop: Shop, balances: tuple[str, ...], voucher: bool) -> None:
    chair, table = shop.sells("9.99"), shop.sells("19.95", rate=8)
    cards = [shop.gives_card(balance) for balance in balances]
    codes = [card.code for card in cards]
    if voucher:
        codes = [shop.takes_voucher("entire_order", "13", percentage=True), *codes]

    order = shop.checkout([(chair, 3), (table, 1)], shipping="4.90", codes=codes)

    assert_adds_up(order, *cards)


def test_free_lines(shop: Shop) -> None:
    lines = [(shop.sells("9.99"), 3), (shop.sells("0"), 2)]
    if not host.IS_V3:
        for buy in (shop.checkout, shop.draft):  # Saleor divides by the price
            with pytest.raises((Refused, ArithmeticError)):
                buy(lines)
        return

    assert_adds_up(shop.checkout(lines, shipping="4.90"))
    assert_adds_up(shop.draft(lines, shipping="4.90"), is_paid=False)


@pytest.mark.parametrize(("value", "percentage"), [("7.77", False), ("33", True)])
def test_a_draft_with_a_voucher(shop: Shop, value: str, percentage: bool) -> None:
    chair, table = shop.sells("9.99"), shop.sells("19.95", rate=8)
    code = shop.takes_voucher("entire_order", value, percentage)

    order = shop.draft([(chair, 3), (table, 7)], shipping="4.90", code=code)

    assert_adds_up(order, is_paid=False)


@on_v3
@pytest.mark.parametrize("order_first", [False, True])
@pytest.mark.parametrize("off", [Off("7.77"), Off("33", percentage=True)])
def test_discounts_by_hand(shop: Any, off: Off, order_first: bool) -> None:
    chair, table = shop.sells("9.99"), shop.sells("19.95", rate=8)

    order = shop.draft(
        [(chair, 3), (table, 7)],
        shipping="4.90",
        line_discounts=[(0, Off("1.11")), (1, Off("15", percentage=True))],
        order_discounts=[off],
        order_first=order_first,
    )

    assert_adds_up(order, is_paid=False)


@on_v3
@pytest.mark.parametrize(("value", "percentage"), [("7.77", False), ("33", True)])
def test_a_promotion_of_orders(shop: Any, value: str, percentage: bool) -> None:
    shop.promotes_orders(value, percentage)
    chair, table = shop.sells("9.99"), shop.sells("19.95", rate=8)

    assert_adds_up(shop.checkout([(chair, 3), (table, 7)], shipping="4.90"))


@on_v3
def test_a_gift_is_a_free_line(shop: Any) -> None:
    shop.gives_away(shop.sells("3.33"))

    facts = assert_adds_up(shop.checkout([(shop.sells("9.99"), 3)], shipping="4.90"))

    assert sorted(line.total_gross > 0 for line in facts.lines) == [False, True]


@on_v3
@pytest.mark.parametrize("amount", ["5.00", "1000"])
def test_a_card_that_is_a_transaction(
    shop: Any, amount: str, django_capture_on_commit_callbacks: Any
) -> None:
    """From 3.23: it lowers nothing, it pays; and Saleor refunds it itself."""
    from saleor.payment.models import TransactionItem

    if not hasattr(TransactionItem, "gift_card"):
        pytest.skip("since 3.23")
    chair = shop.sells("9.99")
    card, promo = shop.gives_card("1000"), shop.gives_card("3.33")
    code = shop.takes_voucher("entire_order", "13", percentage=True)
    whole = shop.checkout([(chair, 3)], shipping="4.90", codes=[code]).total_gross_amount
    pays = min(Decimal(amount), whole - Decimal("3.33"))

    with django_capture_on_commit_callbacks(execute=True):  # Saleor charges it only then
        order = shop.checkout(
            [(chair, 3)], shipping="4.90", codes=[code, promo.code], paying_cards=[(card, pays)]
        )

    assert_adds_up(order, promo)
    (facts,) = host.current.gift_cards(order.pk)
    assert facts.reference == f"gift_card:{promo.pk}"
    paying, *_others = host.current.payments(order.pk)
    assert (paying.captured, paying.refundable) == (pays, True)
    assert host.current.gift_card_endings(order.pk) == {
        facts.reference: promo.code[-4:],
        paying.reference: card.code[-4:],
    }
    assert balance_of(card) == Decimal("1000") - pays


def sells_two(shop: Any) -> tuple[Any, Any]:
    return shop.sells("9.99"), shop.sells("19.95", rate=8)


EDITS: dict[str, Callable[[Any, Any], dict[str, Any]]] = {
    "less": lambda chair, lamp: {"quantities": [(chair, 1)]},
    "more": lambda chair, lamp: {"quantities": [(chair, 7)]},
    "out": lambda chair, lamp: {"quantities": [(chair, 0)]},
    "in": lambda chair, lamp: {"more": [(lamp, 2)]},
    "another way": lambda chair, lamp: {"shipping": "1.11"},
    "off": lambda chair, lamp: {"order_discounts": [Off("7.77")]},
    "all": lambda chair, lamp: {
        "quantities": [(chair, 2)],
        "more": [(lamp, 3)],
        "shipping": "0.01",
        "order_discounts": [Off("33", percentage=True)],
    },
}


@on_v3
@pytest.mark.parametrize("looks", [True, False], ids=["looked at", "unseen"])
@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("by_card", [False, True], ids=["", "card"])
def test_lines_that_staff_change_before_they_confirm(
    shop: Any, edit: str, looks: bool, by_card: bool
) -> None:
    """What was paid may be more or less than it costs now; what it costs is what is taken back."""
    chair, table = sells_two(shop)
    shop.waits_for_staff()
    codes = [shop.takes_voucher("entire_order", "13", percentage=True)]
    cards = [shop.gives_card("3.33")] if by_card else []
    order = shop.checkout(
        [(chair, 3), (table, 1)], shipping="4.90", codes=[*codes, *(card.code for card in cards)]
    )
    facts = host.current.order_facts(order.pk)
    assert facts is not None
    assert facts.state is OrderState.UNPLACED
    before = order.total_gross_amount

    order = shop.edits(order, **EDITS[edit](chair, shop.sells("3", rate=0)), looks=looks)

    facts = host.current.order_facts(order.pk)
    assert facts is not None
    assert facts.state is OrderState.PLACED
    assert {line.quantity for line in facts.lines} == set(
        order.lines.values_list("quantity", flat=True)
    )
    if looks:
        assert order.total_gross_amount != before
    # Saleor forgets a card once it works the total out anew, and charges what the card had paid.
    is_forgotten = looks or facts.gift_cards == 0
    assert_adds_up(order, *cards, is_paid=False, is_forgotten=is_forgotten)


@pytest.mark.skipif(host.IS_V3, reason="3.x lets nobody change what was placed")
@pytest.mark.parametrize("price", ["0.01", "4.90", "19.95"])
@pytest.mark.parametrize("kind", ["", "entire_order", "specific_product", "shipping"])
@pytest.mark.parametrize("by_card", [False, True], ids=["", "card"])
def test_another_way_of_shipping_once_it_is_placed(
    shop: Any, kind: str, price: str, by_card: bool
) -> None:
    """Saleor works everything out anew: a card comes back, a voucher on goods is gone."""
    chair, table = sells_two(shop)
    codes = [shop.takes_voucher(kind, "3.33", variants=[chair])] if kind else []
    cards = [shop.gives_card("5.00")] if by_card else []
    order = shop.checkout(
        [(chair, 3), (table, 1)], shipping="4.90", codes=[*codes, *(card.code for card in cards)]
    )
    sold = assert_adds_up(order, *cards)
    record = split.split_order(order_id=order.pk, now=timezone.now())

    if kind == "shipping":  # Saleor breaks off between the price of shipping and the total
        with pytest.raises(Refused):
            shop.edits(order, shipping=price)
        assert order.total_gross_amount == type(order).objects.get().total_gross_amount
    else:
        order = shop.edits(order, shipping=price)
        assert_adds_up(order, is_paid=False)
    assert record == split.split_order(order_id=order.pk, now=timezone.now())
    record = OrderRecord.objects.get()
    frozen = VendorShipmentLine.objects.order_by("order_line_id")
    assert [line.total_gross for line in frozen] == [line.total_gross for line in sold.lines], (
        "what was paid is what was paid"
    )
    assert (record.shipping_gross, record.gift_cards) == (sold.shipping_gross, sold.gift_cards)


@on_v3
@pytest.mark.parametrize("status", ["UNFULFILLED", "UNCONFIRMED"])
def test_an_order_of_another_system(shop: Any, status: str) -> None:
    """Whose lines are no multiple of anything, and whose cards and discounts are only named."""
    chair, table = sells_two(shop)
    card = shop.gives_card("5.00")

    order = shop.imports(
        [(chair, 3, "10.00", "8.13"), (table, 7, "0.05", "0.05"), (shop.sells("3"), 2, "0", "0")],
        ("4.99", "4.06"),
        status=status,
        cards=[card],
        code=shop.takes_voucher("entire_order", "13", percentage=True),
        order_discounts=[Off("1.11")],
    )

    facts = assert_adds_up(order, card)
    assert order.total_gross_amount == Decimal("15.04")
    assert (facts.shipping_net, facts.shipping_gross) == (Decimal("4.06"), Decimal("4.99"))
    assert [line.total_gross for line in facts.lines] == [Decimal(10), Decimal("0.05"), 0]
    assert facts.is_paid


@pytest.mark.parametrize("more", ["0.01", "-0.01", "-3.00"])
def test_a_total_that_a_tax_plugin_sets(settings: Any, more: str) -> None:
    shop = a_shop(settings, CURRENCIES[0])
    shop.lets_a_plugin_tax(settings, free_totals.PATH, free_totals.PLUGIN_ID)
    free_totals.FreeTotals.more = Decimal(more)
    chair, table = shop.sells("9.99"), shop.sells("19.95")

    facts = assert_adds_up(shop.checkout([(table, 1), (chair, 3)], shipping="4.90"))

    assert [line.total_gross for line in facts.lines] == [
        Decimal("19.95"),
        Decimal("29.97") + Decimal(more),
    ]


EXAMPLES = int(os.environ.get("RETURNS_EXAMPLES", 5 if host.IS_V3 else 15))
"""Of each kind; more by hand."""

SALEORS_OWN_LIMITS = [
    "DivisionUndefined",
    "'TaxedMoney' object has no attribute",
    "not applicable",
    "isn't applicable",
]
"""A free line, or a draft's voucher for shipping, on 2.10; a voucher that the goods do not match."""

PRICES = st.decimals("0.05", "99.99", places=2)
LINES = st.lists(
    st.tuples(PRICES, st.sampled_from([0, 8, 23]), st.integers(1, 12)), min_size=1, max_size=4
)
OFFS = st.tuples(st.sampled_from(["1.11", "3", "7", "13", "33.33", "99.5"]), st.booleans())
VOUCHERS = st.tuples(
    st.sampled_from(["entire_order", "specific_product", "shipping"]), OFFS, st.booleans()
)


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize("with_tax", TAXES, ids=["no tax", "with tax", "without tax"])
@examples(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # to look for a smaller failure takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_whatever_is_combined(settings: Any, currency: str, with_tax: Any, data: Any) -> None:
    with transaction.atomic():
        _buy_something(a_shop(settings, currency, with_tax=with_tax), data)
        transaction.set_rollback(True)


AMOUNTS = st.integers(0, 10**7)
PRICED = st.tuples(AMOUNTS, st.integers(0, 899)).map(
    lambda drawn: (drawn[0], drawn[0] * 100 // (100 + drawn[1]) + (drawn[0] > 0 and drawn[1] > 0))
)
"""Gross, and a net that differs by a tax of less than 900 %, the most that Saleor stores."""
IMPORTED = st.lists(st.tuples(st.integers(1, 10_000), PRICED), min_size=1, max_size=4)


@on_v3
@pytest.mark.parametrize("currency", CURRENCIES)
@examples(
    max_examples=2 * EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(imported=IMPORTED, shipping=PRICED)
def test_whatever_is_imported(
    settings: Any, currency: str, imported: Any, shipping: tuple[int, int]
) -> None:
    unit = quantum(currency)
    with transaction.atomic():
        shop = a_shop(settings, currency, with_tax=True)
        lines = [
            (shop.sells("5"), quantity, gross * unit, net * unit)
            for quantity, (gross, net) in imported
        ]
        shipped = shipping[0] * unit, shipping[1] * unit
        facts = assert_adds_up(shop.imports(lines, shipped))
        found = [(line.quantity, line.total_gross, line.total_net) for line in facts.lines]
        assert found == [(quantity, gross, net) for _, quantity, gross, net in lines]
        transaction.set_rollback(True)


def _buy_something(shop: Any, data: Any) -> None:
    places = decimals(shop.currency)
    lines = []
    for price, rate, quantity in data.draw(LINES):
        # A cent of a dollar is a yen, and a tenth of one a fils.
        lines.append((shop.sells(price.scaleb(2 - places), rate=rate), quantity))
    variants = [variant for variant, _ in lines]
    if data.draw(st.booleans()):
        shop.has_sale(variants[: data.draw(st.integers(1, len(lines)))], "15", percentage=True)
    code = ""
    if voucher := data.draw(st.none() | VOUCHERS):
        kind, (value, percentage), once = voucher
        some = variants[: data.draw(st.integers(0, len(lines)))]
        code = shop.takes_voucher(
            kind,
            value
            if percentage
            else Decimal(value).scaleb(2 - places).quantize(Decimal(1).scaleb(-places)),
            percentage,
            some if kind == "specific_product" else (),
            once_per_order=once,
        )
    elif shop.promotions and data.draw(st.booleans()):
        shop.promotes_orders("7", percentage=True)
    shipping = data.draw(PRICES).scaleb(2 - places)
    cards = [
        shop.gives_card(balance.scaleb(2 - places))
        for balance in data.draw(st.lists(PRICES, max_size=2))
    ]
    try:
        if data.draw(st.booleans()):
            codes = [*filter(None, [code]), *(card.code for card in cards)]
            assert_adds_up(shop.checkout(lines, shipping, codes), *cards)
        else:
            off = data.draw(OFFS) if shop.promotions else None
            offs = [Off(off[0], percentage=True)] if off else []
            order = shop.draft(lines, shipping, code, order_discounts=offs)
            assert_adds_up(order, is_paid=False)
    except Refused as refusal:
        assume(not any(reason in str(refusal) for reason in SALEORS_OWN_LIMITS))
        raise
