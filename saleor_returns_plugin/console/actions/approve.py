"""The store lets a part through to its vendor, or all that wait of the request."""

from django.utils import timezone

from ...domain.actors import Actor
from ...models import VendorReturn
from ...services import return_requests
from ..action import action
from ..forms import Typed


@action("approve")
def approve(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    takes_all = bool(typed.text("all"))
    return_requests.approve(
        request_id=part.request_id,
        actor=actor,
        now=timezone.now(),
        vendor_return_ids=None if takes_all else [part.pk],
        note=typed.text("note"),
    )
