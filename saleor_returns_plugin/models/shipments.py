"""A vendor's part of an order."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from ..enums import CommissionBase, ShipmentStatus
from .base import Row, amount_field, check, given, one_of, saleor_key
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
    """Carrier, number and link of its parcels; `waiting` is true of one that waits for approval in
    Saleor, and else absent."""
    fulfilled_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("returns_shipment_known_status", "status", ShipmentStatus),
            given("returns_shipment_given", "number"),
            check("returns_shipment_held", ~Q(status="held") | ~Q(hold_reason="")),
            check(
                "returns_shipment_delivered",
                Q(delivered_at__isnull=True) | Q(fulfilled_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(F("status"), F("created_at").desc(), name="returns_shipment_status"),
            models.Index(
                F("vendor"), F("status"), F("created_at").desc(), name="returns_shipment_vendor"
            ),
            models.Index(F("created_at").desc(), F("id").desc(), name="returns_shipment_newest"),
            models.Index(
                F("vendor"),
                F("created_at").desc(),
                F("id").desc(),
                name="returns_shipment_of_vendor",
            ),
            GinIndex(name="returns_shipment_number", fields=["number"], opclasses=["gin_trgm_ops"]),
        ]


class VendorShipmentLine(Row):
    """An order line as it was sold: names, prices after every discount, commission rate.

    What came for goods that were returned was partly paid through these: `carried_*` is that part
    of the total, `carried_charged_*` a vendor's part of it, and `carried_commission` (null: no such
    goods) the commission on that, which the same vendor was charged already. The rest of the total
    is the vendor's where it `is_charged`, else the store's. `moved_*` is what went over to another
    vendor, whose goods replaced these.

    Units: `quantity_fulfilled` were ever shipped; of these staff took `quantity_taken_back` back
    in Saleor itself, and of `quantity_told` Saleor's order knows from us that they came back.
    `is_removed`: staff took the line out of Saleor's order; it is kept for the returns it is in.
    """

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
    quantity_taken_back = models.PositiveIntegerField(default=0)
    quantity_told = models.PositiveIntegerField(default=0)
    is_removed = models.BooleanField(default=False)
    total_net = amount_field()
    total_gross = amount_field()
    carried_net = amount_field(default=0)
    carried_gross = amount_field(default=0)
    carried_charged_net = amount_field(default=0)
    carried_charged_gross = amount_field(default=0)
    carried_commission = amount_field(null=True)
    is_charged = models.BooleanField(default=True)
    moved_gross = amount_field(default=0)
    moved_commission = amount_field(default=0)
    commission_rate = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    commission_base = models.CharField(
        max_length=8, choices=CommissionBase.choices(), default=CommissionBase.NET.value
    )
    discount_share = amount_field(default=0)

    class Meta:
        constraints = [
            check("returns_shipmentline_quantity", Q(quantity__gte=1)),
            check(
                "returns_shipmentline_total", Q(total_net__gte=0, total_gross__gte=F("total_net"))
            ),
            check(
                "returns_shipmentline_carried",
                Q(
                    carried_net__gte=0,
                    carried_gross__gte=F("carried_net"),
                    carried_gross__lte=F("total_gross"),
                    carried_net__lte=F("total_net"),
                    carried_charged_net__gte=0,
                    carried_charged_gross__gte=F("carried_charged_net"),
                    carried_charged_gross__lte=F("carried_gross"),
                ),
            ),
            check(
                "returns_shipmentline_commission",
                Q(commission_rate__gte=0, commission_rate__lte=100),
            ),
            one_of("returns_shipmentline_base", "commission_base", CommissionBase),
            check("returns_shipmentline_removed", Q(is_removed=False) | Q(order_line__isnull=True)),
            check("returns_shipmentline_told", Q(quantity_told__lte=F("quantity"))),
            check("returns_shipmentline_fulfilled", Q(quantity_fulfilled__lte=F("quantity"))),
            check(
                "returns_shipmentline_taken",
                Q(quantity_taken_back__lte=F("quantity_fulfilled")),
            ),
        ]
        indexes = [
            GinIndex(
                name="returns_shipmentline_search",
                fields=["sku", "product_name"],
                opclasses=["gin_trgm_ops", "gin_trgm_ops"],
            )
        ]
        ordering = ["created_at", "id"]

    @property
    def name(self) -> str:
        """Product and variant; a product without options has a variant named blank, or by SKU."""
        if self.variant_name and self.variant_name not in (self.product_name, self.sku):
            return f"{self.product_name}, {self.variant_name}"
        return self.product_name

    @property
    def units_shipped(self) -> int:
        """Units that went out, less those that staff took back in Saleor itself."""
        return self.quantity_fulfilled - self.quantity_taken_back
