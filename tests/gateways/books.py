"""What a gateway was told to do and what it did, in files: shared by all processes of a test.

A test names the folder in the environment, so that a worker it starts (and kills) finds the same
books:

    books = Books(folder)              # or the `scriptable` fixture, which sets BOOKS_FOLDER
    books.script("declines", "accepts")
    ...
    assert books.moved() == [Decimal("7.50")]
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

BOOKS_FOLDER = "RETURNS_TEST_BOOKS"

PATIENCE = 120
"""Seconds after which a hanging gateway gives up, lest a broken test never ends."""


class Books:
    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    @classmethod
    def named(cls) -> "Books":
        """Those that the environment names."""
        return cls(os.environ[BOOKS_FOLDER])

    def script(self, *answers: str) -> None:
        """What to do at each of the next calls; the last counts for all that follow."""
        with self._locked():
            (self.folder / "script").write_text(json.dumps([*answers, *answers[-1:]]))

    def next_answer(self) -> str:
        """Enters a call in the books and says what to do."""
        with self._locked():
            path = self.folder / "script"
            answers = json.loads(path.read_text()) if path.exists() else ["accepts"]
            path.write_text(json.dumps(answers[1:] or answers))
            self._append("calls", answers[0])
            return str(answers[0])

    def move(self, amount: Decimal) -> int:
        """Money goes back; answers how often it did by now."""
        with self._locked():
            self._append("moved", str(amount))
            return len(self._lines("moved"))

    def calls(self) -> list[str]:
        """What was done at each call, first first."""
        return self._lines("calls")

    def moved(self) -> list[Decimal]:
        """Each amount that went back, first first."""
        return [Decimal(line) for line in self._lines("moved")]

    def hang(self) -> None:
        """Say that a call has arrived, and wait until `release`."""
        (self.folder / "arrived").touch()
        self._wait_for("released")

    def wait_for_call(self) -> None:
        """Until a call hangs."""
        self._wait_for("arrived")

    def release(self) -> None:
        """Let hanging calls go on, and those to come."""
        (self.folder / "released").touch()

    def _wait_for(self, name: str) -> None:
        end = time.monotonic() + PATIENCE
        while not (self.folder / name).exists():
            if time.monotonic() > end:
                raise TimeoutError(f"nobody has {name} in {PATIENCE} seconds")
            time.sleep(0.01)

    def _lines(self, name: str) -> list[str]:
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []

    def _append(self, name: str, line: str) -> None:
        with (self.folder / name).open("a") as file:
            file.write(f"{line}\n")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
