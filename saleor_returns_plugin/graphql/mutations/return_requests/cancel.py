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


class ReturnRequestCancel(ReturnsMutation):
    return_request = graphene.Field(ReturnRequest)

    class Meta:
        description = "Withdraw a request, or parts of it, before anything was received."

    class Arguments:
        id = graphene.ID(required=True)
        token = graphene.String()
        vendor_returns = many(graphene.ID)

    @staticmethod
    def perform(
        actor: Actor, info: Any, id: str, vendor_returns: list[str] | None = None
    ) -> dict[str, Any]:
        request = return_requests.cancel(
            request_id=uuid_of(id, "ReturnRequest"),
            actor=actor,
            now=now_of(info),
            vendor_return_ids=uuids_of(vendor_returns, "VendorReturn", field="vendor_returns"),
        )
        return payload(actor, request)
