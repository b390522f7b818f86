"""How long each person has to act, and what follows from silence."""

from datetime import datetime, timedelta, tzinfo

from ..enums import ActorKind, RefundStatus, ReturnStatus
from .policy import Policy
from .windows import last_moment

WARNING = timedelta(days=5)
"""A shopper is warned this long before an accepted return expires."""

_WAITS_FOR = {
    ReturnStatus.REQUESTED: ActorKind.MERCHANT,
    ReturnStatus.APPROVED: ActorKind.VENDOR,
    ReturnStatus.ACCEPTED: ActorKind.SHOPPER,
    ReturnStatus.IN_TRANSIT: ActorKind.VENDOR,
    ReturnStatus.PARTIALLY_RECEIVED: ActorKind.VENDOR,
    ReturnStatus.RECEIVED: ActorKind.VENDOR,
}


_WHILE_REFUNDING = {
    RefundStatus.PENDING: None,
    RefundStatus.UNKNOWN: ActorKind.MERCHANT,
}
"""Who acts in the place of a vendor that has only to pay: the store finds out about no answer."""


def is_to_pay(status: ReturnStatus, *, is_more_to_come: bool = True) -> bool:
    """Whether all that is left to do is to pay."""
    is_kept = status is ReturnStatus.ACCEPTED and not is_more_to_come
    return is_kept or status is ReturnStatus.RECEIVED


def waits_for(
    status: ReturnStatus, *, is_more_to_come: bool = True, refund: RefundStatus | None = None
) -> ActorKind | None:
    """Who has to act next; None when nobody has.

    `is_more_to_come`: goods are still to arrive. Where the shopper keeps all of an accepted
    return, its vendor has to pay, unless a `refund` is under way.
    """
    if not is_to_pay(status, is_more_to_come=is_more_to_come):
        return _WAITS_FOR.get(status)
    if refund in _WHILE_REFUNDING:
        return _WHILE_REFUNDING[refund]
    return ActorKind.VENDOR


def due_at(
    status: ReturnStatus,
    policy: Policy,
    since: datetime,
    zone: tzinfo,
    *,
    is_more_to_come: bool = True,
    promised: datetime | None = None,
) -> datetime | None:
    """The last moment to act for a return that came into `status` at `since`.

    A deadline ends with its day in the shop's time zone, as a return window does. Where the
    shopper keeps all of it, its vendor has as long to pay as if it had just arrived. `promised`:
    until when the shopper may send; a first parcel does not cut that short.
    """
    is_kept = status is ReturnStatus.ACCEPTED and not is_more_to_come
    days = {
        ReturnStatus.REQUESTED: policy.approve_days,
        ReturnStatus.APPROVED: policy.accept_days,
        ReturnStatus.ACCEPTED: policy.inspect_days if is_kept else policy.send_back_days,
        ReturnStatus.IN_TRANSIT: policy.transit_days + policy.inspect_days,
        ReturnStatus.PARTIALLY_RECEIVED: policy.inspect_days,
        ReturnStatus.RECEIVED: policy.inspect_days,
    }.get(status)
    if days is None:
        return None
    due = last_moment(since, days, zone)
    is_rest_awaited = status is ReturnStatus.PARTIALLY_RECEIVED and promised is not None
    return max(due, promised) if is_rest_awaited and promised else due
