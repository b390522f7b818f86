"""The balance that each day was closed with, against the entries before it."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import TruncDay

from ...domain.money import ZERO
from ...models import LedgerClosing, LedgerEntry, Vendor
from ..ledger import accounts


def differences(vendor_ids: Sequence[UUID]) -> Iterator[tuple[str, str]]:
    """Vendor's name and what is wrong; the first closing that is, of each account."""
    names = dict(Vendor.objects.filter(pk__in=vendor_ids).values_list("pk", "name"))
    for vendor_id, currency in accounts(vendor_ids):
        text = _first(vendor_id, currency)
        if text:
            yield names[vendor_id], text


def _first(vendor_id: UUID, currency: str) -> str:
    account = {"vendor_id": vendor_id, "currency": currency}
    entries = LedgerEntry.objects.filter(**account).order_by()
    days = entries.annotate(day=TruncDay("created_at", tzinfo=UTC)).values_list("day")
    sums = days.annotate(total=Sum("amount")).order_by("day").iterator(chunk_size=2000)
    day = next(sums, None)
    balance = ZERO
    for closing in LedgerClosing.objects.filter(**account).order_by("until").iterator(2000):
        while day is not None and day[0] < closing.until:
            balance += day[1]
            day = next(sums, None)
        if closing.balance != balance:
            kept, due = (f"{each.normalize():f} {currency}" for each in (closing.balance, balance))
            return f"closed with {kept} at {closing.until:%Y-%m-%d}, its entries come to {due}."
    return ""
