"""Saleor's hooks: each is heard, none raises, all hand on what came."""

import logging
import subprocess
import sys
from types import SimpleNamespace

import pytest

from saleor_returns_plugin.plugin import ReturnsPlugin
from saleor_returns_plugin.services import queue
from sandbox.paths import CHECKOUT

OF_ORDERS = {
    "order_created",
    "order_updated",
    "order_confirmed",
    "order_paid",
    "order_fully_paid",
    "order_refunded",
    "order_fully_refunded",
    "order_cancelled",
    "order_expired",
    "order_fulfilled",
}
OF_FULFILMENTS = {
    "fulfillment_created",
    "fulfillment_approved",
    "fulfillment_canceled",
    "tracking_number_updated",
}
HOOKS = OF_ORDERS | OF_FULFILMENTS | {"order_bulk_created"}
OF_CHECKOUTS = {"preprocess_order_creation", "calculate_checkout_total", "checkout_updated"}
"""They answer, and the first refuses: `tests/contract/test_exchange_offers.py`."""


class Broken:
    """Raises whatever it is asked."""

    def __getattribute__(self, name):
        raise RuntimeError(f"no {name}")

    def __iter__(self):
        raise RuntimeError("no orders")

    __str__ = __repr__ = __iter__


class OrderIsGone:
    """A fulfilment whose order cannot be read any more."""

    order_id = 7

    @property
    def order(self):
        raise LookupError("the order is gone")


def an_order(pk):
    return SimpleNamespace(pk=pk)


def a_plugin(active=True):
    return ReturnsPlugin(configuration=[], active=active)


@pytest.fixture
def told(monkeypatch):
    """The tasks that were queued."""
    tasks = []
    monkeypatch.setattr(queue, "on_commit", lambda *task: tasks.append(task))
    return tasks


def hear(hook, subject, plugin=None):
    """As Saleor calls it, with arguments that only some versions have."""
    method = getattr(plugin or a_plugin(), hook)
    return method(subject, previous_value="previous", webhooks=None, notify_customer=True)


def test_these_are_all_hooks():
    hooks = {name for name in vars(ReturnsPlugin) if name.islower() and name[0] != "_"}
    assert hooks == HOOKS | OF_CHECKOUTS


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_a_hook_never_raises_and_hands_on_what_came(hook, told, caplog):
    with caplog.at_level(logging.ERROR):
        assert hear(hook, Broken()) == "previous"
        assert hear(hook, None) == "previous"
    assert not told
    assert "An order event was not queued" in caplog.text


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_a_queue_that_raises_is_swallowed(hook, monkeypatch):
    def refuse(*args):
        raise RuntimeError("the queue is broken")

    monkeypatch.setattr(queue, "on_commit", refuse)
    everything = type("Everything", (), {"pk": 7, "order_id": 7, "__iter__": lambda self: iter([])})
    assert hear(hook, everything()) == "previous"
    assert hear("order_bulk_created", [an_order(7)]) == "previous"


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_without_a_previous_value_there_is_none(hook, told):
    assert getattr(a_plugin(), hook)(Broken()) is None


@pytest.mark.parametrize("hook", sorted(OF_ORDERS))
def test_an_order_is_looked_at_again(hook, told):
    hear(hook, an_order(7))
    assert told == [("split_order", "7")]


@pytest.mark.parametrize("hook", sorted(OF_FULFILMENTS))
def test_a_fulfilments_order_is_looked_at_again_even_when_its_row_is_gone(hook, told):
    assert hear(hook, OrderIsGone()) == "previous"
    assert told == [("split_order", "7")]


def test_one_broken_order_of_many_does_not_keep_the_others_back(told):
    def orders():
        yield an_order(1)
        yield Broken()
        yield an_order(2)
        raise RuntimeError("no more orders")

    assert hear("order_bulk_created", orders()) == "previous"
    assert told == [("split_order", "1"), ("split_order", "2")]


def test_a_deleted_order_has_no_key_to_look_at(told):
    hear("order_updated", an_order(None))
    assert not told


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_an_inactive_plugin_hears_nothing(hook, told):
    orders = [an_order(7)] if hook == "order_bulk_created" else SimpleNamespace(pk=7, order_id=7)
    assert hear(hook, orders, a_plugin(active=False)) == "previous"
    assert not told


@pytest.mark.parametrize("hook", sorted(OF_CHECKOUTS))
def test_an_inactive_plugin_leaves_checkouts_alone(hook):
    assert hear(hook, Broken(), a_plugin(active=False)) == "previous"


LOADED_FIRST = """
import sys, django
from saleor_returns_plugin.apps import ReturnsConfig
ReturnsConfig.ready = lambda self: None
django.setup()
import saleor_returns_plugin.plugin
print([name for name in sys.modules if name.startswith("saleor_returns_plugin.host")])
"""
"""Saleor loads its plugins before other apps are ready; ours comes last."""


def test_loading_the_plugin_loads_nothing_of_saleor_that_builds_its_schema():
    """What other apps add to the schema when they are ready would be lost."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADED_FIRST],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
