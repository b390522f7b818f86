"""Money on its way back, as merchant, vendor and shopper may see it."""

from typing import Any

import graphene

from ...domain.money import Taxed
from ...domain.quotes import steps_from
from ...domain.refund_parts import way_of
from .. import compat, rows
from ..enums import ReturnRefundMethod, ReturnRefundStatus, ReturnRefundWay
from ..seen import ReturnsType, Seen, related
from .common import ReturnQuoteStep, many, required, steps_of
from .vendors import is_inside


class ReturnRefundLine(ReturnsType):
    return_line = required(lambda: _return_line_type())
    quantity = graphene.Int(required=True)
    amount = required(compat.TaxedMoney)

    def resolve_return_line(root: Seen, info: Any) -> Seen | None:
        return root.beside(root.node.return_line)

    def resolve_amount(root: Seen, info: Any) -> Any:
        line = root.node
        return compat.taxed(Taxed(line.goods_net, line.goods_gross), line.refund.currency)


class ReturnRefundPart(ReturnsType):
    amount = required(compat.Money)
    status = ReturnRefundStatus(required=True)
    way = ReturnRefundWay(required=True, description="Where the money goes.")
    psp_reference = graphene.String()

    def resolve_way(root: Seen, info: Any) -> str:
        return way_of(root.node.payment_reference).value

    def resolve_amount(root: Seen, info: Any) -> Any:
        return compat.money(root.node.amount, root.node.refund.currency)

    def resolve_psp_reference(root: Seen, info: Any) -> str | None:
        return (root.node.psp_reference or None) if root.actor.is_merchant else None


def _amount(net: str, gross: str) -> Any:
    def resolve(root: Seen, info: Any) -> Any:
        refund = root.node
        return compat.taxed(Taxed(getattr(refund, net), getattr(refund, gross)), refund.currency)

    return resolve


class ReturnRefund(ReturnsType):
    status = ReturnRefundStatus(required=True)
    amount = required(compat.Money)
    goods = required(compat.TaxedMoney)
    shipping = required(compat.TaxedMoney)
    fees = required(compat.TaxedMoney)
    method = ReturnRefundMethod(required=True)
    reference = graphene.String(description="Under which a MANUAL refund is found; store only.")
    reason = graphene.String(description="Why the amount is not the quoted one.")
    already_refunded = required(
        compat.Money, description="What the store had paid back in Saleor itself."
    )
    adjustment = required(compat.Money, description="What the store changed, signed.")
    steps = many(ReturnQuoteStep, required=True)
    lines = many(ReturnRefundLine, required=True)
    parts = many(ReturnRefundPart, required=True)
    failure = graphene.String()
    created_at = required(compat.DateTime)

    class Meta:
        interfaces = (graphene.relay.Node,)

    resolve_goods = _amount("goods_net", "goods_gross")
    resolve_shipping = _amount("shipping_net", "shipping_gross")
    resolve_fees = _amount("fees_net", "fees_gross")

    def resolve_amount(root: Seen, info: Any) -> Any:
        return compat.money(root.node.amount, root.node.currency)

    def resolve_already_refunded(root: Seen, info: Any) -> Any:
        return compat.money(root.node.already_refunded, root.node.currency)

    def resolve_adjustment(root: Seen, info: Any) -> Any:
        return compat.money(root.node.adjustment, root.node.currency)

    def resolve_reference(root: Seen, info: Any) -> str | None:
        return (root.node.reference or None) if root.actor.is_merchant else None

    def resolve_reason(root: Seen, info: Any) -> str | None:
        return root.node.reason or None

    def resolve_steps(root: Seen, info: Any) -> list[ReturnQuoteStep]:
        return steps_of(steps_from(root.node.steps), root.node.currency)

    def resolve_lines(root: Seen, info: Any) -> Any:
        return related(info, root, "lines", rows.refund_lines)

    def resolve_parts(root: Seen, info: Any) -> Any:
        return related(info, root, "parts", rows.refund_parts)

    def resolve_failure(root: Seen, info: Any) -> str | None:
        """In the gateway's words, so not for the shopper."""
        inside = is_inside(root, root.node.vendor_return.vendor_id)
        return (root.node.failure or None) if inside else None


def _return_line_type() -> Any:
    from .vendor_returns import ReturnLine

    return ReturnLine
