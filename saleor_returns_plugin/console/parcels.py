"""The parcels in which a shipment left, each with the form of its tracking."""

from dataclasses import dataclass

from ..models import VendorShipment
from ..selectors import shipments
from ..selectors.shipments import Parcel
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
    notify: str
    """The name of the tick by which Saleor tells the customer."""
    notifies: bool
    is_open: bool


def name_of(parcel_id: str, field: str) -> str:
    return f"{FORM}-{parcel_id}-{field}"


def views_of(shipment: VendorShipment, typed: Typed) -> tuple[ParcelView, ...]:
    return tuple(_view(parcel, typed) for parcel in shipments.parcels_of(shipment))


def _view(parcel: Parcel, typed: Typed) -> ParcelView:
    is_open = typed.form == FORM and typed.text("about") == parcel.id
    notify = name_of(parcel.id, "notify")
    return ParcelView(
        id=parcel.id,
        sent=formats.day(parcel.sent_at),
        items=parcel.items,
        tracking=tracking_view(parcel.tracking) if parcel.tracking else None,
        fields=tracking_fields(typed.field, name_of(parcel.id, ""), parcel.tracking),
        notify=notify,
        notifies=notify in typed.values if is_open else True,
        is_open=is_open,
    )
