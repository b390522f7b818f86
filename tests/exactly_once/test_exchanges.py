"""Exchanges whose process is killed at each step, and that meet: one order, or none and nothing left."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.apps import apps

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import (
    EventKind,
    ExchangePricing,
    ExchangeStatus,
    ShipmentStatus,
    Unavailable,
)
from saleor_returns_plugin.errors import InvalidTransition
from saleor_returns_plugin.models import OrderRecord, VendorReturn
from saleor_returns_plugin.services import (
    branding,
    exchange_orders,
    exchanges,
    queue,
    return_requests,
)
from saleor_returns_plugin.services.locks import lock_order
from tests.builders import MERCHANT, NOW
from tests.saleor_rows import a_variant
from tests.scenarios.together import held_back, in_thread, outcomes
from tests.services.exchange_shop import (
    Shop,
    allocated,
    exchange_of,
    fresh,
    kinds,
    leftovers,
    new_shipment,
    order_row,
)

from .exchange_steps import (
    ASKED,
    DROPPED,
    ENDING,
    GIVEN_UP,
    INTENDED,
    OFFERED,
    OFFERING,
    ORDERED,
    RECORDED,
    STEPS,
    UNDO_STEPS,
    accept,
    end,
    give_up,
    killed_at,
    later,
    orders_of,
    retry,
)

pytestmark = pytest.mark.usefixtures("exchanges_offered")


@pytest.fixture(autouse=True)
def writer(nothing_is_broken: None) -> Iterator[None]:
    with host.current.allow_writer():
        yield


@pytest.fixture
def shop() -> Shop:
    return Shop()


def approved(shop: Shop, **values: Any) -> VendorReturn:
    part = shop.ask(shop.order(), **values)
    return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW)
    return part


def an_offer(shop: Shop) -> VendorReturn:
    """Approved, of something that costs 2.00 more."""
    shop.rules(exchange_pricing=ExchangePricing.SETTLED)
    url = "https://shop.example/{token}"
    branding.update(actor=MERCHANT, channel=None, values={"checkout_url": url})
    return approved(shop, variant=a_variant(shop.small, "XL", price="12.00"))


def stock(variant: Any, units: int | None = None) -> Any:
    """Of the variant; hold it until the transaction ends where no number of units is given."""
    rows = apps.get_model("warehouse.Stock").objects.filter(product_variant=variant)
    return list(rows.select_for_update()) if units is None else rows.update(quantity=units)


def is_ordered_once(part: VendorReturn, variant: Any) -> None:
    exchange = part.exchanges.exclude(status=ExchangeStatus.CANCELLED.value).get()
    assert exchange.status == ExchangeStatus.ORDERED.value
    assert [order.pk for order in orders_of(part)] == [exchange.order_id]
    assert (allocated(variant), leftovers()) == (1, 0)
    assert kinds(part).count(EventKind.EXCHANGE_ORDERED.value) == 1
    assert new_shipment(part).status == ShipmentStatus.HELD.value
    assert order_row(part).metadata[host.current.HELD_UNTIL] == "on_reception"


def is_wholly_gone(part: VendorReturn, variant: Any) -> None:
    exchange = exchange_of(part)
    assert exchange.status == ExchangeStatus.CANCELLED.value
    assert exchange.withdrawn_at is not None
    assert {order.status for order in orders_of(part)} <= {"canceled"}
    assert (allocated(variant), leftovers()) == (0, 0)
    assert kinds(part).count(EventKind.EXCHANGE_CANCELLED.value) == 1
    for record in OrderRecord.objects.filter(root__isnull=False):
        assert record.is_cancelled
        assert record.shipments.get().status == ShipmentStatus.CANCELLED.value


@pytest.mark.parametrize("step", STEPS)
def test_whoever_is_killed_makes_one_order(step: str, shop: Shop) -> None:
    part = approved(shop)
    killed_at(step, partial(accept, part))
    later()
    is_ordered_once(part, shop.large)


@pytest.mark.parametrize("step", [INTENDED, ASKED, ORDERED, RECORDED])
def test_or_none_where_it_is_given_up_meanwhile(step: str, shop: Shop) -> None:
    part = approved(shop)
    killed_at(step, partial(accept, part))
    give_up(part)
    later()
    is_wholly_gone(part, shop.large)


@pytest.mark.parametrize("step", [ASKED, ORDERED])
def test_whoever_takes_it_up_may_be_killed_as_well(step: str, shop: Shop) -> None:
    part = approved(shop)
    killed_at(INTENDED, partial(accept, part))
    killed_at(step, later)
    later()
    is_ordered_once(part, shop.large)


@pytest.mark.parametrize("step", UNDO_STEPS)
def test_whoever_is_killed_undoing_leaves_nothing(step: str, shop: Shop) -> None:
    part = approved(shop)
    accept(part)
    killed_at(step, partial(give_up, part))
    later()
    is_wholly_gone(part, shop.large)


@pytest.mark.parametrize("step", [OFFERING, OFFERED])
def test_an_offer_that_nobody_was_told_of_is_made_again(step: str, shop: Shop) -> None:
    part = an_offer(shop)
    killed_at(step, partial(accept, part))
    later()
    exchange = exchange_of(part)
    assert exchange.status == ExchangeStatus.AWAITING_PAYMENT.value
    checkouts = apps.get_model("checkout.Checkout").objects
    assert list(checkouts.values_list("pk", flat=True)) == [exchange.checkout_token]
    assert kinds(part).count(EventKind.EXCHANGE_OFFERED.value) == 1


@pytest.mark.parametrize("step", [ENDING, DROPPED])
def test_an_offer_ends_once(step: str, shop: Shop) -> None:
    part = an_offer(shop)
    accept(part)
    killed_at(step, partial(end, part))
    assert exchange_of(part).status == ExchangeStatus.AWAITING_PAYMENT.value
    for _ in range(2):
        exchange_orders.sweep(now=exchange_of(part).expires_at)
    exchange = exchange_of(part)
    assert exchange.status == ExchangeStatus.FAILED.value
    assert exchange.failure_code == Unavailable.OFFER_ENDED.value
    assert (leftovers(), orders_of(part)) == (0, [])
    assert kinds(part).count(EventKind.EXCHANGE_FAILED.value) == 1


def test_what_is_given_up_while_it_is_offered_leaves_no_checkout(shop: Shop) -> None:
    part = an_offer(shop)
    accept(part)
    killed_at(GIVEN_UP, partial(give_up, part))
    assert leftovers() == 1
    later()
    assert exchange_of(part).withdrawn_at is not None
    assert (leftovers(), orders_of(part)) == (0, [])


def test_a_release_that_nobody_told_saleor_of_is_told(shop: Shop) -> None:
    part = approved(shop)
    accept(part)

    def let_go() -> None:
        with host.current.allow_writer():
            exchanges.release(exchange_id=exchange_of(part).pk, actor=MERCHANT, now=NOW)

    killed_at(RECORDED, let_go)
    assert host.current.HELD_UNTIL in order_row(part).metadata
    later()
    assert host.current.HELD_UNTIL not in order_row(part).metadata


def test_two_accept_at_once(shop: Shop) -> None:
    part = approved(shop)
    with held_back([partial(accept, part)] * 2) as futures:
        lock_order(part.request.record_id)
    _, errors = outcomes(futures)
    assert [type(error) for error in errors] == [InvalidTransition]
    is_ordered_once(part, shop.large)


def test_two_workers_order_one_exchange(shop: Shop, monkeypatch: Any) -> None:
    part = approved(shop)
    with monkeypatch.context() as down:
        down.setattr(queue, "_send", lambda task, args: None)
        accept(part)
    key = exchange_of(part).pk

    def work() -> None:
        with host.current.allow_writer():
            exchange_orders.order(exchange_id=key, now=NOW)

    with held_back([work, work, work]) as futures:
        lock_order(part.request.record_id)
    _, errors = outcomes(futures)
    assert errors == []
    is_ordered_once(part, shop.large)


def test_the_last_unit_goes_to_one_of_two_exchanges(shop: Shop) -> None:
    parts = [approved(shop), approved(shop)]
    stock(shop.large, 1)
    with held_back([partial(accept, part) for part in parts]) as futures:
        stock(shop.large)
    _, errors = outcomes(futures)
    assert errors == []
    found = {exchange_of(part).status: exchange_of(part) for part in parts}
    assert set(found) == {ExchangeStatus.ORDERED.value, ExchangeStatus.FAILED.value}
    failed = found[ExchangeStatus.FAILED.value]
    assert failed.failure_code == Unavailable.OUT_OF_STOCK.value
    assert failed.failure
    assert orders_of(failed.vendor_return) == []
    assert (allocated(shop.large), leftovers()) == (1, 0)


def test_two_browsers_try_again(shop: Shop) -> None:
    part = approved(shop)
    stock(shop.large, 0)
    accept(part)
    stock(shop.large, 1)
    with held_back([partial(retry, part)] * 2) as futures:
        lock_order(part.request.record_id)
    _, errors = outcomes(futures)
    assert [type(error) for error in errors] == [InvalidTransition]
    is_ordered_once(part, shop.large)


def test_two_browsers_give_up(shop: Shop) -> None:
    part = approved(shop)
    accept(part)
    with held_back([partial(give_up, part)] * 2) as futures:
        lock_order(part.request.record_id)
    _, errors = outcomes(futures)
    assert [type(error) for error in errors] == [InvalidTransition]
    is_wholly_gone(part, shop.large)


def test_one_tries_again_and_one_gives_up(shop: Shop) -> None:
    """Whoever comes first: the order of a retry is undone, or the retry is of something new."""
    part = approved(shop)
    stock(shop.large, 0)
    accept(part)
    stock(shop.large, 1)
    with held_back([partial(retry, part), partial(give_up, part)]) as futures:
        lock_order(part.request.record_id)
    outcomes(futures)
    later()
    standing = part.exchanges.exclude(status=ExchangeStatus.CANCELLED.value)
    assert allocated(shop.large) == standing.count() <= 1
    assert len([each for each in orders_of(part) if each.status != "canceled"]) == standing.count()
    assert leftovers() == 0


def given_up_while_it_is_asked(part: VendorReturn, what: str, monkeypatch: Any) -> None:
    """`what` is asked of the host; by whom it is asked lives on."""
    is_asked, may_go_on = Event(), Event()
    ask = getattr(host.current, what)

    def slow(**values: Any) -> Any:
        is_asked.set()
        assert may_go_on.wait(60)
        return ask(**values)

    monkeypatch.setattr(host.current, what, slow)
    with ThreadPoolExecutor(1) as pool:
        accepting = in_thread(pool, partial(accept, part))
        assert is_asked.wait(60)
        give_up(part)
        assert fresh(part).exchanges.get().withdrawn_at is not None
        may_go_on.set()
        accepting.result(60)


def test_an_order_that_comes_after_it_was_given_up_is_undone(shop: Shop, monkeypatch: Any) -> None:
    part = approved(shop)
    given_up_while_it_is_asked(part, "create_exchange_order", monkeypatch)
    is_wholly_gone(part, shop.large)


def test_an_offer_that_comes_after_it_was_given_up_is_undone(shop: Shop, monkeypatch: Any) -> None:
    part = an_offer(shop)
    given_up_while_it_is_asked(part, "offer_exchange", monkeypatch)
    is_wholly_gone(part, shop.large)
    if host.IS_V3:
        assert apps.get_model("discount.VoucherCode").objects.count() == 0
