"""What becomes of an item: what the shopper gets, and whether the goods come back."""

from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...enums import Resolution
from ...errors import NotFound, ReturnsError
from ...models import VendorReturn
from ...selectors.exchanges import failed, option_named, options_for
from ...services import resolutions
from .. import seen
from ..action import action
from ..forms import Typed

_FIELDS = {
    "resolution": "resolution",
    "exchange_variant_id": "variant",
}
_SEND_BACK = {"yes": True, "no": False, "": None}


@action("resolution")
def resolution(part: VendorReturn, actor: Actor, typed: Typed) -> str | None:
    """A field that the form does not offer leaves what it was."""
    line = part.lines.filter(pk=typed.about).first()
    if line is None:
        raise NotFound(_("There is no such item."))
    start = f"resolution-{line.pk}-"
    wanted = typed.values.get(f"{start}resolution") or line.resolution
    send_back = typed.values.get(f"{start}send_back", "")
    if wanted not in [member.value for member in Resolution] or send_back not in _SEND_BACK:
        typed.problems.add(_("Choose one of what is offered."), f"{start}send_back")
        return None
    variant_id = None
    chosen = typed.values.get(f"{start}variant")
    is_new = chosen == "" and not line.is_exchanged
    if (chosen or is_new) and wanted == Resolution.EXCHANGE.value:
        offered = options_for(part.request.record, [line])[line.shipment_line_id]
        option = option_named(offered, chosen)
        if option is None:
            typed.problems.add(_("Choose one of what is offered."), f"{start}variant")
            return None
        variant_id = option.variant_id
    was, is_failed = resolutions.fingerprint(line), failed(part) is not None
    try:
        changed = resolutions.change(
            return_line_id=line.pk,
            actor=actor,
            resolution=Resolution(wanted),
            now=timezone.now(),
            send_back=_SEND_BACK[send_back],
            exchange_variant_id=variant_id,
            expected=seen.said(typed, "was"),
        )
    except ReturnsError as error:
        field = _FIELDS.get(error.field or "", "send_back")
        typed.refuse(error, f"{start}{field}")
        raise
    is_tried_again = is_failed and changed.is_exchanged
    is_same = resolutions.fingerprint(changed) == was and not is_tried_again
    return "resolution-same" if is_same else None
