"""Units of a shipment leave."""

from django.utils import timezone

from ...domain.actors import Actor
from ...errors import ReturnsError
from ...models import VendorShipment
from ...selectors.shipments import sent_with, units_waiting
from ...services import shipments
from ...web.forms import Problems, idempotency_key
from ...web.tracking import typed_tracking
from .. import fulfil_form, seen
from ..action import shipment_action
from ..forms import Typed


@shipment_action("fulfil")
def fulfil(shipment: VendorShipment, actor: Actor, typed: Typed) -> None:
    units, names = fulfil_form.read(shipment.lines.all(), units_waiting(shipment), typed)
    key = idempotency_key(typed.values)
    if sent_with(shipment, key) is not None:
        typed.problems = Problems()  # pressed twice: its units are no longer to be sent
    if typed.problems:
        return
    given = typed_tracking(typed.text)
    has_tracking = given.number or given.carrier or given.url
    try:
        shipments.fulfil(
            shipment_id=shipment.pk,
            actor=actor,
            now=timezone.now(),
            units=units,
            tracking=given if has_tracking else None,
            notify_customer=bool(typed.text("notify")),
            idempotency_key=key,
            expected_sent=seen.sent_of(typed),
        )
    except ReturnsError as error:
        fulfil_form.refuse(error, names, typed)
        raise
