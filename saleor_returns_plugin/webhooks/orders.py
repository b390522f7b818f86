"""Order events of Saleor come in here and leave as idempotent tasks."""

import logging
from typing import Any

from ..services import queue

logger = logging.getLogger(__name__)


def changed(order: Any) -> None:
    """Something about this order changed; look at it again in a task.

    Never raises, not even on commit: on 2.10 an exception here would lose a paid order.
    """
    try:
        queue.on_commit("split_order", str(order.pk))
    except Exception:
        logger.exception("An order event was not queued; the sweep will find the order.")
