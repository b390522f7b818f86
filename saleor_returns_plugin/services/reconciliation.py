"""Finds out what became of refunds that nobody heard of again, by evidence alone.

Runs every few minutes: goes on with what was never asked for, settles what the host can prove,
says UNKNOWN where it cannot, and notices refunds that were reported and failed later.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from .. import host
from ..domain.actors import SYSTEM
from ..enums import RefundStatus
from ..host import RefundAnswer
from ..models import OrderRecord, Refund, RefundPart
from ..selectors import refunds as selected
from . import refund_parts
from .locks import in_durable_transaction

logger = logging.getLogger(__name__)

TAKE_UP_AFTER = timedelta(minutes=2)
"""A process that lives sends what it intended at once."""
WATCHED_FOR = timedelta(days=90)
"""Refunds that succeeded can be reported failed for so long."""
_Step = Callable[[RefundPart, datetime], Refund | None]
_NO_ANSWER = "No answer came, and Saleor has no record of one."


def run(*, now: datetime, limit: int = 500) -> int:
    """Answers how many refunds changed. One that cannot be looked at keeps no other waiting."""
    intended = now - TAKE_UP_AFTER
    changed = _each(selected.parts_to_take_up(before=intended, limit=limit), _take_up, now)
    for refund in selected.refunds_to_conclude(before=intended, limit=limit):
        changed += _try(refund, partial(refund_parts.conclude, refund, actor=SYSTEM, now=now))
    return changed + _each(selected.parts_without_answer(limit=limit), _look_up, now)


def watch(*, now: datetime, limit: int = 5000) -> int:
    """Refunds that succeeded, through payments whose host reports what happens later."""
    return _each(selected.parts_to_watch(since=now - WATCHED_FOR, limit=limit), _look_up, now)


def follow(record: OrderRecord, *, now: datetime) -> int:
    """As `run` and `watch`, of one order of which Saleor says that something changed."""
    return _each(selected.parts_of_order(record), _look_up, now)


def _each(parts: Sequence[RefundPart], step: _Step, now: datetime) -> int:
    """Noted before, so that those that are never settled, or end the process, wait for the rest."""
    RefundPart.objects.filter(pk__in=[part.pk for part in parts]).update(looked_at=now)
    return sum(_try(part.refund, partial(step, part, now)) for part in parts)


def _try(refund: Refund, act: Callable[[], Refund | None]) -> bool:
    """Whether that changed the refund."""
    before = refund.status
    try:
        after = act()
    except Exception:
        logger.exception("Refund %s could not be looked at.", refund.pk)
        return False
    return after is not None and after.status != before


def _take_up(part: RefundPart, now: datetime) -> Refund | None:
    """The process that intended it is gone, and never asked."""
    return refund_parts.send(part.refund, actor=SYSTEM, now=now)


def _look_up(part: RefundPart, now: datetime) -> Refund | None:
    return _settle(part, now) if _news(part, now) else None


@in_durable_transaction
def _settle(part: RefundPart, now: datetime) -> Refund | None:
    """Under the order's lock: of two parts that are looked up at once, one goes by a record."""
    fresh = refund_parts.locked(part)
    answer = _news(fresh.part, now)
    if answer is None:
        return None
    refund_parts.take(answer, fresh, actor=SYSTEM, now=now)
    return fresh.refund


def _news(part: RefundPart, now: datetime) -> RefundAnswer | None:
    """What the host can prove of a part by now; None when that changes nothing."""
    if refund_parts.is_being_asked(part, now=now):
        return None
    answer = host.current.refund_outcome(
        part.payment_reference,
        str(part.pk),
        part.amount,
        part.mark,
        _claimed(part),
        part.psp_reference,
    )
    status = RefundStatus(part.status)
    is_silent = part.asked_at is not None and part.asked_at < now - refund_parts.SILENT_AFTER
    if status is RefundStatus.SUCCEEDED:
        return answer if answer.status is RefundStatus.FAILED and answer.asked else None
    # Under way, though whoever asked did not live to write down the gateway's reference.
    is_taken = answer.status is RefundStatus.PENDING and answer.psp_reference
    is_found = is_taken and not part.psp_reference
    if answer.status is RefundStatus.SUCCEEDED or is_found:
        return None if _may_be_of_another(answer, part, now) else answer
    if answer.status is RefundStatus.FAILED:
        # One that never got as far as the gateway may have its process still on the way there.
        return answer if answer.asked or is_silent else None
    if answer.status is RefundStatus.UNKNOWN and status is not answer.status and is_silent:
        return RefundAnswer(RefundStatus.UNKNOWN, message=answer.message or _NO_ANSWER)
    return None


def _may_be_of_another(answer: RefundAnswer, part: RefundPart, now: datetime) -> bool:
    """Whether the record is, or may be, the answer that another part is still to write down.

    To be asked after the record was read: who wrote it had claimed its part before.
    """
    others = RefundPart.objects.filter(
        payment_reference=part.payment_reference, amount=part.amount
    ).exclude(pk=part.pk)
    return answer.psp_reference in _claimed(part) or any(
        refund_parts.is_being_asked(other, now=now) for other in others
    )


def _claimed(part: RefundPart) -> Collection[str]:
    """References of the gateway that other parts of the same payment account for."""
    others = RefundPart.objects.filter(payment_reference=part.payment_reference)
    return set(
        others.exclude(pk=part.pk).exclude(psp_reference="").values_list("psp_reference", flat=True)
    )
