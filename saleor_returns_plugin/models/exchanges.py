"""Replacements for returned goods, ordered through Saleor's own checkout."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ..domain import exchange_status
from ..enums import ExchangeRelease, ExchangeStatus, Unavailable
from .base import Row, amount_field, check, currency, given, one_of, saleor_key
from .shipments import VendorShipmentLine
from .vendor_returns import ReturnLine, VendorReturn


class Exchange(Row):
    """One order that replaces goods of one vendor return.

    `checkout_token` is the key of Saleor's checkout, and so what its order is known by: an attempt
    that was killed is found again. Who has it may read the checkout and change it, so no vendor
    sees it; the id everybody may. `asked_at` is when Saleor was last asked to make the order,
    `withdrawn_at` when Saleor's order was cancelled, or what an attempt had left was removed.
    `difference` is what the shopper pays for it, gross, and the vendor's where it `charges_vendor`;
    `paid_back_at` is when that was seen to, once the order was cancelled.
    `failure_code` says why there is no order. `notifies_customer` null: as the portal says.
    `idempotency_digest` is of what staff chose, blank where a return's lines say what is sent.
    """

    vendor_return = models.ForeignKey(
        VendorReturn, on_delete=models.PROTECT, related_name="exchanges"
    )
    checkout_token = models.UUIDField(unique=True, default=uuid4, editable=False)
    status = models.CharField(max_length=20, choices=ExchangeStatus.choices())
    order = saleor_key("order.Order")
    order_number = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3)
    difference = amount_field(default=0)
    release_rule = models.CharField(max_length=16, choices=ExchangeRelease.choices())
    charges_vendor = models.BooleanField(default=True)
    notifies_customer = models.BooleanField(null=True)
    idempotency_key = models.CharField(max_length=120, null=True)
    idempotency_digest = models.CharField(max_length=64, blank=True)
    user = saleor_key(settings.AUTH_USER_MODEL)
    failure = models.TextField(blank=True)
    failure_code = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField(null=True)
    ordered_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    paid_back_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("returns_exchange_status", "status", ExchangeStatus),
            one_of("returns_exchange_release", "release_rule", ExchangeRelease),
            currency("returns_exchange_currency"),
            check("returns_exchange_difference", Q(difference__gte=0)),
            check("returns_exchange_failed", ~Q(status="failed") | ~Q(failure="")),
            check(
                "returns_exchange_failure_code",
                Q(failure_code__in=["", *(reason.value for reason in Unavailable)]),
            ),
            check(
                "returns_exchange_ordered",
                ~Q(status__in=["ordered", "released"])
                | (Q(ordered_at__isnull=False) & ~Q(order_number="")),
            ),
            check(
                "returns_exchange_released", ~Q(status="released") | Q(released_at__isnull=False)
            ),
            check(
                "returns_exchange_offered",
                ~Q(status="awaiting_payment") | Q(expires_at__isnull=False, difference__gt=0),
            ),
            check(
                "returns_exchange_withdrawn",
                Q(withdrawn_at__isnull=True) | Q(status="cancelled"),
            ),
            check(
                "returns_exchange_paid_back",
                Q(paid_back_at__isnull=True) | Q(withdrawn_at__isnull=False),
            ),
            given("returns_exchange_key", "idempotency_key"),
            models.UniqueConstraint(
                name="returns_exchange_key_once", fields=["vendor_return", "idempotency_key"]
            ),
            models.UniqueConstraint(
                name="returns_exchange_one_live",
                fields=["vendor_return"],
                condition=Q(status__in=sorted(s.value for s in exchange_status.LIVE)),
            ),
        ]
        indexes = [
            models.Index(fields=["order"], name="returns_exchange_order"),
            models.Index(
                name="returns_exchange_open",
                fields=["created_at"],
                condition=Q(status__in=["pending", "awaiting_payment"])
                | Q(status="cancelled", withdrawn_at__isnull=True),
            ),
            models.Index(
                name="returns_exchange_to_pay_back",
                fields=["created_at"],
                condition=Q(status="cancelled", difference__gt=0, paid_back_at__isnull=True),
            ),
        ]
        ordering = ["created_at", "id"]

    @property
    def is_by_staff(self) -> bool:
        """Staff chose variants, prices and items on top, which the return's lines do not say."""
        return bool(self.idempotency_digest)


class ExchangeLine(Row):
    """Units of a return line, and what they are replaced by.

    `positions` are those of the returned units in their shipment line; without a return line the
    goods come on top. Per unit the shopper pays `unit_price`, gross; `carried_*` is what of the
    price of the returned units stays with the new ones, all units together;
    `carried_charged_*` is the vendor's part of that, and `carried_commission` the commission on it
    that the vendor was charged already.
    """

    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="lines")
    return_line = models.ForeignKey(
        ReturnLine, on_delete=models.PROTECT, null=True, related_name="exchange_lines"
    )
    shipment_line = models.ForeignKey(
        VendorShipmentLine, on_delete=models.PROTECT, null=True, related_name="exchange_lines"
    )
    variant = saleor_key("product.ProductVariant")
    name = models.CharField(max_length=810)
    sku = models.CharField(max_length=255, blank=True)
    quantity = models.PositiveIntegerField()
    positions = models.JSONField(default=list)
    unit_price = amount_field(default=0)
    carried_net = amount_field(default=0)
    carried_gross = amount_field(default=0)
    carried_charged_net = amount_field(default=0)
    carried_charged_gross = amount_field(default=0)
    carried_commission = amount_field(default=0)

    class Meta:
        constraints = [
            check("returns_exchangeline_quantity", Q(quantity__gte=1)),
            check("returns_exchangeline_price", Q(unit_price__gte=0)),
            check(
                "returns_exchangeline_carried",
                Q(
                    carried_net__gte=0,
                    carried_gross__gte=F("carried_net"),
                    carried_charged_net__gte=0,
                    carried_charged_gross__gte=F("carried_charged_net"),
                    carried_charged_gross__lte=F("carried_gross"),
                ),
            ),
            given("returns_exchangeline_name", "name"),
        ]
        ordering = ["created_at", "id"]
