"""What every mutation of a request answers with."""

from typing import Any

from ....domain.actors import Actor
from ....models import ReturnRequest
from ...seen import Seen


def payload(actor: Actor, request: ReturnRequest) -> dict[str, Any]:
    """The request as the service left it, with its record, for this caller."""
    return {"return_request": Seen(request, actor)}
