"""A parcel can be followed, or another way than was said."""

from django.utils import timezone

from ...domain.actors import Actor
from ...errors import NotFound, ReturnsError
from ...models import VendorShipment
from ...services import shipments
from ...web.tracking import typed_tracking
from .. import parcels
from ..action import shipment_action
from ..forms import Typed


@shipment_action(parcels.FORM)
def shipment_tracking(shipment: VendorShipment, actor: Actor, typed: Typed) -> None:
    parcel_id = typed.text("about")

    def text(name: str) -> str:
        return typed.values.get(parcels.name_of(parcel_id, name), "").strip()

    try:
        shipments.update_tracking(
            shipment_id=shipment.pk,
            actor=actor,
            tracking=typed_tracking(text),
            now=timezone.now(),
            parcel_id=parcel_id,
            notify_customer=bool(text("notify")),
        )
    except NotFound:
        raise
    except ReturnsError as error:
        typed.refuse(error, parcels.name_of(parcel_id, error.field or "number"))
        raise
