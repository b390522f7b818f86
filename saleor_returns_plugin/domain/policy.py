"""The rules of a return, as one plain value: what a policy row says, or its frozen copy."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from ..enums import (
    CommissionBase,
    ExchangePricing,
    ExchangeRelease,
    Resolution,
    ShippingRule,
    WindowAnchor,
)


@dataclass(frozen=True)
class Policy:
    """Defaults: 30 days from delivery, refunds only, no fees (ARCHITECTURE section 5).

    `transit_days` stand for the time a parcel takes where nobody says when it arrived. The other
    days are what each person has to act in; `accept_on_silence` accepts for a vendor that let its
    days pass. `send_back` False: the shopper keeps the goods. `vendor_bears_shipping`: outbound
    shipping that goes back, and the fee for return shipping, are the vendor's and not the store's.
    Up to `vendor_refund_limit` (None: any amount) the vendor may refund, if it may at all; these
    two count as they stand on the day of the refund, and `commission_base` on that of the sale.
    A replacement is sent from `exchange_release` on; a difference can be paid for
    `exchange_offer_days`.
    """

    window_days: int | None = 30
    window_anchor: WindowAnchor = WindowAnchor.DELIVERED
    resolutions: tuple[Resolution, ...] = (Resolution.REFUND,)
    restocking_fee_percent: Decimal = Decimal(0)
    return_shipping_fee: Decimal = Decimal(0)
    shipping_refund: ShippingRule = ShippingRule.ON_FULL_RETURN
    returnable: bool = True
    pays_damaged: bool = True
    vendor_bears_shipping: bool = False
    vendor_may_refund: bool = True
    vendor_refund_limit: Decimal | None = None
    commission_base: CommissionBase = CommissionBase.NET
    auto_approve: bool = False
    send_back: bool = True
    exchange_release: ExchangeRelease = ExchangeRelease.ON_RECEPTION
    exchange_pricing: ExchangePricing = ExchangePricing.SAME_PRICE
    exchange_offer_days: int = 7
    accept_on_silence: bool = False
    transit_days: int = 3
    approve_days: int = 3
    accept_days: int = 5
    send_back_days: int = 21
    inspect_days: int = 7

    def lets_vendor_refund(self, amount: Decimal) -> bool:
        """Whether the vendor may pay this much itself; it is the store's money."""
        limit = self.vendor_refund_limit
        return self.vendor_may_refund and (limit is None or amount <= limit)

    def without_amounts(self) -> "Policy":
        """For an order in another currency: no fee, and no amount is within the vendor's limit."""
        limit = self.vendor_refund_limit
        return replace(
            self,
            return_shipping_fee=Decimal(0),
            vendor_refund_limit=None if limit is None else Decimal(0),
        )

    def snapshot(self) -> dict[str, Any]:
        """As JSON can keep it; `from_snapshot` reads it back."""
        plain = asdict(self)
        plain["window_anchor"] = self.window_anchor.value
        plain["resolutions"] = [resolution.value for resolution in self.resolutions]
        plain["restocking_fee_percent"] = str(self.restocking_fee_percent)
        plain["return_shipping_fee"] = str(self.return_shipping_fee)
        plain["shipping_refund"] = self.shipping_refund.value
        plain["commission_base"] = self.commission_base.value
        plain["exchange_release"] = self.exchange_release.value
        plain["exchange_pricing"] = self.exchange_pricing.value
        limit = self.vendor_refund_limit
        plain["vendor_refund_limit"] = None if limit is None else str(limit)
        return plain

    @classmethod
    def from_snapshot(cls, plain: Mapping[str, Any]) -> "Policy":
        if not plain:
            return cls()
        limit = plain.get("vendor_refund_limit")
        return cls(
            **{
                **plain,
                "commission_base": CommissionBase(plain.get("commission_base", "net")),
                "vendor_refund_limit": None if limit is None else Decimal(limit),
                "exchange_release": ExchangeRelease(
                    plain.get("exchange_release", ExchangeRelease.ON_RECEPTION)
                ),
                "exchange_pricing": ExchangePricing(
                    plain.get("exchange_pricing", ExchangePricing.SAME_PRICE)
                ),
                "window_anchor": WindowAnchor(plain["window_anchor"]),
                "resolutions": tuple(Resolution(value) for value in plain["resolutions"]),
                "restocking_fee_percent": Decimal(plain["restocking_fee_percent"]),
                "return_shipping_fee": Decimal(plain["return_shipping_fee"]),
                "shipping_refund": ShippingRule(plain["shipping_refund"]),
            }
        )
