"""How many units of a line are taken: by open returns, and by refunds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from ..domain import refund_status, transitions
from ..domain.exchanges import Option
from ..domain.positions import Positions
from ..enums import Condition, RefundStatus, Resolution, ReturnStatus
from ..models import (
    OrderRecord,
    ReceptionLine,
    Refund,
    RefundLine,
    ReturnLine,
    VendorReturn,
    VendorShipmentLine,
)

OPEN_REFUNDS = tuple(status.value for status in refund_status.OPEN)
"""Refunds whose outcome is not known yet."""
LIVE_REFUNDS = (*OPEN_REFUNDS, RefundStatus.SUCCEEDED.value)
"""Refunds whose money is back, or may be."""
_STAYS = (Condition.GOOD.value, Condition.DAMAGED.value)


def is_live(prefix: str = "") -> Q:
    """Refunds whose money is back, or may be; one that failed, too, once a part of it was paid."""
    return Q(**{f"{prefix}status__in": LIVE_REFUNDS}) | Q(**{f"{prefix}paid__gt": 0})


def is_live_row(refund: Refund) -> bool:
    """As `is_live`, of one that was read already."""
    return refund.status in LIVE_REFUNDS or refund.paid > 0


def is_whole(prefix: str = "") -> Q:
    """As `RefundLine.is_whole`."""
    return Q(**{f"{prefix}per_unit__isnull": True}) | Q(**{f"{prefix}is_rest": True})


def live_refunds(rows: QuerySet[Refund]) -> QuerySet[Refund]:
    """As `is_live`, of these."""
    return rows.filter(is_live())


def positions_in_returns(
    line_ids: Iterable[UUID], *, but: Iterable[UUID] = ()
) -> dict[UUID, list[Positions]]:
    """Shipment line id -> what returns that did not end hold of it, but for these return lines."""
    rows = (
        ReturnLine.objects.filter(shipment_line_id__in=list(line_ids))
        .exclude(vendor_return__status__in=[s.value for s in transitions.RELEASING])
        .exclude(pk__in=list(but))
    )
    found: dict[UUID, list[Positions]] = defaultdict(list)
    for line_id, positions in rows.values_list("shipment_line_id", "positions"):
        found[line_id].append(Positions.of(positions))
    return found


def lines_in_returns(records: Iterable[OrderRecord]) -> QuerySet[ReturnLine]:
    """All of these orders, as their returns were made, each with its return and request."""
    rows = ReturnLine.objects.filter(shipment_line__shipment__record__in=list(records))
    # What was promised is not looked at here, and may be long.
    rows = rows.select_related("vendor_return__request").defer("vendor_return__quote_snapshot")
    return rows.order_by(
        "vendor_return__request__created_at",
        "vendor_return__request",
        "vendor_return__shipment__created_at",
        "vendor_return__shipment__number",
        "created_at",
        "id",
    )


def units_of(lines: Iterable[ReturnLine]) -> dict[UUID, int]:
    """As `units_in_returns`, of `lines_in_returns` that were read already."""
    found: dict[UUID, int] = defaultdict(int)
    for line in lines:
        if ReturnStatus(line.vendor_return.status) not in transitions.RELEASING:
            found[line.shipment_line_id] += line.accepted
    return found


def units_in_returns(line_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Shipment line id -> units asked for and not declined, cancelled or expired."""
    rows = (
        ReturnLine.objects.filter(shipment_line_id__in=list(line_ids))
        .exclude(vendor_return__status__in=[s.value for s in transitions.RELEASING])
        .values("shipment_line_id")
        .annotate(units=Sum(F("quantity") - F("declined")))
        .order_by()
    )
    return {row["shipment_line_id"]: row["units"] for row in rows}


def units_back(line_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Shipment line id -> units that arrived and stay: refused ones go to the shopper again."""
    rows = (
        ReceptionLine.objects.filter(
            return_line__shipment_line_id__in=list(line_ids),
            reception__is_voided=False,
            condition__in=_STAYS,
        )
        .values("return_line__shipment_line_id")
        .annotate(units=Sum("quantity"))
        .order_by()
    )
    return {row["return_line__shipment_line_id"]: row["units"] for row in rows}


def records_with_untold_units(*, since: datetime, until: datetime, limit: int) -> list[UUID]:
    """Orders of which units came back in that time that Saleor's own order does not know of."""
    received = ReceptionLine.objects.filter(
        reception__is_voided=False, condition__in=_STAYS, return_line__shipment_line=OuterRef("pk")
    )
    back = received.values("return_line__shipment_line").annotate(units=Sum("quantity"))
    recent = ReceptionLine.objects.filter(
        reception__created_at__gte=since, reception__created_at__lt=until, condition__in=_STAYS
    )
    rows = (
        VendorShipmentLine.objects.filter(
            pk__in=recent.values("return_line__shipment_line"),
            order_line__isnull=False,
            shipment__record__order__isnull=False,
        )
        .annotate(back=Subquery(back.order_by().values("units")))
        .filter(back__gt=F("quantity_told"))
        .order_by()
    )
    return list(rows.values_list("shipment__record_id", flat=True).distinct()[:limit])


def units_gone(line: VendorShipmentLine, record: OrderRecord) -> int:
    """Units that are sold no more: what staff took back in Saleor, and what was not sent of a
    cancelled order, or of a line that staff took out of it."""
    if record.is_cancelled or line.is_removed:
        return line.quantity - line.units_shipped
    return line.quantity_taken_back


def is_called_off(record: OrderRecord) -> bool:
    """Whether it was cancelled, and nothing of it went out but what staff took back in Saleor.

    On 3.x an order can be cancelled once all that was sent came back, by our returns, too.
    """
    if not record.is_cancelled:
        return False
    lines = VendorShipmentLine.objects.filter(shipment__record=record)
    return not lines.filter(quantity_fulfilled__gt=F("quantity_taken_back")).exists()


def is_sent_in_part(record: OrderRecord) -> bool:
    """Whether units of it, that staff did not take out, never left."""
    lines = VendorShipmentLine.objects.filter(shipment__record=record, is_removed=False)
    return lines.filter(quantity__gt=F("quantity_fulfilled")).exists()


def units_in_conflict(line_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Shipment line id -> units in returns that staff took back in Saleor, or that never left."""
    ids = list(line_ids)
    taken = units_in_returns(ids)
    rows = VendorShipmentLine.objects.filter(pk__in=[key for key in ids if key in taken])
    over = {row.pk: taken[row.pk] - row.units_shipped for row in rows}
    return {key: units for key, units in over.items() if units > 0}


def in_conflict(vendor_returns: Sequence[VendorReturn]) -> list[bool]:
    """For each, whether it is open although staff took its units back in Saleor, or cancelled.

    A constant number of statements.
    """
    still_open = [
        part for part in vendor_returns if ReturnStatus(part.status) not in transitions.FINAL
    ]
    if not still_open:
        return [False] * len(vendor_returns)
    lines = list(
        ReturnLine.objects.filter(vendor_return__in=still_open)
        .exclude(quantity=F("declined"))
        .values_list("vendor_return_id", "shipment_line_id")
    )
    over = units_in_conflict({shipment_line_id for _, shipment_line_id in lines})
    found = {part_id for part_id, shipment_line_id in lines if shipment_line_id in over}
    found |= {part.pk for part in still_open if part.request.record.is_cancelled}
    return [part.pk in found for part in vendor_returns]


def lines_not_free(lines: Iterable[ReturnLine]) -> list[ReturnLine]:
    """Lines of a return that ended, whose units are in a newer one by now or were never out."""
    lines = list(lines)
    taken = units_in_returns(line.shipment_line_id for line in lines)
    return [
        line
        for line in lines
        if taken.get(line.shipment_line_id, 0) + line.accepted > line.shipment_line.units_shipped
    ]


def valid_reception_lines(vendor_returns: Iterable[VendorReturn]) -> QuerySet[ReceptionLine]:
    """What was received and not undone, oldest first."""
    rows = ReceptionLine.objects.filter(
        reception__vendor_return__in=list(vendor_returns), reception__is_voided=False
    )
    return rows.order_by("created_at", "id")


def refunds_of_orders(record_ids: Iterable[UUID]) -> QuerySet[Refund]:
    """All that were ever tried, each with its return."""
    of_orders = Refund.objects.filter(vendor_return__request__record__in=list(record_ids))
    return of_orders.select_related("vendor_return__request", "exchange")


def is_refund_open(vendor_return: VendorReturn) -> bool:
    """Whether a refund waits for its answer, or for somebody who knows it."""
    return bool(
        Refund.objects.filter(vendor_return=vendor_return, status__in=OPEN_REFUNDS).exists()
    )


def is_anything_refunded(vendor_return: VendorReturn) -> bool:
    """Whether money of this return went back, or may have; not what its replacement had cost."""
    own = Refund.objects.filter(vendor_return=vendor_return, exchange=None)
    return bool(live_refunds(own).exists())


def outcomes_of(vendor_return: VendorReturn) -> QuerySet[ReturnLine]:
    """Its lines with `units_refunded`, open intents included, and `units_awaited` of these: those
    of refunds without an answer, or of which only a part was paid."""

    def units(of_these: Q) -> Any:
        return Coalesce(Sum("refund_lines__quantity", filter=of_these), 0)

    is_done = Q(refund_lines__refund__status=RefundStatus.SUCCEEDED.value)
    live = is_live("refund_lines__refund__")
    counts = is_whole("refund_lines__") | Q(resolution=Resolution.EXCHANGE.value)
    return ReturnLine.objects.filter(vendor_return=vendor_return).annotate(
        units_refunded=units(live & counts), units_awaited=units(live & ~is_done)
    )


@dataclass(frozen=True)
class PaidUnits:
    """Units of a return line, open intents included: of `touched` some money went back, of `whole`
    all of their price."""

    touched: int = 0
    whole: int = 0

    def of(self, line: ReturnLine) -> int:
        """For which nothing more is owed as the line stands: an exchange owes a difference."""
        return self.touched if line.is_exchanged else self.whole


def paid_units(return_line_ids: Iterable[UUID]) -> Mapping[UUID, PaidUnits]:
    """By return line; one statement."""
    rows = RefundLine.objects.filter(is_live("refund__"), return_line__in=list(return_line_ids))
    return paid_by(rows.order_by())


def paid_by(lines: Iterable[RefundLine]) -> Mapping[UUID, PaidUnits]:
    """As `paid_units`, of lines of live refunds that were read already."""
    touched: dict[UUID, list[Positions]] = defaultdict(list)
    whole: dict[UUID, list[Positions]] = defaultdict(list)
    for line in lines:
        positions = Positions.of(line.positions)
        touched[line.return_line_id].append(positions)
        if line.is_whole:
            whole[line.return_line_id].append(positions)
    found = {key: PaidUnits(_union(held), _union(whole[key])) for key, held in touched.items()}
    return defaultdict(PaidUnits, found)


def differences_paid(return_line_ids: Iterable[UUID]) -> dict[UUID, Decimal]:
    """Return line id -> what went back for each unit, as it was exchanged for something cheaper;
    gross."""
    rows = RefundLine.objects.filter(
        is_live("refund__"),
        return_line__in=list(return_line_ids),
        per_unit__isnull=False,
        is_rest=False,
    )
    return dict(rows.order_by().values_list("return_line_id", "per_unit"))


def difference_paid(return_line_id: UUID) -> Decimal | None:
    """As `differences_paid`, of one."""
    return differences_paid([return_line_id]).get(return_line_id)


def as_paid(options: Iterable[Option], return_line_id: UUID, paid: PaidUnits) -> list[Option]:
    """Those that cost as much as what a difference was paid back for; all, where none was."""
    if not paid.touched:
        return list(options)
    difference = difference_paid(return_line_id)
    return [option for option in options if -option.difference == difference]


def _union(held: Iterable[Positions]) -> int:
    return Positions.of(pair for positions in held for pair in positions.ranges).count


def units_refunded_by_return_line(return_line_ids: Iterable[UUID]) -> dict[UUID, int]:
    """As `PaidUnits.of` says it; those of which none is are left out."""
    paid = paid_units(return_line_ids)
    lines = ReturnLine.objects.in_bulk(paid) if paid else {}
    return {key: paid[key].of(line) for key, line in lines.items()}
