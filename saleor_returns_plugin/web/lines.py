"""A shipment line in words."""

from ..models import VendorShipmentLine


def line_name(line: VendorShipmentLine) -> str:
    """Product and variant, unless they say the same."""
    if line.variant_name and line.variant_name != line.product_name:
        return f"{line.product_name}, {line.variant_name}"
    return line.product_name
