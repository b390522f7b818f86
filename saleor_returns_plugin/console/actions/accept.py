"""The vendor takes the goods back."""

from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...domain.addresses import FIELDS
from ...errors import ReturnsError
from ...models import VendorReturn
from ...services import vendor_returns
from ...services.labels import GivenLabel
from ...web import addresses
from .. import label_form, partial_form, seen
from ..action import action
from ..forms import Typed

_FILE = "accept-label_file"
_LABEL_FIELDS = {
    "return_label": _FILE,
    "return_label.file": _FILE,
    "return_label.url": "accept-label_url",
}


@action("accept")
def accept(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    """Blank fields mean the vendor's own address and instructions."""
    address = {name: typed.text(f"address-{name}") for name in FIELDS}
    addresses.check(address, typed.problems, "accept-address-")
    declined, names = partial_form.read(part.lines.select_related("shipment_line"), typed)
    label = label_form.given(typed, "label_")
    if typed.problems:
        _ask_again(label, typed)
        return
    try:
        vendor_returns.accept(
            vendor_return_id=part.pk,
            actor=actor,
            now=timezone.now(),
            return_address=address if any(address.values()) else None,
            return_instructions=typed.text("return_instructions") or None,
            label=label if label.file is not None or label.url else None,
            declined=declined,
            note=typed.text("note"),
            expected=seen.status_of(typed),
        )
    except ReturnsError as error:
        if error.field == "return_address":
            typed.refuse(error, "accept-address")
        elif error.field in _LABEL_FIELDS:
            typed.refuse(error, _LABEL_FIELDS[error.field])
        else:
            partial_form.refuse(error, names, typed)
        _ask_again(label, typed)
        raise


def _ask_again(label: GivenLabel, typed: Typed) -> None:
    """No browser fills a file in again: without a word the label would be forgotten."""
    if label.file is not None and not typed.problems.of(_FILE):
        typed.problems.add(_("Choose the file of the label again."), _FILE)
