"""The store lets a part through to its vendor, or all that wait of the request."""

from django.utils import timezone

from ...domain.actors import Actor
from ...errors import ReturnsError
from ...models import VendorReturn
from ...services import return_requests
from .. import partial_form
from ..action import action
from ..forms import Typed


@action("approve")
def approve(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    takes_all = bool(typed.text("all"))
    declined, names = partial_form.read(part.lines.select_related("shipment_line"), typed)
    if typed.problems:
        return
    try:
        return_requests.approve(
            request_id=part.request_id,
            actor=actor,
            now=timezone.now(),
            vendor_return_ids=None if takes_all else [part.pk],
            declined=declined,
            note=typed.text("note"),
        )
    except ReturnsError as error:
        partial_form.refuse(error, names, typed)
        raise
