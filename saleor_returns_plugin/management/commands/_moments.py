"""Days and moments as people type them after an option."""

from datetime import date, datetime, time

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime


def moment(text: str | None, option: str) -> datetime | None:
    """A day is its start, in the shop's time zone. Raises CommandError."""
    if not text:
        return None
    try:
        found = parse_datetime(text)
        day = None if found else parse_date(text)
    except ValueError:
        found = day = None
    if found is None and day is None:
        raise CommandError(f"{option} takes a day or moment like 2026-01-31T00:00:00+00:00")
    found = found or datetime.combine(day, time())
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def whole_day(text: str | None, option: str) -> date | None:
    """Raises CommandError."""
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"{option} takes a day like 2026-01-31")
    return day
