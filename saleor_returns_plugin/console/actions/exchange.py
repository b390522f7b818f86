"""What can be done with the replacement for a return's goods."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...errors import NotFound
from ...models import VendorReturn
from ...services import exchanges
from .. import seen
from ..action import action
from ..forms import Typed


@action("exchange-retry")
def exchange_retry(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    exchanges.retry(
        exchange_id=_exchange(part, typed), actor=actor, expected=seen.exchange_status_of(typed)
    )


@action("exchange-release")
def exchange_release(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    exchanges.release(
        exchange_id=_exchange(part, typed),
        actor=actor,
        now=timezone.now(),
        expected=seen.exchange_status_of(typed),
    )


@action("exchange-cancel")
def exchange_cancel(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    exchanges.cancel(
        exchange_id=_exchange(part, typed),
        actor=actor,
        reason=typed.text("reason"),
        now=timezone.now(),
        expected=seen.exchange_status_of(typed),
    )


def _exchange(part: VendorReturn, typed: Typed) -> UUID:
    found = part.exchanges.filter(pk=typed.about).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(_("There is no such exchange."))
    return UUID(str(found))
