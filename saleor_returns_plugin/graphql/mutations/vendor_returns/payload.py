"""What every mutation of a vendor return answers with."""

from typing import Any
from uuid import UUID

from ....domain.actors import Actor
from ... import rows
from ...seen import Seen


def payload(actor: Actor, vendor_return_id: UUID) -> dict[str, Any]:
    """The vendor return as it is now, for this caller."""
    return {"vendor_return": Seen(rows.vendor_returns(actor).get(pk=vendor_return_id), actor)}
