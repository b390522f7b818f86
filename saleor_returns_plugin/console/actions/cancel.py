"""The store calls the part off for the shopper."""

from django.utils import timezone
from django.utils.translation import gettext

from ...domain.actors import Actor
from ...errors import NotPermitted
from ...models import VendorReturn
from ...services import return_requests
from .. import seen
from ..action import action
from ..forms import Typed


@action("cancel")
def cancel(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    if not actor.is_merchant:
        raise NotPermitted(gettext("Only the store's staff may cancel a return here."))
    return_requests.cancel(
        request_id=part.request_id,
        actor=actor,
        now=timezone.now(),
        vendor_return_ids=[part.pk],
        expected=seen.status_of(typed),
    )
