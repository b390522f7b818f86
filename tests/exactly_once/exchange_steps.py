"""The way of an exchange, and how to kill whoever takes it at one of its steps.

intended       written, committed; nobody has begun to order
asked          `asked_at` committed; Saleor not asked
claimed        in Saleor's checkout, its key taken
written        Saleor's order written, not committed
ordered        Saleor's order committed; ours unknown
recording      our order written, not committed
recorded       committed; Saleor's order does not say what it is for
"""

import multiprocessing
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import connections
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import ActorKind as ActorKind
from saleor_returns_plugin.host.both import exchanges as both
from saleor_returns_plugin.models import VendorReturn
from saleor_returns_plugin.services import exchange_orders, exchanges, queue, split, vendor_returns
from tests.builders import MERCHANT, NOW
from tests.services.exchange_shop import exchange_of

INTENDED, ASKED, CLAIMED, WRITTEN = "intended", "asked", "claimed", "written"
ORDERED, RECORDING, RECORDED = "ordered", "recording", "recorded"
STEPS = [INTENDED, ASKED, CLAIMED, WRITTEN, ORDERED, RECORDING, RECORDED]

GIVEN_UP, UNDOING, UNDOING_THERE = "given up", "before Saleor's cancel", "in Saleor's cancel"
UNDONE, FOLLOWED = "after Saleor's cancel", "before ours"
UNDO_STEPS = [GIVEN_UP, UNDOING, UNDOING_THERE, UNDONE, FOLLOWED]

OFFERING, OFFERED = "offer in checkout", "offer not recorded"
ENDING, DROPPED = "before the checkout is dropped", "after the checkout is dropped"

_HOST = host.current
_CANCEL = (
    (import_module("saleor_returns_plugin.host.v3.api"), "answer_of")
    if host.IS_V3
    else (import_module("saleor_returns_plugin.host.v2.exchanges"), "cancel_order")
)
_BEFORE: dict[str, tuple[Any, str]] = {
    ASKED: (_HOST, "create_exchange_order"),
    ORDERED: (split, "split_order"),
    RECORDING: (exchanges, "ordered"),
    RECORDED: (exchange_orders, "mark"),
    UNDOING: (_HOST, "cancel_exchange_order"),
    FOLLOWED: (split, "split_order"),
    ENDING: (_HOST, "drop_exchange_checkout"),
    DROPPED: (exchange_orders, "_fail"),
    OFFERED: (exchange_orders, "_offered"),
}
_AFTER: dict[str, tuple[Any, str]] = {
    CLAIMED: (both, "claimed"),
    WRITTEN: (both, "note_of_original"),
    UNDOING_THERE: _CANCEL,
    UNDONE: (_HOST, "cancel_exchange_order"),
    OFFERING: (both, "claimed"),
}
_QUEUED = {INTENDED: "order_exchange", GIVEN_UP: "withdraw_exchange"}


def accept(part: VendorReturn) -> None:
    with host.current.allow_writer():
        vendor_returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)


def give_up(part: VendorReturn) -> None:
    with host.current.allow_writer():
        exchanges.cancel(
            exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="Broken.", now=NOW
        )


def retry(part: VendorReturn) -> None:
    with host.current.allow_writer():
        exchanges.retry(exchange_id=exchange_of(part).pk, actor=MERCHANT)


def end(part: VendorReturn) -> None:
    exchange = exchange_of(part)
    with host.current.allow_writer():
        exchange_orders.end(exchange_id=exchange.pk, now=exchange.expires_at)


def later() -> None:
    """What the beat does, twice."""
    with host.current.allow_writer():
        for _ in range(2):
            now = timezone.now() + 2 * exchange_orders.TAKE_UP_AFTER
            exchange_orders.sweep(now=now)
            split.sweep(now=now)


def killed_at(step: str, act: Callable[[], Any]) -> None:
    """A process of its own does it, comes as far as `step`, and is killed there by SIGKILL."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    arrived = context.Event()
    worker = context.Process(target=_until, args=[step, arrived, act])
    worker.start()
    came = arrived.wait(240)
    worker.kill()
    worker.join()
    assert came, f"it never came so far: {step}"
    assert worker.exitcode == -9


def _until(step: str, arrived: Any, act: Callable[[], Any]) -> None:
    """In the process to be killed."""

    def hang() -> None:
        arrived.set()
        time.sleep(600)

    if step in _QUEUED:
        _hang_when_queued(_QUEUED[step], hang)
    else:
        module, name = _BEFORE.get(step) or _AFTER[step]
        setattr(module, name, _hanging(getattr(module, name), hang, is_first=step in _BEFORE))
    act()


def _hang_when_queued(task: str, hang: Callable[[], None]) -> None:
    send = queue._send

    def first(name: str, args: Any) -> None:
        if name == task:
            hang()
        send(name, args)

    queue._send = first  # type: ignore[assignment]


def _hanging(
    original: Callable[..., Any], hang: Callable[[], None], *, is_first: bool
) -> Callable[..., Any]:
    def wrapped(*args: Any, **values: Any) -> Any:
        if is_first:
            hang()
        result = original(*args, **values)
        hang()
        return result

    return wrapped


def orders_of(part: VendorReturn) -> list[Any]:
    """Saleor's, of all that was tried for the return, in whatever state."""
    tokens = [str(key) for key in part.exchanges.values_list("checkout_token", flat=True)]
    return list(apps.get_model("order.Order").objects.filter(checkout_token__in=tokens))
