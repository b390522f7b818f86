"""The store takes its own or the vendor's "no" back."""

from django.utils import timezone

from ...domain.actors import Actor
from ...models import VendorReturn
from ...services import vendor_returns
from .. import seen
from ..action import action
from ..forms import Typed


@action("reopen")
def reopen(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    vendor_returns.reopen(
        vendor_return_id=part.pk,
        actor=actor,
        reason=typed.text("reason"),
        now=timezone.now(),
        expected=seen.status_of(typed),
    )
