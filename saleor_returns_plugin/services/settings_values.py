"""Cleaning that the store's settings share: portal, policies, reasons."""

from decimal import Decimal, InvalidOperation
from typing import Any

from ..domain.actors import Actor
from ..errors import InvalidInput, NotPermitted


def only_merchant(actor: Actor) -> None:
    if not actor.is_merchant:
        raise NotPermitted("Only the store's staff may change settings.")


def number(value: Any, *, field: str, least: int = 0, most: int | None = None) -> Decimal:
    """A finite number within bounds. Raises InvalidInput."""
    try:
        amount = Decimal(value)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise InvalidInput("Give a number.", field=field) from error
    too_much = most is not None and amount.is_finite() and amount > most
    if not amount.is_finite() or amount < least or too_much:
        upper = f" and at most {most}" if most is not None else ""
        raise InvalidInput(f"Give a number of at least {least}{upper}.", field=field)
    return amount
