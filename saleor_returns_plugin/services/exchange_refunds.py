"""What a shopper paid for a replacement that never comes goes back, without anybody asking for it."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from .. import host
from ..domain import refund_parts as planning
from ..domain.actors import SYSTEM
from ..domain.money import ZERO, Taxed, rounded, total_of
from ..domain.quotes import Step, plain_steps
from ..enums import ActorKind, ExchangeStatus, RefundMethod, RefundStatus, StepKind
from ..host import PaymentFacts, RefundAnswer
from ..models import Exchange, Refund, RefundPart, VendorShipmentLine
from ..selectors import payments, quotes
from ..selectors.quotes import OrderReturns
from . import lifecycle, refund_parts
from .locks import in_durable_transaction, locked_exchange

logger = logging.getLogger(__name__)


def pay_back(*, exchange_id: UUID, now: datetime) -> Refund | None:
    """Refund what was paid for the order of a cancelled exchange: through its own payments, and
    what other refunds took of these, through those of the orders that it is chained to.

    Once, whoever asks how often. What Saleor cannot pay back is a refund that failed, which the
    store pays another way. Not to be called inside a transaction.
    """
    refund, parts = _intend(exchange_id, now)
    if refund is None or not parts:
        return refund
    return refund_parts.send(refund, actor=SYSTEM, now=now, parts=parts)


@in_durable_transaction
def _intend(exchange_id: UUID, now: datetime) -> tuple[Refund | None, list[RefundPart]]:
    """None where nothing is to be paid back, or not yet; no parts where that was written before."""
    exchange = locked_exchange(exchange_id, for_actor=SYSTEM)
    before = Refund.objects.filter(exchange=exchange).first()
    is_over = exchange.status == ExchangeStatus.CANCELLED.value and exchange.withdrawn_at
    if before is not None or not is_over or exchange.paid_back_at is not None:
        return before, []
    made = host.current.find_exchange_order(exchange.checkout_token)
    if made is None:  # and none comes any more
        exchange.paid_back_at = now
        exchange.save(update_fields=["paid_back_at"])
        return None, []
    found = host.current.payments(made.id)
    if not any(row.captured or row.refunded for row in found):
        return None, []
    returns = quotes.returns_of(exchange.vendor_return.request.record)
    others = _of_others(made.id, returns)
    used = payments.used_by(others, found)
    paid = sum((row.captured for row in found), ZERO) + used
    price = _price(made.id)
    amount = min(paid, price.gross)
    if paid and not amount:
        logger.error("Nobody can say what of %s paid for exchange %s.", paid, exchange.pk)
    ways = [planning.Source(row.reference, row.captured) for row in found if row.captured > 0]
    if used or payments.are_shared(others, found):
        held = payments.of_records(list(returns.records.values()), returns.refunds, returns.costs)
        amount = min(amount, held.left)
        ways = _ways(found, held)
    if not amount:
        return None, []
    exchange.paid_back_at = now
    exchange.save(update_fields=["paid_back_at"])
    net = rounded(price.net * amount / price.gross, exchange.currency)
    refund = _refund(exchange, Taxed(min(net, amount), amount), made.number)
    lifecycle.move_refund(
        refund, RefundStatus.PENDING, actor=SYSTEM, role=ActorKind.SYSTEM, now=now
    )
    return refund, _parts(refund, ways, found, now)


def _of_others(order_id: Any, returns: OrderReturns) -> list[Refund]:
    """Refunds of what was not sold by this order of the chain."""
    records = returns.records
    return [
        refund
        for refund in returns.refunds
        if records[refund.vendor_return.request.record_id].order_id != order_id
    ]


def _ways(found: Sequence[PaymentFacts], held: payments.Held) -> list[planning.Source]:
    """The payments of the order, less what other refunds are about to use of them, then what else
    its chain of orders can be paid back through."""
    left = {source.reference: source.available for source in held.sources}
    own = [
        planning.Source(
            row.reference, left.pop(row.reference, ZERO) if row.refundable else row.captured
        )
        for row in found
    ]
    return [*own, *(source for source in held.sources if source.reference in left)]


def _price(order_id: Any) -> Taxed:
    """What the order cost beside what it replaced; one that was cancelled before we split it has no
    lines of ours."""
    rows = list(VendorShipmentLine.objects.filter(shipment__record__order_id=order_id))
    if not rows:
        facts = host.current.order_facts(order_id)
        lines = facts.lines if facts else ()
        return total_of([Taxed(line.total_net, line.total_gross) for line in lines])
    totals = [
        Taxed(row.total_net, row.total_gross) - Taxed(row.carried_net, row.carried_gross)
        for row in rows
    ]
    return total_of(totals)


def _refund(exchange: Exchange, price: Taxed, order_number: str) -> Refund:
    return Refund(
        vendor_return=exchange.vendor_return,
        exchange=exchange,
        method=RefundMethod.ORIGINAL.value,
        idempotency_key=f"exchange:{exchange.pk}",
        amount=price.gross,
        currency=exchange.currency,
        goods_net=price.net,
        goods_gross=price.gross,
        steps=plain_steps([Step(order_number, price.gross, StepKind.EXCHANGE_PAID)]),
    )


def _parts(
    refund: Refund,
    sources: Sequence[planning.Source],
    own: Sequence[PaymentFacts],
    now: datetime,
) -> list[RefundPart]:
    """One per way. A payment of the order that Saleor cannot refund has failed before anybody is
    asked; what no way can take is asked for last, and refused."""
    ways, rest = planning.plan(refund.amount, sources)
    cannot = {row.reference for row in own if not row.refundable}
    parts = refund_parts.plan(refund, ways)
    refused = RefundAnswer(
        RefundStatus.FAILED, message=gettext("Saleor cannot refund this payment."), asked=False
    )
    if rest:
        parts += refund_parts.plan(refund, [planning.PlannedPart(own[0].reference, rest)])
    for part in parts[: len(ways)]:
        if part.payment_reference in cannot:
            refund_parts.take(refused, refund_parts.locked(part), actor=SYSTEM, now=now)
    return parts
