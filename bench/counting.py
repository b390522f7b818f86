"""A middleware that tells in headers how many statements a request took, how many of these Saleor
asked for by itself, and the worker's own time, which a busy machine does not stretch."""

import sys
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

ALL = "Bench-Statements"
SALEORS = "Bench-Statements-Of-Saleor"
CPU = "Bench-Cpu-Seconds"
_OURS = "/saleor_returns_plugin/"
_SALEORS = "/site-packages/saleor/"
_WRAPPER = "/saleor/graphql/views.py"
"""Saleor traces every statement there."""


def counted(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    def answer(request: HttpRequest) -> HttpResponse:
        seen = {ALL: 0, SALEORS: 0}

        def count(execute: Any, *arguments: Any) -> Any:
            seen[ALL] += 1
            seen[SALEORS] += _is_saleors()
            return execute(*arguments)

        started = time.thread_time()
        with connection.execute_wrapper(count):
            response = get_response(request)
        response[CPU] = f"{time.thread_time() - started:.6f}"
        for header, number in seen.items():
            response[header] = str(number)
        return response

    return answer


def _is_saleors() -> bool:
    """Whether the code that asks is Saleor's own, whoever called it."""
    frame = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename
        if _OURS in path:
            return False
        if _SALEORS in path and not path.endswith(_WRAPPER):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return True
