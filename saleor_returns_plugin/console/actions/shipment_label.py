"""The label of a shipment is attached, or made."""

from ...domain.actors import Actor
from ...errors import ReturnsError
from ...models import VendorShipment
from ...services import labels
from .. import label_form
from ..action import shipment_action
from ..forms import Typed


@shipment_action(label_form.FORM)
def shipment_label(shipment: VendorShipment, actor: Actor, typed: Typed) -> None:
    carrier = typed.text("carrier")
    try:
        if carrier:
            labels.make_for_shipment(shipment_id=shipment.pk, actor=actor, carrier=carrier)
        else:
            labels.set_for_shipment(
                shipment_id=shipment.pk, actor=actor, given=label_form.given(typed)
            )
    except ReturnsError as error:
        label_form.refuse(error, typed)
        raise
