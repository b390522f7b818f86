from decimal import Decimal
from typing import Any

import graphene

from ... import host
from ...models import ReturnPolicy as PolicyRow
from .. import compat
from ..enums import (
    ReturnCommissionBase,
    ReturnExchangePricing,
    ReturnExchangeRelease,
    ReturnResolution,
    ReturnShippingRule,
    ReturnWindowAnchor,
)
from ..seen import ReturnsType, Seen
from .common import many, null_when_blank, required
from .vendors import Vendor


class ReturnPolicy(ReturnsType):
    """One row of the store's rules; the most specific whole row wins."""

    channel = graphene.String()
    vendor = graphene.Field(Vendor)
    window_days = graphene.Int()
    window_anchor = ReturnWindowAnchor(required=True)
    resolutions = many(ReturnResolution, required=True)
    restocking_fee_percent = required(compat.Decimal)
    return_shipping_fee = graphene.Field(compat.Money)
    shipping_refund = ReturnShippingRule(required=True)
    returnable = graphene.Boolean(required=True)
    pays_damaged = graphene.Boolean(required=True)
    vendor_bears_shipping = graphene.Boolean(
        required=True,
        description=(
            "Outbound shipping that goes back, and the fee for return shipping, are the vendor's."
        ),
    )
    vendor_may_refund = graphene.Boolean(
        required=True, description="Else only the store's staff may; as it stands at the refund."
    )
    vendor_refund_limit = graphene.Field(
        compat.Money, description="Above it only the store's staff may refund; null: any amount."
    )
    commission_base = ReturnCommissionBase(
        required=True, description="The price of a line that commission is charged on, at the sale."
    )
    auto_approve = graphene.Boolean(required=True)
    send_back = graphene.Boolean(
        required=True, description="Whether goods come back at all; else the shopper keeps them."
    )
    exchange_release = ReturnExchangeRelease(
        required=True, description="When a replacement may be sent."
    )
    exchange_pricing = ReturnExchangePricing(
        required=True, description="What is offered in exchange, and who bears the difference."
    )
    exchange_offer_days = graphene.Int(
        required=True, description="For the shopper to pay for something dearer."
    )
    accept_on_silence = graphene.Boolean(
        required=True,
        description="Accept for a vendor that lets its days pass; it needs an address for that.",
    )
    transit_days = graphene.Int(
        required=True, description="Of a parcel, where nobody says when it was delivered."
    )
    approve_days = graphene.Int(required=True, description="For the store to decide.")
    accept_days = graphene.Int(required=True, description="For the vendor to decide.")
    send_back_days = graphene.Int(required=True)
    inspect_days = graphene.Int(required=True, description="For the vendor to look and to pay.")

    class Meta:
        interfaces = (graphene.relay.Node,)

    resolve_channel = null_when_blank("channel")

    def resolve_vendor(root: Seen, info: Any) -> Seen | None:
        return root.beside(root.node.vendor)

    def resolve_return_shipping_fee(root: Seen, info: Any) -> Any:
        return _money(root.node, root.node.return_shipping_fee or None)

    def resolve_vendor_refund_limit(root: Seen, info: Any) -> Any:
        return _money(root.node, root.node.vendor_refund_limit)


def _money(policy: PolicyRow, amount: Decimal | None) -> Any:
    if amount is None:
        return None
    currency = policy.currency or host.current.currency_of(policy.channel)
    return compat.money(amount, currency) if currency else None
