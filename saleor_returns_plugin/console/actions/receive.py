"""Goods arrived."""

from django.utils import timezone

from ...domain.actors import Actor
from ...errors import ReturnsError
from ...models import VendorReturn
from ...selectors import receptions as receptions_before
from ...services import receptions
from ...web.forms import Problems, idempotency_key
from .. import reception_form, seen
from ..action import action
from ..forms import Typed


@action("receive")
def receive(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    if "add" in typed.values:
        typed.is_unfinished = True
        return
    lines = list(part.lines.select_related("shipment_line"))
    received, names = reception_form.read(lines, typed)
    key = idempotency_key(typed.values)
    if receptions_before.is_known(part, key):
        typed.problems = Problems()  # pressed twice: its units are no longer to come
    if typed.problems:
        return
    try:
        receptions.receive(
            vendor_return_id=part.pk,
            actor=actor,
            lines=received,
            now=timezone.now(),
            idempotency_key=key,
            expected=seen.status_of(typed),
            expected_received=seen.counted_of(typed),
        )
    except ReturnsError as error:
        reception_form.refuse(error, names, typed)
        raise
