"""Money goes back: intent, call, record (ARCHITECTURE section 1, idea 6)."""

import logging
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from .. import host
from ..domain.actors import SYSTEM, Actor
from ..domain.quotes import Quote
from ..enums import ActorKind, Move, RefundMethod, RefundStatus, ReturnStatus
from ..errors import (
    InvalidInput,
    InvalidTransition,
    NothingToRefund,
    NotPermitted,
    RefundDeclined,
    RefundExceedsCharged,
)
from ..host import PaymentFacts, RefundAnswer
from ..models import Refund, RefundLine, RefundPart, VendorReturn
from ..selectors.quotes import due_now
from ..selectors.vendor_returns import roles_of
from . import lifecycle, notifications
from .locks import lock_order, locked_return

logger = logging.getLogger(__name__)

MAX_KEY = 80

_OPEN = (RefundStatus.PENDING.value, RefundStatus.UNKNOWN.value)
_REFUNDABLE = (ReturnStatus.RECEIVED, ReturnStatus.PARTIALLY_RECEIVED)


def release(
    *, vendor_return_id: UUID, actor: Actor, now: datetime, idempotency_key: str | None = None
) -> Refund:
    """Pay back what was received and is not yet paid. Not to be called inside a transaction.

    Answers the refund, whose status says what the gateway said; the same key answers the same
    refund. Raises NotFound, NotPermitted, InvalidInput, InvalidTransition, NothingToRefund,
    RefundDeclined, RefundExceedsCharged.
    """
    refund, is_new = _intend(vendor_return_id, actor, idempotency_key)
    if not is_new or RefundStatus(refund.status) is not RefundStatus.PENDING:
        return refund
    part = refund.parts.get()
    answer = _call(part, refund)
    return _record(refund.pk, answer, actor)


@transaction.atomic(durable=True)
def _intend(
    vendor_return_id: UUID, actor: Actor, idempotency_key: str | None
) -> tuple[Refund, bool]:
    """Write what is about to be paid, and through which payment."""
    part = locked_return(vendor_return_id, for_actor=actor)
    role = _role(actor, part)
    key = _key(part, idempotency_key)
    before = Refund.objects.filter(idempotency_key=key).first()
    if before is not None:
        return before, False
    if ReturnStatus(part.status) not in _REFUNDABLE:
        raise InvalidTransition(
            f"Return {part.number} is {part.status.replace('_', ' ')}: nothing was received that "
            "could be paid.",
            field="id",
        )
    if part.refunds.filter(status__in=_OPEN).exists():
        raise NothingToRefund("A refund of this return is under way already.", field="id")
    due = due_now(part)
    if not due.lines:
        raise NothingToRefund("Everything that was received is paid back already.", field="id")
    payment = _payment(part, due.refund) if due.refund else None
    refund = _refund(part, due, key)
    lifecycle.move_refund(refund, RefundStatus.PENDING, actor=actor, role=role)
    _details(refund, due, payment)
    if payment is None:
        _succeeded(refund, actor=actor, role=role)
    return refund, True


def _key(part: VendorReturn, given: str | None) -> str:
    """The caller's own, or the next number, which no caller's key can be mistaken for."""
    if not given:
        return f"{part.pk}#{part.refunds.count() + 1}"
    if len(given) > MAX_KEY:
        raise InvalidInput(f"At most {MAX_KEY} characters.", field="idempotency_key")
    return f"{part.pk}:{given}"


def _call(part: RefundPart, refund: Refund) -> RefundAnswer:
    """Ask the host, with no lock and no transaction open. Silence is UNKNOWN, never FAILED."""
    try:
        return host.current.refund(
            payment_reference=part.payment_reference,
            amount=part.amount,
            key=str(refund.pk),
        )
    except Exception as error:
        logger.exception("Refund %s: the host did not answer.", refund.pk)
        return RefundAnswer(RefundStatus.UNKNOWN, message=f"No answer: {type(error).__name__}")


@transaction.atomic(durable=True)
def _record(refund_id: UUID, answer: RefundAnswer, actor: Actor) -> Refund:
    """Write down what the host said."""
    refund = Refund.objects.select_related("vendor_return__request").get(pk=refund_id)
    lock_order(refund.vendor_return.request.record_id)
    refund = Refund.objects.select_related(
        "vendor_return__request__record", "vendor_return__vendor"
    ).get(pk=refund_id)
    role = _role(actor, refund.vendor_return)
    if answer.psp_reference:
        refund.parts.update(psp_reference=answer.psp_reference[:255])
    if answer.status is RefundStatus.SUCCEEDED:
        _succeeded(refund, actor=actor, role=role)
    elif answer.status is not RefundStatus.PENDING:
        lifecycle.move_refund(refund, answer.status, actor=actor, role=role, message=answer.message)
    return refund


def _succeeded(refund: Refund, *, actor: Actor, role: ActorKind) -> None:
    lifecycle.move_refund(refund, RefundStatus.SUCCEEDED, actor=actor, role=role)
    part = refund.vendor_return
    if ReturnStatus(part.status) is ReturnStatus.RECEIVED and not due_now(part).lines:
        lifecycle.move(part, Move.SETTLE, actor=SYSTEM)
    notifications.notify("refunded_shopper", refund.pk)


def _role(actor: Actor, part: VendorReturn) -> ActorKind:
    for role in (ActorKind.MERCHANT, ActorKind.VENDOR, ActorKind.SYSTEM):
        if role in roles_of(actor, part):
            return role
    raise NotPermitted("Only the vendor or the store's staff may refund.", field="id")


def _payment(part: VendorReturn, amount: Decimal) -> PaymentFacts:
    """The first captured payment that still holds the amount, less our open intents on it."""
    order_id = part.request.record.order_id
    payments = host.current.payments(order_id) if order_id is not None else []
    usable = [payment for payment in payments if payment.refundable]
    if not usable:
        raise RefundDeclined(
            "This order has no payment that can be refunded through Saleor.", field="id"
        )
    for payment in usable:
        if payment.captured - _intended(payment.reference) >= amount:
            return payment
    raise RefundExceedsCharged(
        f"{amount} {part.request.record.currency} is more than is still captured.", field="id"
    )


def _intended(reference: str) -> Decimal:
    parts = RefundPart.objects.filter(payment_reference=reference, refund__status__in=_OPEN)
    return parts.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def _refund(part: VendorReturn, due: Quote, key: str) -> Refund:
    return Refund(
        vendor_return=part,
        method=RefundMethod.ORIGINAL.value,
        idempotency_key=key,
        amount=due.refund,
        currency=due.currency,
        goods_net=due.goods.net,
        goods_gross=due.goods.gross,
        shipping_net=due.shipping.net,
        shipping_gross=due.shipping.gross,
        fees_net=due.fees.net,
        fees_gross=due.fees.gross,
        return_shipping_fee_gross=due.return_shipping_fee.gross,
        steps=[[step.label, str(step.amount)] for step in due.steps],
    )


def _details(refund: Refund, due: Quote, payment: PaymentFacts | None) -> None:
    RefundLine.objects.bulk_create(
        [
            RefundLine(
                refund=refund,
                return_line_id=line.return_line_id,
                quantity=line.quantity,
                goods_net=line.amount.net,
                goods_gross=line.amount.gross,
            )
            for line in due.lines
        ]
    )
    if payment is not None:
        RefundPart.objects.create(
            refund=refund, payment_reference=payment.reference, amount=due.refund
        )
