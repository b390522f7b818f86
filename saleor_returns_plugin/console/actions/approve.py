"""The store lets a part through to its vendor, or all that wait of the request."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...enums import ReturnStatus
from ...errors import ReturnsError
from ...models import VendorReturn
from ...selectors.returned import in_conflict
from ...services import return_requests
from .. import partial_form, seen
from ..action import action
from ..forms import Typed
from ..return_forms import waiting_with


@action("approve")
def approve(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    takes_all = bool(typed.text("all"))
    declined, names = partial_form.read(part.lines.select_related("shipment_line"), typed)
    decided = [part, *waiting_with(part, actor)] if takes_all else [part]
    if not typed.text("confirm") and any(in_conflict(decided)):
        typed.problems.add(
            _("Saleor's order says something else. Say that you approve all the same."),
            "approve-confirm",
        )
    if typed.problems:
        return
    try:
        return_requests.approve(
            request_id=part.request_id,
            actor=actor,
            now=timezone.now(),
            vendor_return_ids=None if takes_all else [part.pk],
            declined=declined,
            note=typed.text("note"),
            expected=_expected(part, typed) if takes_all else seen.status_of(typed),
        )
    except ReturnsError as error:
        partial_form.refuse(error, names, typed)
        raise


def _expected(part: VendorReturn, typed: Typed) -> dict[UUID, ReturnStatus] | None:
    """Of all parts that the page showed as waiting, this one and the others."""
    own = seen.status_of(typed)
    if own is None:
        return None
    return {part.pk: own, **dict.fromkeys(seen.others_of(typed), ReturnStatus.REQUESTED)}
