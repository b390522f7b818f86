"""Which rules hold for a vendor's goods in a channel."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from ..conf import setting
from ..domain.policy import Policy
from ..enums import (
    CommissionBase,
    ExchangePricing,
    ExchangeRelease,
    Resolution,
    ShippingRule,
    WindowAnchor,
)
from ..models import ReturnPolicy
from .search import plain


def offered() -> frozenset[Resolution]:
    """What the software can do: a policy offers some of it."""
    if setting("RETURNS_EXCHANGES"):
        return frozenset({Resolution.REFUND, Resolution.EXCHANGE})
    return frozenset({Resolution.REFUND})


def policies_for(vendor_ids: Iterable[UUID], channel: str, currency: str) -> dict[UUID, Policy]:
    """For orders of that channel and currency, the most specific whole row: vendor and channel,
    vendor, channel, default."""
    ids = list(vendor_ids)
    rows = list(
        ReturnPolicy.objects.filter(
            Q(vendor_id__in=ids) | Q(vendor=None), channel__in={channel, ""}
        )
    )
    return {vendor_id: _most_specific(rows, vendor_id, currency) for vendor_id in ids}


def all_policies(channel: str | None) -> QuerySet[ReturnPolicy]:
    rows = ReturnPolicy.objects.select_related("vendor").order_by("created_at", "id")
    return rows if channel is None else rows.filter(channel=plain(channel))


def _most_specific(rows: list[ReturnPolicy], vendor_id: UUID, currency: str) -> Policy:
    mine = [row for row in rows if row.vendor_id in (vendor_id, None)]
    if not mine:
        return Policy()
    best = max(mine, key=lambda row: (row.vendor_id is not None, bool(row.channel)))
    policy = _policy(best)
    return policy.without_amounts() if best.currency not in ("", currency) else policy


def _policy(row: ReturnPolicy) -> Policy:
    can_do = offered()
    return Policy(
        window_days=row.window_days,
        window_anchor=WindowAnchor(row.window_anchor),
        resolutions=tuple(Resolution(r) for r in row.resolutions if Resolution(r) in can_do),
        restocking_fee_percent=row.restocking_fee_percent,
        return_shipping_fee=row.return_shipping_fee,
        shipping_refund=ShippingRule(row.shipping_refund),
        returnable=row.returnable,
        pays_damaged=row.pays_damaged,
        vendor_bears_shipping=row.vendor_bears_shipping,
        vendor_may_refund=row.vendor_may_refund,
        vendor_refund_limit=row.vendor_refund_limit,
        commission_base=CommissionBase(row.commission_base),
        auto_approve=row.auto_approve,
        send_back=row.send_back,
        exchange_release=ExchangeRelease(row.exchange_release),
        exchange_pricing=ExchangePricing(row.exchange_pricing),
        exchange_offer_days=row.exchange_offer_days,
        accept_on_silence=row.accept_on_silence,
        transit_days=row.transit_days,
        approve_days=row.approve_days,
        accept_days=row.accept_days,
        send_back_days=row.send_back_days,
        inspect_days=row.inspect_days,
    )
