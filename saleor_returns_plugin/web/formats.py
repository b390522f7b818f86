"""Money and dates as the reader of a page writes them."""

from datetime import datetime
from decimal import Decimal

from babel.core import Locale, UnknownLocaleError
from babel.numbers import format_currency
from django.utils import formats, timezone
from django.utils.translation import get_language, to_locale


def money(amount: Decimal, currency: str) -> str:
    return format_currency(amount, currency, locale=locale())


def day(moment: datetime | None) -> str:
    """In the shop's time zone; blank for None."""
    if moment is None:
        return ""
    return formats.date_format(timezone.localtime(moment), "DATE_FORMAT")


def moment(value: datetime | None) -> str:
    if value is None:
        return ""
    return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")


def today() -> str:
    """In the shop's time zone, as a date field of a form takes it."""
    return timezone.localdate().isoformat()


def locale() -> Locale:
    """The reader's, as Babel knows it."""
    try:
        return Locale.parse(to_locale(get_language() or "en"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
