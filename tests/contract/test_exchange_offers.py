"""What a shopper pays for on the store's own checkout page, and nothing else under that name."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import OrderState, Unavailable
from saleor_returns_plugin.errors import ExchangeUnavailable, InvalidInput
from saleor_returns_plugin.host import ExchangeItem, ExchangeOffer, Hold
from saleor_returns_plugin.services import exchange_orders
from tests.gateways.books import Books
from tests.gateways.fixtures import scriptable  # noqa: F401
from tests.saleor_rows import a_customer
from tests.saleor_rows.gift_cards import a_gift_card, balance_of
from tests.saleor_rows.listener import PATH as LISTENER
from tests.saleor_rows.listener import Listener
from tests.saleor_rows.shop import Shop, a_shop
from tests.saleor_rows.shop.common import Refused, gid
from tests.saleor_rows.tokens import a_token

from .exchanges import everything, row

pytestmark = pytest.mark.django_db(transaction=True)

SEVEN = Decimal("7.50")


@pytest.fixture(autouse=True)
def writer(scriptable: Books) -> Iterator[None]:  # noqa: F811
    with host.current.allow_writer():
        yield


@pytest.fixture
def live() -> Iterator[dict[UUID, ExchangeOffer]]:
    """The offers that may be paid, as services answer for them."""
    offers: dict[UUID, ExchangeOffer] = {}
    host.current.ask_offers_of(offers.get)
    yield offers
    host.current.ask_offers_of(exchange_orders.offer_of)


@pytest.fixture(params=[True, False, None], ids=["with tax", "plus tax", "untaxed"])
def shop(request: Any, settings: Any) -> Shop:
    return a_shop(settings, with_tax=request.param)


@pytest.fixture
def chair(shop: Shop) -> Any:
    return shop.sells("30.00")


@pytest.fixture
def original(shop: Shop, chair: Any) -> Any:
    return shop.checkout([(chair, 1)], shipping="4.90")


def offer(
    original: Any, live: dict[UUID, ExchangeOffer], *items: ExchangeItem, hold: Hold | None = None
) -> str:
    """A live one; answers the id of its checkout."""
    token = uuid4()
    live[token] = host.current.offer_exchange(
        original_id=original.pk, items=items, token=token, hold=hold
    )
    return gid("Checkout", token)


def set_quantity(checkout: str, quantity: int) -> None:
    """As a shopper does; no price is set by it."""
    lines = apps.get_model("checkout.CheckoutLine").objects
    lines.filter(checkout_id=key(checkout)).update(quantity=quantity)
    if not host.IS_V3:
        rows = apps.get_model("checkout.Checkout").objects.filter(pk=key(checkout))
        rows.update(quantity=quantity)


def key(checkout: str) -> UUID:
    from graphene import Node

    return UUID(Node.from_global_id(checkout)[1])


def test_the_shopper_pays_what_was_offered(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer]
) -> None:
    checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    total = live[key(checkout)].total
    assert abs(total - SEVEN) <= Decimal("0.01")
    assert shop.asks(checkout) == total

    order = shop.buys(checkout)

    facts = host.current.order_facts(order.pk)
    assert (facts.total_gross, facts.shipping_gross, facts.is_paid) == (total, 0, True)
    assert [(line.variant_id, line.quantity, line.total_gross) for line in facts.lines] == [
        (chair.pk, 1, total)
    ]
    found = host.current.find_exchange_order(key(checkout))
    assert found is not None
    assert found.id == order.pk


@pytest.mark.parametrize("is_active", [True, False])
def test_its_order_is_in_the_shoppers_account(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer], is_active: bool
) -> None:
    """Whoever pays: the shop's guest does."""
    original.user_email = "grace@example.com"
    original.user = a_customer(original.user_email, is_active=is_active)
    original.save()
    checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    rows = apps.get_model("checkout.Checkout").objects
    assert rows.get(pk=key(checkout)).email == original.user_email

    order = shop.buys(checkout)

    assert order.user == (original.user if is_active else None)


@pytest.mark.skipif(host.IS_V3, reason="an account of 3.x has any number of checkouts")
def test_it_takes_no_carts_place(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer], client: Any
) -> None:
    original.user = a_customer("grace@example.com")
    original.save()
    offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))

    def answer(query: str) -> Any:
        headers = {"HTTP_AUTHORIZATION": f"JWT {a_token(original.user)}"}
        body = {"query": query}
        return client.post("/graphql/", body, "application/json", **headers).json()["data"]

    assert answer("{ me { checkout { id } } }")["me"]["checkout"] is None
    made = answer("mutation { checkoutCreate(input: {lines: []}) { created checkout { id } } }")
    assert made["checkoutCreate"]["created"] is True
    cart = made["checkoutCreate"]["checkout"]
    assert answer("{ me { checkout { id } } }")["me"]["checkout"] == cart


@pytest.mark.skipif(host.IS_V3, reason="its checkout has its user there")
def test_an_order_nobody_was_told_of_belongs_to_the_account_once_it_is_linked(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer]
) -> None:
    order = shop.buys(offer(original, live, ExchangeItem(chair.pk, 1, SEVEN)))
    assert order.user is None
    original.user = a_customer("grace@example.com")
    original.save()

    host.current.link_exchange_order(order_id=order.pk, original_id=original.pk)

    order.refresh_from_db()
    assert order.user == original.user


def test_no_way_of_shipping_changes_it(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer], caplog: Any
) -> None:
    checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    theirs = shop.fills([(chair, 1)], shipping="4.90")
    asked = shop.asks(theirs)
    for price in ("19.90", "2.50", "24.90"):
        shop.ships(checkout, price)
        assert shop.asks(checkout) == live[key(checkout)].total
    assert "was not priced" not in caplog.text
    shop.ships(theirs, "19.90")
    assert shop.asks(theirs) > asked

    facts = host.current.order_facts(shop.buys(checkout).pk)

    assert (facts.total_gross, facts.shipping_gross) == (live[key(checkout)].total, 0)


@pytest.mark.skipif(not host.IS_V3, reason="2.10 ships only")
def test_what_was_collected_is_offered_to_be_collected(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer]
) -> None:
    point = apps.get_model("warehouse.Warehouse").objects.get()
    point.click_and_collect_option = "all"
    point.save()
    type(original).objects.filter(pk=original.pk).update(
        shipping_method=None, collection_point=point, collection_point_name=str(point)
    )

    checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    total = live[key(checkout)].total
    assert shop.asks(checkout) == total
    order = shop.buys(checkout)

    assert order.collection_point_id == point.pk
    facts = host.current.order_facts(order.pk)
    assert (facts.total_gross, facts.shipping_gross, facts.is_paid) == (total, 0, True)


@pytest.mark.skipif(not host.IS_V3, reason="2.10 ships only")
@pytest.mark.parametrize("option", ["local", "all"])
def test_stock_of_others_is_offered_only_where_they_bring_it(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer], option: str
) -> None:
    """Whether they ship to that country themselves, or nowhere."""
    warehouses = apps.get_model("warehouse.Warehouse").objects
    others = warehouses.get()
    if option == "all":
        others.shipping_zones.clear()
    address = others.address.get_copy()
    point = warehouses.create(name="Store", click_and_collect_option=option, address=address)
    point.channels.set(others.channels.all())
    point.stock_set.create(product_variant=chair, quantity=0)
    type(original).objects.filter(pk=original.pk).update(
        shipping_method=None, collection_point=point, collection_point_name=str(point)
    )

    if option == "all":
        checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
        assert shop.buys(checkout).collection_point_id == point.pk
        return
    before = everything()
    with pytest.raises(ExchangeUnavailable) as error:
        offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    assert error.value.reason is Unavailable.OUT_OF_STOCK
    assert everything() == before


@pytest.mark.skipif(not host.IS_V3, reason="an offer of 2.10 has no code")
@pytest.mark.parametrize("change", ["ended", "lowered", "minimum", "staff only"])
def test_shipping_is_free_though_staff_changed_the_voucher(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer], change: str
) -> None:
    offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    voucher = apps.get_model("discount.Voucher").objects.get(type="shipping")
    listing = voucher.channel_listings.get()
    if change == "ended":
        voucher.end_date = timezone.now()
    elif change == "lowered":
        listing.discount_value = 50
    elif change == "minimum":
        listing.min_spent_amount = 100
    else:
        voucher.only_for_staff = True
    voucher.save()
    listing.save()

    for _ in range(2):
        checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))

    total = live[key(checkout)].total
    assert abs(total - SEVEN) <= Decimal("0.01")
    assert host.current.order_facts(shop.buys(checkout).pk).total_gross == total
    assert apps.get_model("discount.Voucher").objects.filter(type="shipping").count() == 2


@pytest.mark.skipif(not host.IS_V3, reason="2.10 asks what it is told to")
def test_no_other_price_than_what_was_asked_for_is_offered(
    shop: Shop, original: Any, chair: Any, monkeypatch: Any
) -> None:
    from saleor_returns_plugin.host.v3 import offers

    before = everything()
    free = offers.recalculate_checkout_discount
    monkeypatch.setattr(offers, "recalculate_checkout_discount", lambda *_: None)
    for wanted in (ExchangeItem(chair.pk, 1, SEVEN), ExchangeItem(chair.pk, 3, SEVEN)):
        with pytest.raises(ExchangeUnavailable, match="another price") as error:
            host.current.offer_exchange(original_id=original.pk, items=[wanted], token=uuid4())
        assert error.value.reason is Unavailable.HOST
    assert everything() == before
    monkeypatch.setattr(offers, "recalculate_checkout_discount", free)
    host.current.offer_exchange(original_id=original.pk, items=[wanted], token=uuid4())


def test_what_is_not_shipped_costs_it_as_well(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer]
) -> None:
    apps.get_model("product.ProductType").objects.update(is_shipping_required=False)
    if shop.promotions:
        shop.promotes_orders(3)
    checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    total = live[key(checkout)].total
    assert abs(total - SEVEN) <= Decimal("0.01")
    assert shop.asks(checkout) == total

    facts = host.current.order_facts(shop.buys(checkout).pk)

    assert (facts.total_gross, facts.shipping_gross) == (total, 0)


def test_an_order_that_came_of_it_is_linked_once(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer]
) -> None:
    order = shop.buys(offer(original, live, ExchangeItem(chair.pk, 1, SEVEN)))

    host.current.link_exchange_order(order_id=order.pk, original_id=original.pk)
    before = everything()
    host.current.link_exchange_order(order_id=order.pk, original_id=original.pk)

    assert everything() == before
    facts = host.current.order_facts(order.pk)
    assert facts.state is OrderState.PLACED
    number = host.current.order_facts(original.pk).number
    found = host.current.find_exchange_order(UUID(str(order.checkout_token)))
    assert row(found).metadata["returns.exchange_of"] == number
    assert original.events.filter(type="note_added").count() == 1


def test_who_listens_to_orders_hears_that_it_is_held(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer], settings: Any
) -> None:
    settings.PLUGINS = [*settings.PLUGINS, LISTENER]
    hold = Hold("on_reception", "Wait for the chair.")
    checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN), hold=hold)
    Listener.heard.clear()
    order = shop.buys(checkout)
    told = Listener.of(order.pk)
    assert "created" in [each.event for each in told]
    assert {each.metadata["returns.held_until"] for each in told} == {"on_reception"}
    Listener.heard.clear()

    # It is held for something else by now.
    later = Hold("on_tracking", "Wait for the parcel.")
    for _ in range(2):
        host.current.link_exchange_order(order_id=order.pk, original_id=original.pk, hold=later)

    told = [each for each in Listener.of(order.pk) if each.event == "updated"]
    assert [each.metadata["returns.held_until"] for each in told] == ["on_tracking"]
    found = host.current.find_exchange_order(key(checkout))
    assert found is not None
    notes = row(found).events.filter(type="note_added")
    assert [each.parameters["message"][-20:] for each in notes] == ["Wait for the parcel."]


def test_no_sale_or_gift_changes_it(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer]
) -> None:
    shop.has_sale([chair], 50, percentage=True)
    if shop.promotions:
        shop.promotes_orders(3)
        shop.gives_away(shop.sells("1.00"))
    checkout = offer(original, live, ExchangeItem(chair.pk, 2, SEVEN))
    total = live[key(checkout)].total

    facts = host.current.order_facts(shop.buys(checkout).pk)

    assert abs(total - 15) <= Decimal("0.02")
    assert (facts.total_gross, len(facts.lines)) == (total, 1)


def test_more_than_was_offered_is_refused(
    shop: Shop,
    original: Any,
    chair: Any,
    live: dict[UUID, ExchangeOffer],
    scriptable: Books,  # noqa: F811
) -> None:
    checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    set_quantity(checkout, 2)

    with pytest.raises(Refused, match="not the goods of the offer"):
        shop.buys(checkout)

    assert scriptable.moved() == []
    assert host.current.find_exchange_order(key(checkout)) is None


def test_an_offer_that_has_ended_is_refused(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer]
) -> None:
    checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    live.clear()
    with pytest.raises(Refused, match="has ended"):
        shop.buys(checkout)
    assert host.current.find_exchange_order(key(checkout)) is None


def test_nobody_else_is_asked_or_refused(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer]
) -> None:
    """Not even when nobody can say what was offered."""
    checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    twin = shop.checkout([(chair, 2)], shipping="4.90")

    def broken(token: UUID) -> ExchangeOffer:
        raise RuntimeError("no answer")

    host.current.ask_offers_of(broken)
    theirs = shop.checkout([(chair, 2)], shipping="4.90")

    mine, other = (host.current.order_facts(order.pk) for order in (theirs, twin))
    assert (mine.total_gross, mine.shipping_gross) == (other.total_gross, other.shipping_gross)
    with pytest.raises(Refused, match="has ended"):
        shop.buys(checkout)


def test_the_code_of_an_offer_is_good_for_nothing_else(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer]
) -> None:
    checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    rows = apps.get_model("checkout.Checkout").objects
    code = rows.get(pk=key(checkout)).voucher_code
    if not host.IS_V3:
        assert code is None
        return
    with pytest.raises(Refused, match="has ended"):
        shop.checkout([(chair, 1)], shipping="4.90", codes=[code])


def test_a_code_of_the_shoppers_own_is_refused(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer]
) -> None:
    code = shop.takes_voucher("entire_order", "5")
    checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    rows = apps.get_model("checkout.Checkout").objects
    rows.filter(pk=key(checkout)).update(voucher_code=code)
    with pytest.raises(Refused, match="not the price of the offer"):
        shop.buys(checkout)


@pytest.mark.skipif(not host.IS_V3, reason="an offer of 2.10 has no code")
def test_what_the_shopper_is_told_of_a_code_can_be_done(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer]
) -> None:
    """A checkout has one code: the shopper's own takes the place of the offer's."""
    checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    shop.enters(checkout, shop.takes_voucher("entire_order", "5"))
    with pytest.raises(Refused, match="Enter the code EXCHANGE-") as refused:
        shop.buys(checkout)
    code = next(word for word in str(refused.value).split() if word.startswith("EXCHANGE-"))

    shop.enters(checkout, code)
    shop.ships(checkout, "4.90")

    order = shop.buys(checkout)
    assert order.total_gross_amount == live[key(checkout)].total


def test_a_gift_card_cannot_pay_for_it(
    shop: Shop,
    original: Any,
    chair: Any,
    live: dict[UUID, ExchangeOffer],
    scriptable: Books,  # noqa: F811
) -> None:
    """Saleor would have no payment that could be paid back."""
    checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    card = a_gift_card("5.00", currency=original.currency)
    apps.get_model("checkout.Checkout").objects.get(pk=key(checkout)).gift_cards.add(card)

    with pytest.raises(Refused, match="gift card cannot pay"):
        shop.buys(checkout)

    assert (balance_of(card), scriptable.moved()) == (5, [])
    assert host.current.find_exchange_order(key(checkout)) is None


def test_dropping_leaves_nothing(
    original: Any, chair: Any, live: dict[UUID, ExchangeOffer]
) -> None:
    before = everything()
    checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    assert everything()["checkout.Checkout"] == 1

    assert host.current.drop_exchange_checkout(key(checkout)) is True

    assert everything() == before
    if host.IS_V3:
        assert apps.get_model("discount.VoucherCode").objects.count() == 0


def test_what_was_bought_is_not_dropped(
    shop: Shop, original: Any, chair: Any, live: dict[UUID, ExchangeOffer]
) -> None:
    checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    shop.buys(checkout)
    assert host.current.drop_exchange_checkout(key(checkout)) is False


def test_a_refused_offer_leaves_nothing(original: Any, chair: Any) -> None:
    before = everything()
    many = ExchangeItem(chair.pk, 10**7, SEVEN)
    with pytest.raises(ExchangeUnavailable) as error:
        host.current.offer_exchange(original_id=original.pk, items=[many], token=uuid4())
    assert (error.value.reason, error.value.index) == (Unavailable.OUT_OF_STOCK, [0])
    with pytest.raises(InvalidInput):
        host.current.offer_exchange(
            original_id=original.pk, items=[ExchangeItem(chair.pk, 1)], token=uuid4()
        )
    assert everything() == before


def test_an_open_offer_is_not_ordered_under_its_token(
    original: Any, chair: Any, live: dict[UUID, ExchangeOffer]
) -> None:
    checkout = offer(original, live, ExchangeItem(chair.pk, 1, SEVEN))
    free = [ExchangeItem(chair.pk, 1)]
    with pytest.raises(InvalidInput):
        host.current.create_exchange_order(original_id=original.pk, items=free, token=key(checkout))
    host.current.drop_exchange_checkout(key(checkout))
    live.clear()
    assert host.current.create_exchange_order(
        original_id=original.pk, items=free, token=key(checkout)
    ) == host.current.find_exchange_order(key(checkout))
