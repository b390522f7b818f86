"""The Celery tasks. Idempotent, with keys only; services queue them by these names."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

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
# What fails for longer is found by `resend_mails`.
_RETRY_SOON = {**_RETRY, "max_retries": 4}


@_task(**_RETRY)
def split_order(order_id: str) -> None:
    from .services import split

    split.split_order(order_id=order_id, now=timezone.now())


@_task()
def sweep_orders() -> None:
    """Orders that no hook told of, and orders that were not told what came back."""
    from .services import shipments, split

    split.sweep(now=timezone.now())
    shipments.sweep_returned(now=timezone.now())


@_task(**_RETRY)
def tell_saleor_what_returned(record_id: str) -> None:
    from .services import shipments

    shipments.tell_returned(record_id=record_id, now=timezone.now())


@_task()
def run_deadlines() -> None:
    from .services import deadlines

    deadlines.run(now=timezone.now())


@_task(**_RETRY_SOON)
def tell(event_id: str) -> None:
    from .services import notifications

    subject = notifications.tell(event_id=event_id, now=timezone.now())
    notifications.deliver_of(event_id=event_id, now=timezone.now(), subject=subject)


@_task(**_RETRY_SOON)
def send_mails(*log_ids: str) -> None:
    from .services import notifications

    notifications.deliver(log_ids=log_ids, now=timezone.now())


@_task()
def resend_mails() -> None:
    from .services import notifications, sign_in_links

    notifications.resend(now=timezone.now())
    sign_in_links.resend(now=timezone.now())


@_task()
def reconcile_refunds() -> None:
    from .services import reconciliation

    reconciliation.run(now=timezone.now())


@_task()
def watch_refunds() -> None:
    """Refunds that were reported paid, and may fail later."""
    from .services import reconciliation

    reconciliation.watch(now=timezone.now())


@_task(**_RETRY_SOON)
def order_exchange(exchange_id: str) -> None:
    from .services import exchange_orders

    exchange_orders.order(exchange_id=UUID(exchange_id), now=timezone.now())


@_task(**_RETRY_SOON)
def withdraw_exchange(exchange_id: str) -> None:
    from .services import exchange_orders

    exchange_orders.undo(exchange_id=UUID(exchange_id), now=timezone.now())


@_task(**_RETRY_SOON)
def end_exchange_offer(exchange_id: str) -> None:
    from .services import exchange_orders

    exchange_orders.end(exchange_id=UUID(exchange_id), now=timezone.now())


@_task(**_RETRY_SOON)
def pay_back_exchange(exchange_id: str) -> None:
    from .services import exchange_refunds

    exchange_refunds.pay_back(exchange_id=UUID(exchange_id), now=timezone.now())


@_task(**_RETRY_SOON)
def mark_exchange(exchange_id: str) -> None:
    from .services import exchange_orders

    exchange_orders.mark(exchange_id=UUID(exchange_id))


@_task()
def sweep_exchanges() -> None:
    """Exchanges that a process ended over."""
    from .services import exchange_orders

    exchange_orders.sweep(now=timezone.now())


@_task()
def close_ledger_days() -> None:
    from .services import closings

    closings.close_days(now=timezone.now())


@_task(**_RETRY_SOON)
def mail_sign_in_links(log_id: str) -> None:
    from .services import sign_in_links

    sign_in_links.mail(log_id=log_id, now=timezone.now())
