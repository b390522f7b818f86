"""What a warehouse system that listens to Saleor's orders hears of an exchange."""

from collections.abc import Iterator
from typing import Any

import pytest

from saleor_returns_plugin import host
from saleor_returns_plugin.host import Hold
from tests.saleor_rows import a_product, a_saleor_order, a_shipping_method
from tests.saleor_rows.listener import PATH, Heard, Listener

from .exchanges import exchange, row

pytestmark = pytest.mark.django_db(transaction=True)

HELD, OF = "returns.held_until", "returns.exchange_of"
HOLD = Hold("on_reception", "Wait for the chair.")
TOLD = ["metadata", "updated"] if host.IS_V3 else ["updated"]


@pytest.fixture(autouse=True)
def writer(settings: Any) -> Iterator[None]:
    settings.PLUGINS = [*settings.PLUGINS, PATH]
    Listener.heard.clear()
    with host.current.allow_writer():
        yield


@pytest.fixture
def table() -> Any:
    return a_product("Table", price="30.00", stock=5)


@pytest.fixture
def original(table: Any) -> Any:
    chair = a_product("Chair")
    a_shipping_method()
    return a_saleor_order([(chair, 2, "10.00")])


def heard(order: Any) -> list[Heard]:
    found = Listener.of(order.id)
    Listener.heard.clear()
    return found


def notes(order: Any) -> list[str]:
    rows = order.events.filter(type="note_added")
    return [event.parameters["message"] for event in rows.order_by("pk")]


def test_a_hold_stands_in_the_order_before_anybody_hears_of_it(original: Any, table: Any) -> None:
    order = exchange(original, table, hold=HOLD, note="R-1.")
    told = heard(order)
    assert "created" in [each.event for each in told]
    assert {each.metadata.get(HELD) for each in told} == {"on_reception"}
    assert None not in {each.metadata.get(OF) for each in told}
    assert notes(row(order))[-1].endswith("R-1. Wait for the chair.")
    assert "Wait" not in notes(original)[-1]


def test_without_a_hold_nothing_says_so(original: Any, table: Any) -> None:
    order = exchange(original, table, note="R-1.")
    assert {HELD in each.metadata for each in heard(order)} == {False}
    assert HELD not in row(order).metadata
    assert notes(row(order))[-1].endswith("R-1.")


def test_a_release_is_told_once_it_is_committed_and_a_hold_as_well(
    original: Any, table: Any
) -> None:
    order = exchange(original, table, hold=HOLD)
    heard(order)
    before = row(order)
    assert set(before.metadata) == {OF, HELD}
    for reason in ("", "on_tracking"):
        host.current.mark_held(order.id, reason)
        told = heard(order)
        assert [each.event for each in told] == TOLD
        assert {each.metadata.get(HELD, "") for each in told} == {reason}
        assert all(each.is_committed for each in told)
        says = {HELD: reason} if reason else {}
        assert row(order).metadata == {OF: before.metadata[OF], **says}
        host.current.mark_held(order.id, reason)
        assert heard(order) == []
    if host.IS_V3:
        assert row(order).updated_at > before.updated_at
