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
from . import lifecycle, refund_parts
from .locks import in_durable_transaction, locked_exchange

logger = logging.getLogger(__name__)


def pay_back(*, exchange_id: UUID, now: datetime) -> Refund | None:
    """Refund what was paid for the order of a cancelled exchange, through its own payments.

    Once, whoever asks how often. What Saleor cannot pay back is a refund that failed, which the
    store pays another way. Not to be called inside a transaction.
    """
    refund, parts = _intend(exchange_id, now)
    if refund is None or not parts:
        return refund
    return refund_parts.send(refund, actor=SYSTEM, now=now, parts=parts)


@in_durable_transaction
def _intend(exchange_id: UUID, now: datetime) -> tuple[Refund | None, list[RefundPart]]:
    """None where nothing is to be paid back; no parts where that was written before."""
    exchange = locked_exchange(exchange_id, for_actor=SYSTEM)
    before = Refund.objects.filter(exchange=exchange).first()
    is_over = exchange.status == ExchangeStatus.CANCELLED.value and exchange.withdrawn_at
    if before is not None or not is_over or exchange.paid_back_at is not None:
        return before, []
    made = host.current.find_exchange_order(exchange.checkout_token)
    found = host.current.payments(made.id) if made else []
    payments = [row for row in found if row.captured > 0]
    paid = sum((row.captured for row in payments), ZERO)
    price = _price(made.id) if made else Taxed()
    amount = min(paid, price.gross)
    if paid and not amount:
        logger.error("Nobody can say what of %s paid for exchange %s.", paid, exchange.pk)
        return None, []
    exchange.paid_back_at = now
    exchange.save(update_fields=["paid_back_at"])
    if made is None or not amount:
        return None, []
    net = rounded(price.net * amount / price.gross, exchange.currency)
    refund = _refund(exchange, Taxed(min(net, amount), amount), made.number)
    lifecycle.move_refund(
        refund, RefundStatus.PENDING, actor=SYSTEM, role=ActorKind.SYSTEM, now=now
    )
    return refund, _parts(refund, payments, now)


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


def _parts(refund: Refund, payments: Sequence[PaymentFacts], now: datetime) -> list[RefundPart]:
    """One per payment. One that Saleor cannot refund has failed before anybody is asked."""
    sources = [planning.Source(row.reference, row.captured) for row in payments]
    ways, _ = planning.plan(refund.amount, sources)
    refundable = {row.reference for row in payments if row.refundable}
    parts = refund_parts.plan(refund, ways)
    refused = RefundAnswer(
        RefundStatus.FAILED, message=gettext("Saleor cannot refund this payment."), asked=False
    )
    for part in parts:
        if part.payment_reference not in refundable:
            refund_parts.take(refused, refund_parts.locked(part), actor=SYSTEM, now=now)
    return parts
