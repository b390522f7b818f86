"""Whatever else is sold at the same time: an exchange costs nothing, and nobody else's price moves."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps

from saleor_returns_plugin import host
from saleor_returns_plugin.host import ExchangeItem
from tests.gateways.books import Books
from tests.gateways.fixtures import scriptable  # noqa: F401
from tests.saleor_rows.shop import Shop, a_shop

from .exchanges import everything, exchange, row

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def writer(scriptable: Books) -> Iterator[None]:  # noqa: F811
    with host.current.allow_writer():
        yield


@pytest.fixture(params=[True, False, None], ids=["with tax", "plus tax", "untaxed"])
def shop(request: Any, settings: Any) -> Shop:
    return a_shop(settings, with_tax=request.param)


def figures(order: Any) -> dict[str, Any]:
    """All that was asked of a shopper."""
    facts = host.current.order_facts(order.pk)
    lines = sorted((line.variant_id, line.quantity, line.total_gross) for line in facts.lines)
    return {
        "total": facts.total_gross,
        "shipping": facts.shipping_gross,
        "lines": lines,
        "cards": facts.gift_cards,
    }


def assert_free(order: Any, *lines: tuple[Any, int]) -> None:
    facts = host.current.order_facts(order.id)
    assert (facts.total_gross, facts.shipping_gross, facts.discount) == (0, 0, 0)
    assert [(line.variant_id, line.quantity, line.total_gross) for line in facts.lines] == [
        (variant.pk, quantity, 0) for variant, quantity in lines
    ]


def test_no_price_of_others_moves(shop: Shop) -> None:
    """Sales, vouchers, order promotions and gifts run; another shopper's checkout of the same
    goods is open while the exchange is made."""
    chair, lamp, mug = shop.sells("30.00"), shop.sells("24.99", rate=8), shop.sells("3.00")
    shop.has_sale([chair, lamp], 15, percentage=True)
    code = shop.takes_voucher("entire_order", "5")
    if shop.promotions:
        shop.gives_away(mug)
    original = shop.checkout([(chair, 1)], shipping="4.90")
    twin = shop.checkout([(chair, 2), (lamp, 1)], shipping="4.90", codes=[code])
    theirs = shop.fills([(chair, 2), (lamp, 1)], shipping="4.90", codes=[code])
    asked = shop.asks(theirs)

    order = exchange(original, ExchangeItem(lamp.pk, 2))

    assert_free(order, (lamp, 2))
    assert shop.asks(theirs) == asked
    assert figures(shop.buys(theirs)) == figures(twin)


def test_gifts_come_with_orders_but_not_with_exchanges(shop: Shop) -> None:
    if not shop.promotions:
        pytest.skip("2.10 gives nothing away.")
    chair, mug = shop.sells("30.00"), shop.sells("3.00")
    shop.gives_away(mug)
    original = shop.checkout([(chair, 1)])
    assert original.lines.count() == 2

    assert_free(exchange(original, chair), (chair, 1))

    assert shop.checkout([(chair, 1)]).lines.count() == 2


def test_a_promotion_takes_nothing_off_what_was_paid_otherwise(shop: Shop) -> None:
    chair = shop.sells("30.00")
    shop.has_sale([chair], 20, percentage=True)
    if shop.promotions:
        shop.promotes_orders(10, percentage=True)
    original = shop.checkout([(chair, 1)], shipping="4.90")

    order = exchange(original, ExchangeItem(chair.pk, 3, Decimal("7.99")), paid_otherwise=True)

    facts = host.current.order_facts(order.id)
    assert (facts.total_gross, facts.shipping_gross) == (Decimal("23.97"), 0)
    assert facts.is_paid
    net = row(order).total.net.amount
    assert net == facts.lines[0].total_net
    assert (net < facts.total_gross) is (_is_taxed(original))


def _is_taxed(order: Any) -> bool:
    return order.total.net.amount < order.total.gross.amount


def test_a_voucher_of_the_original_is_not_used_again(shop: Shop) -> None:
    chair = shop.sells("30.00")
    code = shop.takes_voucher("entire_order", "5")
    original = shop.checkout([(chair, 1)], codes=[code])
    used = _uses(code)

    order = exchange(original, chair)

    assert_free(order, (chair, 1))
    assert (row(order).voucher_id, _uses(code)) == (None, used)


def _uses(code: str) -> int:
    label = "discount.VoucherCode" if host.IS_V3 else "discount.Voucher"
    return int(apps.get_model(label).objects.get(code=code).used)


def test_a_gift_card_of_the_original_is_not_used_again(shop: Shop) -> None:
    chair = shop.sells("30.00")
    card = shop.gives_card("50.00")
    original = shop.checkout([(chair, 1)], codes=[card.code])
    card.refresh_from_db()
    left = card.current_balance_amount

    assert_free(exchange(original, chair), (chair, 1))

    card.refresh_from_db()
    assert card.current_balance_amount == left


def test_a_free_original_can_be_exchanged(shop: Shop) -> None:
    """All of it was paid by a discount."""
    chair = shop.sells("30.00")
    code = shop.takes_voucher("entire_order", 100, percentage=True)
    original = shop.checkout([(chair, 1)], codes=[code])
    assert_free(exchange(original, chair), (chair, 1))


def test_a_refused_exchange_leaves_an_open_checkout_alone(shop: Shop) -> None:
    chair = shop.sells("30.00")
    original = shop.checkout([(chair, 1)])
    theirs = shop.fills([(chair, 2)], shipping="4.90")
    asked, before = shop.asks(theirs), everything()

    with pytest.raises(Exception, match="stock"):
        exchange(original, ExchangeItem(chair.pk, 10**7), token=uuid4())

    assert (everything(), shop.asks(theirs)) == (before, asked)
    assert figures(shop.buys(theirs))["total"] == asked
