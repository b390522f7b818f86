"""The only writer of a status, and of the history that goes with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, gettext_noop

from ..domain import deadlines, exchange_status, refund_status, shipment_status, transitions
from ..domain.actors import Actor
from ..domain.notifications import tells_somebody
from ..domain.policy import Policy
from ..domain.windows import last_moment
from ..enums import (
    ActorKind,
    EventKind,
    ExchangeStatus,
    Move,
    RefundStatus,
    RequestStatus,
    ReturnStatus,
)
from ..errors import InvalidTransition, NotPermitted, Overtaken
from ..models import (
    Exchange,
    Refund,
    RefundPart,
    ReturnEvent,
    ReturnRequest,
    VendorReturn,
    VendorShipment,
    VendorShipmentLine,
)
from ..selectors.deadlines import payable_until
from ..selectors.notifications import WITH_RETURN
from ..selectors.vendor_returns import roles_of
from . import queue

_REFUND_EVENTS = {
    RefundStatus.PENDING: EventKind.REFUND_REQUESTED,
    RefundStatus.SUCCEEDED: EventKind.REFUND_SUCCEEDED,
    RefundStatus.FAILED: EventKind.REFUND_FAILED,
    RefundStatus.UNKNOWN: EventKind.REFUND_UNKNOWN,
}


_EXCHANGE_EVENTS = {
    ExchangeStatus.AWAITING_PAYMENT: EventKind.EXCHANGE_OFFERED,
    ExchangeStatus.ORDERED: EventKind.EXCHANGE_ORDERED,
    ExchangeStatus.RELEASED: EventKind.EXCHANGE_RELEASED,
    ExchangeStatus.FAILED: EventKind.EXCHANGE_FAILED,
    ExchangeStatus.CANCELLED: EventKind.EXCHANGE_CANCELLED,
}
_EXCHANGE_STANDS = {
    ExchangeStatus.PENDING: gettext_noop("The exchange of return %(number)s is being ordered."),
    ExchangeStatus.AWAITING_PAYMENT: gettext_noop(
        "The exchange of return %(number)s waits for the shopper to pay."
    ),
    ExchangeStatus.ORDERED: gettext_noop("The exchange of return %(number)s is ordered already."),
    ExchangeStatus.RELEASED: gettext_noop("The exchange of return %(number)s is released already."),
    ExchangeStatus.FAILED: gettext_noop(
        "The exchange of return %(number)s could not be ordered: choose anew, or order it again."
    ),
    ExchangeStatus.CANCELLED: gettext_noop(
        "The exchange of return %(number)s is cancelled already."
    ),
}
"""Why it cannot be what is asked for."""


def move(
    vendor_return: VendorReturn,
    move: Move,
    *,
    actor: Actor,
    now: datetime,
    message: str = "",
    data: dict[str, Any] | None = None,
    changed: Sequence[str] = (),
    is_more_to_come: bool = True,
    siblings: Sequence[VendorReturn] = (),
) -> None:
    """Take one arrow of the table, start the next person's time, and append the event.

    `changed` names other columns that the caller has set, to be saved with the status;
    `is_more_to_come` is False for an acceptance of which the shopper keeps all; `siblings` are all
    parts of the request, this one among them, where they are at hand. The caller holds the
    order's lock. Raises InvalidTransition where the table has no such arrow, NotPermitted
    where it is not this actor's.
    """
    before = ReturnStatus(vendor_return.status)
    until = vendor_return.due_at if before in _SENDING else None
    row, role = check(vendor_return, move, actor=actor)
    after = row.to or _status_before(vendor_return, move)
    vendor_return.status = after.value
    if after is not before or move in _NEWS:
        is_partial = after is ReturnStatus.PARTIALLY_RECEIVED
        promised = (until or _send_back_until(vendor_return)) if is_partial else None
        _start_waiting(vendor_return, now, is_more_to_come, promised)
    if before is ReturnStatus.ACCEPTED and until:
        data = {**(data or {}), _UNTIL: until.isoformat()}
    vendor_return.save(update_fields=["status", *_WAITING, *changed])
    record_event(
        vendor_return.request,
        transitions.EVENT_OF_MOVE[move],
        actor=actor,
        role=role,
        vendor_return=vendor_return,
        before=before.value,
        after=after.value,
        is_override=transitions.is_override(row, role),
        message=message,
        data=data,
    )
    if transitions.request_status([before]) is not transitions.request_status([after]):
        _derive_request_status(vendor_return.request, siblings)


def check(
    vendor_return: VendorReturn, move: Move, *, actor: Actor
) -> tuple[transitions.Transition, ActorKind]:
    """The arrow that `move` would take, and as whom the actor would take it.

    Raises InvalidTransition where the table has no such arrow, NotPermitted where it is not this
    actor's.
    """
    status = ReturnStatus(vendor_return.status)
    row = transitions.find(status, move)
    if row is None:
        raise InvalidTransition(
            gettext("Return %(number)s has moved on, so this is no longer possible.")
            % {"number": vendor_return.number},
            field="id",
        )
    return row, _role(vendor_return, actor, [row])


def check_role(vendor_return: VendorReturn, move: Move, *, actor: Actor) -> None:
    """Raise NotPermitted where `move` is not this actor's, wherever the return stands."""
    _role(vendor_return, actor, [row for row in transitions.TABLE if row.move is move])


def _role(
    vendor_return: VendorReturn, actor: Actor, rows: Sequence[transitions.Transition]
) -> ActorKind:
    roles = roles_of(actor, vendor_return)
    allowed = sorted(role for role in roles if any(transitions.may(row, role) for row in rows))
    if not allowed:
        raise NotPermitted(
            gettext("You may not do this with return %(number)s.")
            % {"number": vendor_return.number},
            field="id",
        )
    return allowed[0]


def check_not_overtaken(vendor_return: VendorReturn, *, holds: bool) -> None:
    """Raise Overtaken unless the caller still `holds` true what it saw when it decided."""
    if not holds:
        raise Overtaken(
            gettext(
                "Return %(number)s has changed since you looked at it. "
                "Look at it as it is now, then decide."
            )
            % {"number": vendor_return.number},
            field="id",
        )


def check_expected(vendor_return: VendorReturn, expected: ReturnStatus | None) -> None:
    """Raise Overtaken when the return stands elsewhere than the caller saw it; None asks nothing."""
    holds = expected is None or vendor_return.status == expected.value
    check_not_overtaken(vendor_return, holds=holds)


def check_exchange_expected(exchange: Exchange, expected: ExchangeStatus | None) -> None:
    """As `check_expected`, of an exchange of the return."""
    holds = expected is None or exchange.status == expected.value
    check_not_overtaken(exchange.vendor_return, holds=holds)


def start(
    request: ReturnRequest,
    parts: Sequence[VendorReturn],
    *,
    actor: Actor,
    now: datetime,
    data: dict[str, Any] | None = None,
) -> None:
    """Write a new request with its parts, all REQUESTED."""
    request.status = RequestStatus.AWAITING_APPROVAL.value
    request.save()
    for part in parts:
        part.status = transitions.INITIAL.value
        _start_waiting(part, now, is_more_to_come=True)
    VendorReturn.objects.bulk_create(parts)
    role = ActorKind.MERCHANT if actor.is_merchant else ActorKind.SHOPPER
    record_event(
        request, EventKind.CREATED, actor=actor, role=role, after=request.status, data=data
    )


def move_refund(
    refund: Refund,
    to: RefundStatus,
    *,
    actor: Actor,
    role: ActorKind,
    now: datetime,
    message: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Write a refund, its status and its event. A new refund starts as PENDING.

    Raises InvalidTransition where the architecture's table has no such arrow.
    """
    is_new = refund._state.adding
    before = RefundStatus(refund.status) if not is_new else None
    if before is not None and to not in refund_status.MOVES[before]:
        raise InvalidTransition(
            gettext("A refund that is %(before)s cannot become %(after)s.")
            % {"before": before.value, "after": to.value}
        )
    refund.status = to.value
    refund.failure = message if to is not RefundStatus.SUCCEEDED else ""
    refund.succeeded_at = now if to is RefundStatus.SUCCEEDED else None
    refund.save()
    record_event(
        refund.vendor_return.request,
        _REFUND_EVENTS[to],
        actor=actor,
        role=role,
        vendor_return=refund.vendor_return,
        before=before.value if before else "",
        after=to.value,
        # As in the table of returns: what is the vendor's, done by the store.
        is_override=(
            to is RefundStatus.PENDING
            and role is ActorKind.MERCHANT
            and not refund.vendor_return.vendor.is_in_house
        ),
        message=message,
        data={**refund_data(refund), **(data or {})},
    )


def move_refund_part(
    part: RefundPart, to: RefundStatus, *, message: str = "", changed: Sequence[str] = ()
) -> bool:
    """Write a part's status; False, and nothing, where the table has no such arrow.

    `changed` names other columns that the caller has set, to be saved with it. Tried again, it
    waits to be asked for as if it were new. What its refund makes of it is
    `services/refund_parts.py`'s.
    """
    if to not in refund_status.PART_MOVES[RefundStatus(part.status)]:
        return False
    part.status = to.value
    part.message = message
    changed = ["status", "message", *changed]
    if to is RefundStatus.PENDING:
        part.asked_at, part.psp_reference = None, ""
        changed += ["asked_at", "psp_reference"]
    part.save(update_fields=changed)
    return True


def refund_data(refund: Refund) -> dict[str, str]:
    """What the history keeps of a refund beside the words."""
    return {"refund": str(refund.pk), "amount": str(refund.amount), "currency": refund.currency}


def move_exchange(
    exchange: Exchange,
    to: ExchangeStatus,
    *,
    actor: Actor,
    role: ActorKind,
    message: str = "",
    code: str = "",
    facts: Mapping[str, str] | None = None,
) -> None:
    """Write an exchange, its status and its event. A new one starts as PENDING, and so does one
    that is tried again: neither is news.

    `code` says why in place of people's words; `facts` are what its own words name.
    Raises InvalidTransition where the architecture's table has no such arrow.
    """
    before = None if exchange._state.adding else ExchangeStatus(exchange.status)
    if before is not None and to not in exchange_status.MOVES[before]:
        raise InvalidTransition(
            gettext(_EXCHANGE_STANDS[before]) % {"number": exchange.vendor_return.number},
            field="id",
        )
    exchange.status = to.value
    is_failed = to is ExchangeStatus.FAILED
    exchange.failure, exchange.failure_code = (message, code) if is_failed else ("", "")
    exchange.save()
    kind = _EXCHANGE_EVENTS.get(to)
    if kind is None:
        return
    record_event(
        exchange.vendor_return.request,
        kind,
        actor=actor,
        role=role,
        vendor_return=exchange.vendor_return,
        before=before.value if before else "",
        after=to.value,
        # What is done with its return says of itself whether it is one.
        is_override=(
            role is ActorKind.MERCHANT
            and not exchange.vendor_return.vendor.is_in_house
            and code != WITH_RETURN
        ),
        message=message,
        data={
            "exchange": str(exchange.pk),
            "order_number": exchange.order_number,
            "code": code,
            **({} if facts is None else {"facts": dict(facts)}),
        },
    )


def derive_shipment_status(
    shipment: VendorShipment, lines: Sequence[VendorShipmentLine], *, is_cancelled: bool
) -> bool:
    """Set the shipment's status from its quantities; True when it changed. Not saved."""
    status = shipment_status.derive(
        quantity=sum(line.quantity for line in lines),
        fulfilled=sum(line.quantity_fulfilled for line in lines),
        is_held=bool(shipment.hold_reason),
        is_cancelled=is_cancelled,
    )
    changed = shipment.status != status.value
    shipment.status = status.value
    return changed


def hold_shipments(shipments: Sequence[VendorShipment], reason: str) -> bool:
    """What is held is held for this; whether it was for something else before."""
    changed = [row for row in shipments if row.hold_reason and row.hold_reason != reason]
    for shipment in changed:
        shipment.hold_reason = reason
    VendorShipment.objects.bulk_update(changed, ["hold_reason"])
    return bool(changed)


def release_shipments(shipments: Sequence[VendorShipment]) -> None:
    """What was held may be sent."""
    for shipment in shipments:
        shipment.hold_reason = ""
        derive_shipment_status(shipment, list(shipment.lines.all()), is_cancelled=False)
    VendorShipment.objects.bulk_update(shipments, ["hold_reason", "status"])


def record_event(
    request: ReturnRequest,
    kind: EventKind,
    *,
    actor: Actor,
    role: ActorKind,
    vendor_return: VendorReturn | None = None,
    before: str = "",
    after: str = "",
    is_override: bool = False,
    message: str = "",
    data: dict[str, Any] | None = None,
) -> ReturnEvent:
    """Append to the history; who is to hear of it is told once this is committed."""
    event = ReturnEvent.objects.create(
        request=request,
        vendor_return=vendor_return,
        kind=kind.value,
        actor_kind=role.value,
        actor_id="" if actor.user_id is None else str(actor.user_id),
        actor_name=actor.name or actor.email,
        is_override=is_override,
        from_status=before,
        to_status=after,
        message=message,
        data=data or {},
    )
    if tells_somebody(kind):
        queue.on_commit("tell", str(event.pk))
    return event


_SENDING = (ReturnStatus.ACCEPTED, ReturnStatus.PARTIALLY_RECEIVED)
_UNTIL = "send_back_until"
"""In the data of the event by which a return leaves ACCEPTED."""

_NEWS = (Move.RECEIVE_PART, Move.VOID_PART)
"""Moves that may lead to the same state and give its actor time anew."""

_WAITING = ("waiting_since", "due_at", "reminded_at", "escalated_at", "expiry_warned_at")


def restart_waiting(vendor_return: VendorReturn, *, now: datetime, is_more_to_come: bool) -> None:
    """Give whoever has to act the whole time anew: what is asked of them has changed."""
    # Who is asked to send more has as long for it as anybody who sends.
    days = Policy.from_snapshot(vendor_return.policy_snapshot).send_back_days
    promised = last_moment(now, days, timezone.get_default_timezone())
    _start_waiting(vendor_return, now, is_more_to_come, promised)
    vendor_return.save(update_fields=list(_WAITING))


def _send_back_until(part: VendorReturn) -> datetime | None:
    """Until when the shopper of what is on its way, or has arrived, may send."""
    events = ReturnEvent.objects.filter(vendor_return=part, data__has_key=_UNTIL)
    data = events.order_by("-created_at").values_list("data", flat=True).first()
    return parse_datetime(data[_UNTIL]) if data else None


def _start_waiting(
    vendor_return: VendorReturn,
    now: datetime,
    is_more_to_come: bool,
    promised: datetime | None = None,
) -> None:
    policy = Policy.from_snapshot(vendor_return.policy_snapshot)
    status = ReturnStatus(vendor_return.status)
    zone = timezone.get_default_timezone()
    due = deadlines.due_at(
        status, policy, now, zone, is_more_to_come=is_more_to_come, promised=promised
    )
    if deadlines.is_to_pay(status, is_more_to_come=is_more_to_come):
        until = payable_until(vendor_return)
        due = max(until, now) if until else due
    vendor_return.due_at = due
    vendor_return.waiting_since = now if vendor_return.due_at else None
    vendor_return.reminded_at = vendor_return.escalated_at = None
    vendor_return.expiry_warned_at = None


def _status_before(vendor_return: VendorReturn, move: Move) -> ReturnStatus:
    """Where a declined return stood before; or one of which nothing has arrived after all."""
    left = transitions.ARRIVED if move is Move.VOID_ALL else (ReturnStatus.DECLINED,)
    last = (
        ReturnEvent.objects.filter(vendor_return=vendor_return, to_status__in=left)
        .exclude(from_status__in=left)
        .order_by("-created_at")
        .values_list("from_status", flat=True)
        .first()
    )
    return ReturnStatus(last) if last else transitions.INITIAL


def _derive_request_status(request: ReturnRequest, parts: Sequence[VendorReturn]) -> None:
    """Of its `parts`, read anew where they are not given."""
    own = VendorReturn.objects.filter(request=request).values_list("status", flat=True)
    found = [part.status for part in parts] or own
    status = transitions.request_status([ReturnStatus(part) for part in found]).value
    if status != request.status:
        request.status = status
        request.save(update_fields=["status"])
