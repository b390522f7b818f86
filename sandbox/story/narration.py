"""How the story speaks, and how it fails."""

import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

Found = TypeVar("Found")


class Failed(Exception):
    """A step did not do what it says; the message is one clear line."""


def chapter(number: int, title: str) -> None:
    _print(f"\n{number}. {title}")


def say(text: str) -> None:
    _print(f"   {text}")


def check(is_so: Any, text: str, got: Any = None) -> None:
    """State what is so; fail with what came instead."""
    if not is_so:
        raise Failed(f"expected: {text}" + (f"; got: {got}" if got is not None else ""))
    _print(f"   ✓ {text}")


def money(amount: Any, currency: str = "") -> str:
    """An amount as it stands in a table; JSON drops the zeros at its end."""
    return f"{Decimal(amount):.2f} {currency}".rstrip()


def span(seconds: float) -> str:
    """A time in words, to the minute."""
    minutes = round(seconds / 60)
    if minutes % 60:
        return f"{minutes} minutes"
    return "one hour" if minutes == 60 else f"{minutes // 60} hours"


def wait_for(look: Callable[[], Found | None], what: str, seconds: float) -> Found:
    """What `look` finds once it finds something: work of a Celery task takes its time."""
    began = time.monotonic()
    told = False
    while True:
        found = look()
        if found:
            return found
        waited = time.monotonic() - began
        if waited > seconds:
            raise Failed(f"{what}: nothing after {seconds:.0f} s. Does a Celery worker run?")
        if waited > 1 and not told:
            say(f"… waiting for {what}")
            told = True
        time.sleep(0.3)


def _print(text: str) -> None:
    # A terminal without UTF-8 still hears the story.
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)
