"""A shipment's status follows from its units, its hold and its order's cancellation."""

from ..enums import ShipmentStatus


def derive(*, quantity: int, fulfilled: int, is_held: bool, is_cancelled: bool) -> ShipmentStatus:
    """`quantity` and `fulfilled` in units; what was shipped stays shipped when an order ends, and
    a shipment without units is cancelled."""
    if quantity and fulfilled >= quantity:
        return ShipmentStatus.FULFILLED
    if is_cancelled or not quantity:
        return ShipmentStatus.CANCELLED
    if fulfilled:
        return ShipmentStatus.PARTIALLY_FULFILLED
    return ShipmentStatus.HELD if is_held else ShipmentStatus.OPEN
