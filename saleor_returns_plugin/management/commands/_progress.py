"""How far a long command is: a bar on a terminal, plain lines elsewhere."""

import time
from typing import Any

from django.core.management.base import OutputWrapper

_WIDTH = 30
_SECONDS = 0.1


class Progress:
    """`total` is known before the first `bar` when `is_shown`."""

    def __init__(self, out: OutputWrapper, err: OutputWrapper) -> None:
        self._out, self._err = out, err
        self.is_shown = out.isatty()
        self.total = 0
        self._drawn_at = 0.0
        self._done = 0

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *error: Any) -> None:
        self._draw()
        if self._drawn_at:
            self._out.write("")

    def bar(self, done: int) -> None:
        """Often; drawn a few times a second."""
        self._done = done
        if time.monotonic() - self._drawn_at >= _SECONDS:
            self._draw()

    def line(self, text: str) -> None:
        """Where there is no bar."""
        if not self.is_shown:
            self._out.write(text)

    def problem(self, text: str) -> None:
        """To be read afterwards, too: the bar goes on below it."""
        if self._drawn_at:
            self._out.write("\r\x1b[K", ending="")
            self._out.flush()
        self._err.write(text)

    def _draw(self) -> None:
        if not self.is_shown or not self.total:
            return
        self._drawn_at = time.monotonic()
        full = min(self._done * _WIDTH // self.total, _WIDTH)
        bar = "#" * full + "." * (_WIDTH - full)
        self._out.write(f"\r[{bar}] {self._done} of {self.total} orders", ending="")
        self._out.flush()
