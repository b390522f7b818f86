"""The state table of a vendor return, as data. `services/lifecycle.py` alone acts on it."""

from dataclasses import dataclass

from ..enums import ActorKind as Who
from ..enums import EventKind, Move, RequestStatus, ReturnStatus
from ..enums import ReturnStatus as S


@dataclass(frozen=True)
class Transition:
    """One arrow: `to` is None where the return goes back to the state before."""

    source: ReturnStatus
    move: Move
    to: ReturnStatus | None
    actors: frozenset[Who]


def _arrow(source: S, move: Move, to: S | None, *actors: Who) -> Transition:
    return Transition(source, move, to, frozenset(actors))


_RECEIVABLE = (S.ACCEPTED, S.IN_TRANSIT, S.PARTIALLY_RECEIVED)
_LATE = (S.CANCELLED, S.EXPIRED)
ARRIVED = (S.PARTIALLY_RECEIVED, S.RECEIVED, S.SETTLED)
"""States that a reception, or the lack of one, has led to."""

TABLE: tuple[Transition, ...] = (
    _arrow(S.REQUESTED, Move.APPROVE, S.APPROVED, Who.MERCHANT, Who.SYSTEM),
    _arrow(S.REQUESTED, Move.DECLINE, S.DECLINED, Who.MERCHANT),
    _arrow(S.REQUESTED, Move.CANCEL, S.CANCELLED, Who.SHOPPER, Who.MERCHANT),
    _arrow(S.APPROVED, Move.ACCEPT, S.ACCEPTED, Who.VENDOR, Who.SYSTEM),
    _arrow(S.APPROVED, Move.DECLINE, S.DECLINED, Who.VENDOR, Who.MERCHANT),
    _arrow(S.APPROVED, Move.CANCEL, S.CANCELLED, Who.SHOPPER, Who.MERCHANT),
    _arrow(S.ACCEPTED, Move.TRACK, S.IN_TRANSIT, Who.SHOPPER),
    _arrow(S.ACCEPTED, Move.CANCEL, S.CANCELLED, Who.SHOPPER, Who.MERCHANT, Who.SYSTEM),
    _arrow(S.ACCEPTED, Move.EXPIRE, S.EXPIRED, Who.SYSTEM),
    _arrow(S.ACCEPTED, Move.SETTLE, S.SETTLED, Who.SYSTEM),
    # Units that need not come back may be paid already, so this cannot expire.
    _arrow(S.ACCEPTED, Move.CLOSE, S.RECEIVED, Who.SYSTEM),
    _arrow(S.IN_TRANSIT, Move.TRACK, S.IN_TRANSIT, Who.SHOPPER),
    _arrow(S.PARTIALLY_RECEIVED, Move.TRACK, S.PARTIALLY_RECEIVED, Who.SHOPPER),
    _arrow(S.IN_TRANSIT, Move.CANCEL, S.CANCELLED, Who.SHOPPER, Who.MERCHANT),
    *(_arrow(s, Move.RECEIVE_PART, S.PARTIALLY_RECEIVED, Who.VENDOR) for s in _RECEIVABLE),
    *(_arrow(s, Move.RECEIVE_ALL, S.RECEIVED, Who.VENDOR) for s in _RECEIVABLE),
    _arrow(S.PARTIALLY_RECEIVED, Move.CLOSE, S.RECEIVED, Who.VENDOR, Who.MERCHANT, Who.SYSTEM),
    _arrow(S.RECEIVED, Move.SETTLE, S.SETTLED, Who.SYSTEM),
    _arrow(S.DECLINED, Move.REOPEN, None, Who.MERCHANT),
    # All that is in the parcel: what is not in it is let go.
    *(_arrow(s, Move.RECEIVE_ALL, S.RECEIVED, Who.VENDOR) for s in _LATE),
    _arrow(S.SETTLED, Move.REOPEN, S.RECEIVED, Who.SYSTEM),
    # Nothing ever came back: what staff sent unasked is cancelled, and the return ends with it.
    *(_arrow(s, Move.CANCEL, S.CANCELLED, Who.SYSTEM) for s in (S.RECEIVED, S.SETTLED)),
    *(_arrow(s, Move.VOID_PART, S.PARTIALLY_RECEIVED, Who.VENDOR) for s in ARRIVED),
    *(_arrow(s, Move.VOID_ALL, None, Who.VENDOR) for s in ARRIVED),
    _arrow(S.PARTIALLY_RECEIVED, Move.OVERRULE, S.PARTIALLY_RECEIVED, Who.MERCHANT),
    _arrow(S.RECEIVED, Move.OVERRULE, S.RECEIVED, Who.MERCHANT),
    _arrow(S.SETTLED, Move.OVERRULE, S.RECEIVED, Who.MERCHANT),
)

_BY_KEY = {(row.source, row.move): row for row in TABLE}

EVENT_OF_MOVE: dict[Move, EventKind] = {
    Move.APPROVE: EventKind.APPROVED,
    Move.ACCEPT: EventKind.ACCEPTED,
    Move.DECLINE: EventKind.DECLINED,
    Move.CANCEL: EventKind.CANCELLED,
    Move.TRACK: EventKind.TRACKING_ADDED,
    Move.RECEIVE_PART: EventKind.RECEIVED,
    Move.RECEIVE_ALL: EventKind.RECEIVED,
    Move.CLOSE: EventKind.CLOSED,
    Move.SETTLE: EventKind.SETTLED,
    Move.EXPIRE: EventKind.EXPIRED,
    Move.REOPEN: EventKind.REOPENED,
    Move.VOID_PART: EventKind.RECEPTION_VOIDED,
    Move.VOID_ALL: EventKind.RECEPTION_VOIDED,
    Move.OVERRULE: EventKind.OVERRULED,
}

INITIAL = S.REQUESTED
FINAL = frozenset({S.SETTLED, S.DECLINED, S.CANCELLED, S.EXPIRED})
"""Nobody has to act any more; some can still be left by the table's last rows."""

RELEASING = frozenset({S.DECLINED, S.CANCELLED, S.EXPIRED})
"""States whose units are free to be returned again."""


def find(source: ReturnStatus, move: Move) -> Transition | None:
    return _BY_KEY.get((source, move))


def is_override(row: Transition, actor: Who) -> bool:
    """Staff did what the table gives to a vendor or a shopper."""
    return actor is Who.MERCHANT and Who.MERCHANT not in row.actors


def may(row: Transition, actor: Who) -> bool:
    """Staff may do whatever a vendor or a shopper may."""
    if actor in row.actors:
        return True
    return actor is Who.MERCHANT and bool(row.actors & {Who.VENDOR, Who.SHOPPER})


def request_status(parts: list[ReturnStatus]) -> RequestStatus:
    """The status of a request from those of its parts."""
    if ReturnStatus.REQUESTED in parts:
        return RequestStatus.AWAITING_APPROVAL
    if any(part not in FINAL for part in parts):
        return RequestStatus.IN_PROGRESS
    if ReturnStatus.SETTLED in parts:
        return RequestStatus.COMPLETED
    if ReturnStatus.DECLINED in parts:
        return RequestStatus.DECLINED
    return RequestStatus.CANCELLED
