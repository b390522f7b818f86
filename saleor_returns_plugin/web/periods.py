"""Periods of whole days, as people and the API name them, as moments in the shop's time zone."""

from datetime import date, datetime, time, timedelta

from django.utils.timezone import make_aware
from django.utils.translation import gettext

from ..errors import InvalidInput

_YEARS = range(1900, 10_000 - 1)


def moments(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """From the start of the first day to the end of the last; an open end stays None.

    Raises InvalidInput for days that no calendar of ours reaches.
    """
    return _start(first), _start(last, days=1)


def _start(day: date | None, days: int = 0) -> datetime | None:
    if day is None:
        return None
    if day.year not in _YEARS:
        raise InvalidInput(gettext("This day is out of reach."), field="period")
    return make_aware(datetime.combine(day + timedelta(days=days), time()))
