"""The parcel arrived at the shopper's."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...domain.windows import end_of
from ...models import VendorShipment
from ...services import shipments
from ..action import shipment_action
from ..forms import Typed


@shipment_action("delivered")
def delivered(shipment: VendorShipment, actor: Actor, typed: Typed) -> None:
    """A day counts to its end, or to now: windows that start there never end early."""
    try:
        day = date.fromisoformat(typed.text("delivered_at"))
    except ValueError:
        typed.problems.add(_("Choose a day."), "delivered-delivered_at")
        return
    now = timezone.now()
    end = end_of(day, timezone.get_default_timezone())
    is_today = day == timezone.localdate(now)
    shipments.mark_delivered(
        shipment_id=shipment.pk, actor=actor, delivered_at=now if is_today else end, now=now
    )
