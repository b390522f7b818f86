"""What vendors are owed: balances, and the statement of a period.

A balance is the newest closing and the entries after it, so that it costs the same however many
there are; without closings it is the sum of all entries, which is the same figure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from ..domain.actors import Actor
from ..domain.money import ZERO
from ..enums import RefundStatus
from ..models import LedgerClosing, LedgerEntry, RefundLine, Vendor


@dataclass(frozen=True)
class Statement:
    """`entries` oldest first; `opening` and all of them make `closing`."""

    opening: Decimal
    closing: Decimal
    entries: QuerySet[LedgerEntry]


def sees_money(actor: Actor, vendor_id: UUID) -> bool:
    """The merchant and the vendor's owners (ADR 15)."""
    return actor.is_merchant or vendor_id in actor.owned_vendor_ids


def statement(
    vendor_id: UUID,
    currency: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Statement:
    """What was posted from `since` on and before `until`; None: from the first, to the last."""
    return statements([vendor_id], currency, since=since, until=until)[vendor_id]


def statements(
    vendor_ids: Iterable[UUID],
    currency: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[UUID, Statement]:
    """As `statement`, of each; two statements however many vendors."""
    ids = list(dict.fromkeys(vendor_ids))
    opening = _balances_at(ids, currency, since) if since is not None else dict.fromkeys(ids, ZERO)
    closing = _balances_at(ids, currency, until)
    between = Q()
    if since is not None:
        between &= Q(created_at__gte=since)
    if until is not None:
        between &= Q(created_at__lt=until)
    return {
        key: Statement(
            opening=opening[key],
            closing=closing[key],
            entries=_entries(key, currency).filter(between).order_by("created_at", "id"),
        )
        for key in ids
    }


def counts(found: Mapping[UUID, Statement]) -> dict[UUID, int]:
    """How many entries each statement has; one statement of the database."""
    first, *others = [
        each.entries.order_by().values("vendor_id").annotate(count=Count("pk"))
        for each in found.values()
    ]
    rows = first.union(*others, all=True) if others else first
    return {**dict.fromkeys(found, 0), **{row["vendor_id"]: row["count"] for row in rows}}


def balance(vendor_id: UUID, currency: str, *, before: datetime | None = None) -> Decimal:
    """Owed to the vendor, negative when it owes the store; `before` a moment, else by now."""
    return _balances_at([vendor_id], currency, before)[vendor_id]


def balance_before(entry: LedgerEntry) -> Decimal:
    """What stood on the statement above this entry."""
    account = {"vendor_id": entry.vendor_id, "currency": entry.currency}
    closings = LedgerClosing.objects.filter(until__lte=entry.created_at, **account)
    same = Q(created_at=entry.created_at, pk__gte=entry.pk)
    earlier = Q(created_at__lte=entry.created_at) & ~same
    entries = _entries(entry.vendor_id, entry.currency).filter(earlier)
    return _on_top_of(closings.order_by("-until").first(), entries)


def chunks(entries: QuerySet[LedgerEntry], size: int = 2_000) -> Iterator[list[LedgerEntry]]:
    """All of them, oldest first, with one statement per `size` and nothing open in between."""
    after: LedgerEntry | None = None
    while True:
        rest = entries if after is None else entries.filter(_later_than(after))
        found = list(rest.order_by("created_at", "id")[:size])
        if found:
            yield found
        if len(found) < size:
            return
        after = found[-1]


def _later_than(entry: LedgerEntry) -> Q:
    # The first condition alone leads into the index.
    same = Q(created_at=entry.created_at, pk__lte=entry.pk)
    return Q(created_at__gte=entry.created_at) & ~same


def owes(vendor: Vendor, currency: str) -> Decimal:
    """What the vendor owes the store by now, zero when nothing; the store owes itself nothing."""
    return ZERO if vendor.is_in_house else max(-balance(vendor.pk, currency), ZERO)


def balances(vendor_ids: Iterable[UUID]) -> dict[UUID, dict[str, Decimal]]:
    """Vendor id -> currency -> balance; one statement, however many vendors and entries."""
    found: dict[UUID, dict[str, Decimal]] = {key: {} for key in vendor_ids}
    for vendor_id, currency, amount in _rows(_BALANCES, list(found)):
        found[vendor_id][currency] = amount
    return found


def accounts(vendor_ids: Iterable[UUID]) -> Sequence[tuple[UUID, str]]:
    """Every vendor and currency that anything was posted in."""
    return _rows(_ACCOUNTS, list(vendor_ids))


def paid_positions(line_ids: Iterable[UUID]) -> QuerySet[RefundLine]:
    """Of refunds whose reversal stands on a statement."""
    return RefundLine.objects.filter(
        return_line__shipment_line_id__in=list(line_ids),
        refund__status=RefundStatus.SUCCEEDED.value,
        refund__postings__gt=0,
    )


def _entries(vendor_id: UUID, currency: str) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(vendor_id=vendor_id, currency=currency)


def _on_top_of(closing: LedgerClosing | None, entries: QuerySet[LedgerEntry]) -> Decimal:
    """The closing is read first: what is posted meanwhile stands after it."""
    if closing is not None:
        entries = entries.filter(created_at__gte=closing.until)
    total = entries.order_by().aggregate(total=Sum("amount"))["total"] or ZERO
    return Decimal(total + (closing.balance if closing is not None else ZERO))


# Jumps from currency to currency in the statement's index; DISTINCT would read all of it.
_PAIRS = """
WITH RECURSIVE account AS (
    SELECT vendor.id AS vendor_id,
        (SELECT min(currency) FROM {entry} e WHERE e.vendor_id = vendor.id) AS currency
    FROM unnest(%s::uuid[]) AS vendor(id)
  UNION ALL
    SELECT account.vendor_id,
        (SELECT min(e.currency) FROM {entry} e
         WHERE e.vendor_id = account.vendor_id AND e.currency > account.currency)
    FROM account WHERE account.currency IS NOT NULL
)
"""
_ACCOUNTS = (
    _PAIRS
    + """
SELECT vendor_id, currency FROM account WHERE currency IS NOT NULL ORDER BY vendor_id, currency
"""
)
_BALANCES_AT = """
SELECT vendor.id, coalesce(closing.balance, 0) + coalesce(later.total, 0)
FROM unnest(%s::uuid[]) AS vendor(id)
LEFT JOIN LATERAL (
    SELECT until, balance FROM {closing} c
    WHERE c.vendor_id = vendor.id AND c.currency = %s AND c.until <= %s::timestamptz
    ORDER BY until DESC LIMIT 1
) closing ON true
CROSS JOIN LATERAL (
    SELECT sum(amount) AS total FROM {entry} e
    WHERE e.vendor_id = vendor.id AND e.currency = %s AND e.created_at < %s::timestamptz
        AND e.created_at >= coalesce(closing.until, '-infinity')
) later
"""
_BALANCES = (
    _PAIRS
    + """
SELECT account.vendor_id, account.currency, coalesce(closing.balance, 0) + coalesce(later.total, 0)
FROM account
LEFT JOIN LATERAL (
    SELECT until, balance FROM {closing} c
    WHERE c.vendor_id = account.vendor_id AND c.currency = account.currency
    ORDER BY until DESC LIMIT 1
) closing ON true
CROSS JOIN LATERAL (
    SELECT sum(amount) AS total FROM {entry} e
    WHERE e.vendor_id = account.vendor_id AND e.currency = account.currency
        AND e.created_at >= coalesce(closing.until, '-infinity')
) later
WHERE account.currency IS NOT NULL
ORDER BY account.vendor_id, account.currency
"""
)


def _balances_at(
    vendor_ids: list[UUID], currency: str, before: datetime | None
) -> dict[UUID, Decimal]:
    moment = "infinity" if before is None else before
    return dict(_rows(_BALANCES_AT, vendor_ids, currency, moment, currency, moment))


def _rows(sql: str, vendor_ids: list[UUID], *values: Any) -> list[tuple]:
    tables = {"entry": LedgerEntry._meta.db_table, "closing": LedgerClosing._meta.db_table}
    with connection.cursor() as cursor:
        cursor.execute(sql.format(**tables), [[str(key) for key in vendor_ids], *values])
        return list(cursor.fetchall())
