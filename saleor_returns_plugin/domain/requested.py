"""What people hand in, as plain values."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from ..enums import Condition, Disposition, Resolution


@dataclass(frozen=True)
class RequestedLine:
    """Units of a shipment line that the shopper wants to send back."""

    shipment_line_id: UUID
    quantity: int
    reason_id: UUID | None = None
    note: str = ""
    resolution: Resolution = Resolution.REFUND
    exchange_variant_id: Any = None
    """With EXCHANGE: what is wanted instead; the same variant when none is named."""


@dataclass(frozen=True)
class ExchangedUnits:
    """Units of a variant that staff send instead of units of a return's line, or of an order's; or
    on top, where none is named. `unit_price` is what the shopper pays for one, gross."""

    variant_id: Any
    quantity: int
    return_line_id: UUID | None = None
    order_line_id: Any = None
    unit_price: Decimal = Decimal(0)


@dataclass(frozen=True)
class DeclinedUnits:
    """Units of a return line that are refused, with a reason that the shopper reads."""

    return_line_id: UUID
    quantity: int
    reason: str


@dataclass(frozen=True)
class Tracking:
    """A parcel on its way, as its sender tells."""

    carrier: str
    number: str
    url: str | None = None


@dataclass(frozen=True)
class ReceivedLine:
    """Units of one condition that arrived, or that never will (MISSING)."""

    return_line_id: UUID
    quantity: int
    condition: Condition = Condition.GOOD
    disposition: Disposition | None = None
    note: str = ""
    warehouse_id: Any = None
