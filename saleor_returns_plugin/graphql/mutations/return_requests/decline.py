from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import return_requests
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import uuid_of, uuids_of
from ...types.common import many
from ...types.return_requests import ReturnRequest
from .payload import payload


class ReturnRequestDecline(ReturnsMutation):
    return_request = graphene.Field(ReturnRequest)

    class Meta:
        description = "Refuse a request, or parts of it, with a reason that the shopper reads."

    class Arguments:
        id = graphene.ID(required=True)
        vendor_returns = many(graphene.ID)
        reason = graphene.String(required=True)

    @staticmethod
    def perform(
        actor: Actor, info: Any, id: str, reason: str, vendor_returns: list[str] | None = None
    ) -> dict[str, Any]:
        request = return_requests.decline(
            request_id=uuid_of(id, "ReturnRequest"),
            actor=actor,
            reason=reason,
            now=now_of(info),
            vendor_return_ids=uuids_of(vendor_returns, "VendorReturn", field="vendor_returns"),
        )
        return payload(actor, request)
