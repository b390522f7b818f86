"""What time brings about: reminders, escalations, silence taken as consent, and expiry.

Run by the beat as often as the store likes. Each act is one transaction, marked on the row, so
that running twice or a week late does each once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import DateTimeField as Moment
from django.db.models import ExpressionWrapper, F, QuerySet
from django.utils import timezone

from ..domain import deadlines, transitions
from ..domain.actors import SYSTEM
from ..domain.policy import Policy
from ..domain.windows import last_moment
from ..enums import ActorKind, EventKind, Move, ReturnStatus
from ..models import VendorReturn
from ..selectors.vendor_returns import lacks_address
from . import lifecycle
from .locks import in_transaction, locked_return
from .receptions import close_part
from .vendor_returns import accept_automatically

logger = logging.getLogger(__name__)

_AT_ONCE = 500


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
        warned=_each(_soon_over(now), _warn, now),
        expired=_each(_overdue(now, ReturnStatus.ACCEPTED), _expire, now),
        closed=_each(_overdue(now, ReturnStatus.PARTIALLY_RECEIVED), _close, now),
        reminded=_each(_half_over(now), _remind, now),
        escalated=_each(_overdue(now).filter(escalated_at=None), _escalate, now),
    )


def _open() -> QuerySet[VendorReturn]:
    return VendorReturn.objects.exclude(status__in=[state.value for state in transitions.FINAL])


def _half_over(now: datetime) -> QuerySet[VendorReturn]:
    half = ExpressionWrapper(
        F("waiting_since") + (F("due_at") - F("waiting_since")) / 2, output_field=Moment()
    )
    rows = _open().filter(due_at__gte=now, reminded_at=None, escalated_at=None)
    return rows.annotate(half=half).filter(half__lte=now)


def _soon_over(now: datetime) -> QuerySet[VendorReturn]:
    return VendorReturn.objects.filter(
        status=ReturnStatus.ACCEPTED.value,
        lines__send_back=True,
        expiry_warned_at=None,
        due_at__lte=_days_from(now, deadlines.WARNING),
    ).distinct()


def _overdue(now: datetime, status: ReturnStatus | None = None) -> QuerySet[VendorReturn]:
    rows = _open().filter(due_at__lt=now)
    return rows if status is None else rows.filter(status=status.value)


def _waiting_for_address() -> QuerySet[VendorReturn]:
    """Approved parts of vendors that accept by themselves, and could not for want of an address."""
    return VendorReturn.objects.filter(
        status=ReturnStatus.APPROVED.value, vendor__auto_accept_returns=True
    )


def _each(
    rows: QuerySet[VendorReturn], act: Callable[[VendorReturn, datetime], bool], now: datetime
) -> int:
    """`act` on every row, each in its own transaction; one that fails keeps no other waiting."""
    done = 0
    after: UUID | None = None
    while True:
        page = rows if after is None else rows.filter(pk__gt=after)
        keys = list(page.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
        for key in keys:
            done += _try(rows, key, act, now)
        if len(keys) < _AT_ONCE:
            return done
        after = keys[-1]


def _try(
    rows: QuerySet[VendorReturn],
    key: UUID,
    act: Callable[[VendorReturn, datetime], bool],
    now: datetime,
) -> bool:
    @in_transaction
    def do() -> bool:
        part = locked_return(key, for_actor=SYSTEM)
        # Whoever held the lock before us may have moved it.
        return rows.filter(pk=key).exists() and act(part, now)

    try:
        return do()
    except Exception:
        logger.exception("Return %s: what was due could not be done.", key)
        return False


def _remind(part: VendorReturn, now: datetime) -> bool:
    part.reminded_at = now
    part.save(update_fields=["reminded_at"])
    _record(part, EventKind.REMINDED)
    return True


def _escalate(part: VendorReturn, now: datetime) -> bool:
    part.escalated_at = now
    part.save(update_fields=["escalated_at"])
    _record(part, EventKind.OVERDUE)
    return True


def _accept_with_address(part: VendorReturn, now: datetime) -> bool:
    if lacks_address(part):
        return False
    accept_automatically(part, now=now)
    return True


def _accept_for_silence(part: VendorReturn, now: datetime) -> bool:
    policy = Policy.from_snapshot(part.policy_snapshot)
    if not policy.accept_on_silence or lacks_address(part):
        return False
    accept_automatically(part, now=now, note="The vendor did not answer in time.")
    return True


def _warn(part: VendorReturn, now: datetime) -> bool:
    """Who is warned late has the same time from then on."""
    part.expiry_warned_at = now
    # A warning reminds, too.
    part.reminded_at = part.reminded_at or now
    part.due_at = max(part.due_at, _days_from(now, deadlines.WARNING))
    part.save(update_fields=["expiry_warned_at", "reminded_at", "due_at"])
    _record(part, EventKind.EXPIRY_WARNED)
    return True


def _expire(part: VendorReturn, now: datetime) -> bool:
    """Units that the shopper keeps may be paid already: then only the rest is given up."""
    lines = list(part.lines.all())
    if part.expiry_warned_at is None or not any(line.expected for line in lines):
        return False
    if any(line.payable for line in lines):
        close_part(part, actor=SYSTEM, now=now)
    else:
        lifecycle.move(part, Move.EXPIRE, actor=SYSTEM, now=now)
    return True


def _close(part: VendorReturn, now: datetime) -> bool:
    close_part(part, actor=SYSTEM, now=now)
    return True


def _record(part: VendorReturn, kind: EventKind) -> None:
    is_more_to_come = any(line.expected for line in part.lines.all())
    who = deadlines.waits_for(ReturnStatus(part.status), is_more_to_come=is_more_to_come)
    lifecycle.record_event(
        part.request,
        kind,
        actor=SYSTEM,
        role=ActorKind.SYSTEM,
        vendor_return=part,
        data={
            "due_at": part.due_at.isoformat(),
            "status": part.status,
            "waits_for": who.value if who else "",
        },
    )


def _days_from(now: datetime, time: timedelta) -> datetime:
    return last_moment(now, time.days, timezone.get_default_timezone())
