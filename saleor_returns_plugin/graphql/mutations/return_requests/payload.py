"""What every mutation of a request answers with."""

from typing import Any
from uuid import UUID

from ....domain.actors import Actor
from ... import rows
from ...seen import Seen


def payload(actor: Actor, request_id: UUID) -> dict[str, Any]:
    """The request as it is now, for this caller."""
    return {"return_request": Seen(rows.requests(actor).get(pk=request_id), actor)}
