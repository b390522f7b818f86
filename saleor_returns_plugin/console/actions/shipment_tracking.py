"""The parcel that left last can be followed, or another way than was said."""

from django.utils import timezone

from ...domain.actors import Actor
from ...models import VendorShipment
from ...services import shipments
from ...web.tracking import typed_tracking
from ..action import shipment_action
from ..forms import Typed


@shipment_action("tracking")
def shipment_tracking(shipment: VendorShipment, actor: Actor, typed: Typed) -> None:
    shipments.update_tracking(
        shipment_id=shipment.pk,
        actor=actor,
        tracking=typed_tracking(typed.text),
        now=timezone.now(),
    )
