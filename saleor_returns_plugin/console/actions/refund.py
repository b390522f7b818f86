"""The money goes back."""

from django.utils import timezone

from ...domain.actors import Actor
from ...models import VendorReturn
from ...services import refunds
from ...web.forms import idempotency_key
from ..action import action
from ..forms import Typed


@action("refund")
def refund(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    """What became of it stands on the page: a refusal of the gateway is an outcome, not an error."""
    refunds.release(
        vendor_return_id=part.pk,
        actor=actor,
        now=timezone.now(),
        idempotency_key=idempotency_key(typed.values),
    )
