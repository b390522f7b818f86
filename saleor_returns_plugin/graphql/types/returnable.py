"""The order as the shopper can return it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import graphene
from promise import Promise

from ...domain.exchanges import Option
from ...enums import Resolution
from ...models import OrderRecord
from ...selectors.exchanges import options_of
from ...selectors.shipments import ReturnableLine as Line
from ...services.eligibility import error_of
from .. import compat
from ..enums import ReturnResolution, ReturnsErrorCode
from ..seen import ReturnsType, Seen, batched
from .common import many, required
from .exchanges import variant_of
from .shipments import VendorShipment, VendorShipmentLine


class ReturnRefusal(ReturnsType):
    code = ReturnsErrorCode(required=True)
    message = graphene.String(required=True)


class ReturnExchangeOption(ReturnsType):
    variant = graphene.Field(compat.ProductVariant)
    name = graphene.String(required=True)
    sku = graphene.String()
    difference = required(
        compat.Money,
        description="What the shopper pays for one or, negative, gets back; gross.",
    )
    available = graphene.Int(required=True, description="Units that can be had now.")

    def resolve_variant(root: Seen, info: Any) -> Any:
        return variant_of(info, root, root.node.option.variant_id, root.node.record.channel)

    def resolve_name(root: Seen, info: Any) -> str:
        return root.node.option.name

    def resolve_sku(root: Seen, info: Any) -> str | None:
        return root.node.option.sku or None

    def resolve_difference(root: Seen, info: Any) -> Any:
        return compat.money(root.node.option.difference, root.node.record.currency)

    def resolve_available(root: Seen, info: Any) -> int:
        return root.node.option.available


@dataclass(frozen=True)
class Offered:
    option: Option
    record: OrderRecord


def _options(root: Seen, info: Any) -> Any:
    """Of a line that can be exchanged now; one look at the host for all lines of the query."""

    def answer(lines: Sequence[Line]) -> list[list[Offered]]:
        by_id = {line.line.pk: (line.line, line.policy) for line in lines}
        record = lines[0].line.shipment.record
        found = options_of(record, by_id)
        return [[Offered(each, record) for each in found[line.line.pk]] for line in lines]

    line = root.node
    if line.refusal or Resolution.EXCHANGE not in line.resolutions:
        return Promise.resolve([])
    record_id = line.line.shipment.record_id
    return batched(info, ("exchange_options", record_id), line, answer)


class ReturnableLine(ReturnsType):
    line = required(VendorShipmentLine)
    returnable_quantity = graphene.Int(required=True)
    returnable_until = graphene.Field(
        compat.DateTime, description="Last moment for a return, if there is a window."
    )
    refusal = graphene.Field(
        ReturnRefusal, description="Why nothing can be returned now, in words for the shopper."
    )
    resolutions = many(ReturnResolution, required=True)
    exchange_variants = many(
        compat.ProductVariant,
        required=True,
        description="What a unit can be exchanged for now, in stock where the order was sent.",
    )
    exchange_options = many(
        ReturnExchangeOption,
        required=True,
        description="The same, each with what it costs more or less and how many there are.",
    )

    def resolve_line(root: Seen, info: Any) -> Seen | None:
        return root.beside(root.node.line)

    def resolve_returnable_until(root: Seen, info: Any) -> Any:
        return root.node.until

    def resolve_exchange_options(root: Seen, info: Any) -> Any:
        return _options(root, info).then(root.each)

    def resolve_exchange_variants(root: Seen, info: Any) -> Any:
        def variants(offered: Sequence[Offered]) -> Any:
            return Promise.all(
                [
                    variant_of(info, root, one.option.variant_id, one.record.channel)
                    for one in offered
                ]
            ).then(lambda found: [row for row in found if row is not None])

        return _options(root, info).then(compat.reads(variants))

    def resolve_refusal(root: Seen, info: Any) -> Seen | None:
        why = root.node.refusal
        return root.beside(error_of(why)) if why else None


class ReturnableShipment(ReturnsType):
    shipment = required(VendorShipment)
    lines = many(ReturnableLine, required=True)

    def resolve_shipment(root: Seen, info: Any) -> Seen | None:
        return root.beside(root.node.shipment)

    def resolve_lines(root: Seen, info: Any) -> list[Seen]:
        return root.each(root.node.lines)


class ReturnableOrder(ReturnsType):
    order_number = graphene.String(required=True)
    placed_at = required(compat.DateTime)
    shipments = many(ReturnableShipment, required=True)

    def resolve_order_number(root: Seen, info: Any) -> str:
        return root.node.record.number

    def resolve_placed_at(root: Seen, info: Any) -> Any:
        return root.node.record.placed_at

    def resolve_shipments(root: Seen, info: Any) -> list[Seen]:
        return root.each(root.node.shipments)
