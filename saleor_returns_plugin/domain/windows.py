"""Until when something can be returned."""

from datetime import date, datetime, time, timedelta, tzinfo

from ..enums import WindowAnchor


def anchor_moment(
    anchor: WindowAnchor,
    *,
    placed_at: datetime,
    fulfilled_at: datetime | None,
    delivered_at: datetime | None,
    transit_days: int,
) -> datetime | None:
    """When the window starts; None while what it waits for has not happened.

    Nobody has to say "delivered": without it the fulfilment counts, and the days in transit.
    """
    if anchor is WindowAnchor.PLACED:
        return placed_at
    if anchor is WindowAnchor.FULFILLED:
        return fulfilled_at
    if fulfilled_at is None:
        return None
    # A delivery before the last parcel left was that of another parcel.
    if delivered_at is None or delivered_at < fulfilled_at:
        return fulfilled_at + timedelta(days=transit_days)
    return delivered_at


def last_moment(start: datetime, days: int, zone: tzinfo) -> datetime:
    """The last moment of the `days`th day after `start`, in the shop's time zone; it still counts."""
    return end_of(start.astimezone(zone).date() + timedelta(days=days), zone)


def end_of(day: date, zone: tzinfo) -> datetime:
    """The last moment of a day in that zone."""
    moment = datetime.combine(day, time.max)
    # The zones of Django 3.2 are pytz's, which know their offset only this way.
    localize = getattr(zone, "localize", None)
    return localize(moment) if localize else moment.replace(tzinfo=zone)
