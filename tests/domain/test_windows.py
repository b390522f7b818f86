"""Until when: to the last moment, in the shop's time zone."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from saleor_returns_plugin.domain.windows import anchor_moment, last_moment
from saleor_returns_plugin.enums import WindowAnchor

PLACED, FULFILLED, DELIVERED = (datetime(2026, 3, day, 9, 30, tzinfo=UTC) for day in (1, 4, 9))
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("anchor", "fulfilled", "delivered", "start"),
    [
        (WindowAnchor.PLACED, FULFILLED, DELIVERED, PLACED),
        (WindowAnchor.FULFILLED, FULFILLED, DELIVERED, FULFILLED),
        (WindowAnchor.FULFILLED, None, None, None),
        (WindowAnchor.DELIVERED, FULFILLED, DELIVERED, DELIVERED),
        (WindowAnchor.DELIVERED, FULFILLED, None, FULFILLED + timedelta(days=3)),
        (WindowAnchor.DELIVERED, None, None, None),
    ],
)
def test_a_window_starts_at_its_anchor(anchor, fulfilled, delivered, start):
    found = anchor_moment(
        anchor,
        placed_at=PLACED,
        fulfilled_at=fulfilled,
        delivered_at=delivered,
        transit_days=3,
    )
    assert found == start


@pytest.mark.parametrize(
    ("start", "days", "zone", "last"),
    [
        # The day of delivery itself is day 0.
        ("2026-03-09T00:00+00:00", 0, "UTC", "2026-03-09T23:59:59.999999+00:00"),
        ("2026-03-09T23:59+00:00", 30, "UTC", "2026-04-08T23:59:59.999999+00:00"),
        # Already the next day in Tokyo, still the day before in New York.
        ("2026-03-09T20:00+00:00", 1, "Asia/Tokyo", "2026-03-11T23:59:59.999999+09:00"),
        ("2026-03-09T02:00+00:00", 1, "America/New_York", "2026-03-09T23:59:59.999999-04:00"),
        # Summer time begins and ends in between.
        ("2026-03-28T12:00+01:00", 1, "Europe/Berlin", "2026-03-29T23:59:59.999999+02:00"),
        ("2026-10-24T12:00+02:00", 1, "Europe/Berlin", "2026-10-25T23:59:59.999999+01:00"),
        # A day that has no midnight.
        ("2026-09-05T12:00-04:00", 1, "America/Santiago", "2026-09-06T23:59:59.999999-03:00"),
    ],
)
def test_the_last_moment_is_the_end_of_the_last_day(start, days, zone, last):
    found = last_moment(datetime.fromisoformat(start), days, ZoneInfo(zone))
    assert found == datetime.fromisoformat(last)
    assert found.utcoffset() == datetime.fromisoformat(last).utcoffset()


def test_zones_as_django_3_has_them():
    pytz = pytest.importorskip("pytz")
    found = last_moment(DELIVERED, 1, pytz.timezone("America/New_York"))
    assert found == datetime(2026, 3, 11, 3, 59, 59, 999999, tzinfo=UTC)


def test_a_fixed_offset_is_a_zone_too():
    east = timezone(timedelta(hours=5, minutes=30))
    assert last_moment(DELIVERED, 0, east).isoformat() == "2026-03-09T23:59:59.999999+05:30"
