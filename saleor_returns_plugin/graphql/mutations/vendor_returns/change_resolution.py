from typing import Any

import graphene

from .... import enums
from ....domain.actors import Actor
from ....services import resolutions
from ...actors import now_of
from ...base import ReturnsMutation
from ...enums import ReturnResolution
from ...ids import uuid_of
from ...inputs import variant_key
from ...rows import return_lines
from ...seen import Seen
from ...types.vendor_returns import ReturnLine, VendorReturn
from .payload import payload


class ReturnLineResolutionInput(graphene.InputObjectType):
    resolution = ReturnResolution(required=True)
    exchange_variant_id = graphene.ID(
        description="With EXCHANGE: the variant wanted; as before, or the same one, when left out."
    )
    send_back = graphene.Boolean(
        description="False: the shopper keeps the goods. For the store to decide."
    )


class ReturnLineResolutionChange(ReturnsMutation):
    return_line = graphene.Field(ReturnLine)
    vendor_return = graphene.Field(VendorReturn)

    class Meta:
        description = (
            "Shopper after a failed or expired exchange; vendor or merchant before settlement. "
            "Mailed; the new quote is an event."
        )

    class Arguments:
        id = graphene.ID(required=True)
        token = graphene.String()
        input = ReturnLineResolutionInput(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, id: str, input: Any) -> dict[str, Any]:
        line = resolutions.change(
            return_line_id=uuid_of(id, "ReturnLine"),
            actor=actor,
            resolution=enums.Resolution(input["resolution"]),
            send_back=input.get("send_back"),
            exchange_variant_id=variant_key(input.get("exchange_variant_id")),
            now=now_of(info),
        )
        row = return_lines().queryset.get(pk=line.pk)
        return {"return_line": Seen(row, actor), **payload(actor, line.vendor_return)}
