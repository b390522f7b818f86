"""Vendors' statements: what sales, refunds and cancellations post to them.

Every entry has a key that says what it is for, so that posting twice posts once.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Sum

from ..domain.ledger import Posting
from ..domain.money import ZERO
from ..domain.positions import Positions
from ..enums import RefundStatus
from ..models import LedgerEntry, OrderRecord, Refund, RefundLine, VendorShipmentLine
from ..selectors import postings
from ..selectors.ledger import paid_positions


def post_sales(record: OrderRecord, lines: Iterable[VendorShipmentLine]) -> None:
    """These lines of a paid order are sold: price and commission. The order's lock is held."""
    entries = []
    for line in lines:
        entries += _entries(
            postings.of_sale(line, record),
            line=line,
            record=record,
            key=f"sale:{line.pk}",
        )
    LedgerEntry.objects.bulk_create(entries, ignore_conflicts=True)


def post_refund(refund: Refund) -> None:
    """The refund's money is back: its units' price, their commission, and what goes beside them.

    In the transaction that marks the refund SUCCEEDED. Sales that nobody posted (the order was
    never seen to be paid in full) are posted first.
    """
    record = refund.vendor_return.request.record
    lines = list(
        RefundLine.objects.filter(refund=refund).select_related(
            "return_line__shipment_line__shipment"
        )
    )
    post_sales(record, [line.return_line.shipment_line for line in lines])
    refund.postings += 1
    refund.save(update_fields=["postings"])
    entries = []
    for line in lines:
        entries += _entries(
            postings.of_refund_line(line, record),
            line=line.return_line.shipment_line,
            record=record,
            key=f"refund:{refund.pk}:{refund.postings}:{line.pk}",
            refund_id=refund.pk,
        )
    entries += [
        LedgerEntry(
            vendor_id=refund.vendor_return.vendor_id,
            kind=posting.kind.value,
            amount=posting.amount,
            currency=refund.currency,
            record_id=record.pk,
            refund_id=refund.pk,
            order_number=record.number,
            idempotency_key=f"refund:{refund.pk}:{refund.postings}:{posting.kind.value}",
        )
        for posting in postings.beside_goods(refund)
    ]
    LedgerEntry.objects.bulk_create(entries)
    _follow_gone_of(lines, record)


def post_earlier_refunds(record: OrderRecord) -> None:
    """Of an order whose sales are posted only now: refunds that were paid before."""
    rows = Refund.objects.filter(
        vendor_return__request__record=record,
        status=RefundStatus.SUCCEEDED.value,
        postings=0,
    )
    for refund in rows.select_related("vendor_return__request"):
        refund.vendor_return.request.record = record
        post_refund(refund)


def reverse_refund(refund: Refund) -> None:
    """The money came back after all: counter-entries to all that the refund posted."""
    rows = LedgerEntry.objects.filter(refund_id=refund.pk)
    prefix = f"refund:{refund.pk}:{refund.postings}:"
    LedgerEntry.objects.bulk_create(
        [
            LedgerEntry(
                vendor_id=row.vendor_id,
                kind=row.kind,
                amount=-row.amount,
                currency=row.currency,
                record_id=row.record_id,
                shipment_line_id=row.shipment_line_id,
                refund_id=row.refund_id,
                order_number=row.order_number,
                idempotency_key=f"{row.idempotency_key}:back",
            )
            for row in rows.filter(idempotency_key__startswith=prefix)
        ]
    )
    lines = RefundLine.objects.filter(refund=refund).select_related(
        "return_line__shipment_line__shipment"
    )
    _follow_gone_of(lines, refund.vendor_return.request.record)


def follow_gone(record: OrderRecord, lines: Sequence[VendorShipmentLine]) -> None:
    """Units that staff took back in Saleor, or that a cancelled order never sent, are not sold.

    The order's lock is held, and its sales are posted. What is already posted for them is counted,
    so that only the difference is.
    """
    posted = _posted_gone(line.pk for line in lines)
    paid: dict[UUID, list[Positions]] = {line.pk: [] for line in lines}
    for row in paid_positions(paid).select_related("return_line"):
        paid[row.return_line.shipment_line_id].append(Positions.of(row.positions))
    entries = []
    for line in lines:
        positions = postings.gone(line, record, paid[line.pk])
        due = {
            posting.kind: posting.amount for posting in postings.of_units(line, positions, record)
        }
        for kind in postings.GONE_KINDS:
            amount, count = posted.get((line.pk, kind.value), (ZERO, 0))
            difference = due.get(kind, ZERO) - amount
            if difference:
                entries.append(
                    _entry(
                        Posting(kind, difference),
                        line=line,
                        record=record,
                        key=f"gone:{line.pk}:{count + 1}:{kind.value}",
                    )
                )
    LedgerEntry.objects.bulk_create(entries)


def _follow_gone_of(lines: Iterable[RefundLine], record: OrderRecord) -> None:
    """A refund may pay units that staff took back, too: they leave the account once."""
    sold = {line.return_line.shipment_line_id: line.return_line.shipment_line for line in lines}
    if record.is_cancelled or any(line.quantity_taken_back for line in sold.values()):
        follow_gone(record, list(sold.values()))


def _posted_gone(line_ids: Iterable[UUID]) -> dict[tuple[UUID, str], tuple[Decimal, int]]:
    rows = (
        LedgerEntry.objects.filter(
            shipment_line_id__in=list(line_ids), idempotency_key__startswith="gone:"
        )
        .values("shipment_line_id", "kind")
        .annotate(total=Sum("amount"), count=Count("id"))
        .order_by()
    )
    return {(row["shipment_line_id"], row["kind"]): (row["total"], row["count"]) for row in rows}


def _entries(
    found: Iterable[Posting],
    *,
    line: VendorShipmentLine,
    record: OrderRecord,
    key: str,
    refund_id: UUID | None = None,
) -> list[LedgerEntry]:
    return [
        _entry(
            posting,
            line=line,
            record=record,
            key=f"{key}:{posting.kind.value}",
            refund_id=refund_id,
        )
        for posting in found
    ]


def _entry(
    posting: Posting,
    *,
    line: VendorShipmentLine,
    record: OrderRecord,
    key: str,
    refund_id: UUID | None = None,
) -> LedgerEntry:
    return LedgerEntry(
        vendor_id=line.shipment.vendor_id,
        kind=posting.kind.value,
        amount=posting.amount,
        currency=record.currency,
        record_id=record.pk,
        shipment_line_id=line.pk,
        refund_id=refund_id,
        order_number=record.number,
        idempotency_key=key,
    )
