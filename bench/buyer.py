"""A process of one shop: fills a checkout, completes it through Saleor's API, and answers what
only the completion took."""

import time
from typing import Any

import django

from .child import serve


def main() -> None:
    django.setup()
    serve(_buy)


def _buy(job: dict[str, Any]) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from saleor.product.models import ProductVariant

    from tests.scenarios.shopping import complete, fill

    checkout = fill([ProductVariant(pk=key) for key in job["variants"]])
    statements = 0
    wall, cpu = time.perf_counter(), time.process_time()
    if job["count"]:
        with CaptureQueriesContext(connection) as seen:
            complete(checkout)
        statements = len(seen)
    else:
        complete(checkout)
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "statements": statements,
    }


if __name__ == "__main__":
    main()
