"""Which returns somebody has to act on, and which of them wait too long."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from ..domain import transitions
from ..domain.actors import Actor
from ..domain.deadlines import waits_for
from ..enums import ActorKind, RefundStatus, ReturnStatus
from ..models import Refund, ReturnLine, VendorReturn
from .access import owned_parts
from .returned import OPEN_REFUNDS
from .rows import any_of

_FINAL = [status.value for status in transitions.FINAL]
_OPEN = [status.value for status in ReturnStatus if status not in transitions.FINAL]


def is_overdue(vendor_return: VendorReturn, now: datetime) -> bool:
    """Whether the time is over for whoever has to act."""
    is_open = ReturnStatus(vendor_return.status) not in transitions.FINAL
    due = vendor_return.due_at
    return is_open and due is not None and due < now


def overdue(
    rows: QuerySet[VendorReturn], now: datetime, *, wanted: bool = True
) -> QuerySet[VendorReturn]:
    """As `is_overdue`; those that are not with `wanted` False."""
    return rows.filter(late(now)) if wanted else rows.exclude(late(now))


def late(now: datetime) -> Q:
    """The condition of `overdue`, where it stands among others."""
    return Q(due_at__lt=now) & ~Q(status__in=_FINAL)


def needing_action(
    rows: QuerySet[VendorReturn], actor: Actor, *, wanted: bool = True
) -> QuerySet[VendorReturn]:
    """Those on which this actor has to act next; with `wanted` False, all others.

    A store acts as the vendor of its own goods, and finds out about refunds without an answer. An
    accepted return of which nothing is to be sent back waits for its vendor to pay.
    """
    rows = rows.alias(
        still_to_come=first_to_come(),
        is_refund_open=_has_refund(*OPEN_REFUNDS),
        is_refund_unknown=_has_refund(RefundStatus.UNKNOWN.value),
    )
    mine = _of_vendor() & Q(vendor_id__in=actor.vendor_ids)
    mine |= _waiting_for(ActorKind.SHOPPER) & Q(still_to_come__isnull=False) & owned_parts(actor)
    if actor.is_merchant:
        mine |= _waiting_for(ActorKind.MERCHANT) | Q(is_refund_unknown=True)
        mine |= _of_vendor() & Q(vendor__is_in_house=True)
    # What is over waits for nobody: its refunds had their answers. Said apart, an index can tell.
    return rows.filter(mine, status__in=_OPEN) if wanted else rows.exclude(mine, status__in=_OPEN)


def refund_under_way(part: VendorReturn) -> RefundStatus | None:
    """UNKNOWN before PENDING, if one of its refunds is so. `part` may come with its refunds."""
    states = {refund.status for refund in part.refunds.all()}
    order = (RefundStatus.UNKNOWN, RefundStatus.PENDING)
    return next((status for status in order if status.value in states), None)


def whose_turn(part: VendorReturn) -> ActorKind | None:
    """Who has to act on it now. `part` may come with its lines and refunds."""
    return waits_for(
        ReturnStatus(part.status),
        is_more_to_come=any(line.expected for line in part.lines.all()),
        refund=refund_under_way(part),
    )


def waiting(rows: QuerySet[VendorReturn]) -> QuerySet[VendorReturn]:
    """Without those of which all that is left is the answer to a refund: they wait for nobody."""
    rows = rows.alias(
        still_to_come=first_to_come(),
        is_refund_pending=_has_refund(RefundStatus.PENDING.value),
        is_refund_unknown=_has_refund(RefundStatus.UNKNOWN.value),
    )
    return rows.exclude(_to_pay(), is_refund_pending=True, is_refund_unknown=False)


def lines_to_come() -> QuerySet[ReturnLine]:
    """Of the outer return: lines of which units are to arrive."""
    return ReturnLine.objects.filter(
        vendor_return=OuterRef("pk"),
        send_back=True,
        quantity__gt=F("declined") + F("received") + F("missing"),
    )


def first_to_come() -> Subquery:
    """One of `lines_to_come`. Not EXISTS: for that, PostgreSQL would rather read the lines of all
    returns than those of the few that it looks at."""
    return any_of(lines_to_come())


def _waiting_for(kind: ActorKind) -> Q:
    return Q(status__in=[status.value for status in ReturnStatus if waits_for(status) is kind])


def _of_vendor() -> Q:
    """Goods to decide on or to receive; or to pay, unless a refund is under way."""
    to_pay = _to_pay()
    return (to_pay & Q(is_refund_open=False)) | (_waiting_for(ActorKind.VENDOR) & ~to_pay)


def _to_pay() -> Q:
    """As `domain.deadlines.is_to_pay`."""
    return Q(status=ReturnStatus.RECEIVED.value) | Q(
        status=ReturnStatus.ACCEPTED.value, still_to_come__isnull=True
    )


def _has_refund(*statuses: str) -> Exists:
    return Exists(Refund.objects.filter(vendor_return=OuterRef("pk"), status__in=statuses))
