"""Replacements for returned goods."""

from collections.abc import Sequence
from typing import Any

import graphene

from ...selectors import branding
from ...selectors.access import owns_order
from ...selectors.exchanges import payment_url
from .. import compat, rows
from ..enums import ReturnExchangeRelease, ReturnExchangeStatus
from ..seen import ReturnsType, Seen, batched, related
from .common import many, null_when_blank, required
from .shipments import saleor_order_by_key
from .vendors import is_inside


def variant_of(info: Any, root: Seen, variant_id: Any, channel: str) -> Any:
    """Saleor's variant; null when it is gone, and to all but the merchant when the channel does
    not show it."""
    if variant_id is None:
        return None
    sees_all = root.actor.is_merchant
    name = ("variants", channel, sees_all)
    return batched(info, name, variant_id, _variants(channel, sees_all))


def _variants(channel: str, sees_all: bool) -> Any:
    def found(keys: Sequence[Any]) -> list[Any]:
        if sees_all:
            rows = compat.model_of(compat.ProductVariant).objects.in_bulk(list(keys))
        else:
            rows = compat.shown_variants(keys, channel)
        return [compat.variant_root(rows.get(key), channel) for key in keys]

    return found


class ReturnExchangeLine(ReturnsType):
    return_line = graphene.Field(lambda: _return_line_type())
    variant = graphene.Field(compat.ProductVariant)
    name = graphene.String(
        required=True, description="Of the variant, also when it is no longer there."
    )
    sku = graphene.String()
    quantity = graphene.Int(required=True)
    unit_price = required(compat.Money, description="What the shopper pays for one, gross.")

    resolve_sku = null_when_blank("sku")

    def resolve_return_line(root: Seen, info: Any) -> Seen | None:
        return root.beside(root.node.return_line)

    def resolve_variant(root: Seen, info: Any) -> Any:
        channel = root.node.exchange.vendor_return.request.channel
        return variant_of(info, root, root.node.variant_id, channel)

    def resolve_unit_price(root: Seen, info: Any) -> Any:
        return compat.money(root.node.unit_price, root.node.exchange.currency)


class ReturnExchange(ReturnsType):
    """One order of Saleor's that replaces goods of a vendor return."""

    status = ReturnExchangeStatus(required=True)
    order = graphene.Field(compat.Order)
    order_number = graphene.String(description="Null until Saleor has an order for it.")
    release_rule = ReturnExchangeRelease(
        required=True, description="What its shipments are held for."
    )
    lines = many(ReturnExchangeLine, required=True)
    difference = required(compat.Money, description="What the shopper pays for it, gross.")
    payment_url = graphene.String(
        description="Where the shopper pays a positive difference; not for vendors."
    )
    expires_at = graphene.Field(
        compat.DateTime, description="Until when it can be paid for, while that is open."
    )
    failure = graphene.String(description="Why there is no order, in words for the store's people.")
    created_at = required(compat.DateTime)

    class Meta:
        interfaces = (graphene.relay.Node,)

    resolve_order_number = null_when_blank("order_number")

    def resolve_order(root: Seen, info: Any) -> Any:
        exchange = root.node
        record = exchange.vendor_return.request.record
        return saleor_order_by_key(root, info, record, exchange.order_id)

    def resolve_lines(root: Seen, info: Any) -> Any:
        return related(info, root, "lines", rows.exchange_lines)

    def resolve_difference(root: Seen, info: Any) -> Any:
        return compat.money(root.node.difference, root.node.currency)

    def resolve_payment_url(root: Seen, info: Any) -> str | None:
        request = root.node.vendor_return.request
        channel = request.channel
        if not root.actor.is_merchant and not owns_order(root.actor, request.record):
            return None
        return payment_url(root.node, branding.portal(channel))

    def resolve_failure(root: Seen, info: Any) -> str | None:
        inside = is_inside(root, root.node.vendor_return.vendor_id)
        return (root.node.failure or None) if inside else None


def _return_line_type() -> Any:
    from .vendor_returns import ReturnLine

    return ReturnLine
