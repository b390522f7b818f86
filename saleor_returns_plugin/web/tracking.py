"""A parcel's tracking, as it is shown and as it is typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..domain.requested import Tracking
from .forms import Field

_SAFE = ("http://", "https://")


@dataclass(frozen=True)
class TrackingView:
    carrier: str
    number: str
    url: str


@dataclass(frozen=True)
class TrackingFields:
    carrier: Field
    number: Field
    url: Field


def tracking_view(values: Mapping[str, str | None]) -> TrackingView:
    """The link only where it can be no script."""
    url = values.get("url") or ""
    return TrackingView(
        carrier=values.get("carrier") or "",
        number=values.get("number") or "",
        url=url if url.startswith(_SAFE) else "",
    )


def tracking_fields(
    field: Callable[[str, str], Field], prefix: str, values: Mapping[str, str | None] | None = None
) -> TrackingFields:
    """`field` gives what was typed into a named field, or else the value beside it."""
    known = values or {}
    return TrackingFields(
        **{
            name: field(f"{prefix}{name}", known.get(name) or "")
            for name in ("carrier", "number", "url")
        }
    )


def typed_tracking(text: Callable[[str], str]) -> Tracking:
    return Tracking(text("carrier"), text("number"), text("url") or None)
