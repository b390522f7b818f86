"""The prepaid label of a return is attached, or made; the shopper is told."""

from ...domain.actors import Actor
from ...errors import ReturnsError
from ...models import VendorReturn
from ...services import labels
from .. import label_form
from ..action import action
from ..forms import Typed


@action(label_form.FORM)
def return_label(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    carrier = typed.text("carrier")
    try:
        if carrier:
            labels.make_for_return(vendor_return_id=part.pk, actor=actor, carrier=carrier)
        else:
            labels.set_for_return(
                vendor_return_id=part.pk, actor=actor, given=label_form.given(typed)
            )
    except ReturnsError as error:
        label_form.refuse(error, typed)
        raise
