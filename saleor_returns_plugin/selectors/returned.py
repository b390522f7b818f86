"""How many units of a line are taken: by open returns, and by refunds."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, Sum

from ..domain import transitions
from ..enums import RefundStatus
from ..models import RefundLine, ReturnLine

LIVE_REFUNDS = (
    RefundStatus.PENDING.value,
    RefundStatus.UNKNOWN.value,
    RefundStatus.SUCCEEDED.value,
)
"""Refunds whose money is back, or may be."""


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


def units_refunded(line_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Shipment line id -> units paid back, open intents included."""
    return _refunded("return_line__shipment_line_id", line_ids)


def units_refunded_by_return_line(return_line_ids: Iterable[UUID]) -> dict[UUID, int]:
    return _refunded("return_line_id", return_line_ids)


def _refunded(key: str, ids: Iterable[UUID]) -> dict[UUID, int]:
    rows = (
        RefundLine.objects.filter(**{f"{key}__in": list(ids)}, refund__status__in=LIVE_REFUNDS)
        .values(key)
        .annotate(units=Sum("quantity"))
        .order_by()
    )
    return {row[key]: row["units"] for row in rows}
