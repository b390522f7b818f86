"""The merchant says what really happened to a refund."""

from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...errors import ReturnsError
from ...models import VendorReturn
from ...services import refunds
from .. import seen
from ..action import action
from ..forms import Typed
from ..refund_about import refund_of
from ..refund_facts import RESOLVE

_OUTCOMES = {"paid": True, "not_paid": False}


@action(RESOLVE)
def refund_resolve(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    refund = refund_of(part, typed)
    name = f"{RESOLVE}-{refund.pk}-reference"
    outcome = typed.text("outcome")
    if outcome not in _OUTCOMES:
        typed.problems.add(_("Choose one of what is offered."))
        return
    try:
        refunds.resolve(
            refund_id=refund.pk,
            succeeded=_OUTCOMES[outcome],
            reference=typed.values.get(name, ""),
            actor=actor,
            now=timezone.now(),
            expected=seen.refund_status_of(typed),
        )
    except ReturnsError as error:
        typed.refuse(error, name if error.field == "reference" else "")
        raise
