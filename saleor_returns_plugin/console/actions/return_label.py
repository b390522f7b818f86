"""The prepaid label of a return is attached, or made; the shopper is told."""

from functools import partial

from ...domain.actors import Actor
from ...models import VendorReturn
from ...services import labels
from .. import label_form
from ..action import action
from ..forms import Typed


@action(label_form.FORM)
def return_label(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    whose = {"vendor_return_id": part.pk, "actor": actor}
    label_form.attach(
        typed,
        make=partial(labels.make_for_return, **whose),
        set_given=partial(labels.set_for_return, **whose),
    )
