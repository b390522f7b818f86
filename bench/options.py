"""What the command line says to every table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """None stands for what the table itself holds to be enough."""

    rounds: int | None = None
    sizes: tuple[int, ...] | None = None
