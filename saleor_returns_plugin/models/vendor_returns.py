"""The part of a request that one vendor handles, and its lines."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from ..domain import transitions
from ..enums import Resolution, ReturnStatus
from .base import Row, amount_field, check, given, one_of, saleor_key
from .reasons import ReturnReason
from .return_requests import ReturnRequest
from .shipments import VendorShipment, VendorShipmentLine
from .vendors import Vendor

_FINAL = sorted(status.value for status in transitions.FINAL)
_OPEN = sorted(status.value for status in ReturnStatus if status not in transitions.FINAL)


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
    waiting_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    expiry_warned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="returns_vendorreturn_once", fields=["request", "shipment"]
            ),
            one_of("returns_part_known_status", "status", ReturnStatus),
            given("returns_part_given", "number"),
            # Somebody has to act until the return is over; nobody is reminded of what is over.
            check(
                "returns_part_waiting",
                Q(
                    status__in=_FINAL,
                    due_at__isnull=True,
                    waiting_since__isnull=True,
                    reminded_at__isnull=True,
                    escalated_at__isnull=True,
                    expiry_warned_at__isnull=True,
                )
                | (
                    ~Q(status__in=_FINAL)
                    & Q(
                        due_at__isnull=False,
                        waiting_since__isnull=False,
                        due_at__gte=F("waiting_since"),
                    )
                ),
            ),
            check("returns_part_declined", ~Q(status="declined") | ~Q(decline_reason="")),
            # What the shopper needs in order to send it.
            check(
                "returns_part_accepted",
                ~Q(status__in=["accepted", "in_transit"])
                | Q(return_address__isnull=False, return_instructions__isnull=False),
            ),
            check("returns_part_tracked", ~Q(status="in_transit") | Q(tracking__isnull=False)),
        ]
        indexes = [
            models.Index(F("status"), F("created_at").desc(), name="returns_part_status"),
            models.Index(
                F("vendor"), F("status"), F("created_at").desc(), name="returns_part_vendor"
            ),
            models.Index(F("created_at").desc(), F("id").desc(), name="returns_part_created"),
            models.Index(
                F("vendor"), F("created_at").desc(), F("id").desc(), name="returns_part_of_vendor"
            ),
            # A vendor's queue: the newest of what is not over.
            models.Index(
                F("vendor"),
                F("created_at").desc(),
                F("id").desc(),
                name="returns_part_open_of_vendor",
                condition=Q(status__in=_OPEN),
            ),
            # By status, whichever is first, is the list's third order.
            models.Index(fields=["status", "id"], name="returns_part_by_status"),
            models.Index(fields=["vendor", "status", "id"], name="returns_part_vendor_by_status"),
            GinIndex(name="returns_part_number", fields=["number"], opclasses=["gin_trgm_ops"]),
            models.Index(
                name="returns_part_due", fields=["due_at"], condition=Q(due_at__isnull=False)
            ),
        ]


class ReturnLine(Row):
    """Units of a shipment line, with what became of them. Every figure is in units.

    `positions` are the places in the shipment line that the accepted units hold
    (domain/positions.py): what they are worth, whenever they are paid. `exchange_difference` is
    what a unit of the variant wanted costs more (or, negative, less) than one of these, gross.
    """

    vendor_return = models.ForeignKey(VendorReturn, on_delete=models.PROTECT, related_name="lines")
    shipment_line = models.ForeignKey(
        VendorShipmentLine, on_delete=models.PROTECT, related_name="return_lines"
    )
    quantity = models.PositiveIntegerField()
    positions = models.JSONField(default=list)
    declined = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    payable = models.PositiveIntegerField(default=0)
    reason = models.ForeignKey(ReturnReason, on_delete=models.PROTECT, null=True, related_name="+")
    reason_label = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    resolution = models.CharField(max_length=20, choices=Resolution.choices())
    send_back = models.BooleanField(default=True)
    waives_fees = models.BooleanField(default=False)
    exchange_variant = saleor_key("product.ProductVariant")
    exchange_name = models.CharField(max_length=810, blank=True)
    exchange_difference = amount_field(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="returns_line_once", fields=["vendor_return", "shipment_line"]
            ),
            check("returns_line_quantity", Q(quantity__gte=1)),
            one_of("returns_line_resolution", "resolution", Resolution),
            check(
                "returns_line_exchange",
                Q(resolution="exchange") | Q(exchange_difference=0, exchange_name=""),
            ),
            check("returns_line_declined", Q(declined__lte=F("quantity"))),
            check("returns_line_kept", Q(send_back=True) | Q(received=0, missing=0)),
            check(
                "returns_line_outcome",
                Q(received__lte=F("quantity") - F("declined") - F("missing")),
            ),
            # Missing units can be payable, too: the merchant may overrule.
            check("returns_line_payable", Q(payable__lte=F("quantity") - F("declined"))),
            check(
                "returns_line_payable_arrived",
                Q(send_back=False) | Q(payable__lte=F("received") + F("missing")),
            ),
        ]
        ordering = ["created_at", "id"]

    @property
    def accepted(self) -> int:
        """Units that were asked for and not declined."""
        return self.quantity - self.declined

    @property
    def is_exchanged(self) -> bool:
        return self.resolution == Resolution.EXCHANGE.value

    @property
    def wanted_variant_id(self) -> Any:
        """What its units are exchanged for, the same again where nothing was named; null where
        what was named is gone."""
        return self.exchange_variant_id if self.exchange_name else self.shipment_line.variant_id

    @property
    def is_paid_back(self) -> bool:
        """Whether its units cost money: an exchange only where it is for something cheaper."""
        return not self.is_exchanged or self.exchange_difference < 0

    @property
    def is_sent_back(self) -> bool:
        """Whether units of it are to be sent, or were: not if all are declined or kept."""
        return self.send_back and self.accepted > 0

    @property
    def expected(self) -> int:
        """Units that are still to arrive or to be given up; none where the shopper keeps them."""
        return self.accepted - self.received - self.missing if self.send_back else 0
