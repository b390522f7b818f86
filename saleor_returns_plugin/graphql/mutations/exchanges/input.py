from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import graphene

from ....domain.requested import ExchangedUnits
from ... import compat
from ...ids import saleor_key, uuid_of
from ...types.common import many


class ReturnExchangeLineInput(graphene.InputObjectType):
    return_line_id = graphene.ID(
        description="What it replaces: a return's line, or a line of the order when nothing comes back."
    )
    order_line_id = graphene.ID()
    variant_id = graphene.ID(required=True)
    quantity = graphene.Int(required=True)
    unit_price = compat.Decimal(default_value=0)


class ReturnExchangeInput(graphene.InputObjectType):
    order_id = graphene.ID(required=True)
    lines = many(ReturnExchangeLineInput, required=True)
    charge_vendor = graphene.Boolean(
        default_value=False,
        description=(
            "Whether the vendors earn on the new lines. An exchange within one vendor normally "
            "earns nothing twice."
        ),
    )
    notify_customer = graphene.Boolean()
    idempotency_key = graphene.String()


def exchanged_units(lines: Sequence[Mapping[str, Any]]) -> list[ExchangedUnits]:
    """Raises InvalidInput for IDs of something else, with the line's index."""
    return [_units(line, [index]) for index, line in enumerate(lines)]


def _units(line: Mapping[str, Any], index: Sequence[int]) -> ExchangedUnits:
    returned, sold = line.get("return_line_id"), line.get("order_line_id")
    return ExchangedUnits(
        variant_id=saleor_key(
            line["variant_id"], compat.ProductVariant, field="variant_id", index=index
        ),
        quantity=line["quantity"],
        return_line_id=returned
        and uuid_of(returned, "ReturnLine", field="return_line_id", index=index),
        order_line_id=sold
        and saleor_key(sold, compat.OrderLine, field="order_line_id", index=index),
        unit_price=Decimal(line.get("unit_price") or 0),
    )
