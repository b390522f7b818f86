"""A way of shipping for a checkout, also one that costs nothing: up to 3.22 a checkout reads its method's listing, from 3.23 on it
has a row of its own, with a price. Or the warehouse where it is collected."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from saleor.checkout import models
from saleor.checkout.fetch import CheckoutInfo, fetch_checkout_info
from saleor.checkout.models import Checkout
from saleor.shipping.models import ShippingMethod
from saleor.warehouse.models import Warehouse

HAS_ROWS = "shipping_channel_listings" not in CheckoutInfo.__dataclass_fields__
NEVER_STALE = timedelta(days=365)


def deliver_free(
    checkout: Checkout, method: ShippingMethod | Warehouse, lines: Iterable[Any], manager: Any
) -> CheckoutInfo:
    """What Saleor knows of the checkout, with this way of shipping, at no price."""
    return _delivered(checkout, method, lines, manager, Decimal(0))


def deliver(
    checkout: Checkout, method: ShippingMethod | Warehouse, lines: Iterable[Any], manager: Any
) -> CheckoutInfo:
    """What Saleor knows of the checkout, with this way of shipping, at its usual price."""
    return _delivered(checkout, method, lines, manager, None)


def delivery_of(info: CheckoutInfo) -> Any:
    """A property on 3.20."""
    method = getattr(info, "get_delivery_method_info", None)
    return info.delivery_method_info if method is None else method()


def _delivered(
    checkout: Checkout,
    method: ShippingMethod | Warehouse,
    lines: Iterable[Any],
    manager: Any,
    price: Decimal | None,
) -> CheckoutInfo:
    if isinstance(method, Warehouse):
        _collect(checkout, method)
        return fetch_checkout_info(checkout, lines, manager)
    listing = method.channel_listings.get(channel_id=checkout.channel_id)
    if price is not None:
        listing.price_amount = price  # of this object; never saved
    if HAS_ROWS:
        _assign(checkout, method, listing.price_amount, is_final=price is not None)
        return fetch_checkout_info(checkout, lines, manager)
    checkout.shipping_method = method
    checkout.save(update_fields=["shipping_method"])
    return fetch_checkout_info(checkout, lines, manager, shipping_channel_listings=[listing])


def _collect(checkout: Checkout, point: Warehouse) -> None:
    """Saleor places it only with the point's own address."""
    before = checkout.shipping_address
    checkout.collection_point = point
    checkout.shipping_address = point.address.get_copy()
    checkout.country = point.address.country
    checkout.save(update_fields=["collection_point", "shipping_address", "country"])
    if before is not None:
        before.delete()


def _assign(checkout: Checkout, method: ShippingMethod, price: Decimal, is_final: bool) -> None:
    """Unless it `is_final`, Saleor looks again for what a shopper may choose."""
    tax_class = method.tax_class
    checkout.assigned_delivery = models.CheckoutDelivery.objects.create(
        checkout=checkout,
        built_in_shipping_method_id=method.pk,
        name=method.name,
        price_amount=price,
        currency=checkout.currency,
        minimum_delivery_days=method.minimum_delivery_days,
        maximum_delivery_days=method.maximum_delivery_days,
        tax_class_id=tax_class.pk if tax_class else None,
        tax_class_name=tax_class.name if tax_class else None,
    )
    checkout.shipping_method_name = method.name
    checkout.undiscounted_base_shipping_price_amount = price
    checkout.delivery_methods_stale_at = timezone.now() + NEVER_STALE if is_final else None
    checkout.save(
        update_fields=[
            "assigned_delivery",
            "shipping_method_name",
            "undiscounted_base_shipping_price_amount",
            "delivery_methods_stale_at",
        ]
    )
