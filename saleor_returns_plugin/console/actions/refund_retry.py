"""What failed of a refund is asked for again."""

from django.utils import timezone

from ...domain.actors import Actor
from ...models import VendorReturn
from ...services import refunds
from ..action import action
from ..forms import Typed
from ..refund_about import refund_of


@action("refund-retry")
def refund_retry(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    refunds.retry(refund_id=refund_of(part, typed).pk, actor=actor, now=timezone.now())
