"""The vendor takes the goods back."""

from django.utils import timezone

from ...domain.actors import Actor
from ...domain.addresses import FIELDS
from ...errors import ReturnsError
from ...models import VendorReturn
from ...services import vendor_returns
from ...web import addresses
from .. import partial_form, seen
from ..action import action
from ..forms import Typed


@action("accept")
def accept(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    """Blank fields mean the vendor's own address and instructions."""
    address = {name: typed.text(f"address-{name}") for name in FIELDS}
    addresses.check(address, typed.problems, "accept-address-")
    declined, names = partial_form.read(part.lines.select_related("shipment_line"), typed)
    if typed.problems:
        return
    try:
        vendor_returns.accept(
            vendor_return_id=part.pk,
            actor=actor,
            now=timezone.now(),
            return_address=address if any(address.values()) else None,
            return_instructions=typed.text("return_instructions") or None,
            declined=declined,
            note=typed.text("note"),
            expected=seen.status_of(typed),
        )
    except ReturnsError as error:
        if error.field == "return_address":
            typed.refuse(error, "accept-address")
        else:
            partial_form.refuse(error, names, typed)
        raise
