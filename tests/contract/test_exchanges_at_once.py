"""Exchanges that meet, and those whose process is killed: one order, or nothing at all."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connections

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import OrderState, Unavailable
from saleor_returns_plugin.errors import ExchangeUnavailable
from saleor_returns_plugin.host import ExchangeItem
from saleor_returns_plugin.host.both import exchanges as both
from tests.saleor_rows import a_product, a_saleor_order, a_shipping_method, stock_of
from tests.scenarios.together import held_back, in_thread, outcomes

from .exchanges import allocated, everything, exchange, row

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def writer() -> Iterator[None]:
    with host.current.allow_writer():
        yield


@pytest.fixture
def original() -> Any:
    chair = a_product("Chair", price="10.00", stock=5)
    a_shipping_method()
    return a_saleor_order([(chair, 2, "10.00")])


def take(variant: Any) -> None:
    """Hold the stock of a variant until the transaction ends."""
    stocks = apps.get_model("warehouse.Stock").objects.filter(product_variant=variant)
    list(stocks.select_for_update())


def test_the_last_unit_makes_one_order(original: Any) -> None:
    table = a_product("Table", price="30.00", stock=1)
    act = partial(exchange, original, table)
    before = everything()
    with held_back([act, act]) as futures:
        take(table)

    orders, errors = outcomes(futures)

    assert len(orders) == 1
    assert [type(error) for error in errors] == [ExchangeUnavailable]
    assert errors[0].reason is Unavailable.OUT_OF_STOCK  # type: ignore[attr-defined]
    assert (allocated(table), stock_of(table)) == (1, 1)
    after = everything()
    assert after["order.Order"] == before["order.Order"] + 1
    assert after["checkout.Checkout"] == 0


def test_one_token_twice_at_once_is_one_order(original: Any) -> None:
    table = a_product("Table", price="30.00", stock=5)
    token = uuid4()
    act = partial(exchange, original, table, token=token)
    with held_back([act, act, act]) as futures:
        take(table)
        both.claimed(token, **_claim(original))

    orders, errors = outcomes(futures)

    assert errors == []
    assert len({order.id for order in orders}) == 1
    assert len(set(orders)) == 1
    assert allocated(table) == 1


def _claim(original: Any) -> dict[str, Any]:
    values = {"currency": original.currency, "email": "ada@example.com"}
    return {**values, "channel": original.channel} if host.IS_V3 else values


def test_many_at_once_sell_what_there_is_and_never_lock_each_other_out(original: Any) -> None:
    table, shelf = (a_product(name, price="30.00", stock=6) for name in ("Table", "Shelf"))
    ways = [(table, shelf), (shelf, table)] * 6
    with ThreadPoolExecutor(6) as pool:
        futures = [in_thread(pool, partial(exchange, original, *items)) for items in ways]

    orders, errors = outcomes(futures)

    assert len(orders) == 6
    assert {type(error) for error in errors} == {ExchangeUnavailable}
    assert (allocated(table), allocated(shelf)) == (6, 6)
    assert everything()["checkout.Checkout"] == 0


def test_two_who_cancel_cancel_once(original: Any) -> None:
    table = a_product("Table", price="30.00", stock=5)
    order = exchange(original, table)
    before = everything()["order.OrderEvent"]
    act = partial(host.current.cancel_exchange_order, order.id)
    with held_back([act, act]) as futures:
        take(table)

    answers, errors = outcomes(futures)

    assert (answers, errors) == ([True, True], [])
    assert allocated(table) == 0
    cancelled = row(order).events.filter(type="canceled").count()
    assert (cancelled, everything()["order.OrderEvent"] > before) == (1, True)


CLAIMED, WRITTEN, COMMITTED = "checkout claimed", "order written", "committed"


@pytest.mark.parametrize("step", [CLAIMED, WRITTEN])
def test_whoever_is_killed_before_the_end_leaves_nothing(step: str, original: Any) -> None:
    table = a_product("Table", price="30.00", stock=1)
    token, before = uuid4(), everything()

    killed_at(step, original, table, token)

    assert (everything(), allocated(table)) == (before, 0)
    assert host.current.find_exchange_order(token) is None
    assert host.current.drop_exchange_checkout(token) is True
    assert exchange(original, table, token=token) == host.current.find_exchange_order(token)


def test_what_was_committed_is_found_again(original: Any) -> None:
    table = a_product("Table", price="30.00", stock=1)
    token = uuid4()

    killed_at(COMMITTED, original, table, token)

    found = host.current.find_exchange_order(token)
    assert found is not None
    assert host.current.order_facts(found.id).state is OrderState.PLACED
    assert host.current.drop_exchange_checkout(token) is False
    assert exchange(original, table, token=token) == found
    assert allocated(table) == 1


def killed_at(step: str, original: Any, variant: Any, token: UUID) -> None:
    """A process of its own makes the order, comes as far as `step`, and is killed by SIGKILL."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    arrived = context.Event()
    worker = context.Process(target=_until, args=[step, arrived, original, variant, token])
    worker.start()
    assert arrived.wait(60)
    worker.kill()
    worker.join()
    assert worker.exitcode == -9


def _until(step: str, arrived: Any, original: Any, variant: Any, token: UUID) -> None:
    """In the process to be killed."""

    def hang() -> None:
        arrived.set()
        time.sleep(60)

    if step == CLAIMED:
        both.claimed = _then(both.claimed, hang)
    if step == WRITTEN:
        both.note_of_original = _then(both.note_of_original, hang)
    with host.current.allow_writer():
        host.current.create_exchange_order(
            original_id=original.pk, items=[ExchangeItem(variant.pk, 1)], token=token
        )
    hang()


def _then(original: Callable[..., Any], do: Callable[[], None]) -> Callable[..., Any]:
    def wrapped(*args: Any, **values: Any) -> Any:
        result = original(*args, **values)
        do()
        return result

    return wrapped
