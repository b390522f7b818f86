"""One call, counted or timed."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

Call = Callable[[], Any]


def statements(call: Call) -> int:
    with CaptureQueriesContext(connection) as seen:
        call()
    return len(seen)


def seconds(call: Call) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
