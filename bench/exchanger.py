"""A process that orders exchanges, as a Celery worker does, and answers what was raised."""

from typing import Any
from uuid import UUID

import django

from .child import serve


def main() -> None:
    django.setup()
    serve(_order)


def _order(job: dict[str, Any]) -> dict[str, Any]:
    from django.utils import timezone

    from saleor_returns_plugin.services import exchange_orders

    raised = []
    for key in job["order"]:
        try:
            exchange_orders.order(exchange_id=UUID(key), now=timezone.now())
        except Exception as error:
            raised.append(f"{type(error).__name__}: {error}"[:200])
    return {"raised": raised}


if __name__ == "__main__":
    main()
