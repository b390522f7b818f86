"""What we know of a Saleor order."""

from django.conf import settings
from django.db import models
from django.db.models import F

from .base import Row, amount_field, saleor_key


class OrderRecord(Row):
    """Our own row for an order: the unit of locking, and the facts that outlive it."""

    order = models.OneToOneField(
        "order.Order",
        on_delete=models.SET_NULL,
        null=True,
        db_constraint=False,
        related_name="+",
    )
    root = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="exchange_records"
    )
    number = models.CharField(max_length=40, db_index=True)
    placed_at = models.DateTimeField()
    email = models.CharField(max_length=254)
    user = saleor_key(settings.AUTH_USER_MODEL)
    channel = models.CharField(max_length=250, blank=True)
    language = models.CharField(max_length=35, blank=True)
    currency = models.CharField(max_length=3)
    shipping_net = amount_field(default=0)
    shipping_gross = amount_field(default=0)
    shipping_address = models.JSONField(default=dict, blank=True)
    is_cancelled = models.BooleanField(default=False)
    frozen_at = models.DateTimeField(null=True)
    vendors_told_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(F("placed_at").desc(), name="returns_record_placed")]
