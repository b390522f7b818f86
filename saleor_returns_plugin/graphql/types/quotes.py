"""What goes back to the shopper, with its derivation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import graphene

from ...domain.quotes import LineQuote, Quote
from ...models import VendorShipment as ShipmentRow
from ...models import VendorShipmentLine as LineRow
from .. import compat
from ..seen import ReturnsType, Seen, related
from .common import ReturnQuoteStep, many, required, steps_of
from .shipments import VendorShipment, VendorShipmentLine


@dataclass(frozen=True)
class ShipmentQuote:
    """A quote and the shipment it is about, with its lines where they were read already."""

    shipment: ShipmentRow
    quote: Quote
    lines: Sequence[LineRow] | None = None


@dataclass(frozen=True)
class QuotedLine:
    line: LineRow
    quote: LineQuote
    currency: str


class ReturnLineQuote(ReturnsType):
    line = required(VendorShipmentLine)
    quantity = graphene.Int(required=True)
    amount = required(compat.TaxedMoney)
    steps = many(ReturnQuoteStep, required=True)

    def resolve_line(root: Seen, info: Any) -> Seen | None:
        return root.beside(root.node.line)

    def resolve_quantity(root: Seen, info: Any) -> int:
        return root.node.quote.quantity

    def resolve_amount(root: Seen, info: Any) -> Any:
        return compat.taxed(root.node.quote.amount, root.node.currency)

    def resolve_steps(root: Seen, info: Any) -> list[ReturnQuoteStep]:
        return steps_of(root.node.quote.steps, root.node.currency)


def _amount(name: str) -> Any:
    def resolve(root: Seen, info: Any) -> Any:
        quote = root.node.quote
        return compat.taxed(getattr(quote, name), quote.currency)

    return resolve


class VendorReturnQuote(ReturnsType):
    shipment = required(VendorShipment)
    lines = many(ReturnLineQuote, required=True)
    goods = required(compat.TaxedMoney)
    shipping = required(compat.TaxedMoney)
    restocking_fee = required(compat.TaxedMoney)
    return_shipping_fee = required(compat.TaxedMoney)
    already_refunded = required(
        compat.Money, description="What the store has paid back in Saleor itself; taken off here."
    )
    exchange_difference = required(compat.Money)
    refund = required(compat.Money, description="What goes back to the shopper; never negative.")
    steps = many(ReturnQuoteStep, required=True)

    resolve_goods = _amount("goods")
    resolve_shipping = _amount("shipping")
    resolve_restocking_fee = _amount("restocking_fee")
    resolve_return_shipping_fee = _amount("return_shipping_fee")

    def resolve_shipment(root: Seen, info: Any) -> Seen | None:
        return root.beside(root.node.shipment)

    def resolve_lines(root: Seen, info: Any) -> Any:
        quote, known = root.node.quote, root.node.lines

        def matched(lines: Sequence[LineRow]) -> list[Seen]:
            sold = {line.pk: line for line in lines}
            return root.each(
                QuotedLine(sold[item.line_id], item, quote.currency) for item in quote.lines
            )

        if known is not None:
            return matched(known)
        shipment = Seen(root.node.shipment, root.actor)
        return related(info, shipment, "lines").then(
            lambda lines: matched([line.node for line in lines])
        )

    def resolve_already_refunded(root: Seen, info: Any) -> Any:
        return compat.money(root.node.quote.already_refunded, root.node.quote.currency)

    def resolve_exchange_difference(root: Seen, info: Any) -> Any:
        return compat.money(root.node.quote.exchange_difference, root.node.quote.currency)

    def resolve_refund(root: Seen, info: Any) -> Any:
        return compat.money(root.node.quote.refund, root.node.quote.currency)

    def resolve_steps(root: Seen, info: Any) -> list[ReturnQuoteStep]:
        return steps_of(root.node.quote.steps, root.node.quote.currency)


class ReturnQuote(graphene.ObjectType):
    total = required(compat.Money)
    vendor_returns = many(VendorReturnQuote, required=True)
