"""Cleaning that the store's settings share: portal, policies, reasons."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext

from ..domain.actors import Actor
from ..errors import InvalidInput, NotPermitted


def only_merchant(actor: Actor) -> None:
    if not actor.is_merchant:
        raise NotPermitted(gettext("Only the store's staff may change settings."))


def number(value: Any, *, field: str, least: int = 0, most: int | None = None) -> Decimal:
    """A finite number within bounds. Raises InvalidInput."""
    try:
        amount = Decimal(value)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise InvalidInput(gettext("Give a number."), field=field) from error
    too_much = most is not None and amount.is_finite() and amount > most
    if not amount.is_finite() or amount < least or too_much:
        raise InvalidInput(_bounds(least, most), field=field)
    return amount


def _bounds(least: int, most: int | None) -> str:
    if most is None:
        return gettext("Give a number of at least %(least)s.") % {"least": least}
    return gettext("Give a number from %(least)s to %(most)s.") % {"least": least, "most": most}
