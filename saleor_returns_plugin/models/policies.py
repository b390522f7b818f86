"""The store's rules; the most specific whole row wins."""

from django.db import models
from django.db.models import Q

from ..enums import (
    CommissionBase,
    ExchangePricing,
    ExchangeRelease,
    Resolution,
    ShippingRule,
    WindowAnchor,
)
from .base import Row, amount_field, check, one_of
from .vendors import Vendor

_HAS_CURRENCY = ~Q(channel="") | ~Q(currency="")


def default_resolutions() -> list[str]:
    return [Resolution.REFUND.value]


class ReturnPolicy(Row):
    """Blank channel: every channel; no vendor: every vendor.

    Amounts are in the channel's currency; without a channel in `currency`, for whose orders alone
    they count (ADR 17). Where there is no amount, or a channel, `currency` is blank.
    """

    channel = models.CharField(max_length=250, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, null=True, related_name="policies")
    window_days = models.PositiveIntegerField(null=True, default=30)
    window_anchor = models.CharField(
        max_length=12, choices=WindowAnchor.choices(), default=WindowAnchor.DELIVERED.value
    )
    resolutions = models.JSONField(default=default_resolutions)
    restocking_fee_percent = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    return_shipping_fee = amount_field(default=0)
    shipping_refund = models.CharField(
        max_length=16, choices=ShippingRule.choices(), default=ShippingRule.ON_FULL_RETURN.value
    )
    returnable = models.BooleanField(default=True)
    pays_damaged = models.BooleanField(default=True)
    vendor_bears_shipping = models.BooleanField(default=False)
    vendor_may_refund = models.BooleanField(default=True)
    vendor_refund_limit = amount_field(null=True)
    commission_base = models.CharField(
        max_length=8, choices=CommissionBase.choices(), default=CommissionBase.NET.value
    )
    auto_approve = models.BooleanField(default=False)
    send_back = models.BooleanField(default=True)
    exchange_release = models.CharField(
        max_length=16,
        choices=ExchangeRelease.choices(),
        default=ExchangeRelease.ON_RECEPTION.value,
    )
    exchange_pricing = models.CharField(
        max_length=16,
        choices=ExchangePricing.choices(),
        default=ExchangePricing.SAME_PRICE.value,
    )
    exchange_offer_days = models.PositiveIntegerField(default=7)
    accept_on_silence = models.BooleanField(default=False)
    transit_days = models.PositiveIntegerField(default=3)
    approve_days = models.PositiveIntegerField(default=3)
    accept_days = models.PositiveIntegerField(default=5)
    send_back_days = models.PositiveIntegerField(default=21)
    inspect_days = models.PositiveIntegerField(default=7)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="returns_policy_vendor",
                fields=["channel", "vendor"],
                condition=Q(vendor__isnull=False),
            ),
            models.UniqueConstraint(
                name="returns_policy_channel",
                fields=["channel"],
                condition=Q(vendor__isnull=True),
            ),
            check(
                "returns_policy_percent",
                Q(restocking_fee_percent__gte=0, restocking_fee_percent__lte=100),
            ),
            check("returns_policy_fee", Q(return_shipping_fee__gte=0)),
            check(
                "returns_policy_currency",
                Q(currency="") | Q(currency__regex="^[A-Z]{3}$", channel=""),
            ),
            check("returns_policy_fee_currency", Q(return_shipping_fee=0) | _HAS_CURRENCY),
            check(
                "returns_policy_limit",
                Q(vendor_refund_limit__isnull=True)
                | (Q(vendor_refund_limit__gte=0) & _HAS_CURRENCY),
            ),
            one_of("returns_policy_base", "commission_base", CommissionBase),
            check("returns_policy_offers", ~Q(resolutions=[])),
            check(
                "returns_policy_days",
                Q(
                    approve_days__gte=1,
                    accept_days__gte=1,
                    send_back_days__gte=1,
                    inspect_days__gte=1,
                    exchange_offer_days__gte=1,
                ),
            ),
            one_of("returns_policy_release", "exchange_release", ExchangeRelease),
            one_of("returns_policy_pricing", "exchange_pricing", ExchangePricing),
            one_of("returns_policy_anchor", "window_anchor", WindowAnchor),
            one_of("returns_policy_shipping", "shipping_refund", ShippingRule),
        ]
