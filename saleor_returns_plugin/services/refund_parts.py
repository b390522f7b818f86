"""How money gets back: claim a part, ask the host, write down what it said.

Nothing is open while the host is asked (ARCHITECTURE section 1, idea 6), and no part is asked for
twice without proof that the first time did nothing. docs/explanation/refunds.md has the whole.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext

from .. import host
from ..domain import refund_parts as planning
from ..domain import refund_status
from ..domain.actors import SYSTEM, Actor
from ..domain.money import ZERO
from ..enums import ActorKind, EventKind, Move, RefundStatus, RefundWay, ReturnStatus
from ..errors import InvalidTransition
from ..host import RefundAnswer
from ..models import Refund, RefundPart, ReturnEvent
from ..selectors import payments, refund_ways
from ..selectors.events import PAID_BESIDE
from ..selectors.vendor_returns import handling_role
from . import ledger, lifecycle, turns
from .locks import in_durable_transaction, locked_refund
from .settling import settle_if_done

logger = logging.getLogger(__name__)

SILENT_AFTER = timedelta(minutes=15)
"""No gateway call lasts as long; whoever asked is dead."""
_LONGEST_PSP_REFERENCE = 255
_NOT_ASKED = "Not asked for: another part of the refund failed."


def plan(refund: Refund, ways: Iterable[planning.PlannedPart]) -> list[RefundPart]:
    """The parts of a refund that is meant, which nobody was asked for yet."""
    return RefundPart.objects.bulk_create(
        [RefundPart(refund=refund, payment_reference=w.reference, amount=w.amount) for w in ways]
    )


def send(
    refund: Refund, *, actor: Actor, now: datetime, parts: Iterable[RefundPart] | None = None
) -> Refund:
    """Ask for every part that nobody asked for yet. Not to be called inside a transaction.

    `parts`: all of a refund that was written just now. Once one fails, the rest is not asked for:
    it fails with it, and is tried again with it.
    """
    own = refund.parts.all() if parts is None else parts
    parts = [part for part in own if _is_waiting(part)]
    if not parts:
        return conclude(refund, actor=actor, now=now)
    for part in parts:
        if planning.way_of(part.payment_reference) is not RefundWay.PAYMENT:
            refund = _settle_here(part, actor, now)
        elif claim(part, now=now):
            refund = _recorded(part, ask(part), actor=actor, now=now)
        if RefundStatus(refund.status) is RefundStatus.FAILED:
            break
    return refund


def claim(part: RefundPart, *, now: datetime) -> bool:
    """Whether it is ours to ask: nobody did before, and from here on nobody else will."""
    return _claim(part, now, mark=host.current.refund_mark(part.payment_reference))


def _claim(part: RefundPart, now: datetime, mark: str = "") -> bool:
    rows = RefundPart.objects.filter(
        pk=part.pk, asked_at__isnull=True, status=RefundStatus.PENDING.value
    )
    if not rows.update(asked_at=now, mark=mark):
        return False
    part.asked_at, part.mark = now, mark
    return True


def ask(part: RefundPart) -> RefundAnswer:
    """With no lock and no transaction open. Silence is UNKNOWN, never FAILED."""
    try:
        return host.current.refund(
            payment_reference=part.payment_reference, amount=part.amount, key=str(part.pk)
        )
    except Exception as error:
        logger.exception("Refund part %s: the host did not answer.", part.pk)
        return RefundAnswer(RefundStatus.UNKNOWN, message=f"No answer: {type(error).__name__}")


def is_being_asked(part: RefundPart, *, now: datetime) -> bool:
    """Whether a process that lives may be waiting for the host's answer."""
    return (
        part.status == RefundStatus.PENDING.value
        and part.asked_at is not None
        and not part.psp_reference
        and part.asked_at >= now - SILENT_AFTER
    )


@dataclass(frozen=True)
class Locked:
    """A part and its refund, read afresh; nobody claims, answers or resolves any part of the refund
    until the transaction ends. `counting`: those whose money did not go another way since."""

    part: RefundPart
    refund: Refund
    counting: list[RefundPart]


def locked(part: RefundPart) -> Locked:
    refund = locked_refund(part.refund)
    parts = _parts(refund)
    fresh = next(each for each in parts if each.pk == part.pk)
    fresh.refund = refund
    return Locked(fresh, refund, _counting(parts))


@in_durable_transaction
def record(part: RefundPart, answer: RefundAnswer, *, actor: Actor, now: datetime) -> Refund:
    """Write down what the host said of a part, and what that makes of the refund.

    An answer that comes twice, that the state of the part does not allow, or that says of an
    earlier attempt that it paid nothing, changes nothing. That a part was paid whose money went
    another way since is kept, and noted.
    """
    fresh = locked(part)
    if answer.status is RefundStatus.SUCCEEDED or fresh.part.asked_at == part.asked_at:
        take(answer, fresh, actor=actor, now=now)
    return fresh.refund


def take(answer: RefundAnswer, locked: Locked, *, actor: Actor, now: datetime) -> None:
    """As `record`, of a part that is `locked`."""
    if locked.part.is_replaced and answer.status is RefundStatus.SUCCEEDED:
        _paid_beside(locked.part, answer)
        return
    _answered(locked.part, answer)
    _follow_parts(locked.refund, locked.counting, actor=actor, now=now, message=answer.message)


def _recorded(part: RefundPart, answer: RefundAnswer, *, actor: Actor, now: datetime) -> Refund:
    """The connection may have died while the gateway thought; its answer must not die with it."""
    try:
        return record(part, answer, actor=actor, now=now)
    except (InterfaceError, OperationalError):
        connection.close()
        return record(part, answer, actor=actor, now=now)


@in_durable_transaction
def conclude(refund: Refund, *, actor: Actor, now: datetime) -> Refund:
    """A refund that pays nothing is paid."""
    fresh = locked_refund(refund)
    _follow_parts(fresh, _counting(_parts(fresh)), actor=actor, now=now)
    return fresh


@in_durable_transaction
def _settle_here(part: RefundPart, actor: Actor, now: datetime) -> Refund:
    """What no gateway has to be asked for: claim, money and record are one transaction."""
    fresh = locked(part)
    if _claim(fresh.part, now):
        take(_answer_here(fresh.part), fresh, actor=actor, now=now)
    return fresh.refund


def _answer_here(part: RefundPart) -> RefundAnswer:
    if part.payment_reference == planning.MANUAL:
        return RefundAnswer(RefundStatus.SUCCEEDED, psp_reference=part.refund.reference)
    record = part.refund.vendor_return.request.record
    order_id = payments.order_of_card(record, part.payment_reference)
    if order_id is not None and host.current.credit_gift_card(
        part.payment_reference, part.amount, order_id, str(part.pk)
    ):
        return RefundAnswer(RefundStatus.SUCCEEDED)
    return RefundAnswer(RefundStatus.FAILED, message="The gift card is no longer in use.")


def resolve(
    refund: Refund, *, succeeded: bool, reference: str, actor: Actor, now: datetime
) -> None:
    """As the merchant says; the order's lock is held, and the event is written.

    Raises InvalidTransition.
    """
    before = RefundStatus(refund.status)
    parts = _counting(_parts(refund))
    if any(is_being_asked(part, now=now) for part in parts):
        raise InvalidTransition(
            gettext("The payment gateway is being asked right now: wait for its answer."),
            field="id",
        )
    if before is RefundStatus.FAILED:
        failed = [part for part in parts if part.status == RefundStatus.FAILED.value]
        for part in failed:
            part.is_replaced = True
            part.save(update_fields=["is_replaced"])
        by_hand = RefundPart.objects.create(
            refund=refund,
            payment_reference=planning.MANUAL,
            amount=sum((part.amount for part in failed), ZERO),
            asked_at=now,
        )
        _answered(by_hand, RefundAnswer(RefundStatus.SUCCEEDED, psp_reference=reference))
        parts = _counting([*parts, by_hand])
    else:
        status = RefundStatus.SUCCEEDED if succeeded else RefundStatus.FAILED
        for part in _to_resolve(parts, before, succeeded=succeeded):
            if succeeded and part.asked_at is None:
                part.asked_at = now
                part.save(update_fields=["asked_at"])
            # What the gateway gave of money that came back since, or that it has under way, goes on
            # accounting for its record.
            is_its_own = part.status == RefundStatus.PENDING.value and part.psp_reference
            takes_it = before in refund_status.OPEN and not is_its_own and part.asked_at
            found = reference if takes_it else ""
            _answered(part, RefundAnswer(status, psp_reference=found))
    _follow_parts(refund, parts, actor=actor, now=now, message=reference, is_recorded=True)


def _to_resolve(
    parts: list[RefundPart], before: RefundStatus, *, succeeded: bool
) -> list[RefundPart]:
    """All that have no answer; or, of a refund that came back, the one that can have.

    What was found at the gateway says nothing of parts that nobody was asked for, where others were:
    these are still to be sent, or are given up with one that was not paid.
    """
    if before in refund_status.OPEN:
        unanswered = [part for part in parts if RefundStatus(part.status) in refund_status.OPEN]
        asked = [part for part in unanswered if not _is_waiting(part)]
        if succeeded and not asked and len(unanswered) < len(parts):
            raise InvalidTransition(
                gettext(
                    "The rest of this refund was not sent yet: say that it was not paid, then try "
                    "it again."
                ),
                field="id",
            )
        return asked or unanswered
    through = [part for part in parts if not planning.is_gift_card(part.payment_reference)]
    if len(through) != 1:
        raise InvalidTransition(
            gettext(
                "This refund did not go back one single way: only Saleor's own records can tell "
                "which part of it came back."
            ),
            field="id",
        )
    return through


def _is_waiting(part: RefundPart) -> bool:
    return part.asked_at is None and part.status == RefundStatus.PENDING.value


def _parts(refund: Refund) -> list[RefundPart]:
    """Locked, as `claim` needs no other lock."""
    rows = RefundPart.objects.select_for_update().filter(refund=refund)
    return list(rows.order_by("created_at", "id"))


def _counting(parts: Iterable[RefundPart]) -> list[RefundPart]:
    return [part for part in parts if not part.is_replaced]


def _answered(part: RefundPart, answer: RefundAnswer) -> None:
    """An answer that changes nothing may still bring the gateway's reference."""
    changed = []
    if answer.psp_reference:
        part.psp_reference = answer.psp_reference[:_LONGEST_PSP_REFERENCE]
        changed = ["psp_reference"]
    is_moved = lifecycle.move_refund_part(
        part, answer.status, message=answer.message, changed=changed
    )
    if changed and not is_moved:
        part.save(update_fields=changed)


def _paid_beside(part: RefundPart, answer: RefundAnswer) -> None:
    """Its money went another way since, so nothing moves; staff are told of it, once."""
    part.psp_reference = answer.psp_reference[:_LONGEST_PSP_REFERENCE] or part.psp_reference
    part.message = answer.message or part.message
    part.save(update_fields=["psp_reference", "message"])
    vendor_return = part.refund.vendor_return
    kind, told = EventKind.REFUND_RESOLVED, {"code": PAID_BESIDE, "part": str(part.pk)}
    if ReturnEvent.objects.filter(
        vendor_return=vendor_return, kind=kind.value, data__contains=told
    ).exists():
        return
    lifecycle.record_event(
        vendor_return.request,
        kind,
        actor=SYSTEM,
        role=ActorKind.SYSTEM,
        vendor_return=vendor_return,
        data={**lifecycle.refund_data(part.refund), **told, "paid": str(part.amount)},
    )


def _follow_parts(
    refund: Refund,
    parts: Sequence[RefundPart],
    *,
    actor: Actor,
    now: datetime,
    message: str = "",
    is_recorded: bool = False,
) -> None:
    """What the `parts` make of the refund: its status, the ledger, and the end of the return.

    `is_recorded`: the merchant said so, rather than the host.
    """
    if any(part.status == RefundStatus.FAILED.value for part in parts):
        _give_up(part for part in parts if _is_waiting(part))
    paid = [part for part in parts if part.status == RefundStatus.SUCCEEDED.value]
    refund.paid = sum((part.amount for part in paid), ZERO)
    before = RefundStatus(refund.status)
    after = refund_status.of_parts(RefundStatus(part.status) for part in parts)
    if after is before:
        refund.save(update_fields=["paid"])
        return
    if after is RefundStatus.SUCCEEDED:
        refund.postings += 1
    part = refund.vendor_return
    is_of_goods = refund.exchange_id is None
    role = handling_role(actor, part) or ActorKind.SYSTEM
    if is_recorded and after is RefundStatus.PENDING:
        message = ""  # the merchant's proof is of the parts before, and no failure
    # Who hears of it later reads what was so then, whatever became of the parts since.
    data = {"ways": refund_ways.plain(parts), "is_recorded": is_recorded}
    is_back = is_of_goods and after is RefundStatus.FAILED
    with turns.refunded(part, now=now, is_back=is_back):
        lifecycle.move_refund(
            refund, after, actor=actor, role=role, now=now, message=message, data=data
        )
        if after is RefundStatus.SUCCEEDED:
            ledger.post_refund(refund)
            settle_if_done(part, now=now)
        elif before is RefundStatus.SUCCEEDED:
            ledger.reverse_refund(refund)
            if is_of_goods and ReturnStatus(part.status) is ReturnStatus.SETTLED:
                lifecycle.move(part, Move.REOPEN, actor=SYSTEM, now=now, message=message)


def _give_up(parts: Iterable[RefundPart]) -> None:
    for part in parts:
        _answered(part, RefundAnswer(RefundStatus.FAILED, message=_NOT_ASKED, asked=False))
