"""Goods that arrived."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from ..enums import Condition, Disposition
from .base import Row, check, saleor_key
from .vendor_returns import ReturnLine, VendorReturn


class Reception(Row):
    vendor_return = models.ForeignKey(
        VendorReturn, on_delete=models.PROTECT, related_name="receptions"
    )
    user = saleor_key(settings.AUTH_USER_MODEL)
    idempotency_key = models.CharField(max_length=120, null=True)
    idempotency_digest = models.CharField(max_length=64, blank=True)
    is_voided = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="returns_reception_key", fields=["vendor_return", "idempotency_key"]
            )
        ]


class ReceptionLine(Row):
    """Units of one condition. Disposition is null for missing ones."""

    reception = models.ForeignKey(Reception, on_delete=models.PROTECT, related_name="lines")
    return_line = models.ForeignKey(ReturnLine, on_delete=models.PROTECT, related_name="receptions")
    quantity = models.PositiveIntegerField()
    condition = models.CharField(max_length=20, choices=Condition.choices())
    disposition = models.CharField(max_length=20, choices=Disposition.choices(), null=True)
    warehouse = saleor_key("warehouse.Warehouse")
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            check("returns_receptionline_quantity", Q(quantity__gte=1)),
            check(
                "returns_receptionline_missing",
                Q(condition="missing", disposition__isnull=True)
                | (~Q(condition="missing") & Q(disposition__isnull=False)),
            ),
        ]
        ordering = ["created_at", "id"]
