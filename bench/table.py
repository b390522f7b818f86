"""Plain text tables."""

from collections.abc import Sequence


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], notes: str) -> str:
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        first, *others = (
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return "  ".join([first, *others])

    rule = "  ".join("-" * width for width in widths)
    return "\n".join(["", title, "", line(head), rule, *map(line, rows), "", notes])


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"
