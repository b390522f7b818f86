"""A vendor's part of an order."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from ..enums import ShipmentStatus
from .base import Row, amount_field, check, saleor_key
from .orders import OrderRecord
from .vendors import Vendor


class VendorShipment(Row):
    record = models.ForeignKey(OrderRecord, on_delete=models.PROTECT, related_name="shipments")
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="shipments")
    number = models.CharField(max_length=60, unique=True)
    status = models.CharField(
        max_length=20, choices=ShipmentStatus.choices(), default=ShipmentStatus.OPEN.value
    )
    hold_reason = models.CharField(max_length=200, blank=True)
    tracking = models.JSONField(default=list, blank=True)
    fulfilled_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="returns_shipment_one_open",
                fields=["record", "vendor"],
                condition=Q(status__in=["held", "open"]),
            )
        ]
        indexes = [
            models.Index(F("status"), F("created_at").desc(), name="returns_shipment_status"),
            models.Index(
                F("vendor"), F("status"), F("created_at").desc(), name="returns_shipment_vendor"
            ),
            GinIndex(name="returns_shipment_number", fields=["number"], opclasses=["gin_trgm_ops"]),
        ]


class VendorShipmentLine(Row):
    """An order line as it was sold: names, prices after every discount, commission rate."""

    shipment = models.ForeignKey(VendorShipment, on_delete=models.PROTECT, related_name="lines")
    order_line = models.OneToOneField(
        "order.OrderLine",
        on_delete=models.SET_NULL,
        null=True,
        db_constraint=False,
        related_name="+",
    )
    product = saleor_key("product.Product")
    variant = saleor_key("product.ProductVariant")
    product_name = models.CharField(max_length=400)
    variant_name = models.CharField(max_length=400, blank=True)
    sku = models.CharField(max_length=255, blank=True)
    thumbnail_url = models.CharField(max_length=500, blank=True)
    quantity = models.PositiveIntegerField()
    quantity_fulfilled = models.PositiveIntegerField(default=0)
    total_net = amount_field()
    total_gross = amount_field()
    commission_rate = models.DecimalField(max_digits=6, decimal_places=3, default=0)

    class Meta:
        constraints = [
            check("returns_shipmentline_fulfilled", Q(quantity_fulfilled__lte=F("quantity"))),
        ]
        ordering = ["created_at", "id"]
