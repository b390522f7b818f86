"""Order events of Saleor come in here and leave as idempotent tasks.

Nothing here raises, not even on commit: on 2.10 an exception would lose a paid order, on 3.x it
would skip the other plugins. What was not heard the sweep finds.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ..services import queue

logger = logging.getLogger(__name__)


def order_made(order: Any) -> None:
    """In Saleor's own transaction on 2.10, so that nobody sees an offer's order at other prices."""
    with _never_raising():
        from .. import host  # Saleor's models are not there yet when it loads its plugins

        host.current.price_as_offered(order)


def order_changed(order: Any) -> None:
    """Something about this order changed; look at it again in a task."""
    with _never_raising():
        _look_again(order.pk)


def fulfilment_changed(fulfilment: Any) -> None:
    """By the key that it carries: the row, and so the way to its order, may be gone."""
    with _never_raising():
        _look_again(fulfilment.order_id)


def orders_changed(orders: Iterable[Any]) -> None:
    """One that cannot be told of does not keep the others back."""
    with _never_raising():
        for order in orders:
            order_changed(order)


def _look_again(order_id: Any) -> None:
    # Django takes the key away from a row that was deleted: nothing is left to look at.
    if order_id is not None:
        queue.on_commit("split_order", str(order_id))


@contextmanager
def _never_raising() -> Iterator[None]:
    try:
        yield
    except Exception:
        logger.exception("An order event was not queued; the sweep will find the order.")
