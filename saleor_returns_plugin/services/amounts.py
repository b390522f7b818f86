"""Amounts of money that people type."""

from decimal import Decimal

from django.utils.translation import gettext

from ..domain.money import decimals, rounded
from ..errors import InvalidInput


def check_decimals(amount: Decimal, currency: str, *, field: str) -> None:
    """Raises InvalidInput for an amount finer than the currency's smallest unit."""
    if rounded(amount, currency) != amount:
        raise InvalidInput(
            gettext("%(currency)s has %(decimals)s decimals.")
            % {"currency": currency, "decimals": decimals(currency)},
            field=field,
        )
