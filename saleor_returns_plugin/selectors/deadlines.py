"""Which returns somebody has to act on, and which of them wait too long."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from ..domain import transitions
from ..domain.actors import Actor
from ..domain.deadlines import (
    DOES,
    GIVES_BACK,
    MAY_BE_STORES,
    OF_EXCHANGE,
    OF_PAY_BACK,
    TASK_OF_STATUS,
    UNDER_WAY,
    task_of_exchange,
    tasks_of,
    who_does,
)
from ..domain.exchanges import ON_PAYMENT
from ..enums import (
    ActorKind,
    ExchangeStatus,
    RefundStatus,
    Resolution,
    ReturnStatus,
    Source,
    Task,
)
from ..models import (
    Exchange,
    Refund,
    RefundLine,
    ReturnLine,
    ReturnPolicy,
    VendorReturn,
    VendorShipment,
)
from . import quotes
from .access import owned_parts, works_for
from .exchanges import LIVE, are_none_accepted, exchanged, is_all_staffs
from .replacements import held_for
from .returned import OPEN_REFUNDS, is_live, is_live_row, is_whole, live_refunds, paid_by
from .rows import any_of, is_one_of
from .vendor_returns import policies_of_parts

_FINAL = [status.value for status in transitions.FINAL]
_OPEN = [status.value for status in ReturnStatus if status not in transitions.FINAL]
_UNDER_WAY = [status.value for status in UNDER_WAY]
_HANDLED = [*_UNDER_WAY, ReturnStatus.RECEIVED.value]
_GIVES_BACK = [status.value for status in GIVES_BACK]
_OF_STANDING = {
    Task.CHOOSE_AGAIN: ExchangeStatus.FAILED.value,
    Task.PAY_DIFFERENCE: ExchangeStatus.AWAITING_PAYMENT.value,
}


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


def with_tasks(rows: QuerySet[VendorReturn]) -> QuerySet[VendorReturn]:
    """With what `doing` looks at; what a query does not use is not asked for."""
    return rows.alias(
        still_to_come=first_to_come(),
        kept_to_pay=any_of(_kept(_PAID_BACK)),
        kept_difference=any_of(_kept(_DIFFERENCE)),
        exchanged_line=any_of(_exchanged()),
        exchange_wanting=any_of(_exchanged().filter(_WANTING)),
        money_due=any_of(_unpaid(_PAID_BACK)),
        difference_due=any_of(_unpaid(_DIFFERENCE)),
        exchange_status=Coalesce(_exchange_status(), Value("")),
        exchange_unpaid=_exchange_unpaid(),
        chosen_by_staff=_chosen_by_staff(),
        comes_back=_comes_back(),
        live_refund=any_of(live_refunds(_of_goods())),
        may_vendor_refund=Coalesce(_may_vendor_refund(), True),
        is_refund_open=Exists(_of_goods().filter(status__in=OPEN_REFUNDS)),
        is_refund_unknown=Exists(_of_goods().filter(status=RefundStatus.UNKNOWN.value)),
        is_pay_back_unknown=_is_pay_back(RefundStatus.UNKNOWN),
        is_pay_back_failed=_is_pay_back(RefundStatus.FAILED),
    )


def doing(task: Task) -> Q:
    """Those that wait for this to be done, of rows `with_tasks`; as `domain.deadlines.tasks_of`."""
    if task is Task.REFUND:
        kept = Q(kept_to_pay__isnull=False) | (Q(kept_difference__isnull=False) & _gives_back())
        kept_due = kept & Q(live_refund__isnull=True, status__in=_UNDER_WAY)
        return (_to_pay() & Q(is_refund_open=False) & _is_money_due()) | kept_due
    if task is Task.LOOK_UP:
        return Q(is_refund_unknown=True, status__in=_OPEN) | Q(is_pay_back_unknown=True)
    if task is Task.PAY_BACK:
        return Q(is_pay_back_failed=True)
    if task is Task.AWAIT_ANSWER:
        answer = _to_pay() & Q(is_refund_open=True, is_refund_unknown=False)
        others = [*OF_EXCHANGE, *OF_PAY_BACK.values()]
        return answer & ~reduce(or_, [doing(other) for other in others])
    if task in _OF_STANDING:
        stands = Q(exchange_status=_OF_STANDING[task], status__in=_HANDLED)
        wanting = Q(exchange_wanting__isnull=False)
        if task is Task.CHOOSE_AGAIN:
            return stands & wanting & ~_is_all_staffs()
        return _is_exchanged() & stands & (wanting | Q(chosen_by_staff=True))
    if task is Task.EXCHANGE:
        held = _to_pay() & Q(exchange_status=ExchangeStatus.ORDERED.value)
        wanting = Q(exchange_status="", exchange_wanting__isnull=False, status__in=_HANDLED)
        refused = Q(exchange_wanting__isnull=True, status__in=_HANDLED) & (
            Q(exchange_status=ExchangeStatus.FAILED.value)
            | Q(exchange_status=ExchangeStatus.AWAITING_PAYMENT.value, chosen_by_staff=False)
        )
        failed = _is_all_staffs() & Q(
            exchange_status=ExchangeStatus.FAILED.value, status__in=_HANDLED
        )
        return _is_exchanged() & (held | wanting | refused | failed)
    states = [status.value for status, is_for in TASK_OF_STATUS.items() if is_for is task]
    of_status = Q(status__in=states)
    return of_status & Q(still_to_come__isnull=False) if task is Task.SEND else of_status


def left_to_store(task: Task) -> Q:
    """Those of which this is not the vendor's to do, but the store's, of rows `with_tasks`. A limit
    of refunds is not looked at: for that, every amount would have to be worked out."""
    if task is Task.REFUND:
        return Q(may_vendor_refund=False)
    return Q(exchange_unpaid=True) if task is Task.EXCHANGE else Q(pk__in=[])


def which_left_to_store(rows: Iterable[VendorReturn]) -> set[UUID]:
    """Of these, those whose time runs for what is left to the store. They may come with their
    lines, exchanges and refunds."""
    keys: dict[Task, list[UUID]] = {task: [] for task in MAY_BE_STORES}
    for row in rows:
        if (task := task_of(row)) in MAY_BE_STORES:
            keys[task].append(row.pk)
    left = [Q(pk__in=own) & left_to_store(task) for task, own in keys.items() if own]
    if not left:
        return set()
    found = with_tasks(VendorReturn.objects.all()).filter(reduce(or_, left))
    return set(found.values_list("pk", flat=True))


def _done_by(task: Task, who: ActorKind) -> Q:
    """As `domain.deadlines.who_does`."""
    if task not in MAY_BE_STORES:
        return doing(task) if DOES[task] is who else Q(pk__in=[])
    if who is ActorKind.MERCHANT:
        return doing(task) & left_to_store(task)
    return doing(task) & ~left_to_store(task) if who is ActorKind.VENDOR else Q(pk__in=[])


def needing_action(
    rows: QuerySet[VendorReturn], actor: Actor, *, wanted: bool = True
) -> QuerySet[VendorReturn]:
    """Those on which this actor has to act next; with `wanted` False, all others."""
    whose = {ActorKind.VENDOR: works_for(actor), ActorKind.SHOPPER: owned_parts(actor)}
    if actor.is_merchant:
        whose[ActorKind.MERCHANT] = Q()
    mine = Q(pk__in=[])
    for kind, own in whose.items():
        tasks = [_done_by(task, kind) for task in DOES]
        mine |= reduce(or_, tasks) & own
    # What is over waits for nobody but the store, for money of a replacement. Said apart, an index
    # can tell.
    may = Q(status__in=_OPEN)
    if actor.is_merchant:
        may |= Q(is_pay_back_unknown=True) | Q(is_pay_back_failed=True)
    rows = with_tasks(rows)
    return rows.filter(may, mine) if wanted else rows.exclude(may, mine)


def refund_under_way(part: VendorReturn) -> RefundStatus | None:
    """UNKNOWN before PENDING, if one of its refunds is so, but for those of what its replacements
    had cost. `part` may come with its refunds."""
    states = {refund.status for refund in part.refunds.all() if refund.exchange_id is None}
    order = (RefundStatus.UNKNOWN, RefundStatus.PENDING)
    return next((status for status in order if status.value in states), None)


def pay_backs(part: VendorReturn) -> set[RefundStatus]:
    """How refunds stand of what was paid for its replacements. `part` may come with its refunds."""
    own = [refund for refund in part.refunds.all() if refund.exchange_id is not None]
    return {RefundStatus(refund.status) for refund in own}


def task_of(part: VendorReturn) -> Task | None:
    """That for which the time runs, while it does. `part` may come with its lines, its exchanges,
    and its refunds and their lines."""
    lines = part.lines.all()
    status = ReturnStatus(part.status)
    is_more_to_come = any(line.expected for line in lines)
    of_exchange, is_money_due = None, True
    if own := exchanged(lines):
        exchange = _standing(part)
        standing = ExchangeStatus(exchange.status) if exchange else None
        of_exchange = task_of_exchange(
            status,
            standing,
            is_wanting=not are_none_accepted(own),
            is_more_to_come=is_more_to_come,
            is_by_staff=exchange is not None and exchange.is_by_staff,
            is_all_staffs=exchange is not None and is_all_staffs(part, exchange),
        )
        paid = paid_by(
            line
            for refund in part.refunds.all()
            if is_live_row(refund)
            for line in refund.lines.all()
        )
        is_money_due = any(
            line.payable > paid[line.pk].of(line)
            for line in lines
            if not line.is_exchanged or (line.is_paid_back and standing in GIVES_BACK)
        )
    tasks = tasks_of(
        status,
        is_more_to_come=is_more_to_come,
        refund=refund_under_way(part),
        pay_backs=pay_backs(part),
        exchange=of_exchange,
        is_money_due=is_money_due,
    )
    return tasks[0] if tasks else None


def _standing(part: VendorReturn) -> Exchange | None:
    return next((row for row in part.exchanges.all() if row.status in LIVE), None)


def whose_turn(part: VendorReturn) -> ActorKind | None:
    """Who has to act on it now, and can: beyond a vendor's limit, too, the store has to pay."""
    return turn_of(part)[1]


def turn_of(part: VendorReturn) -> tuple[Task | None, ActorKind | None]:
    """As `task_of`, and as `whose_turn`."""
    task = task_of(part)
    if task is Task.EXCHANGE:
        return task, who_does(task, is_left_to_store=_is_unpaid(part))
    if task is not Task.REFUND:
        return task, DOES[task] if task else None
    policy = policies_of_parts([part])[part.pk]
    may = policy.lets_vendor_refund(quotes.due_now(part).refund)
    return task, who_does(task, is_left_to_store=not may)


def payable_until(part: VendorReturn) -> datetime | None:
    """Until when its replacement can be paid for, where the time runs for that."""
    offer = Exchange.objects.filter(
        vendor_return=part, status=ExchangeStatus.AWAITING_PAYMENT.value
    ).first()
    is_next = offer is not None and task_of(part) is Task.PAY_DIFFERENCE
    return offer.expires_at if offer is not None and is_next else None


def _is_unpaid(part: VendorReturn) -> bool:
    exchange = _standing(part)
    return exchange is not None and held_for(exchange) == ON_PAYMENT


def waiting(rows: QuerySet[VendorReturn]) -> QuerySet[VendorReturn]:
    """Without those of which all that is left is the answer to a refund: they wait for nobody."""
    return with_tasks(rows).exclude(doing(Task.AWAIT_ANSWER))


_TO_COME = Q(send_back=True, quantity__gt=F("declined") + F("received") + F("missing"))
_WANTING = Q(payable__gt=0) | _TO_COME
"""As not `selectors.exchanges.are_none_accepted`."""


def lines_to_come() -> QuerySet[ReturnLine]:
    """Of the outer return: lines of which units are to arrive."""
    return ReturnLine.objects.filter(_TO_COME, vendor_return=OuterRef("pk"))


def first_to_come() -> Subquery:
    """One of `lines_to_come`. Not EXISTS: for that, PostgreSQL would rather read the lines of all
    returns than those of the few that it looks at."""
    return any_of(lines_to_come())


def _may_vendor_refund() -> Subquery:
    """Of the outer return, as `policies_for` chooses: its vendor's policy before the default, and
    of these that of the channel."""
    rows = ReturnPolicy.objects.filter(
        Q(vendor=OuterRef("vendor")) | Q(vendor=None),
        Q(channel=OuterRef("request__record__channel")) | Q(channel=""),
    )
    best = rows.order_by(F("vendor").asc(nulls_last=True), F("channel").desc())
    return Subquery(best.values("vendor_may_refund")[:1])


def _to_pay() -> Q:
    """As `domain.deadlines.is_to_pay`."""
    return Q(status=ReturnStatus.RECEIVED.value) | Q(
        status=ReturnStatus.ACCEPTED.value, still_to_come__isnull=True
    )


_PAID_BACK = ~Q(resolution=Resolution.EXCHANGE.value)
_DIFFERENCE = Q(resolution=Resolution.EXCHANGE.value, exchange_difference__lt=0)
"""Exchanged for something cheaper."""


def _is_exchanged() -> Q:
    return Q(exchanged_line__isnull=False)


def _gives_back() -> Q:
    return Q(exchange_status__in=_GIVES_BACK)


def _is_money_due() -> Q:
    """Of a return that waits for nothing else; one of which nothing is exchanged always has some."""
    due = Q(money_due__isnull=False) | (Q(difference_due__isnull=False) & _gives_back())
    return Q(exchanged_line__isnull=True) | due


def _kept(kind: Q) -> QuerySet[ReturnLine]:
    """Of the outer return: lines that the shopper keeps and is to be paid for."""
    return ReturnLine.objects.filter(
        kind, vendor_return=OuterRef("pk"), send_back=False, payable__gt=0
    )


def _unpaid(kind: Q) -> QuerySet[ReturnLine]:
    """Of the outer return: lines with payable units that are in no refund."""
    live = RefundLine.objects.filter(is_live("refund__"), return_line=OuterRef("pk"))
    if kind is _PAID_BACK:  # a difference that was paid for an exchange is not the price
        live = live.filter(is_whole())
    paid = live.order_by().values("return_line").annotate(units=Sum("quantity")).values("units")
    rows = ReturnLine.objects.filter(kind, vendor_return=OuterRef("pk"))
    return rows.alias(paid=Coalesce(Subquery(paid), 0)).filter(payable__gt=F("paid"))


def _exchanged() -> QuerySet[ReturnLine]:
    """Of the outer return, as `selectors.exchanges.exchanged`."""
    return ReturnLine.objects.filter(
        vendor_return=OuterRef("pk"),
        resolution=Resolution.EXCHANGE.value,
        quantity__gt=F("declined"),
    )


def _exchange_status() -> Subquery:
    """Of the outer return's exchange, unless that is cancelled."""
    rows = Exchange.objects.filter(vendor_return=OuterRef("pk"), status__in=LIVE)
    return Subquery(rows.order_by().values("status")[:1])


def _exchange_unpaid() -> Exists:
    """Whether the outer return's replacement is held until it is paid, as `held_for`."""
    held = VendorShipment.objects.filter(
        record__order_id=OuterRef("order_id"), record__root__isnull=False, hold_reason=ON_PAYMENT
    )
    rows = Exchange.objects.filter(
        vendor_return=OuterRef("pk"),
        status=ExchangeStatus.ORDERED.value,
    )
    return Exists(rows.filter(Exists(held)))


def _is_all_staffs() -> Q:
    """As `selectors.exchanges.is_all_staffs`."""
    return Q(request__source=Source.STAFF.value, chosen_by_staff=True, comes_back=False)


def _chosen_by_staff() -> Exists:
    rows = Exchange.objects.filter(vendor_return=OuterRef("pk"), status__in=LIVE)
    return Exists(rows.exclude(idempotency_digest=""))


def _comes_back() -> Exists:
    return Exists(ReturnLine.objects.filter(vendor_return=OuterRef("pk"), send_back=True))


def _of_goods() -> QuerySet[Refund]:
    """Refunds of the outer return, but for what its replacements had cost."""
    return Refund.objects.filter(vendor_return=OuterRef("pk"), exchange=None)


def _is_pay_back(status: RefundStatus) -> Func:
    """Whether the outer return has a refund so of what its replacements had cost."""
    rows = Refund.objects.filter(exchange__isnull=False, status=status.value)
    return is_one_of(rows.values("vendor_return"))
