from collections.abc import Mapping
from typing import Any

import graphene

from ....domain.actors import Actor
from ....domain.requested import ReceivedLine
from ....enums import Condition, Disposition
from ....services import receptions
from ... import compat
from ...actors import now_of
from ...base import ReturnsMutation
from ...enums import ReturnCondition, ReturnDisposition
from ...ids import saleor_key, uuid_of
from ...inputs import chosen
from ...types.common import many
from ...types.vendor_returns import VendorReturn
from .payload import payload


class ReturnReceptionLineInput(graphene.InputObjectType):
    return_line_id = graphene.ID(required=True)
    quantity = graphene.Int(required=True)
    condition = ReturnCondition(default_value=Condition.GOOD.name)
    disposition = ReturnDisposition(
        description="RESTOCKED for GOOD, NOT_RESTOCKED for the rest, when left out."
    )
    note = graphene.String(description="Required for WRONG_ITEM and NOT_ACCEPTABLE.")
    warehouse_id = graphene.ID(
        description="Where it was put; the warehouse it left from when not given."
    )


class VendorReturnReceive(ReturnsMutation):
    vendor_return = graphene.Field(VendorReturn)

    class Meta:
        description = (
            "Record goods that arrived, per unit group. May be called again until all is "
            "received or missing."
        )

    class Arguments:
        id = graphene.ID(required=True)
        lines = many(ReturnReceptionLineInput, required=True)
        idempotency_key = graphene.String()

    @staticmethod
    def perform(
        actor: Actor,
        info: Any,
        id: str,
        lines: list[Mapping[str, Any]],
        idempotency_key: str | None = None,
    ) -> dict[str, Any]:
        part = receptions.receive(
            vendor_return_id=uuid_of(id, "VendorReturn"),
            actor=actor,
            lines=[_received(line, index) for index, line in enumerate(lines)],
            now=now_of(info),
            idempotency_key=idempotency_key or None,
        )
        return payload(actor, part)


def _received(line: Mapping[str, Any], index: int) -> ReceivedLine:
    warehouse = line.get("warehouse_id")
    return ReceivedLine(
        return_line_id=uuid_of(
            line["return_line_id"], "ReturnLine", field="return_line_id", index=[index]
        ),
        quantity=line["quantity"],
        condition=chosen(Condition, line.get("condition")) or Condition.GOOD,
        disposition=chosen(Disposition, line.get("disposition")),
        note=line.get("note") or "",
        warehouse_id=saleor_key(warehouse, compat.Warehouse, field="warehouse_id", index=[index])
        if warehouse
        else None,
    )
