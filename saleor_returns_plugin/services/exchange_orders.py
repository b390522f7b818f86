"""Saleor's own orders for exchanges: made through its checkout, and cancelled.

As a refund: the intent is committed, Saleor is asked with no lock and no transaction open, and
what it did is recorded. The exchange has the token of Saleor's checkout, so asking twice makes one
order, and one that nobody recorded is found by whoever looks at the order first.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop

from .. import host
from ..domain import exchanges as rules
from ..domain.actors import SYSTEM
from ..domain.policy import Policy
from ..domain.windows import last_moment
from ..enums import ActorKind, ExchangeStatus, ReturnStatus, Unavailable
from ..errors import ExchangeUnavailable, InvalidInput, NotFound
from ..host import ExchangeItem, ExchangeOffer, refusals
from ..models import Exchange
from ..selectors import exchanges as selected
from ..selectors.branding import portal
from ..selectors.vendor_returns import EXCHANGEABLE
from . import exchange_refunds, exchanges, lifecycle, queue, split
from .locks import in_durable_transaction, locked_exchange
from .turns import passed_on

logger = logging.getLogger(__name__)

TAKE_UP_AFTER = timedelta(minutes=2)
"""A process that lives orders what it intended at once."""

_MARKED_WITHIN = timedelta(days=7)
"""What staff removed from an older order's metadata stays removed."""

_PAID_WITHIN = timedelta(days=30)
"""What is captured later, its order in Saleor tells of."""


def order(*, exchange_id: UUID, now: datetime) -> None:
    """Have Saleor make the order, and take it up. Safe to repeat, and at the same time.

    Out of stock, not sold any more, at a price that can be paid nowhere, or of an order that is
    gone: the exchange is FAILED, nothing is left in Saleor, and shopper, vendor and store are told.
    Anything else is raised, and tried again by the sweep.
    """
    exchange = _asked(exchange_id, now)
    if exchange is None:
        return
    if not _can_be_paid_for(exchange):
        # Of an attempt that ended before anybody was told of its offer.
        host.current.drop_exchange_checkout(exchange.checkout_token)
        _fail_unpaid(exchange, if_still=ExchangeStatus.PENDING, now=now)
        return
    if exchange.difference and not portal(exchange.vendor_return.request.channel).checkout_url:
        host.current.drop_exchange_checkout(exchange.checkout_token)
        facts = {"reason": gettext_noop("there is no page any more on which it could be paid for.")}
        _fail(
            exchange_id,
            if_still=ExchangeStatus.PENDING,
            message=refusals.words(Unavailable.HOST, facts),
            why=Unavailable.HOST,
            facts=facts,
            now=now,
        )
        return
    _free_what_earlier_ones_hold(exchange, now)
    asked = {
        "original_id": exchange.vendor_return.request.record.order_id,
        "items": _items(exchange),
        "token": exchange.checkout_token,
        "hold": exchanges.hold_of(exchange),
    }
    try:
        if exchange.difference:
            host.current.drop_exchange_checkout(exchange.checkout_token)
            offer = host.current.offer_exchange(**asked)
            if not _offered(exchange_id, offer.total, now):
                host.current.drop_exchange_checkout(exchange.checkout_token)
                _fail_unpaid(exchange, if_still=ExchangeStatus.PENDING, now=now)
            return
        made = host.current.create_exchange_order(
            **asked, user_id=exchange.user_id, note=exchange.vendor_return.number
        )
    except (ExchangeUnavailable, NotFound, InvalidInput) as error:
        if exchange.difference and error.field == "token":
            raise  # somebody else is offering it
        _fail(
            exchange_id,
            if_still=ExchangeStatus.PENDING,
            message=error.message,
            why=getattr(error, "reason", Unavailable.HOST),
            facts=getattr(error, "facts", None),
            now=now,
        )
        return
    split.split_order(order_id=made.id, now=now)


def offer_of(token: UUID) -> ExchangeOffer | None:
    """What may be paid for on Saleor's checkout of this token now; the host asks."""
    exchange = Exchange.objects.filter(
        checkout_token=token,
        status=ExchangeStatus.AWAITING_PAYMENT.value,
        expires_at__gt=timezone.now(),
    ).first()
    if exchange is None:
        return None
    return ExchangeOffer(tuple(_items(exchange)), exchange.difference)


def end(*, exchange_id: UUID, now: datetime) -> None:
    """The offer's time is over: the shopper chooses anew, or the store decides where none of the
    goods was accepted, unless somebody has paid, or is paying.

    What was paid and became no order stays in its checkout, and the offer stands, until the store
    has paid it back there.
    """
    exchange = Exchange.objects.filter(
        pk=exchange_id, status=ExchangeStatus.AWAITING_PAYMENT.value
    ).first()
    if exchange is None:
        return
    if not _is_cleared(exchange):
        return
    # Only now: without its checkout, no order comes any more.
    made = host.current.find_exchange_order(exchange.checkout_token)
    if made is not None:
        split.split_order(order_id=made.id, now=now)
    else:
        _fail_unpaid(exchange, if_still=ExchangeStatus.AWAITING_PAYMENT, now=now)


def mark(*, exchange_id: UUID) -> None:
    """Say on Saleor's orders what the new one is for, and what it is held for."""
    exchange = Exchange.objects.filter(pk=exchange_id).exclude(order_id=None).first()
    if exchange is None:
        return
    hold = exchanges.hold_of(exchange)
    host.current.link_exchange_order(
        order_id=exchange.order_id,
        original_id=exchange.vendor_return.request.record.order_id,
        user_id=exchange.user_id,
        note=exchange.vendor_return.number,
        hold=hold,
    )
    host.current.mark_held(exchange.order_id, hold.reason if hold else "")


def undo(*, exchange_id: UUID, now: datetime) -> None:
    """Cancel in Saleor what was ordered for an exchange that is cancelled, or was left by an
    attempt. Safe to repeat."""
    exchange = Exchange.objects.filter(
        pk=exchange_id, status=ExchangeStatus.CANCELLED.value, withdrawn_at=None
    ).first()
    if exchange is None:
        return
    if not _is_cleared(exchange):
        return
    made = host.current.find_exchange_order(exchange.checkout_token)
    if made is not None and not host.current.cancel_exchange_order(
        made.id, user_id=exchange.user_id
    ):
        logger.warning("The order of exchange %s cannot be cancelled in Saleor.", exchange.pk)
        _tell_what_is_left(exchange_id, selected.ORDER_STANDS, made.number)
        return
    Exchange.objects.filter(pk=exchange.pk).update(withdrawn_at=now)
    if made is not None:
        split.split_order(order_id=made.id, now=now)
        queue.on_commit("pay_back_exchange", str(exchange.pk))


def sweep(*, now: datetime, limit: int = 200) -> int:
    """Go on with what was intended and not done, by a process that ended."""
    before = now - TAKE_UP_AFTER
    steps: tuple[tuple[Sequence[UUID], Callable[..., Any]], ...] = (
        (selected.to_order(before=before, limit=limit), order),
        (selected.to_take_up(), _take_up),
        (selected.to_be_paid(limit=limit), _take_up),
        (selected.to_end(now=now, limit=limit), end),
        (selected.to_undo(limit=limit), undo),
        (selected.to_mark(since=now - _MARKED_WITHIN, before=before, limit=limit), _mark),
        (selected.to_pay_back(since=now - _PAID_WITHIN, limit=limit), exchange_refunds.pay_back),
    )
    done = 0
    for found, step in steps:
        for key in found:
            try:
                step(exchange_id=key, now=now)
                done += 1
            except Exception:
                logger.exception("Exchange %s could not be taken up.", key)
    return done


def _take_up(*, exchange_id: UUID, now: datetime) -> None:
    """An order that came of an offer, or was paid for, and that no hook told of."""
    exchange = Exchange.objects.get(pk=exchange_id)
    made = host.current.find_exchange_order(exchange.checkout_token)
    if made is not None:
        split.split_order(order_id=made.id, now=now)


def _is_cleared(exchange: Exchange) -> bool:
    """Whether nothing is left in Saleor of its offer, but an order that came of it. Somebody may be
    paying; the store is told of money once it becomes no order."""
    token = exchange.checkout_token
    if host.current.drop_exchange_checkout(token):
        return True
    if host.current.find_exchange_order(token) is not None:
        return True
    if host.current.has_exchange_money(token):
        _holds_money(exchange)
    return False


def _holds_money(exchange: Exchange) -> None:
    logger.warning(
        "The checkout of exchange %s (return %s) holds money, and became no order.",
        exchange.pk,
        exchange.vendor_return.number,
    )
    _tell_what_is_left(exchange.pk, selected.HOLDS_MONEY)


def _free_what_earlier_ones_hold(exchange: Exchange, now: datetime) -> None:
    """Cancelled ones of its return, whose own task may come later: what they hold counts as taken."""
    for key in selected.to_undo(limit=10, part_id=exchange.vendor_return_id):
        try:
            undo(exchange_id=key, now=now)
        except Exception:
            logger.exception("Exchange %s could not be given up.", key)


def _mark(*, exchange_id: UUID, now: datetime) -> None:
    mark(exchange_id=exchange_id)


@in_durable_transaction
def _asked(exchange_id: UUID, now: datetime) -> Exchange | None:
    """The exchange, if an order is to be made for it; noted before Saleor is asked."""
    exchange = locked_exchange(exchange_id, for_actor=SYSTEM)
    if exchange.status != ExchangeStatus.PENDING.value:
        return None
    if ReturnStatus(exchange.vendor_return.status) not in EXCHANGEABLE:
        return None
    exchange.asked_at = now
    exchange.save(update_fields=["asked_at"])
    return exchange


@in_durable_transaction
def _offered(exchange_id: UUID, total: Decimal, now: datetime) -> bool:
    """False where it is not to be offered any more: its goods were refused meanwhile, or it failed
    beside this."""
    exchange = locked_exchange(exchange_id, for_actor=SYSTEM)
    if exchange.status == ExchangeStatus.CANCELLED.value:
        exchanges.came_too_late(exchange)
    if exchange.status != ExchangeStatus.PENDING.value:
        return exchange.status != ExchangeStatus.FAILED.value
    if not _can_be_paid_for(exchange):
        return False
    days = Policy.from_snapshot(exchange.vendor_return.policy_snapshot).exchange_offer_days
    exchange.difference = total  # as Saleor rounds it
    exchange.expires_at = last_moment(now, days, timezone.get_default_timezone())
    with passed_on(exchange.vendor_return, now=now):
        lifecycle.move_exchange(
            exchange, ExchangeStatus.AWAITING_PAYMENT, actor=SYSTEM, role=ActorKind.SYSTEM
        )
    return True


def _can_be_paid_for(exchange: Exchange) -> bool:
    return selected.can_be_paid_for(exchange, exchange.vendor_return.lines.all())


def _fail_unpaid(exchange: Exchange, *, if_still: ExchangeStatus, now: datetime) -> None:
    facts = {} if _can_be_paid_for(exchange) else {refusals.REFUSED: "all"}
    _fail(
        exchange.pk,
        if_still=if_still,
        message=refusals.words(Unavailable.OFFER_ENDED, facts),
        why=Unavailable.OFFER_ENDED,
        facts=facts,
        now=now,
    )


@in_durable_transaction
def _fail(
    exchange_id: UUID,
    *,
    if_still: ExchangeStatus,
    message: str,
    why: Unavailable,
    facts: Mapping[str, str] | None,
    now: datetime,
) -> None:
    exchange = locked_exchange(exchange_id, for_actor=SYSTEM)
    if exchange.status != if_still.value:
        return
    with passed_on(exchange.vendor_return, now=now):
        lifecycle.move_exchange(
            exchange,
            ExchangeStatus.FAILED,
            actor=SYSTEM,
            role=ActorKind.SYSTEM,
            message=message,
            code=why.value,
            facts=facts,
        )


@in_durable_transaction
def _tell_what_is_left(exchange_id: UUID, code: str, number: str = "") -> None:
    exchanges.tell_what_is_left(locked_exchange(exchange_id, for_actor=SYSTEM), code, number)


def _items(exchange: Exchange) -> list[ExchangeItem]:
    lines = list(exchange.lines.all())
    prices = {line.variant_id: line.unit_price for line in lines}
    wanted = rules.merged((line.variant_id, line.quantity) for line in lines)
    return [ExchangeItem(key, units, prices[key]) for key, units in wanted.items()]
