"""The store or the vendor refuses the part, with a reason for the shopper."""

from django.utils import timezone

from ...domain.actors import Actor
from ...models import VendorReturn
from ...services import vendor_returns
from .. import seen
from ..action import action
from ..forms import Typed


@action("decline")
def decline(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    vendor_returns.decline(
        vendor_return_id=part.pk,
        actor=actor,
        reason=typed.text("reason"),
        now=timezone.now(),
        expected=seen.status_of(typed),
    )
