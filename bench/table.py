"""Plain text tables, each with what was aimed at and whether it was met."""

import os
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Aim:
    """`found` is the figure that decides."""

    text: str
    found: str
    is_met: bool

    def __str__(self) -> str:
        return f"{'met    ' if self.is_met else 'NOT MET'}  {self.text}: {self.found}"


def table(
    title: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    notes: str,
    aims: Sequence[Aim] = (),
) -> str:
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        first, *others = (
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return "  ".join([first, *others])

    rule = "  ".join("-" * width for width in widths)
    lines = ["", title, "", line(head), rule, *map(line, rows), "", notes, *map(str, aims)]
    return "\n".join(lines)


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def load() -> str:
    """How busy the machine is: every figure is worth less the busier it was."""
    return " ".join(f"{minutes:.2f}" for minutes in os.getloadavg())
