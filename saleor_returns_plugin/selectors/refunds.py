"""Refunds and their parts that somebody has to look at."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet

from ..domain.actors import Actor
from ..domain.refund_parts import GIFT_CARD, MANUAL
from ..enums import RefundStatus
from ..models import OrderRecord, Refund, RefundPart
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


def can_go_on(refund: Refund, actor: Actor, *, is_due: bool) -> bool:
    """Whether what failed of it can be tried again or paid another way, by this actor.

    `is_due`: the actor may refund what its return owes now. One of which a part was paid goes on
    whatever else is due; of it a vendor has to be let pay the whole.
    """
    if refund.status != RefundStatus.FAILED.value:
        return False
    if not refund.paid or actor.is_merchant:
        return is_due or bool(refund.paid)
    policy = policies_of_parts([refund.vendor_return])[refund.vendor_return_id]
    return policy.lets_vendor_refund(refund.amount)
