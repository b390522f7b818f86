"""Vendors' statements."""

from django.db import models
from django.db.models import Q

from ..enums import LedgerKind
from .base import AppendOnly, Row, amount_field, check, currency, given, one_of
from .vendors import Vendor


class LedgerEntry(AppendOnly):
    """One signed line of a vendor's statement: positive is owed to the vendor.

    Plain ids beside the vendor: what an entry is about may be deleted, the entry stays.
    """

    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="ledger_entries")
    kind = models.CharField(max_length=20, choices=LedgerKind.choices())
    amount = amount_field()
    currency = models.CharField(max_length=3)
    record_id = models.UUIDField(null=True)
    shipment_line_id = models.UUIDField(null=True)
    refund_id = models.UUIDField(null=True)
    order_number = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    actor_name = models.CharField(max_length=254, blank=True)
    idempotency_key = models.CharField(max_length=160, unique=True)

    class Meta:
        constraints = [
            check("returns_ledger_amount", ~Q(amount=0)),
            one_of("returns_ledger_kind", "kind", LedgerKind),
            currency("returns_ledger_currency"),
            given("returns_ledger_key", "idempotency_key"),
            # What a person wrote by hand says why.
            check("returns_ledger_note", ~Q(kind__in=["payout", "adjustment"]) | ~Q(note="")),
        ]
        indexes = [
            # Statement, page by page, and the sum of what a closing does not hold yet.
            models.Index(
                name="returns_ledger_statement",
                fields=["vendor", "currency", "created_at", "id"],
                include=["amount"],
            ),
            models.Index(name="returns_ledger_line", fields=["shipment_line_id"]),
            models.Index(name="returns_ledger_record", fields=["record_id"]),
            models.Index(name="returns_ledger_refund", fields=["refund_id"]),
        ]
        ordering = ["created_at", "id"]


class LedgerClosing(Row):
    """A vendor's balance at the end of a day (UTC), so that nobody has to add up all before it."""

    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="ledger_closings")
    currency = models.CharField(max_length=3)
    until = models.DateTimeField()
    balance = amount_field()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="returns_closing_once", fields=["vendor", "currency", "until"]
            ),
            currency("returns_closing_currency"),
        ]
