"""A process of one shop. Reads {"variants": [...], "count": bool} per line, completes such a
checkout through Saleor's API, and writes what only the completion took."""

import json
import sys
import time

import django


def main() -> None:
    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from saleor.product.models import ProductVariant

    from tests.scenarios.shopping import complete, fill

    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        job = json.loads(line)
        variants = [ProductVariant(pk=key) for key in job["variants"]]
        checkout = fill(variants)
        statements = 0
        wall, cpu = time.perf_counter(), time.process_time()
        if job["count"]:
            with CaptureQueriesContext(connection) as seen:
                complete(checkout)
            statements = len(seen)
        else:
            complete(checkout)
        taken = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        print(json.dumps({**taken, "statements": statements}), file=answers, flush=True)


if __name__ == "__main__":
    main()
