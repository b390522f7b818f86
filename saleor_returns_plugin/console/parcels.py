"""The parcels in which a shipment left, each with the form of its tracking."""

from dataclasses import dataclass

from ..models import VendorShipment
from ..selectors import shipments
from ..web import formats
from ..web.tracking import TrackingFields, TrackingView, tracking_fields, tracking_view
from .forms import Typed

FORM = "tracking"


@dataclass(frozen=True)
class ParcelView:
    id: str
    sent: str
    items: tuple[str, ...]
    tracking: TrackingView | None
    fields: TrackingFields
    is_open: bool


def name_of(parcel_id: str, field: str) -> str:
    return f"{FORM}-{parcel_id}-{field}"


def views_of(shipment: VendorShipment, typed: Typed) -> tuple[ParcelView, ...]:
    return tuple(
        ParcelView(
            id=parcel.id,
            sent=formats.day(parcel.sent_at),
            items=parcel.items,
            tracking=tracking_view(parcel.tracking) if parcel.tracking else None,
            fields=tracking_fields(typed.field, name_of(parcel.id, ""), parcel.tracking),
            is_open=typed.form == FORM and typed.text("about") == parcel.id,
        )
        for parcel in shipments.parcels_of(shipment)
    )
