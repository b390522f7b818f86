"""Refunds and their parts that somebody has to look at."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from uuid import UUID

from django.db.models import F, Q, QuerySet

from ..domain.actors import Actor
from ..domain.positions import Positions
from ..domain.quotes import LineQuote
from ..domain.refund_parts import GIFT_CARD, MANUAL
from ..enums import RefundStatus
from ..models import OrderRecord, Refund, RefundLine, RefundPart
from . import quotes
from .quotes import OrderReturns
from .returned import OPEN_REFUNDS
from .vendor_returns import policies_of_parts

_THROUGH_HOST = ~Q(payment_reference=MANUAL) & ~Q(payment_reference__startswith=f"{GIFT_CARD}:")
_KEPT_APART = "transaction:"
_WATCHED = Q(payment_reference__startswith=_KEPT_APART) | (
    Q(payment_reference__startswith="payment:") & ~Q(psp_reference="")
)
"""Of a payment of the older kind its gateway may report by the reference it answered with."""
_NEGLECTED = (F("looked_at").asc(nulls_first=True),)
"""What cannot be settled goes behind what was not looked at since."""


def parts_to_take_up(*, before: datetime, limit: int) -> Sequence[RefundPart]:
    """Intended, and asked of nobody; longest not looked at first."""
    rows = _parts().filter(
        status=RefundStatus.PENDING.value, asked_at__isnull=True, created_at__lt=before
    )
    return list(rows.order_by(*_NEGLECTED, "created_at", "id")[:limit])


def refunds_to_conclude(*, before: datetime, limit: int) -> Sequence[Refund]:
    """Intended, and nothing is to be asked for: they pay nothing."""
    rows = Refund.objects.filter(
        status=RefundStatus.PENDING.value, parts__isnull=True, created_at__lt=before
    )
    rows = rows.select_related("vendor_return__request")
    return list(rows.order_by("created_at", "id")[:limit])


def parts_without_answer(*, limit: int) -> Sequence[RefundPart]:
    """Asked, and not answered so that one could know; longest not looked at first."""
    rows = _parts().filter(_THROUGH_HOST, status__in=OPEN_REFUNDS, asked_at__isnull=False)
    return list(rows.order_by(*_NEGLECTED, "asked_at", "id")[:limit])


def parts_to_watch(*, since: datetime, limit: int) -> Sequence[RefundPart]:
    """Paid, but the host may yet say that they came back; longest not looked at first."""
    rows = _parts().filter(_WATCHED, status=RefundStatus.SUCCEEDED.value, asked_at__gte=since)
    return list(rows.order_by(*_NEGLECTED, "-asked_at", "id")[:limit])


def parts_of_order(record: OrderRecord) -> Sequence[RefundPart]:
    """Those of one order that may have an answer, or another one, by now."""
    is_open = Q(status__in=OPEN_REFUNDS, asked_at__isnull=False)
    is_paid = _WATCHED & Q(status=RefundStatus.SUCCEEDED.value)
    rows = _parts().filter(_THROUGH_HOST, is_open | is_paid)
    return list(rows.filter(refund__vendor_return__request__record=record))


def is_watched(payment_reference: str) -> bool:
    """Whether the host keeps each request apart, and tells what becomes of it later."""
    return payment_reference.startswith(_KEPT_APART)


def _parts() -> QuerySet[RefundPart]:
    return RefundPart.objects.filter(is_replaced=False).select_related(
        "refund__vendor_return__request"
    )


def is_to_pay_by_hand(parts: Iterable[RefundPart]) -> bool:
    """Whether money of these that came back was paid outside of Saleor, where only the merchant can
    pay it again."""
    failed = (part for part in parts if part.status == RefundStatus.FAILED.value)
    return any(part.payment_reference == MANUAL and not part.is_replaced for part in failed)


def unsettled_refunds() -> Sequence[Refund]:
    """Refunds whose money is not back, oldest first."""
    states = (*OPEN_REFUNDS, RefundStatus.FAILED.value)
    rows = Refund.objects.filter(status__in=states).select_related("vendor_return")
    return list(rows.prefetch_related("parts").order_by("created_at", "id"))


class Obstacle(Enum):
    """Why a refund that failed cannot go on as it is."""

    NOT_DUE = "not due"
    """Its units are paid, or no longer to be paid."""
    STORE_PAID = "store paid"
    """The store paid money back in Saleor itself since."""
    OTHER_FIGURES = "other figures"
    """Prices, delivery, fees, or what the store paid back are others by now."""

    @property
    def is_for_another(self) -> bool:
        """Whether another refund pays its units instead."""
        return self is not Obstacle.NOT_DUE


def obstacles(refunds: Iterable[Refund]) -> Mapping[UUID, Obstacle]:
    """By refund, of these of one return. Nothing is read where none has failed."""
    failed = [
        row for row in refunds if row.status == RefundStatus.FAILED.value and _may_be_overtaken(row)
    ]
    if not failed:
        return {}
    returns = quotes.returns_of(failed[0].vendor_return.request.record)
    found = {row.pk: obstacle(row, returns) for row in failed}
    return {key: value for key, value in found.items() if value}


def obstacle(refund: Refund, returns: OrderReturns) -> Obstacle | None:
    """Of one that failed: it held nothing, so other refunds were made as if it were none.

    What it would pay now has to be what it was to pay, but for what the merchant changed of that.
    One of which a part was paid goes on whatever else is so.
    """
    if not _may_be_overtaken(refund):
        return None
    money = returns.money()
    due = money.due_now(refund.vendor_return_id, whatever_staff_took=bool(refund.adjustment))
    row = next(each for each in returns.refunds if each.pk == refund.pk)
    if not all(_is_due(line, due.lines) for line in row.own_lines):
        return Obstacle.NOT_DUE
    before = quotes.as_paid(row)
    now = money.again(before)
    if now.already_refunded > before.already_refunded:
        return Obstacle.STORE_PAID
    return None if now == before else Obstacle.OTHER_FIGURES


def _may_be_overtaken(refund: Refund) -> bool:
    return refund.exchange_id is None and not refund.paid


def _is_due(line: RefundLine, quoted: Iterable[LineQuote]) -> bool:
    positions = Positions.of(line.positions)
    due = Positions.of(
        pair
        for each in quoted
        if each.return_line_id == line.return_line_id and _pays_as(line, each)
        for pair in each.positions.ranges
    )
    return (due & positions) == positions


def _pays_as(line: RefundLine, quoted: LineQuote) -> bool:
    """Whether what is due of units is what the line pays: a difference may be paid before the
    rest."""
    is_same = (line.per_unit, line.is_rest) == (quoted.per_unit, quoted.is_rest)
    return is_same or (not line.is_whole and quoted.per_unit is None)


def can_go_on(refund: Refund, actor: Actor, *, is_due: bool, obstacle: Obstacle | None) -> bool:
    """Whether what failed of it can be tried again or paid another way, by this actor.

    `is_due`: the actor may refund what its return owes now. One of which a part was paid, or of what
    a replacement had cost, goes on whatever else is due; of it a vendor has to be let pay the whole.
    """
    if refund.status != RefundStatus.FAILED.value:
        return False
    if _may_be_overtaken(refund):
        return is_due and obstacle is None
    if actor.is_merchant:
        return True
    policy = policies_of_parts([refund.vendor_return])[refund.vendor_return_id]
    return policy.lets_vendor_refund(refund.amount)
