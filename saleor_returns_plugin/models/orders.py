"""What we know of a Saleor order."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from .base import Row, amount_field, check, currency, given, saleor_key


class OrderRecord(Row):
    """Our own row for an order: the unit of locking, and the facts that outlive it.

    Prices stand from `frozen_at` on; `followed_at` is when Saleor's order was last looked at, and
    `paid_at` when it was first seen to be paid in full, from when on the vendors' sales are posted.
    `discount` is an order-level one that was shared out to lines and shipping (`is_estimated`: by
    price, as its voucher was gone); `gift_cards` is what cards used as a promo code paid, and
    `refunded_elsewhere` what staff paid back in Saleor, not through a return.
    """

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
    reference = models.CharField(
        max_length=250, blank=True, help_text="The store's own, in lower case."
    )
    placed_at = models.DateTimeField()
    email = models.CharField(max_length=254)
    user = saleor_key(settings.AUTH_USER_MODEL)
    channel = models.CharField(max_length=250, blank=True)
    language = models.CharField(max_length=35, blank=True)
    currency = models.CharField(max_length=3)
    shipping_net = amount_field(default=0)
    shipping_gross = amount_field(default=0)
    discount = amount_field(default=0)
    discount_is_estimated = models.BooleanField(default=False)
    gift_cards = amount_field(default=0)
    refunded_elsewhere = amount_field(default=0)
    shipping_address = models.JSONField(default=dict, blank=True)
    is_cancelled = models.BooleanField(default=False)
    frozen_at = models.DateTimeField(null=True)
    followed_at = models.DateTimeField(null=True)
    vendors_told_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            check(
                "returns_record_shipping",
                Q(shipping_net__gte=0, shipping_gross__gte=F("shipping_net")),
            ),
            check("returns_record_elsewhere", Q(refunded_elsewhere__gte=0)),
            given("returns_record_number", "number"),
            currency("returns_record_currency"),
            # An exchange order's root is its original, which has none.
            check("returns_record_root", Q(root__isnull=True) | ~Q(root=F("id"))),
        ]
        indexes = [
            # Most stores give none.
            models.Index(
                name="returns_record_reference", fields=["reference"], condition=~Q(reference="")
            ),
            models.Index(F("placed_at").desc(), name="returns_record_placed"),
            models.Index(Lower("email"), F("placed_at").desc(), name="returns_record_email"),
        ]
