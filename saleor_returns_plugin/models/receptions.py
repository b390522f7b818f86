"""Goods that arrived."""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from ..enums import Condition, Disposition
from .base import Row, check, given, one_of, saleor_key
from .vendor_returns import ReturnLine, VendorReturn


class Reception(Row):
    """One recording of goods. A closing one holds only missing units: the rest never came.

    `declined`: return line -> units that it let go of, when the parcel came after the end.
    """

    vendor_return = models.ForeignKey(
        VendorReturn, on_delete=models.PROTECT, related_name="receptions"
    )
    user = saleor_key(settings.AUTH_USER_MODEL)
    idempotency_key = models.CharField(max_length=120, null=True)
    idempotency_digest = models.CharField(max_length=64, blank=True)
    is_voided = models.BooleanField(default=False)
    is_closing = models.BooleanField(default=False)
    declined = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="returns_reception_key", fields=["vendor_return", "idempotency_key"]
            ),
            given("returns_reception_key_given", "idempotency_key"),
        ]
        indexes = [BrinIndex(fields=["created_at"], name="returns_reception_created")]


class ReceptionLine(Row):
    """Units of one condition. Disposition is null for missing ones.

    `is_payable` is the policy's word at the reception, or the merchant's, who overruled it.
    `warehouse` is where RESTOCKED units went.
    """

    reception = models.ForeignKey(Reception, on_delete=models.PROTECT, related_name="lines")
    return_line = models.ForeignKey(ReturnLine, on_delete=models.PROTECT, related_name="receptions")
    quantity = models.PositiveIntegerField()
    condition = models.CharField(max_length=20, choices=Condition.choices())
    disposition = models.CharField(max_length=20, choices=Disposition.choices(), null=True)
    warehouse = saleor_key("warehouse.Warehouse")
    note = models.TextField(blank=True)
    is_payable = models.BooleanField(default=False)
    is_overruled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            check("returns_receptionline_quantity", Q(quantity__gte=1)),
            one_of("returns_receptionline_condition", "condition", Condition),
            one_of("returns_receptionline_disposition", "disposition", Disposition),
            check("returns_receptionline_overruled", Q(is_overruled=False) | Q(is_payable=True)),
            check(
                "returns_receptionline_missing",
                Q(condition="missing", disposition__isnull=True)
                | (~Q(condition="missing") & Q(disposition__isnull=False)),
            ),
            # The shopper reads why.
            check(
                "returns_receptionline_note",
                ~Q(condition__in=["wrong_item", "not_acceptable"]) | ~Q(note=""),
            ),
        ]
        ordering = ["created_at", "id"]
