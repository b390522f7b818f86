from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import return_requests
from ...actors import now_of
from ...base import ReturnsMutation
from ...ids import uuid_of, uuids_of
from ...inputs import ReturnLineDeclineInput, declined_units
from ...types.common import many
from ...types.return_requests import ReturnRequest
from .payload import payload


class ReturnRequestApprove(ReturnsMutation):
    return_request = graphene.Field(ReturnRequest)

    class Meta:
        description = (
            "Whole, or only some parts, or less than asked: `declined` units are told to the "
            "shopper and are free again."
        )

    class Arguments:
        id = graphene.ID(required=True)
        vendor_returns = many(graphene.ID)
        declined = many(ReturnLineDeclineInput)
        note = graphene.String()

    @staticmethod
    def perform(
        actor: Actor,
        info: Any,
        id: str,
        vendor_returns: list[str] | None = None,
        declined: list[Any] | None = None,
        note: str | None = None,
    ) -> dict[str, Any]:
        request = return_requests.approve(
            request_id=uuid_of(id, "ReturnRequest"),
            actor=actor,
            now=now_of(info),
            vendor_return_ids=uuids_of(vendor_returns, "VendorReturn", field="vendor_returns"),
            declined=declined_units(declined),
            note=note or "",
        )
        return payload(actor, request)
