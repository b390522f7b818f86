"""Exchange orders through Saleor's own checkout: free, allocated, and marked on both sides."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import ErrorCode, OrderState, Unavailable
from saleor_returns_plugin.errors import ExchangeUnavailable, InvalidInput, NotFound
from saleor_returns_plugin.host import ExchangeItem
from tests.saleor_rows import (
    a_customer,
    a_product,
    a_saleor_order,
    a_shipping_method,
    a_staff_user,
    a_warehouse,
    events_of,
    fulfil,
    make_digital,
    make_gift_card,
    order_line,
    stock_of,
    unpublish,
)

from .exchanges import all_told, allocated, confirmations, everything, exchange, row

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def writer() -> Iterator[None]:
    with host.current.allow_writer():
        yield


@contextmanager
def refused(reason: Unavailable, index: int | None = None) -> Iterator[None]:
    """And nothing is left behind."""
    before, told = everything(), all_told()
    with pytest.raises(ExchangeUnavailable) as error:
        yield
    assert (error.value.reason, error.value.code) == (reason, ErrorCode.EXCHANGE_UNAVAILABLE)
    assert error.value.index == (None if index is None else [index])
    assert (everything(), all_told()) == (before, told)


@pytest.fixture
def chair() -> Any:
    return a_product("Chair", price="10.00", stock=5)


@pytest.fixture
def table() -> Any:
    return a_product("Table", price="30.00", stock=5)


@pytest.fixture
def original(chair: Any, table: Any) -> Any:
    method = a_shipping_method()
    order = a_saleor_order([(chair, 2, "10.00")], shipping="5.00", language="de")
    order.shipping_method = method
    order.save(update_fields=["shipping_method"])
    return order


def test_it_is_a_placed_order_that_costs_nothing(original: Any, table: Any) -> None:
    order = exchange(original, ExchangeItem(table.pk, 2))

    facts = host.current.order_facts(order.id)
    assert (facts.state, facts.is_paid, facts.number) == (OrderState.PLACED, True, order.number)
    assert (facts.total_gross, facts.shipping_gross) == (0, 0)
    assert [(line.variant_id, line.quantity, line.total_gross) for line in facts.lines] == [
        (table.pk, 2, 0)
    ]
    assert order.line_ids == (facts.lines[0].id,)
    made = row(order)
    assert made.status == "unfulfilled"
    assert made.total.gross.amount == made.shipping_price.gross.amount == 0
    assert made.payments.filter(captured_amount__gt=0).count() == 0


def test_it_goes_where_the_original_went(original: Any, table: Any) -> None:
    made = row(exchange(original, table))

    assert made.user_email == original.user_email
    assert made.language_code == "de"
    assert made.shipping_address.as_data() == original.shipping_address.as_data()
    assert made.billing_address.as_data() == original.billing_address.as_data()
    assert made.shipping_address_id != original.shipping_address_id
    assert made.shipping_method_id == original.shipping_method_id
    assert made.shipping_method_name == "Post"


def test_its_stock_is_kept(original: Any, table: Any) -> None:
    exchange(original, ExchangeItem(table.pk, 2))
    assert (allocated(table), stock_of(table)) == (2, 5)


def test_saleor_tells_of_it_as_of_any_order(original: Any, table: Any) -> None:
    order = exchange(original, table)

    kinds = [kind for kind, _ in events_of(row(order))]
    assert "placed" in kinds
    assert confirmations(original.user_email) == 1


def test_both_orders_say_what_it_is(original: Any, table: Any) -> None:
    staff = a_staff_user()
    order = exchange(original, table, user_id=staff.pk, note="One size up.")

    made = row(order)
    number = host.current.order_facts(original.pk).number
    assert made.metadata["returns.exchange_of"] == number
    assert ("note_added", staff.pk) in events_of(made)
    assert ("note_added", staff.pk) in events_of(original)
    said = [event.parameters.get("message", "") for event in original.events.all()]
    assert any(f"#{order.number}" in text and "One size up." in text for text in said)
    if host.IS_V3:
        assert made.original_id == original.pk


def test_lines_come_in_the_sequence_that_was_asked_for(
    original: Any, table: Any, chair: Any
) -> None:
    order = exchange(original, table, ExchangeItem(chair.pk, 2))
    made = row(order)
    assert order.line_ids == (order_line(made, table).pk, order_line(made, chair).pk)


def test_no_checkout_stays(original: Any, table: Any) -> None:
    exchange(original, table)
    assert everything()["checkout.Checkout"] == 0


def test_an_account_keeps_its_order(table: Any, chair: Any) -> None:
    a_shipping_method()
    ada = a_customer()
    order = exchange(a_saleor_order([(chair, 1, "10.00")], user=ada), table)
    assert row(order).user_id == ada.pk
    assert row(order).user_email == ada.email


@pytest.mark.parametrize("gone", ["deleted", "inactive"])
def test_without_its_account_it_is_a_guests(gone: str, table: Any, chair: Any) -> None:
    a_shipping_method()
    ada = a_customer()
    original = a_saleor_order([(chair, 1, "10.00")], user=ada)
    if gone == "deleted":
        ada.delete()
    else:
        ada.is_active = False
        ada.save()

    made = row(exchange(original, table))

    assert (made.user_id, made.user_email) == (None, "ada@example.com")
    assert confirmations("ada@example.com") == 1


def test_what_was_paid_otherwise_has_its_price(original: Any, table: Any, chair: Any) -> None:
    items = [ExchangeItem(table.pk, 2, Decimal("7.50")), ExchangeItem(chair.pk, 1)]
    order = exchange(original, *items, paid_otherwise=True)

    facts = host.current.order_facts(order.id)
    assert (facts.total_gross, facts.shipping_gross, facts.is_paid) == (Decimal("15.00"), 0, True)
    prices = {line.variant_id: line.total_gross for line in facts.lines}
    assert prices == {table.pk: Decimal("15.00"), chair.pk: 0}


def test_a_price_that_nobody_paid_is_no_order(original: Any, table: Any) -> None:
    before = everything()
    with pytest.raises(InvalidInput):
        exchange(original, ExchangeItem(table.pk, 1, Decimal(5)))
    assert everything() == before


@pytest.mark.parametrize("items", [[], [(1, 0)], [(1, -1)], [(1, 1), (1, 1)]])
def test_nonsense_is_refused(items: list[tuple[int, int]], original: Any, table: Any) -> None:
    before = everything()
    with pytest.raises(InvalidInput):
        exchange(original, *(ExchangeItem(table.pk, quantity) for _, quantity in items))
    assert everything() == before


def test_an_unknown_original_is_refused(chair: Any, table: Any) -> None:
    original = a_saleor_order([(chair, 1, "10.00")], paid=False, fulfilled=False)
    original_id = original.pk
    original.delete()
    with pytest.raises(NotFound):
        host.current.create_exchange_order(
            original_id=original_id, items=[ExchangeItem(table.pk, 1)], token=uuid4()
        )
    assert everything()["checkout.Checkout"] == 0


def test_too_few_are_left(original: Any, table: Any, chair: Any) -> None:
    with refused(Unavailable.OUT_OF_STOCK, 1):
        exchange(original, ExchangeItem(table.pk, 1), ExchangeItem(chair.pk, 6))
    assert allocated(table) == 0


def test_what_others_have_is_not_there(original: Any, table: Any) -> None:
    exchange(original, ExchangeItem(table.pk, 4))
    with refused(Unavailable.OUT_OF_STOCK, 0):
        exchange(original, ExchangeItem(table.pk, 2))
    assert allocated(table) == 4


def test_stock_that_does_not_reach_the_country_is_none(original: Any, table: Any) -> None:
    a_shipping_method(country="FR")
    address = original.shipping_address
    address.country = "FR"
    address.save()
    apps.get_model("warehouse.Stock").objects.filter(product_variant=table).delete()
    with refused(Unavailable.OUT_OF_STOCK, 0):
        exchange(original, table)


def test_uncounted_stock_is_enough(original: Any, table: Any) -> None:
    type(table).objects.filter(pk=table.pk).update(track_inventory=False)
    assert exchange(original, ExchangeItem(table.pk, 9)).line_ids


def test_an_unpublished_product_is_refused(original: Any, table: Any, chair: Any) -> None:
    unpublish(table)
    with refused(Unavailable.NOT_SOLD, 1):
        exchange(original, chair, table)


def test_a_deleted_variant_is_refused(original: Any, table: Any) -> None:
    item = ExchangeItem(table.pk, 1)
    table.product.delete()
    with refused(Unavailable.VARIANT_GONE, 0):
        exchange(original, item)


def test_one_that_is_gone_is_refused_beside_others(original: Any, table: Any, chair: Any) -> None:
    gone = ExchangeItem(None, 1)
    with refused(Unavailable.VARIANT_GONE, 1):
        exchange(original, table, gone, chair)
    with refused(Unavailable.VARIANT_GONE, 0):
        exchange(original, gone)


def test_digital_goods_are_refused(original: Any, table: Any) -> None:
    if make_digital(table):
        with refused(Unavailable.NO_GOODS, 0):
            exchange(original, table)


def test_gift_cards_are_refused(original: Any, table: Any) -> None:
    if make_gift_card(table):
        with refused(Unavailable.NO_GOODS, 0):
            exchange(original, table)


def test_without_a_way_of_shipping_it_is_refused(original: Any, table: Any) -> None:
    apps.get_model("shipping.ShippingMethod").objects.all().delete()
    original.refresh_from_db()
    with refused(Unavailable.NO_SHIPPING):
        exchange(original, table)


def test_a_country_that_is_not_served_any_more_is_refused(original: Any, table: Any) -> None:
    address = original.shipping_address
    address.country = "FR"
    address.save()
    with refused(Unavailable.NO_SHIPPING):
        exchange(original, table)


def test_an_order_without_any_address_is_refused(original: Any, table: Any) -> None:
    type(original).objects.filter(pk=original.pk).update(
        shipping_address=None, billing_address=None
    )
    with refused(Unavailable.NO_ADDRESS):
        exchange(original, table)


def test_another_way_of_shipping_stands_in(original: Any, table: Any) -> None:
    original.shipping_method.delete()
    express = a_shipping_method("Express")
    original.refresh_from_db()

    made = row(exchange(original, table))

    assert made.shipping_method_id == express.pk
    assert made.shipping_price.gross.amount == 0


def test_the_goods_worth_decides_which_ways_of_shipping_there_are(chair: Any, table: Any) -> None:
    free = a_shipping_method("Free from 25", price="0", from_goods_of="25")
    original = a_saleor_order([(table, 1, "30.00")])
    type(original).objects.filter(pk=original.pk).update(shipping_method=free)
    original.refresh_from_db()

    assert row(exchange(original, table)).shipping_method_id == free.pk
    with refused(Unavailable.NO_SHIPPING):
        exchange(original, chair)


@pytest.fixture
def collected(chair: Any, table: Any) -> Any:
    """Where the store has a table, too, and no way of shipping."""
    if not host.IS_V3:
        pytest.skip("2.10 ships only")
    point = a_warehouse()
    taxes = apps.get_model("tax.TaxConfiguration").objects
    taxes.get_or_create(channel=point.channels.get())
    point.click_and_collect_option = "local"
    point.save()
    order = a_saleor_order([(chair, 1, "10.00")])
    order.collection_point, order.collection_point_name = point, str(point)
    order.shipping_address = point.address.get_copy()
    order.save()
    return order


@pytest.mark.parametrize("is_shipped_too", [False, True])
def test_what_was_collected_is_collected_there_again(
    collected: Any, table: Any, is_shipped_too: bool
) -> None:
    if is_shipped_too:
        a_shipping_method()
    made = row(exchange(collected, table))

    point = collected.collection_point
    assert (made.collection_point_id, made.collection_point_name) == (point.pk, str(point))
    assert (made.shipping_method_id, made.shipping_price.gross.amount) == (None, 0)
    assert made.shipping_address.as_data() == point.address.as_data()
    assert allocated(table) == 1


def test_there_is_no_parcel_to_where_nothing_is_collected_any_more(
    collected: Any, table: Any
) -> None:
    a_shipping_method()
    point = collected.collection_point
    point.click_and_collect_option = "disabled"
    point.save()
    with refused(Unavailable.NO_SHIPPING):
        exchange(collected, table)
    point.delete()
    collected.refresh_from_db()
    with refused(Unavailable.NO_SHIPPING):
        exchange(collected, table)


def test_what_was_collected_but_is_not_there_is_out_of_stock(collected: Any, table: Any) -> None:
    with refused(Unavailable.OUT_OF_STOCK, 0):
        exchange(collected, ExchangeItem(table.pk, 6))


def test_where_an_app_shipped_it_saleors_own_way_stands_in(original: Any, table: Any) -> None:
    post = original.shipping_method
    original.shipping_method, original.shipping_method_name = None, "By an app"
    original.save()
    assert row(exchange(original, table)).shipping_method_id == post.pk
    post.delete()
    with refused(Unavailable.NO_SHIPPING):
        exchange(original, table)


def test_one_token_is_one_order(original: Any, table: Any) -> None:
    token = uuid4()
    first = exchange(original, table, token=token)
    before = everything()

    assert exchange(original, table, token=token) == first

    assert everything() == before
    assert (allocated(table), host.current.find_exchange_order(token)) == (1, first)


def test_a_token_that_made_its_order_needs_no_goods_any_more(original: Any, table: Any) -> None:
    token = uuid4()
    first = exchange(original, ExchangeItem(table.pk, 5), token=token)
    assert exchange(original, ExchangeItem(table.pk, 5), token=token) == first


def test_nothing_is_found_for_an_unused_token(original: Any) -> None:
    assert host.current.find_exchange_order(uuid4()) is None
    assert host.current.drop_exchange_checkout(uuid4()) is True


def test_a_refused_token_can_be_used_again(original: Any, table: Any) -> None:
    token = uuid4()
    with refused(Unavailable.OUT_OF_STOCK, 0):
        exchange(original, ExchangeItem(table.pk, 6), token=token)
    assert host.current.find_exchange_order(token) is None
    assert exchange(original, table, token=token) == host.current.find_exchange_order(token)


def test_cancelling_frees_the_stock(original: Any, table: Any) -> None:
    staff = a_staff_user()
    order = exchange(original, ExchangeItem(table.pk, 2))

    assert host.current.cancel_exchange_order(order.id, staff.pk) is True

    assert (allocated(table), stock_of(table)) == (0, 5)
    assert host.current.order_facts(order.id).state is OrderState.CANCELLED
    assert ("canceled", staff.pk) in events_of(row(order))


def test_cancelling_twice_is_cancelling_once(original: Any, table: Any) -> None:
    order = exchange(original, table)
    host.current.cancel_exchange_order(order.id)
    before = everything()
    assert host.current.cancel_exchange_order(order.id) is True
    assert everything() == before


def test_what_was_shipped_is_not_cancelled(original: Any, table: Any) -> None:
    order = exchange(original, ExchangeItem(table.pk, 2))
    fulfil(row(order), {table: 1})
    before = everything()

    assert host.current.cancel_exchange_order(order.id) is False

    assert everything() == before
    assert host.current.order_facts(order.id).state is OrderState.PLACED


def test_an_order_that_is_gone_holds_nothing(original: Any, table: Any) -> None:
    order = exchange(original, table)
    row(order).delete()
    assert host.current.cancel_exchange_order(order.id) is True


def test_an_exchange_can_be_exchanged(original: Any, table: Any, chair: Any) -> None:
    first = exchange(original, table)
    second = exchange(row(first), chair)
    assert row(second).metadata["returns.exchange_of"] == first.number
    assert row(second).user_email == original.user_email


def test_more_items_cost_no_more_than_their_lines(original: Any) -> None:
    """The statements of one further item, whatever the number of others."""
    goods = [a_product(f"Shelf {n}", stock=5) for n in range(6)]
    exchange(original, goods[0])  # what Saleor reads once per process

    def statements(*items: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            exchange(original, *items)
        return len(queries)

    one, two, five = (statements(*goods[:count]) for count in (1, 2, 5))
    assert five - two <= 3 * max(two - one, 0)
