"""What becomes of an item: what the shopper gets, and whether the goods come back."""

from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...enums import Resolution
from ...errors import NotFound, ReturnsError
from ...models import VendorReturn
from ...services import resolutions
from ..action import action
from ..forms import Typed

_SEND_BACK = {"yes": True, "no": False, "": None}


@action("resolution")
def resolution(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    """A field that the form does not offer leaves what it was."""
    line = part.lines.filter(pk=typed.about).first()
    if line is None:
        raise NotFound(_("There is no such item."))
    start = f"resolution-{line.pk}-"
    wanted = typed.values.get(f"{start}resolution") or line.resolution
    send_back = typed.values.get(f"{start}send_back", "")
    if wanted not in [member.value for member in Resolution] or send_back not in _SEND_BACK:
        typed.problems.add(_("Choose one of what is offered."), f"{start}send_back")
        return
    try:
        resolutions.change(
            return_line_id=line.pk,
            actor=actor,
            resolution=Resolution(wanted),
            now=timezone.now(),
            send_back=_SEND_BACK[send_back],
        )
    except ReturnsError as error:
        field = error.field if error.field in ("resolution", "send_back") else "send_back"
        typed.refuse(error, f"{start}{field}")
        raise
