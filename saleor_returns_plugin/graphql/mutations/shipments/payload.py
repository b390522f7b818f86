"""What every mutation of a shipment answers with."""

from typing import Any
from uuid import UUID

from ....domain.actors import Actor
from ... import rows
from ...seen import Seen


def payload(actor: Actor, shipment_id: UUID) -> dict[str, Any]:
    """The shipment as it is now, for this caller."""
    return {"vendor_shipment": Seen(rows.shipments(actor).get(pk=shipment_id), actor)}
