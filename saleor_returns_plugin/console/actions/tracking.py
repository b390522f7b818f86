"""Staff write down what the shopper told them of the parcel."""

from django.utils import timezone

from ...domain.actors import Actor
from ...models import VendorReturn
from ...services import vendor_returns
from ...web.tracking import typed_tracking
from .. import seen
from ..action import action
from ..forms import Typed


@action("tracking")
def tracking(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    vendor_returns.add_tracking(
        vendor_return_id=part.pk,
        actor=actor,
        tracking=typed_tracking(typed.text),
        now=timezone.now(),
        expected=seen.said(typed, "was"),
    )
