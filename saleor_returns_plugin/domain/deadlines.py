"""How long each person has to act, and what follows from silence."""

from collections.abc import Collection
from datetime import datetime, timedelta, tzinfo

from ..enums import ActorKind, ExchangeStatus, RefundStatus, ReturnStatus, Task
from .policy import Policy
from .windows import last_moment

WARNING = timedelta(days=5)
"""A shopper is warned this long before an accepted return expires."""

DOES: dict[Task, ActorKind | None] = {
    Task.APPROVE: ActorKind.MERCHANT,
    Task.ACCEPT: ActorKind.VENDOR,
    Task.SEND: ActorKind.SHOPPER,
    Task.RECEIVE: ActorKind.VENDOR,
    Task.REFUND: ActorKind.VENDOR,
    Task.LOOK_UP: ActorKind.MERCHANT,
    Task.AWAIT_ANSWER: None,
    Task.PAY_BACK: ActorKind.MERCHANT,
    Task.CHOOSE_AGAIN: ActorKind.SHOPPER,
    Task.PAY_DIFFERENCE: ActorKind.SHOPPER,
    Task.EXCHANGE: ActorKind.VENDOR,
}
"""Who has to; a store does what is a vendor's for its own goods, and more where `who_does` says."""

MAY_BE_STORES = (Task.REFUND, Task.EXCHANGE)
"""Tasks of a vendor that can be left to the store."""

TASK_OF_STATUS = {
    ReturnStatus.REQUESTED: Task.APPROVE,
    ReturnStatus.APPROVED: Task.ACCEPT,
    ReturnStatus.ACCEPTED: Task.SEND,
    ReturnStatus.IN_TRANSIT: Task.RECEIVE,
    ReturnStatus.PARTIALLY_RECEIVED: Task.RECEIVE,
}
"""Of what does not have only to be paid."""

UNDER_WAY = (ReturnStatus.ACCEPTED, ReturnStatus.IN_TRANSIT, ReturnStatus.PARTIALLY_RECEIVED)
"""States in which units that the shopper keeps are due although others are still to come."""


def is_to_pay(status: ReturnStatus, *, is_more_to_come: bool = True) -> bool:
    """Whether all that is left to do is to pay."""
    is_kept = status is ReturnStatus.ACCEPTED and not is_more_to_come
    return is_kept or status is ReturnStatus.RECEIVED


OF_EXCHANGE = (Task.CHOOSE_AGAIN, Task.PAY_DIFFERENCE, Task.EXCHANGE)

OF_PAY_BACK = {RefundStatus.UNKNOWN: Task.LOOK_UP, RefundStatus.FAILED: Task.PAY_BACK}
"""What is to be done about money that was paid for a replacement that never comes, also once the
return is over."""

GIVES_BACK = (ExchangeStatus.PENDING, ExchangeStatus.ORDERED, ExchangeStatus.RELEASED)
"""While the exchange for something cheaper is so, what that costs less is due."""


def task_of_exchange(
    status: ReturnStatus,
    standing: ExchangeStatus | None,
    *,
    is_wanting: bool,
    is_more_to_come: bool = True,
    is_by_staff: bool = False,
    is_all_staffs: bool = False,
) -> Task | None:
    """What the exchange of a return waits for; `standing` is that which is not cancelled.

    `is_wanting`: goods that are to be exchanged were accepted, or are still to come. A replacement
    that is held although all is here, or that nobody orders, waits for a decision; so does one that
    the shopper was to choose anew, or to pay for, once none of the goods was accepted; and one that
    could not be ordered and that `is_all_staffs`, of a return that they asked for. What staff chose,
    `is_by_staff`, is to be paid for whatever becomes of the goods.
    """
    if status not in UNDER_WAY and status is not ReturnStatus.RECEIVED:
        return None
    if standing is ExchangeStatus.FAILED:
        return Task.CHOOSE_AGAIN if is_wanting and not is_all_staffs else Task.EXCHANGE
    if standing is ExchangeStatus.AWAITING_PAYMENT:
        return Task.PAY_DIFFERENCE if is_wanting or is_by_staff else Task.EXCHANGE
    is_held = standing is ExchangeStatus.ORDERED
    if is_held and is_to_pay(status, is_more_to_come=is_more_to_come):
        return Task.EXCHANGE
    return Task.EXCHANGE if standing is None and is_wanting else None


def tasks_of(
    status: ReturnStatus,
    *,
    is_more_to_come: bool = True,
    refund: RefundStatus | None = None,
    pay_backs: Collection[RefundStatus] = (),
    is_kept_due: bool = False,
    exchange: Task | None = None,
    is_money_due: bool = True,
) -> tuple[Task, ...]:
    """What is to be done next; first that for which the time runs. Empty when the return goes on
    by itself, or is over, and nothing that was paid for a replacement is left to see to.

    `is_more_to_come`: goods are still to arrive. `refund`: one of goods that is under way.
    `pay_backs`: how refunds stand of what was paid for replacements; they keep no goods from being
    paid. `is_kept_due`: units that the shopper keeps are to be paid, and nothing is. `exchange`: as
    `task_of_exchange` says. `is_money_due`: False where all that is here is exchanged, or paid back
    already.
    `selectors/deadlines.py: doing` says the same of many returns at once.
    """
    of_exchange = (exchange,) if exchange else ()
    also = (*of_exchange, *(task for of, task in OF_PAY_BACK.items() if of in pay_backs))
    if is_to_pay(status, is_more_to_come=is_more_to_come):
        if refund is RefundStatus.UNKNOWN:
            return _once(Task.LOOK_UP, *also)
        if refund is RefundStatus.PENDING:
            return also or (Task.AWAIT_ANSWER,)
        return (Task.REFUND, *also) if is_money_due else also
    if status not in TASK_OF_STATUS:
        return also
    tasks = [TASK_OF_STATUS[status]]
    if refund is RefundStatus.UNKNOWN:
        tasks.append(Task.LOOK_UP)
    elif is_kept_due and status in UNDER_WAY and refund is not RefundStatus.PENDING:
        tasks.append(Task.REFUND)
    return _once(*tasks, *also)


def _once(*tasks: Task) -> tuple[Task, ...]:
    return tuple(dict.fromkeys(tasks))


def who_does(task: Task, *, is_left_to_store: bool = False) -> ActorKind | None:
    """`is_left_to_store`: the store's policy keeps the vendor from refunding; or the replacement
    waits to be paid, which no vendor can bring about."""
    return ActorKind.MERCHANT if task in MAY_BE_STORES and is_left_to_store else DOES[task]


def waits_for(
    status: ReturnStatus, *, is_more_to_come: bool = True, refund: RefundStatus | None = None
) -> ActorKind | None:
    """Whose time runs; None when nobody's does."""
    tasks = tasks_of(status, is_more_to_come=is_more_to_come, refund=refund)
    return DOES[tasks[0]] if tasks else None


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
