"""The rules of a return, as one plain value: what a policy row says, or its frozen copy."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from ..enums import Resolution, ShippingRule, WindowAnchor


@dataclass(frozen=True)
class Policy:
    """Defaults: 30 days from delivery, refunds only, no fees (ARCHITECTURE section 5).

    `transit_days` stand for the time a parcel takes where nobody says when it arrived. The other
    days are what each person has to act in; `accept_on_silence` accepts for a vendor that let its
    days pass. `send_back` False: the shopper keeps the goods.
    """

    window_days: int | None = 30
    window_anchor: WindowAnchor = WindowAnchor.DELIVERED
    resolutions: tuple[Resolution, ...] = (Resolution.REFUND,)
    restocking_fee_percent: Decimal = Decimal(0)
    return_shipping_fee: Decimal = Decimal(0)
    shipping_refund: ShippingRule = ShippingRule.ON_FULL_RETURN
    returnable: bool = True
    pays_damaged: bool = True
    auto_approve: bool = False
    send_back: bool = True
    accept_on_silence: bool = False
    transit_days: int = 3
    approve_days: int = 3
    accept_days: int = 5
    send_back_days: int = 21
    inspect_days: int = 7

    def snapshot(self) -> dict[str, Any]:
        """As JSON can keep it; `from_snapshot` reads it back."""
        plain = asdict(self)
        plain["window_anchor"] = self.window_anchor.value
        plain["resolutions"] = [resolution.value for resolution in self.resolutions]
        plain["restocking_fee_percent"] = str(self.restocking_fee_percent)
        plain["return_shipping_fee"] = str(self.return_shipping_fee)
        plain["shipping_refund"] = self.shipping_refund.value
        return plain

    @classmethod
    def from_snapshot(cls, plain: Mapping[str, Any]) -> "Policy":
        if not plain:
            return cls()
        return cls(
            **{
                **plain,
                "window_anchor": WindowAnchor(plain["window_anchor"]),
                "resolutions": tuple(Resolution(value) for value in plain["resolutions"]),
                "restocking_fee_percent": Decimal(plain["restocking_fee_percent"]),
                "return_shipping_fee": Decimal(plain["return_shipping_fee"]),
                "shipping_refund": ShippingRule(plain["shipping_refund"]),
            }
        )
