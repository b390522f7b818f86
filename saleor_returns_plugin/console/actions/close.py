"""The rest never came."""

from django.utils import timezone

from ...domain.actors import Actor
from ...models import VendorReturn
from ...services import receptions
from .. import seen
from ..action import action
from ..forms import Typed


@action("close")
def close(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    receptions.close(
        vendor_return_id=part.pk,
        actor=actor,
        now=timezone.now(),
        expected=seen.status_of(typed),
        expected_received=seen.counted_of(typed),
    )
