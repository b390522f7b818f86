"""The part of a request that one vendor handles, and its lines."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from ..enums import Resolution, ReturnStatus
from .base import Row, check, saleor_key
from .reasons import ReturnReason
from .return_requests import ReturnRequest
from .shipments import VendorShipment, VendorShipmentLine
from .vendors import Vendor


class VendorReturn(Row):
    request = models.ForeignKey(
        ReturnRequest, on_delete=models.PROTECT, related_name="vendor_returns"
    )
    shipment = models.ForeignKey(
        VendorShipment, on_delete=models.PROTECT, related_name="vendor_returns"
    )
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="vendor_returns")
    number = models.CharField(max_length=60, unique=True)
    status = models.CharField(max_length=20, choices=ReturnStatus.choices())
    policy_snapshot = models.JSONField(default=dict)
    quote_snapshot = models.JSONField(default=dict)
    return_address = models.JSONField(null=True)
    return_instructions = models.TextField(null=True)
    tracking = models.JSONField(null=True)
    decline_reason = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="returns_vendorreturn_once", fields=["request", "shipment"]
            )
        ]
        indexes = [
            models.Index(F("status"), F("created_at").desc(), name="returns_part_status"),
            models.Index(
                F("vendor"), F("status"), F("created_at").desc(), name="returns_part_vendor"
            ),
            models.Index(F("created_at").desc(), F("id").desc(), name="returns_part_created"),
            GinIndex(name="returns_part_number", fields=["number"], opclasses=["gin_trgm_ops"]),
        ]


class ReturnLine(Row):
    """Units of a shipment line, with what became of them. Every figure is in units."""

    vendor_return = models.ForeignKey(VendorReturn, on_delete=models.PROTECT, related_name="lines")
    shipment_line = models.ForeignKey(
        VendorShipmentLine, on_delete=models.PROTECT, related_name="return_lines"
    )
    quantity = models.PositiveIntegerField()
    declined = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    payable = models.PositiveIntegerField(default=0)
    reason = models.ForeignKey(ReturnReason, on_delete=models.PROTECT, null=True, related_name="+")
    reason_label = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    resolution = models.CharField(max_length=20, choices=Resolution.choices())
    send_back = models.BooleanField(default=True)
    exchange_variant = saleor_key("product.ProductVariant")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="returns_line_once", fields=["vendor_return", "shipment_line"]
            ),
            check("returns_line_quantity", Q(quantity__gte=1)),
            check("returns_line_declined", Q(declined__lte=F("quantity"))),
            check(
                "returns_line_outcome",
                Q(received__lte=F("quantity") - F("declined") - F("missing")),
            ),
            check(
                "returns_line_payable",
                Q(payable__lte=F("quantity") - F("declined") - F("missing")),
            ),
        ]
        ordering = ["created_at", "id"]

    @property
    def expected(self) -> int:
        """Units that are still to arrive or to be given up."""
        return self.quantity - self.declined - self.received - self.missing
