"""Money on its way back to the shopper."""

from django.db import models
from django.db.models import F, Q

from ..enums import RefundMethod, RefundStatus
from .base import Row, amount_field, check, currency, given, one_of
from .exchanges import Exchange
from .vendor_returns import ReturnLine, VendorReturn


class Refund(Row):
    """An intent and what became of it, gross: `amount` = goods + shipping - fees -
    already_refunded + adjustment.

    `already_refunded` is what staff had paid back in Saleor itself, `adjustment` what the merchant
    put on top (or took off, negative). `exchange`: the goods are none of the return's, but what the
    shopper paid for a replacement that never came. `paid` is what its parts have moved so far. The status follows from the
    parts (domain/refund_status.py). `postings` counts how often it was posted to the ledger: once
    each time it succeeded.
    """

    vendor_return = models.ForeignKey(
        VendorReturn, on_delete=models.PROTECT, related_name="refunds"
    )
    exchange = models.OneToOneField(
        Exchange, on_delete=models.PROTECT, null=True, related_name="refund"
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
    return_shipping_fee_net = amount_field(default=0)
    return_shipping_fee_gross = amount_field(default=0)
    already_refunded = amount_field(default=0)
    adjustment = amount_field(default=0)
    paid = amount_field(default=0)
    reason = models.TextField(blank=True)
    reference = models.CharField(max_length=255, blank=True)
    idempotency_digest = models.CharField(max_length=64, blank=True)
    steps = models.JSONField(default=list)
    failure = models.TextField(blank=True)
    postings = models.PositiveIntegerField(default=0)
    succeeded_at = models.DateTimeField(null=True)

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
                Q(
                    amount=F("goods_gross")
                    + F("shipping_gross")
                    - F("fees_gross")
                    - F("already_refunded")
                    + F("adjustment")
                ),
            ),
            check("returns_refund_already", Q(already_refunded__gte=0)),
            check("returns_refund_paid", Q(paid__gte=0, paid__lte=F("amount"))),
            check(
                "returns_refund_succeeded",
                Q(status="succeeded", succeeded_at__isnull=False, paid=F("amount"))
                | ~Q(status="succeeded"),
            ),
            # Money that went another way is found again by its reference.
            check("returns_refund_reference", ~Q(method="manual") | ~Q(reference="")),
            check(
                "returns_refund_return_fee",
                Q(
                    return_shipping_fee_net__gte=0,
                    return_shipping_fee_gross__gte=F("return_shipping_fee_net"),
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
                condition=Q(status__in=["pending", "unknown"], exchange__isnull=True),
            ),
        ]
        ordering = ["created_at", "id"]


class RefundLine(Row):
    """Units that a refund pays; `positions` are their places in the shipment line.

    `per_unit`: they were exchanged for something so much cheaper, gross, and that is paid; or,
    where it `is_rest`, that was paid before, and the rest of their price is. Null: their price.
    """

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="lines")
    return_line = models.ForeignKey(
        ReturnLine, on_delete=models.PROTECT, related_name="refund_lines"
    )
    quantity = models.PositiveIntegerField()
    positions = models.JSONField(default=list)
    per_unit = amount_field(null=True)
    is_rest = models.BooleanField(default=False)
    goods_net = amount_field()
    goods_gross = amount_field()

    class Meta:
        constraints = [
            check("returns_refundline_quantity", Q(quantity__gte=1)),
            check(
                "returns_refundline_per_unit",
                Q(per_unit__isnull=False, per_unit__gt=0) | Q(per_unit__isnull=True, is_rest=False),
            ),
            check("returns_refundline_goods", Q(goods_net__gte=0, goods_gross__gte=F("goods_net"))),
        ]

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the price of its units is left to be paid."""
        return self.per_unit is None or self.is_rest


class RefundPart(Row):
    """What goes back one way: a payment, transaction or gift card of Saleor, or by hand.

    `asked_at` is written before the host is asked, and only once: a part without it was never
    sent. `looked_at` is when the host's records were last searched for its outcome. `mark` is the newest record that the host had of the payment then (host.refund_mark).
    A part that failed, and whose money went another way later, `is_replaced`.
    """

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="parts")
    payment_reference = models.CharField(max_length=120)
    amount = amount_field()
    status = models.CharField(
        max_length=12, choices=RefundStatus.choices(), default=RefundStatus.PENDING.value
    )
    is_replaced = models.BooleanField(default=False)
    asked_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    mark = models.CharField(max_length=120, blank=True)
    psp_reference = models.CharField(max_length=255, blank=True)
    message = models.TextField(blank=True)

    class Meta:
        constraints = [
            check("returns_refundpart_amount", Q(amount__gt=0)),
            given("returns_refundpart_reference", "payment_reference"),
            one_of("returns_refundpart_status", "status", RefundStatus),
            check("returns_refundpart_replaced", Q(is_replaced=False) | Q(status="failed")),
            # Nothing can be known of a payment that was never asked.
            check(
                "returns_refundpart_asked",
                Q(asked_at__isnull=False) | Q(status__in=["pending", "failed"]),
            ),
        ]
        indexes = [
            models.Index(
                name="returns_refundpart_open",
                fields=["asked_at"],
                condition=Q(status__in=["pending", "unknown"]),
            )
        ]
        ordering = ["created_at", "id"]
