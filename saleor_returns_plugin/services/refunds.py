"""Money goes back: intent, call, record (ARCHITECTURE section 1, idea 6)."""

import logging
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext

from .. import host
from ..domain import transitions
from ..domain.actors import Actor
from ..domain.quotes import Quote, plain_steps
from ..enums import ActorKind, RefundMethod, RefundStatus, ReturnStatus
from ..errors import (
    InvalidTransition,
    NothingToRefund,
    NotPermitted,
    RefundDeclined,
    RefundExceedsCharged,
    ReturnsError,
)
from ..host import PaymentFacts, RefundAnswer
from ..models import Refund, RefundLine, RefundPart, VendorReturn
from ..selectors.quotes import due_now
from ..selectors.returned import OPEN_REFUNDS, is_anything_refunded, refunds_of_orders
from ..selectors.vendor_returns import REFUNDABLE, roles_of
from . import lifecycle
from .locks import in_durable_transaction, locked_refund, locked_return
from .settling import settle_if_done
from .texts import check_key

logger = logging.getLogger(__name__)


def release(
    *, vendor_return_id: UUID, actor: Actor, now: datetime, idempotency_key: str | None = None
) -> Refund:
    """Pay back what was received and is not yet paid. Not to be called inside a transaction.

    Answers the refund, whose status says what the gateway said; the same key answers the same
    refund. Raises NotFound, NotPermitted, InvalidInput, InvalidTransition, NothingToRefund,
    RefundDeclined, RefundExceedsCharged.
    """
    refund, part = _intend(vendor_return_id, actor, idempotency_key, now)
    if part is None:
        return refund
    answer = _call(part, refund)
    return _record(refund, answer, actor, now)


@in_durable_transaction
def _intend(
    vendor_return_id: UUID, actor: Actor, idempotency_key: str | None, now: datetime
) -> tuple[Refund, RefundPart | None]:
    """Write what is about to be paid, and through which payment: that part is still to be asked
    for. None where there is nothing to ask."""
    part = locked_return(vendor_return_id, for_actor=actor)
    role = _role(actor, part)
    of_order = list(refunds_of_orders([part.request.record_id]))
    own = [refund for refund in of_order if refund.vendor_return_id == part.pk]
    key = _key(part, idempotency_key, len(own))
    before = next((refund for refund in own if refund.idempotency_key == key), None)
    if before is not None:
        before.vendor_return = part
        return before, None
    if any(refund.status in OPEN_REFUNDS for refund in own):
        raise NothingToRefund(gettext("A refund of this return is under way already."), field="id")
    due = due_now(part, of_order)
    if ReturnStatus(part.status) not in REFUNDABLE or not due.lines:
        raise _nothing_due(part)
    payment = _payment(part, due.refund, of_order) if due.refund else None
    refund = _refund(part, due, key)
    lifecycle.move_refund(refund, RefundStatus.PENDING, actor=actor, role=role)
    _lines(refund, due)
    if payment is None:
        _succeeded(refund, actor=actor, role=role, now=now)
        return refund, None
    return refund, RefundPart.objects.create(
        refund=refund, payment_reference=payment.reference, amount=due.refund
    )


def _nothing_due(part: VendorReturn) -> ReturnsError:
    if is_anything_refunded(part):
        return NothingToRefund(
            gettext("Everything that was received is paid back already."), field="id"
        )
    if ReturnStatus(part.status) in transitions.ARRIVED:
        return NothingToRefund(gettext("Nothing that was received is to be paid back."), field="id")
    return InvalidTransition(
        gettext("Nothing of return %(number)s was received yet that could be paid back.")
        % {"number": part.number},
        field="id",
    )


def _key(part: VendorReturn, given: str | None, count: int) -> str:
    """The caller's own, or the next number, which no caller's key can be mistaken for."""
    if not given:
        return f"{part.pk}#{count + 1}"
    check_key(given)
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


@in_durable_transaction
def _record(written: Refund, answer: RefundAnswer, actor: Actor, now: datetime) -> Refund:
    """Write down what the host said."""
    refund = locked_refund(written)
    role = _role(actor, refund.vendor_return)
    if answer.psp_reference:
        refund.parts.update(psp_reference=answer.psp_reference[:255])
    if answer.status is RefundStatus.SUCCEEDED:
        _succeeded(refund, actor=actor, role=role, now=now)
    elif answer.status is not RefundStatus.PENDING:
        lifecycle.move_refund(refund, answer.status, actor=actor, role=role, message=answer.message)
    return refund


def _succeeded(refund: Refund, *, actor: Actor, role: ActorKind, now: datetime) -> None:
    lifecycle.move_refund(refund, RefundStatus.SUCCEEDED, actor=actor, role=role)
    settle_if_done(refund.vendor_return, now=now)


def _role(actor: Actor, part: VendorReturn) -> ActorKind:
    for role in (ActorKind.MERCHANT, ActorKind.VENDOR, ActorKind.SYSTEM):
        if role in roles_of(actor, part):
            return role
    raise NotPermitted(gettext("Only the vendor or the store's staff may refund."), field="id")


def _payment(part: VendorReturn, amount: Decimal, refunds: Sequence[Refund]) -> PaymentFacts:
    """The first captured payment that still holds the amount, less our open intents on it."""
    order_id = part.request.record.order_id
    payments = host.current.payments(order_id) if order_id is not None else []
    usable = [payment for payment in payments if payment.refundable]
    if not usable:
        raise RefundDeclined(
            gettext("This order has no payment that can be refunded through Saleor."), field="id"
        )
    intended = _intended([refund for refund in refunds if refund.status in OPEN_REFUNDS])
    for payment in usable:
        if payment.captured - intended.get(payment.reference, 0) >= amount:
            return payment
    raise RefundExceedsCharged(
        gettext("%(amount)s %(currency)s is more than is still captured.")
        % {"amount": amount, "currency": part.request.record.currency},
        field="id",
    )


def _intended(refunds: Sequence[Refund]) -> dict[str, Decimal]:
    """Payment reference -> what these refunds are to take of it."""
    if not refunds:
        return {}
    parts = RefundPart.objects.filter(refund__in=refunds).values_list("payment_reference")
    return dict(parts.annotate(total=Sum("amount")).order_by())


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
        steps=plain_steps(due.steps),
    )


def _lines(refund: Refund, due: Quote) -> None:
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
