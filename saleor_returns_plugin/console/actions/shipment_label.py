"""The label of a shipment is attached, or made."""

from functools import partial

from ...domain.actors import Actor
from ...models import VendorShipment
from ...services import labels
from .. import label_form
from ..action import shipment_action
from ..forms import Typed


@shipment_action(label_form.FORM)
def shipment_label(shipment: VendorShipment, actor: Actor, typed: Typed) -> None:
    whose = {"shipment_id": shipment.pk, "actor": actor}
    label_form.attach(
        typed,
        make=partial(labels.make_for_shipment, **whose),
        set_given=partial(labels.set_for_shipment, **whose),
    )
