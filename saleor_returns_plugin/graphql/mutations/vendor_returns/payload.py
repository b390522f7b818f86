"""What every mutation of a vendor return answers with."""

from typing import Any

from ....domain.actors import Actor
from ....models import VendorReturn
from ...seen import Seen


def payload(actor: Actor, part: VendorReturn) -> dict[str, Any]:
    """The vendor return as the service left it, with what it hangs on, for this caller."""
    return {"vendor_return": Seen(part, actor)}
