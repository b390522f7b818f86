"""Work for Celery, by name, once the transaction is committed."""

import logging
from typing import Any

from django.db import transaction

logger = logging.getLogger(__name__)

PREFIX = "saleor_returns_plugin.tasks."


def on_commit(task: str, *args: Any) -> None:
    """Enqueue the task of `tasks.py` with that name; `args` are keys and plain values.

    A broker that is down is logged and swallowed: Saleor's own callbacks must still run, and
    the sweep finds what was not told.
    """
    transaction.on_commit(lambda: _send(task, args))


def _send(task: str, args: tuple[Any, ...]) -> None:
    # Saleor loads its plugins, and so this, before other apps have added to its schema.
    from .. import host

    try:
        # The registered task rather than its bare name: only so does eager mode hold.
        host.current.celery.tasks[PREFIX + task].apply_async(args=args)
    except Exception:
        logger.exception("Task %s%r was not queued.", task, args)
