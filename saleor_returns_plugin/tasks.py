"""The Celery tasks. Idempotent, with keys only; services queue them by these names."""

from celery import shared_task
from django.utils import timezone

_RETRY = {
    "autoretry_for": (Exception,),
    "retry_backoff": 5,
    "retry_backoff_max": 600,
    "max_retries": 8,
}


@shared_task(name="saleor_returns_plugin.tasks.split_order", **_RETRY)
def split_order(order_id: str) -> None:
    from .services import split

    split.split_order(order_id=order_id, now=timezone.now())


@shared_task(name="saleor_returns_plugin.tasks.sweep_orders")
def sweep_orders() -> None:
    from .services import split

    split.sweep(now=timezone.now())


@shared_task(name="saleor_returns_plugin.tasks.send_mail", **_RETRY)
def send_mail(kind: str, subject_id: str, recipient: str) -> None:
    from .services import notifications

    notifications.deliver(kind=kind, subject_id=subject_id, recipient=recipient, now=timezone.now())
