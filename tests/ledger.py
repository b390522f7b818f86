"""What stands on a statement, in few words."""

from decimal import Decimal

from django.db.models import Sum

from saleor_returns_plugin.models import LedgerEntry, Vendor, VendorShipmentLine


def by_kind(**of: object) -> dict[str, Decimal]:
    """Kind -> sum of the entries; those that sum to nothing are left out."""
    rows = LedgerEntry.objects.filter(**of).values("kind").annotate(total=Sum("amount")).order_by()
    return {row["kind"]: row["total"] for row in rows if row["total"]}


def of_line(line: VendorShipmentLine) -> dict[str, Decimal]:
    return by_kind(shipment_line_id=line.pk)


def total(vendor: Vendor) -> Decimal:
    found = LedgerEntry.objects.filter(vendor=vendor).aggregate(total=Sum("amount"))["total"]
    return found or Decimal(0)
