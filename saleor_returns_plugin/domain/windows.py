"""Until when something can be returned."""

from datetime import datetime, timedelta, tzinfo

from ..enums import WindowAnchor


def anchor_moment(
    anchor: WindowAnchor,
    *,
    placed_at: datetime,
    fulfilled_at: datetime | None,
    delivered_at: datetime | None,
) -> datetime | None:
    """When the window starts; None while what it waits for has not happened.

    Nobody has to say "delivered": without it the fulfilment counts.
    """
    if anchor is WindowAnchor.PLACED:
        return placed_at
    if anchor is WindowAnchor.FULFILLED:
        return fulfilled_at
    return delivered_at or fulfilled_at


def last_moment(start: datetime, days: int, zone: tzinfo) -> datetime:
    """The last moment of the `days`th day after `start`, in the shop's time zone; it still counts."""
    day = start.astimezone(zone).date() + timedelta(days=days + 1)
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return midnight - timedelta(microseconds=1)
