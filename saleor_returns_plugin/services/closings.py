"""Balances at the end of finished days, so that no statement adds up all that ever was."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import TruncDay

from ..domain.money import ZERO
from ..models import LedgerClosing, LedgerEntry, Vendor
from ..selectors.ledger import accounts

GRACE = timedelta(days=1)
"""An entry's moment is before its commit: a day is closed when nobody can be that late any more."""
_AT_ONCE = 1_000


def close_days(*, now: datetime) -> int:
    """Close every finished day (UTC) that anything was posted on; answers how many.

    Idempotent, and from any number of workers at once: a closing is never changed.
    """
    end = datetime.combine((now - GRACE).astimezone(UTC).date(), time(), UTC)
    vendor_ids = Vendor.objects.values_list("pk", flat=True)
    return sum(
        _close(vendor_id, currency, end) for vendor_id, currency in accounts(list(vendor_ids))
    )


def _close(vendor_id: UUID, currency: str, end: datetime) -> int:
    count = 0
    rows: list[LedgerClosing] = []
    for row in _closings(vendor_id, currency, end):
        rows.append(row)
        if len(rows) == _AT_ONCE:
            count += _write(rows)
            rows = []
    return count + _write(rows)


def _write(rows: list[LedgerClosing]) -> int:
    LedgerClosing.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _closings(vendor_id: UUID, currency: str, end: datetime) -> Iterator[LedgerClosing]:
    account = {"vendor_id": vendor_id, "currency": currency}
    last = LedgerClosing.objects.filter(**account).order_by("-until").first()
    entries = LedgerEntry.objects.filter(created_at__lt=end, **account)
    balance = ZERO
    if last is not None:
        balance = last.balance
        entries = entries.filter(created_at__gte=last.until)
    days = entries.annotate(day=TruncDay("created_at", tzinfo=UTC)).values("day")
    for row in days.annotate(total=Sum("amount")).order_by("day"):
        balance += row["total"]
        yield LedgerClosing(until=row["day"] + timedelta(days=1), balance=balance, **account)
