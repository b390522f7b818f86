"""Vendors' statements: what sales, refunds and cancellations post to them.

Every entry has a key that says what it is for, so that posting twice posts once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Sum

from ..domain.ledger import Posting
from ..domain.money import ZERO
from ..enums import LedgerKind, RefundStatus
from ..models import (
    Exchange,
    ExchangeLine,
    LedgerEntry,
    OrderRecord,
    Refund,
    RefundLine,
    ReturnLine,
    VendorShipmentLine,
)
from ..selectors import postings
from ..selectors.exchanges import ordered_lines
from ..selectors.ledger import paid_positions
from ..selectors.returned import units_gone

_KEYS = {
    LedgerKind.SALE: "sale",
    LedgerKind.COMMISSION: "sale",
    LedgerKind.REFUND: "gone",
    LedgerKind.COMMISSION_REVERSAL: "gone",
}
"""What stands for a line beside its refunds, and how the keys of these entries begin."""


def follow(record: OrderRecord, lines: Sequence[VendorShipmentLine]) -> None:
    """What these lines are due, less what is posted for them: sales, edits of them, and units that
    are sold no more. The order's lock is held."""
    paid, exchanged = _paid(record, lines), _exchanged(record, lines)
    due = {
        line.pk: postings.of_line(line, record, paid[line.pk], exchanged[line.pk]) for line in lines
    }
    _post_differences(record, lines, due)


def take_back(record: OrderRecord, lines: Sequence[VendorShipmentLine]) -> None:
    """These lines were never sold after all; they are about to be deleted."""
    _post_differences(record, lines, {})


def post_refund(refund: Refund) -> None:
    """The refund's money is back: its units' price, their commission, and what goes beside them.

    In the transaction that marks the refund SUCCEEDED, and counts this in its `postings`.
    """
    record = refund.vendor_return.request.record
    lines = list(
        RefundLine.objects.filter(refund=refund).select_related(
            "return_line__shipment_line__shipment"
        )
    )
    _follow_refunded(lines, record)
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


def post_earlier_refunds(record: OrderRecord) -> None:
    """Of an order whose sales are posted only now: refunds that were paid before."""
    rows = Refund.objects.filter(
        vendor_return__request__record=record,
        status=RefundStatus.SUCCEEDED.value,
        postings=0,
    )
    for refund in rows.select_related("vendor_return__request"):
        refund.vendor_return.request.record = record
        refund.postings = 1
        refund.save(update_fields=["postings"])
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
    _follow_refunded(lines, refund.vendor_return.request.record)


def _follow_refunded(lines: Iterable[RefundLine], record: OrderRecord) -> None:
    """What a refund pays, or no longer pays, changes what stands beside it: units that are gone
    leave the account once, and of an order that is not paid in full only paid units are on it."""
    sold = {line.return_line.shipment_line_id: line.return_line.shipment_line for line in lines}
    if _depends_on_refunds(record, sold.values()):
        follow(record, list(sold.values()))


def _depends_on_refunds(record: OrderRecord, lines: Iterable[VendorShipmentLine]) -> bool:
    return record.paid_at is None or any(units_gone(line, record) for line in lines)


def _paid(
    record: OrderRecord, lines: Sequence[VendorShipmentLine]
) -> Mapping[UUID, Sequence[RefundLine]]:
    found: dict[UUID, list[RefundLine]] = {line.pk: [] for line in lines}
    if _depends_on_refunds(record, lines):
        for row in paid_positions(found).select_related("return_line"):
            found[row.return_line.shipment_line_id].append(row)
    return found


def _exchanged(
    record: OrderRecord, lines: Sequence[VendorShipmentLine]
) -> Mapping[UUID, Sequence[ExchangeLine]]:
    """Asked only where units are gone."""
    found: dict[UUID, list[ExchangeLine]] = {line.pk: [] for line in lines}
    if any(units_gone(line, record) for line in lines):
        for row in ordered_lines(ReturnLine.objects.filter(shipment_line__in=found)):
            found[row.return_line.shipment_line_id].append(row)
    return found


def _post_differences(
    record: OrderRecord,
    lines: Sequence[VendorShipmentLine],
    due: Mapping[UUID, Iterable[Posting]],
) -> None:
    posted = _posted(line.pk for line in lines)
    entries = []
    for line in lines:
        amounts = {posting.kind: posting.amount for posting in due.get(line.pk, ())}
        for kind, name in _KEYS.items():
            amount, count = posted.get((line.pk, kind.value), (ZERO, 0))
            difference = amounts.get(kind, ZERO) - amount
            if difference:
                entries.append(
                    _entry(
                        Posting(kind, difference),
                        line=line,
                        record=record,
                        key=f"{name}:{line.pk}:{count + 1}:{kind.value}",
                    )
                )
    LedgerEntry.objects.bulk_create(entries)


def follow_moved(exchange: Exchange) -> None:
    """Goods that another vendor replaced are not the first one's sale any more: as a refund would,
    but no money moves; the other vendor's sale is posted with the new order's. Those that staff
    took back are, or are not, with what became of the new order.

    The root's lock is held.
    """
    record = exchange.vendor_return.request.record
    sold: dict[UUID, VendorShipmentLine] = {}
    moved: dict[UUID, list[ExchangeLine]] = defaultdict(list)
    returned = ReturnLine.objects.filter(
        vendor_return__request__record=record, exchange_lines__isnull=False
    )
    for row in ordered_lines(returned):
        line = row.return_line.shipment_line
        sold[line.pk] = line
        moved[line.pk].append(row)
    for key, line in sold.items():
        carried = postings.moved(moved[key])
        line.moved_gross, line.moved_commission = carried.charged.gross, carried.commission
    VendorShipmentLine.objects.bulk_update(sold.values(), ["moved_gross", "moved_commission"])
    if sold:
        follow(record, list(sold.values()))


def _posted(line_ids: Iterable[UUID]) -> dict[tuple[UUID, str], tuple[Decimal, int]]:
    """Beside refunds: by line and kind, how much in all, and in how many entries."""
    rows = (
        LedgerEntry.objects.filter(shipment_line_id__in=list(line_ids), refund_id=None)
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
