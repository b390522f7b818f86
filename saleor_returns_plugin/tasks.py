"""The Celery tasks. Idempotent, with keys only; services queue them by these names."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from celery import shared_task
from django.utils import timezone

from .services.queue import PREFIX


def _task(**options: Any) -> Callable[[Callable[..., None]], Any]:
    """A task that may write: from 3.21 on Saleor runs every task on its read replica."""

    def register(body: Callable[..., None]) -> Any:
        @shared_task(name=PREFIX + body.__name__, **options)
        @wraps(body)
        def run(*args: Any) -> None:
            from . import host

            with host.current.allow_writer():
                body(*args)

        return run

    return register


_RETRY = {
    "autoretry_for": (Exception,),
    "retry_backoff": 5,
    "retry_backoff_max": 600,
    "max_retries": 8,
}


@_task(**_RETRY)
def split_order(order_id: str) -> None:
    from .services import split

    split.split_order(order_id=order_id, now=timezone.now())


@_task()
def sweep_orders() -> None:
    from .services import split

    split.sweep(now=timezone.now())


@_task(**_RETRY)
def send_mail(kind: str, subject_id: str, recipient: str) -> None:
    from .services import notifications

    notifications.deliver(kind=kind, subject_id=subject_id, recipient=recipient, now=timezone.now())
