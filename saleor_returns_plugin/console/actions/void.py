"""A reception was recorded by mistake."""

from django.utils import timezone
from django.utils.translation import gettext

from ...domain.actors import Actor
from ...errors import NotFound, ReturnsError
from ...models import VendorReturn
from ...services import receptions
from .. import seen
from ..action import action
from ..forms import Typed


@action("void")
def void(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    reception = part.receptions.filter(pk=typed.about).first()
    if reception is None:
        raise NotFound(gettext("There is no such reception."))
    name = f"void-{reception.pk}-reason"
    try:
        receptions.void(
            reception_id=reception.pk,
            actor=actor,
            reason=typed.values.get(name, ""),
            now=timezone.now(),
            expected=seen.status_of(typed),
        )
    except ReturnsError as error:
        typed.refuse(error, name)
        raise
