"""The store pays units that the vendor refused, or that never came."""

from django.utils import timezone
from django.utils.translation import gettext

from ...domain.actors import Actor
from ...errors import NotFound, ReturnsError
from ...models import ReceptionLine, VendorReturn
from ...services import receptions
from .. import seen
from ..action import action
from ..forms import Typed


@action("overrule")
def overrule(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    rows = ReceptionLine.objects.filter(reception__vendor_return=part, pk=typed.about)
    row = rows.first()
    if row is None:
        raise NotFound(gettext("There is no such item."))
    name = f"overrule-{row.pk}-reason"
    try:
        receptions.overrule(
            reception_line_id=row.pk,
            actor=actor,
            reason=typed.values.get(name, ""),
            now=timezone.now(),
            expected=seen.status_of(typed),
        )
    except ReturnsError as error:
        typed.refuse(error, name)
        raise
