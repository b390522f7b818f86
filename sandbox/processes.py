"""Child processes that all end when this one does, however it ends."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from .paths import CHECKOUT, LOGS

_LIBC = ctypes.CDLL(None)


def _end_with_parent() -> None:
    """Ask the kernel to end the child when this process is killed (Linux only)."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        _LIBC.prctl(set_parent_death_signal, signal.SIGTERM)


class Processes:
    """Each in a group of its own, so that a Ctrl-C reaches this process alone, and it ends them."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        with (LOGS / f"{name}.log").open("wb") as log:
            self._running[name] = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )

    def ended(self) -> str | None:
        """The name of one that ended by itself, if any."""
        return next((name for name, each in self._running.items() if each.poll() is not None), None)

    def stop(self) -> None:
        """The last started first; who does not go within ten seconds is killed."""
        for process in reversed(self._running.values()):
            _signal(process, signal.SIGTERM)
            deadline = time.monotonic() + 10
            while process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.05)
            _signal(process, signal.SIGKILL)
            process.wait()
        self._running.clear()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """To the whole group: a worker's children outlive a parent that was killed."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def tail(name: str, lines: int = 40) -> str:
    return "\n".join((LOGS / f"{name}.log").read_text(errors="replace").splitlines()[-lines:])
