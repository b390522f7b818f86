"""Money on its way back to the shopper."""

from django.db import models
from django.db.models import F, Q

from ..enums import RefundMethod, RefundStatus
from .base import Row, amount_field, check, currency, given, one_of
from .vendor_returns import ReturnLine, VendorReturn


class Refund(Row):
    """An intent and what became of it. `amount` = goods + shipping - fees, gross."""

    vendor_return = models.ForeignKey(
        VendorReturn, on_delete=models.PROTECT, related_name="refunds"
    )
    status = models.CharField(max_length=12, choices=RefundStatus.choices())
    method = models.CharField(max_length=12, choices=RefundMethod.choices())
    idempotency_key = models.CharField(max_length=120, unique=True)
    amount = amount_field()
    currency = models.CharField(max_length=3)
    goods_net = amount_field()
    goods_gross = amount_field()
    shipping_net = amount_field(default=0)
    shipping_gross = amount_field(default=0)
    fees_net = amount_field(default=0)
    fees_gross = amount_field(default=0)
    return_shipping_fee_gross = amount_field(default=0)
    steps = models.JSONField(default=list)
    failure = models.TextField(blank=True)

    class Meta:
        constraints = [
            check("returns_refund_amount", Q(amount__gte=0)),
            check(
                "returns_refund_parts",
                Q(goods_net__gte=0, goods_gross__gte=F("goods_net"))
                & Q(shipping_net__gte=0, shipping_gross__gte=F("shipping_net"))
                & Q(fees_net__gte=0, fees_gross__gte=F("fees_net")),
            ),
            check(
                "returns_refund_sum",
                Q(amount=F("goods_gross") + F("shipping_gross") - F("fees_gross")),
            ),
            check(
                "returns_refund_return_fee",
                Q(
                    return_shipping_fee_gross__gte=0,
                    return_shipping_fee_gross__lte=F("fees_gross"),
                ),
            ),
            check("returns_refund_no_failure", ~Q(status="succeeded") | Q(failure="")),
            given("returns_refund_key", "idempotency_key"),
            currency("returns_refund_currency"),
            one_of("returns_refund_status", "status", RefundStatus),
            one_of("returns_refund_method", "method", RefundMethod),
            models.UniqueConstraint(
                name="returns_refund_one_open",
                fields=["vendor_return"],
                condition=Q(status__in=["pending", "unknown"]),
            ),
        ]
        ordering = ["created_at", "id"]


class RefundLine(Row):
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="lines")
    return_line = models.ForeignKey(
        ReturnLine, on_delete=models.PROTECT, related_name="refund_lines"
    )
    quantity = models.PositiveIntegerField()
    goods_net = amount_field()
    goods_gross = amount_field()

    class Meta:
        constraints = [
            check("returns_refundline_quantity", Q(quantity__gte=1)),
            check("returns_refundline_goods", Q(goods_net__gte=0, goods_gross__gte=F("goods_net"))),
        ]


class RefundPart(Row):
    """What goes back through one payment or transaction of Saleor."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="parts")
    payment_reference = models.CharField(max_length=120)
    amount = amount_field()
    psp_reference = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [
            check("returns_refundpart_amount", Q(amount__gt=0)),
            given("returns_refundpart_reference", "payment_reference"),
        ]
