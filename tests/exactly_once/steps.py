"""The way of a refund, and how to stop, or cut, whoever takes it at one of its steps.

after intent      written, committed; nothing claimed
after claim       claimed, committed; nobody asked
between           the first part is answered and recorded; nothing claimed of the next
gateway, before   the gateway is asked, no money has moved
gateway, after    the money has moved, the gateway has not answered
before record     Saleor has its row of the answer, we do not
while recording   our answer is written, not committed
after record      committed; nobody is told yet
"""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.models import Refund, RefundPart
from saleor_returns_plugin.services import queue, refund_parts, refunds
from tests.builders import MERCHANT
from tests.gateways.books import Books

INTENT, CLAIM = "after intent", "after claim"
BEFORE, AFTER = "gateway, before", "gateway, after"
ANSWERED, RECORDING, RECORDED = "before record", "while recording", "after record"
BETWEEN = "between"
STEPS = [INTENT, CLAIM, BEFORE, AFTER, ANSWERED, RECORDING, RECORDED]

AT_GATEWAY = {BEFORE: "hangs", AFTER: "hangs after"}
_OURS: dict[str, tuple[Any, str]] = {
    INTENT: (refund_parts, "send"),
    CLAIM: (refund_parts, "ask"),
    BETWEEN: (refund_parts, "claim"),
    ANSWERED: (refund_parts, "record"),
    RECORDING: (refund_parts, "settle_if_done"),
    RECORDED: (queue, "_send"),
}


def release(part_id: UUID, **wishes: Any) -> Refund:
    with host.current.allow_writer():
        return refunds.release(
            vendor_return_id=part_id, actor=MERCHANT, now=timezone.now(), **wishes
        )


def killed_at(step: str, books: Books, act: Callable[[], Any], first: Sequence[str] = ()) -> None:
    """A process of its own does it, comes as far as `step`, and is killed there by SIGKILL.

    `first` is what the gateway answers before it comes to that.
    """
    if step in AT_GATEWAY:
        books.script(*first, AT_GATEWAY[step])
    connections.close_all()
    worker = multiprocessing.get_context("fork").Process(target=_until, args=[step, books, act])
    worker.start()
    books.wait_for_call()
    worker.kill()
    worker.join()
    assert worker.exitcode == -9
    books.script("accepts")


def _until(step: str, books: Books, act: Callable[[], Any]) -> None:
    """In the process to be killed."""
    with at(step, books.hang):
        act()


@contextmanager
def at(step: str, do: Callable[[], Any]) -> Iterator[None]:
    """`do` the first time that somebody comes to `step`; the gateway's follow the script."""
    if step not in _OURS:
        yield
        return
    module, name = _OURS[step]
    original, done = getattr(module, name), []

    def first(*args: Any, **values: Any) -> Any:
        if not done and _is_the_step(step, args):
            done.append(True)
            do()
        return original(*args, **values)

    setattr(module, name, first)
    try:
        yield
    finally:
        setattr(module, name, original)


def _is_the_step(step: str, args: Any) -> bool:
    """The intent is told, too, before anything is recorded."""
    if step == BETWEEN:
        return RefundPart.objects.exclude(asked_at=None).exists()
    return step != RECORDED or Refund.objects.filter(status="succeeded").exists()
