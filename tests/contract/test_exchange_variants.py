"""What an order could be exchanged for, as its shopper would be offered it."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import Unavailable
from saleor_returns_plugin.errors import ExchangeUnavailable
from saleor_returns_plugin.host import ExchangeItem, VariantFacts
from tests.saleor_rows import (
    a_product,
    a_saleor_order,
    a_shipping_method,
    a_warehouse,
    make_digital,
    make_gift_card,
    unpublish,
)
from tests.saleor_rows.shop import a_shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def writer() -> Iterator[None]:
    with host.current.allow_writer():
        yield


@pytest.fixture
def chair() -> Any:
    return a_product("Chair", price="10.00", stock=5)


@pytest.fixture
def original(chair: Any) -> Any:
    a_shipping_method()
    return a_saleor_order([(chair, 2, "10.00")])


def variants(order: Any, *products: Any) -> dict[Any, VariantFacts]:
    return host.current.variants_for_exchange(
        order_id=order.pk, product_ids=[variant.product_id for variant in products]
    )


def a_second(variant: Any, stock: int) -> Any:
    """Another variant of its product."""
    other = a_product("Of the other", price="12.00", stock=stock)
    type(other).objects.filter(pk=other.pk).update(product=variant.product_id, name="Large")
    other.refresh_from_db()
    return other


def test_all_variants_of_a_product_are_there(original: Any, chair: Any) -> None:
    large = a_second(chair, stock=3)
    found = variants(original, chair)
    assert set(found) == {chair.pk, large.pk}
    facts = found[chair.pk]
    assert (facts.product_id, facts.product_name, facts.sku) == (
        chair.product_id,
        "Chair",
        chair.sku,
    )
    assert (facts.unit_price, facts.undiscounted_unit_price) == (Decimal(10), Decimal(10))
    assert (found[large.pk].name, found[large.pk].available) == ("Large", 3)
    assert facts.can_be_ordered
    assert found[large.pk].can_be_ordered


def test_single_variants_can_be_asked_for(original: Any, chair: Any) -> None:
    a_second(chair, stock=3)
    found = host.current.variants_for_exchange(order_id=original.pk, variant_ids=[chair.pk])
    assert list(found) == [chair.pk]


def test_what_an_order_keeps_is_not_there(original: Any, chair: Any) -> None:
    host.current.create_exchange_order(
        original_id=original.pk, items=[ExchangeItem(chair.pk, 4)], token=uuid4()
    )
    assert variants(original, chair)[chair.pk].available == 1
    host.current.create_exchange_order(
        original_id=original.pk, items=[ExchangeItem(chair.pk, 1)], token=uuid4()
    )
    facts = variants(original, chair)[chair.pk]
    assert (facts.available, facts.can_be_ordered) == (0, False)


def test_stock_that_does_not_reach_the_country_is_none(original: Any, chair: Any) -> None:
    address = original.shipping_address
    address.country = "FR"
    address.save()
    assert variants(original, chair)[chair.pk].available == 0


@pytest.fixture
def collected(chair: Any) -> Any:
    """In a store that ships nowhere; of 5 chairs in another warehouse, too."""
    if not host.IS_V3:
        pytest.skip("2.10 ships only")
    point = a_warehouse("store")
    point.shipping_zones.clear()
    apps.get_model("tax.TaxConfiguration").objects.get_or_create(channel=point.channels.get())
    order = a_saleor_order([(chair, 1, "10.00")])
    order.collection_point, order.collection_point_name = point, str(point)
    order.shipping_address = point.address.get_copy()
    order.save()
    return collecting(order, "local")


def collecting(order: Any, option: str) -> Any:
    order.collection_point.click_and_collect_option = option
    order.collection_point.save()
    return order


def put(point: Any, variant: Any, units: int) -> Any:
    return apps.get_model("warehouse.Stock").objects.create(
        warehouse=point, product_variant=variant, quantity=units
    )


def exchanged(order: Any, variant: Any, units: int) -> Any:
    return host.current.create_exchange_order(
        original_id=order.pk, items=[ExchangeItem(variant.pk, units)], token=uuid4()
    )


@pytest.mark.parametrize(("option", "left"), [("local", 3), ("all", 8)])
def test_what_was_collected_is_offered_where_it_can_be_collected(
    collected: Any, chair: Any, option: str, left: int
) -> None:
    collecting(collected, option)
    put(collected.collection_point, chair, 3)
    facts = variants(collected, chair)[chair.pk]
    assert (facts.available, facts.can_be_ordered) == (left, True)

    with pytest.raises(ExchangeUnavailable) as error:
        exchanged(collected, chair, left + 1)
    assert error.value.reason is Unavailable.OUT_OF_STOCK
    exchanged(collected, chair, 2)
    assert variants(collected, chair)[chair.pk].available == left - 2
    exchanged(collected, chair, left - 2)
    assert variants(collected, chair)[chair.pk].can_be_ordered is False


@pytest.mark.parametrize(("option", "left"), [("local", 0), ("all", 5)])
@pytest.mark.parametrize("has_had_some", [False, True])
def test_what_others_have_is_there_only_where_they_bring_it(
    collected: Any, chair: Any, option: str, left: int, has_had_some: bool
) -> None:
    """Though their warehouse ships to that very country."""
    collecting(collected, option)
    if has_had_some:
        put(collected.collection_point, chair, 0)
    facts = variants(collected, chair)[chair.pk]
    assert (facts.available, facts.can_be_ordered) == (left, left > 0)
    if left:
        exchanged(collected, chair, left)


def test_what_a_checkout_reserves_cannot_be_collected(collected: Any, chair: Any) -> None:
    stock = put(collected.collection_point, chair, 3)
    until = timezone.now() + timedelta(minutes=5)
    theirs = apps.get_model("checkout.Checkout").objects.create(
        channel=collected.channel, currency=collected.currency
    )
    line = theirs.lines.create(variant=chair, quantity=2, currency=collected.currency)
    stock.reservations.create(checkout_line=line, quantity_reserved=2, reserved_until=until)

    assert variants(collected, chair)[chair.pk].available == 1
    with pytest.raises(ExchangeUnavailable):
        exchanged(collected, chair, 2)


@pytest.mark.parametrize("without", ["option", "channel", "warehouse"])
def test_where_nothing_is_collected_any_more_nothing_is_offered(
    collected: Any, chair: Any, without: str
) -> None:
    point = collected.collection_point
    put(point, chair, 3)
    if without == "option":
        collecting(collected, "disabled")
    elif without == "channel":
        point.channels.clear()
    else:
        point.delete()
    for is_counted in (True, False):
        type(chair).objects.filter(pk=chair.pk).update(track_inventory=is_counted)
        assert variants(collected, chair)[chair.pk].can_be_ordered is False


def test_what_is_not_counted_can_be_collected_where_it_is_kept(collected: Any, chair: Any) -> None:
    type(chair).objects.filter(pk=chair.pk).update(track_inventory=False)
    assert variants(collected, chair)[chair.pk].available == 0
    put(collected.collection_point, chair, 0)
    assert variants(collected, chair)[chair.pk].available > 5
    exchanged(collected, chair, 1)


def test_what_nobody_has_to_bring_needs_no_point(collected: Any, chair: Any) -> None:
    kinds = apps.get_model("product.ProductType").objects
    kinds.update(is_shipping_required=False)
    assert variants(collected, chair)[chair.pk].available == 5


def test_uncounted_stock_has_a_bound(original: Any, chair: Any) -> None:
    type(chair).objects.filter(pk=chair.pk).update(track_inventory=False)
    assert 5 < variants(original, chair)[chair.pk].available < 10_000


def test_much_stock_has_the_same_bound(original: Any, chair: Any) -> None:
    apps.get_model("warehouse.Stock").objects.update(quantity=10**6)
    assert 5 < variants(original, chair)[chair.pk].available < 10_000


def test_what_cannot_be_ordered_says_why(original: Any, chair: Any) -> None:
    hidden, file, card = (a_product(name, stock=5) for name in ("Hidden", "File", "Card"))
    unpublish(hidden)
    knows_digital, knows_cards = make_digital(file), make_gift_card(card)
    found = variants(original, hidden, file, card)
    assert (found[hidden.pk].is_published, found[hidden.pk].can_be_ordered) == (False, False)
    assert found[file.pk].is_digital is knows_digital
    assert found[file.pk].can_be_ordered is not knows_digital
    assert found[card.pk].is_gift_card is knows_cards
    assert found[card.pk].can_be_ordered is not knows_cards
    known = [row.pk for row, is_known in ((file, knows_digital), (card, knows_cards)) if is_known]
    assert host.current.without_goods([hidden.pk, file.pk, card.pk, 0]) == set(known)


def test_an_order_that_is_gone_has_no_variants(chair: Any) -> None:
    order = a_saleor_order([(chair, 1, "10.00")], paid=False, fulfilled=False)
    key = order.pk
    order.delete()
    assert host.current.variants_for_exchange(order_id=key, product_ids=[chair.product_id]) == {}


@pytest.mark.skipif(not host.IS_V3, reason="2.10 has no channels")
def test_a_channel_without_taxes_configured_sells_nothing(original: Any, chair: Any) -> None:
    """Saleor itself cannot price anything there."""
    apps.get_model("tax.TaxConfiguration").objects.all().delete()
    original = type(original).objects.get(pk=original.pk)

    facts = variants(original, chair)[chair.pk]

    assert (facts.unit_price, facts.available, facts.can_be_ordered) == (None, 0, False)
    with pytest.raises(ExchangeUnavailable) as error:
        host.current.create_exchange_order(
            original_id=original.pk, items=[ExchangeItem(chair.pk, 1)], token=uuid4()
        )
    assert error.value.reason is Unavailable.CHANNEL_CLOSED


@pytest.mark.skipif(not host.IS_V3, reason="2.10 sells every variant, at a price")
@pytest.mark.parametrize("without", ["listing", "price"])
def test_what_is_not_sold_any_more_has_no_price(original: Any, chair: Any, without: str) -> None:
    large = a_second(chair, stock=3)
    listings = apps.get_model("product.ProductVariantChannelListing").objects.filter(variant=chair)
    if without == "listing":
        listings.delete()
    else:
        listings.update(price_amount=None, discounted_price_amount=None)
    found = variants(original, chair)
    facts = found[chair.pk]
    assert (facts.unit_price, facts.undiscounted_unit_price) == (None, None)
    assert not facts.can_be_ordered
    assert found[large.pk].unit_price == 12


@pytest.mark.skipif(not host.IS_V3, reason="2.10 always sets a limit")
@pytest.mark.parametrize(("limit", "left"), [(None, 400), (60, 60)])
def test_only_the_stores_own_limit_bounds_it(
    original: Any, chair: Any, limit: int | None, left: int
) -> None:
    apps.get_model("site.SiteSettings").objects.update(limit_quantity_per_checkout=limit)
    apps.get_model("warehouse.Stock").objects.update(quantity=400)
    assert variants(original, chair)[chair.pk].available == left
    type(chair).objects.filter(pk=chair.pk).update(track_inventory=False)
    assert variants(original, chair)[chair.pk].available > 50


@pytest.mark.parametrize("with_tax", [True, False, None])
@pytest.mark.parametrize("on_sale", [False, True])
def test_the_price_is_what_a_checkout_asks(
    on_sale: bool, with_tax: bool | None, settings: Any
) -> None:
    shop = a_shop(settings, with_tax=with_tax)
    lamp = shop.sells("9.99", rate=23)
    if on_sale:
        shop.has_sale([lamp], 15, percentage=True)
    order = shop.checkout([(lamp, 1)])

    facts = variants(order, lamp)[lamp.pk]

    assert facts.unit_price == host.current.order_facts(order.pk).lines[0].total_gross
    assert (facts.undiscounted_unit_price > facts.unit_price) is on_sale


def test_many_products_cost_as_much_as_one(original: Any) -> None:
    goods = [a_product(f"Shelf {n}", stock=5) for n in range(12)]

    def statements(*products: Any) -> int:
        with CaptureQueriesContext(connections["default"]) as queries:
            assert len(variants(original, *products)) == len(products)
        return len(queries)

    statements(goods[0])
    assert statements(*goods) == statements(goods[0]) < 25


def found(order: Any, text: str, limit: int = 20) -> list[Any]:
    return host.current.find_variants(order_id=order.pk, text=text, limit=limit)


def test_variants_are_found_by_what_people_know(original: Any, chair: Any) -> None:
    large = a_second(chair, stock=3)
    lamp = a_product("Desk lamp", sku="LAMP-7")
    assert set(found(original, "chair")) == {chair.pk, large.pk}
    assert found(original, "large CHAIR") == [large.pk]
    assert found(original, "lamp-7") == found(original, "amp desk") == [lamp.pk]
    assert found(original, "Large lamp") == found(original, " ") == found(original, "%") == []


def test_a_whole_sku_comes_before_those_that_begin_alike(original: Any) -> None:
    longer = a_product("A shelf", sku="SH-10")
    exact = a_product("Shelf", sku="SH-1")
    assert found(original, "sh-1") == [exact.pk, longer.pk]
    assert found(original, "sh-1", limit=1) == [exact.pk]


@pytest.mark.skipif(not host.IS_V3, reason="2.10 has no channels")
def test_what_another_channel_sells_is_not_found(original: Any, chair: Any) -> None:
    from saleor.product.models import ProductChannelListing, ProductVariantChannelListing

    unpriced, elsewhere = a_product("Chair without a price"), a_product("Chair of others")
    listings = ProductVariantChannelListing.objects
    listings.filter(variant=unpriced).update(price_amount=None)
    ProductChannelListing.objects.filter(product=elsewhere.product_id).delete()
    assert found(original, "chair") == [chair.pk]


def test_orders_sent_to_one_country_are_of_one_market(original: Any, chair: Any) -> None:
    other, abroad = (a_saleor_order([(chair, 1, "10.00")]) for _ in range(2))
    address = abroad.shipping_address
    address.country = "CA"
    address.save()
    found = host.current.markets_of([original.pk, other.pk, abroad.pk])
    assert found[original.pk] == found[other.pk] != found[abroad.pk]
    assert set(found) == {original.pk, other.pk, abroad.pk}
    if host.IS_V3:
        rows = type(other).objects.filter(pk=other.pk)
        rows.update(collection_point=a_warehouse("store"), collection_point_name="store")
        assert host.current.markets_of([other.pk])[other.pk] != found[other.pk]
    gone = uuid4() if host.IS_V3 else 0
    assert host.current.markets_of([gone]) == {}
