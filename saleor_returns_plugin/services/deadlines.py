"""What time brings about: reminders, escalations, silence taken as consent, and expiry.

Run by the beat as often as the store likes. Each act is one transaction, marked on the row, so
that running twice or a week late does each once.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import DateTimeField as Moment
from django.db.models import ExpressionWrapper, F, Q, QuerySet
from django.utils import timezone

from ..domain import deadlines, transitions
from ..domain.actors import SYSTEM
from ..domain.policy import Policy
from ..domain.windows import last_moment
from ..enums import ActorKind, EventKind, Move, ReturnStatus, Task
from ..models import ReturnEvent, VendorReturn
from ..selectors.deadlines import doing, first_to_come, turn_of, waiting
from ..selectors.vendor_returns import lacks_address
from . import exchanges, lifecycle
from .locks import in_transaction, locked_request, locked_return
from .receptions import close_part
from .vendor_returns import accept_automatically

logger = logging.getLogger(__name__)

_AT_ONCE = 500
_OFFERS_END_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True)
class Outcome:
    """How many returns each act was done to."""

    reminded: int
    escalated: int
    accepted: int
    warned: int
    expired: int
    closed: int


def run(*, now: datetime) -> Outcome:
    """Do everything that is due at `now`."""
    return Outcome(
        accepted=_each(_waiting_for_address(), _accept_with_address, now)
        + _each(_overdue(now, ReturnStatus.APPROVED), _accept_for_silence, now),
        warned=_together(_soon_over(now), _warn, now),
        expired=_each(_overdue(now, ReturnStatus.ACCEPTED), _expire, now),
        closed=_each(_overdue(now, ReturnStatus.PARTIALLY_RECEIVED), _close, now),
        reminded=_together(_half_over(now), _remind, now),
        escalated=_together(_to_escalate(now), _escalate, now),
    )


def _open() -> QuerySet[VendorReturn]:
    return VendorReturn.objects.exclude(status__in=[state.value for state in transitions.FINAL])


def _half_over(now: datetime) -> QuerySet[VendorReturn]:
    half = ExpressionWrapper(
        F("waiting_since") + (F("due_at") - F("waiting_since")) / 2, output_field=Moment()
    )
    rows = waiting(_open()).filter(due_at__gte=now, reminded_at=None, escalated_at=None)
    return rows.annotate(half=half).filter(half__lte=now)


def _soon_over(now: datetime) -> QuerySet[VendorReturn]:
    return VendorReturn.objects.alias(still_to_come=first_to_come()).filter(
        status__in=[ReturnStatus.ACCEPTED.value, ReturnStatus.PARTIALLY_RECEIVED.value],
        still_to_come__isnull=False,
        expiry_warned_at=None,
        due_at__lte=_days_from(now, deadlines.WARNING),
    )


def _overdue(now: datetime, status: ReturnStatus | None = None) -> QuerySet[VendorReturn]:
    rows = _open().filter(due_at__lt=now)
    return rows if status is None else rows.filter(status=status.value)


def _to_escalate(now: datetime) -> QuerySet[VendorReturn]:
    """An offer that is over is ended by a task of its own, which says what comes next."""
    just_over = doing(Task.PAY_DIFFERENCE) & Q(due_at__gte=now - _OFFERS_END_WITHIN)
    return waiting(_overdue(now)).filter(escalated_at=None).exclude(just_over)


def _waiting_for_address() -> QuerySet[VendorReturn]:
    """Approved parts of vendors that accept by themselves, and could not for want of an address."""
    return VendorReturn.objects.filter(
        status=ReturnStatus.APPROVED.value, vendor__auto_accept_returns=True
    )


def _each(
    rows: QuerySet[VendorReturn], act: Callable[[VendorReturn, datetime], bool], now: datetime
) -> int:
    """`act` on every row, each in its own transaction; one that fails keeps no other waiting."""

    @in_transaction
    def do(key: UUID) -> int:
        part = locked_return(key, for_actor=SYSTEM)
        # Whoever held the lock before us may have moved it.
        return rows.filter(pk=key).exists() and act(part, now)

    return _in_pages(rows, "pk", do)


def _together(
    rows: QuerySet[VendorReturn],
    act: Callable[[Sequence[VendorReturn], datetime], None],
    now: datetime,
) -> int:
    """As `_each`, but on all rows of a request at once, so that people hear of them in one mail."""

    @in_transaction
    def do(key: UUID) -> int:
        request = locked_request(key, for_actor=SYSTEM)
        found = rows.filter(request=request).order_by("number")
        parts = list(found.select_related("vendor").prefetch_related("lines"))
        for part in parts:
            part.request = request
        act(parts, now)
        return len(parts)

    return _in_pages(rows, "request", do)


def _in_pages(rows: QuerySet[VendorReturn], field: str, do: Callable[[UUID], int]) -> int:
    done = 0
    after: UUID | None = None
    while True:
        page = rows if after is None else rows.filter(**{f"{field}__gt": after})
        keys = list(page.order_by(field).values_list(field, flat=True).distinct()[:_AT_ONCE])
        for key in keys:
            try:
                done += do(key)
            except Exception:
                logger.exception("Of %s %s: what was due could not be done.", field, key)
        if len(keys) < _AT_ONCE:
            return done
        after = keys[-1]


def _remind(parts: Sequence[VendorReturn], now: datetime) -> None:
    """Also of what is due on the same day, whose half time comes a few hours later."""
    if not parts:
        return
    known = {part.pk for part in parts}
    same_day = waiting(_open()).filter(
        request=parts[0].request,
        due_at__in={part.due_at for part in parts},
        reminded_at=None,
        escalated_at=None,
    )
    others = same_day.exclude(pk__in=known).select_related("vendor").prefetch_related("lines")
    everything = sorted([*parts, *others], key=lambda part: part.number)
    for part in everything:
        part.request = parts[0].request
        part.reminded_at = now
        part.save(update_fields=["reminded_at"])
    _record(everything, EventKind.REMINDED)


def _escalate(parts: Sequence[VendorReturn], now: datetime) -> None:
    for part in parts:
        part.escalated_at = now
        part.save(update_fields=["escalated_at"])
    _record(parts, EventKind.OVERDUE)


def _accept_with_address(part: VendorReturn, now: datetime) -> bool:
    if lacks_address(part):
        return False
    accept_automatically(part, now=now)
    return True


def _accept_for_silence(part: VendorReturn, now: datetime) -> bool:
    policy = Policy.from_snapshot(part.policy_snapshot)
    if not policy.accept_on_silence or lacks_address(part):
        return False
    accept_automatically(part, now=now, for_silence=True)
    return True


def _warn(parts: Sequence[VendorReturn], now: datetime) -> None:
    """Who is warned late has the same time from then on."""
    for part in parts:
        part.expiry_warned_at = now
        # A warning reminds, too.
        part.reminded_at = part.reminded_at or now
        part.due_at = max(part.due_at, _days_from(now, deadlines.WARNING))
        part.save(update_fields=["expiry_warned_at", "reminded_at", "due_at"])
    _record(parts, EventKind.EXPIRY_WARNED)


def _expire(part: VendorReturn, now: datetime) -> bool:
    """Units that the shopper keeps may be paid already, or a replacement sent: then only the rest
    is given up."""
    lines = list(part.lines.all())
    if part.expiry_warned_at is None or not any(line.expected for line in lines):
        return False
    if any(line.payable for line in lines) or exchanges.is_sent(part):
        close_part(part, actor=SYSTEM, now=now)
    else:
        exchanges.withdraw_of(part, actor=SYSTEM, role=ActorKind.SYSTEM)
        lifecycle.move(part, Move.EXPIRE, actor=SYSTEM, now=now)
    return True


def _close(part: VendorReturn, now: datetime) -> bool:
    if part.expiry_warned_at is None:
        return False
    close_part(part, actor=SYSTEM, now=now)
    return True


def _record(parts: Sequence[VendorReturn], kind: EventKind) -> None:
    """An event for each part. The first of those that the same people hear of names them all, and
    is the one they are mailed about; the others say which that is."""
    groups: dict[object, list[dict[str, str]]] = defaultdict(list)
    for part in parts:
        fact = _waiting(part)
        is_vendors = fact["waits_for"] == ActorKind.VENDOR.value
        # Who is to send goods needs the address; who is to choose or to pay does not.
        is_to_send = fact["task"] == Task.SEND.value
        hears = (fact["waits_for"], part.vendor_id if is_vendors else None, is_to_send)
        groups[hears if kind is EventKind.REMINDED else None].append(fact)
    by_id = {str(part.pk): part for part in parts}
    for group in groups.values():
        first: ReturnEvent | None = None
        for fact in group:
            link = {"told_with": str(first.pk)} if first else {"parts": group}
            part = by_id[fact["part"]]
            event = lifecycle.record_event(
                part.request,
                kind,
                actor=SYSTEM,
                role=ActorKind.SYSTEM,
                vendor_return=part,
                data={**fact, **link},
            )
            first = first or event


def _waiting(part: VendorReturn) -> dict[str, str]:
    """Who has to act on it, and until when."""
    task, who = turn_of(part)
    return {
        "part": str(part.pk),
        "due_at": part.due_at.isoformat(),
        "status": part.status,
        "waits_for": who.value if who else "",
        "task": task.value if task else "",
    }


def _days_from(now: datetime, time: timedelta) -> datetime:
    return last_moment(now, time.days, timezone.get_default_timezone())
