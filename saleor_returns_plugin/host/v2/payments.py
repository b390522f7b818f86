"""Payments and refunds of 2.10: `saleor/payment/gateway.py`."""

import logging
from collections.abc import Collection, Iterable
from decimal import Decimal

from django.db import transaction
from saleor.order.actions import order_refunded
from saleor.payment import ChargeStatus, TransactionKind, gateway
from saleor.payment.models import Payment, Transaction
from saleor.plugins.manager import PluginsManager, get_plugins_manager

from ...domain.money import ZERO
from ...enums import RefundStatus
from ..both.refund_rows import (
    is_never_sent,
    newest_row,
    outcome_by_rows,
    own_refusal,
    refunds_of,
)
from ..plain import forbid_open_transaction, split_reference
from ..types import PaymentFacts, RefundAnswer, SaleorId

logger = logging.getLogger(__name__)

STRIPE = "mirumee.payments.stripe"
RAZORPAY = "mirumee.payments.razorpay"
RAZORPAY_UNREACHED = "The order couldn't be proceeded."

_REFUNDED_STATUSES = (ChargeStatus.PARTIALLY_REFUNDED, ChargeStatus.FULLY_REFUNDED)


def payments(order_id: SaleorId) -> list[PaymentFacts]:
    manager = get_plugins_manager()
    rows = Payment.objects.filter(order_id=order_id).prefetch_related("transactions").order_by("pk")
    facts = [
        PaymentFacts(
            reference=f"payment:{payment.pk}",
            captured=_captured(payment, payment.transactions.all()),
            currency=payment.currency,
            refundable=not _why_not_refundable(payment, manager),
            refunded=refunded(payment, payment.transactions.all()),
        )
        for payment in rows
    ]
    return [payment for payment in facts if payment.captured > 0 or payment.refunded > 0]


def refund(payment_reference: str, amount: Decimal, key: str) -> RefundAnswer:
    """Send `amount` back through one payment. Raises RuntimeError inside a transaction.

    2.10 hands no key to gateways, so asking twice pays twice. It also turns a time-out into the
    same error as any other mishap: then the answer is UNKNOWN.
    """
    forbid_open_transaction()
    kind, pk = split_reference(payment_reference)
    # With all that Saleor is going to look at.
    payments = Payment.objects.select_related("order__billing_address", "order__shipping_address")
    payment = (
        payments.prefetch_related("transactions").filter(pk=pk).first()
        if kind == "payment"
        else None
    )
    if payment is None:
        return _not_asked(f"Payment {payment_reference} does not exist.")
    reason = _why_not_refundable(payment, get_plugins_manager())
    if reason:
        return _not_asked(reason)
    captured = _captured(payment, payment.transactions.all())
    if not 0 < amount <= captured:
        return _not_asked(f"Only {captured} {payment.currency} is still captured.")

    last = max((row.pk for row in payment.transactions.all()), default=0)
    try:
        row = gateway.refund(payment, amount)
    except Exception as error:
        logger.warning("Refund %s of payment %s was not confirmed: %s", key, pk, error)
        newer = list(Transaction.objects.filter(payment=payment, pk__gt=last))
        if is_never_sent(newer, error):
            return _not_asked(str(error))
        return _answer(own_refusal(newer, amount, error), payment.gateway)
    answer = _answer(row, payment.gateway)
    if answer.status == RefundStatus.SUCCEEDED:
        _after_success(payment, amount)
    return answer


def refund_mark(payment_reference: str) -> str:
    return newest_row(Transaction, payment_reference)


def refund_outcome(
    payment_reference: str,
    key: str,
    amount: Decimal,
    mark: str,
    claimed: Collection[str],
    psp_reference: str = "",
) -> RefundAnswer:
    """2.10 records no key with a refund, so only a row can tell that nobody else accounts for."""
    answer = outcome_by_rows(Transaction, payment_reference, amount, mark, claimed)
    if answer.status == RefundStatus.SUCCEEDED:
        # Whoever was killed between Saleor's row and its figure left the figure too high.
        _repair_captured(int(split_reference(payment_reference)[1]))
    return answer


def _answer(row: Transaction | None, gateway_id: str) -> RefundAnswer:
    """Read Saleor's record of the gateway's answer; its exceptions do not tell enough."""
    if row is None:
        return RefundAnswer(RefundStatus.UNKNOWN, message="Saleor kept no record of an answer.")
    if row.is_success and row.action_required:
        return RefundAnswer(RefundStatus.PENDING, psp_reference=row.token)
    if row.is_success:
        return RefundAnswer(RefundStatus.SUCCEEDED, psp_reference=row.token)
    message = str(row.error or gateway.GENERIC_TRANSACTION_ERROR)
    if _is_silence(row, gateway_id):
        return RefundAnswer(RefundStatus.UNKNOWN, psp_reference=row.token, message=message)
    return RefundAnswer(RefundStatus.FAILED, psp_reference=row.token, message=message)


def _is_silence(row: Transaction, gateway_id: str) -> bool:
    """Whether a failed row may hide a time-out, in which the money may have moved."""
    if row.error == gateway.ERROR_MSG:
        return True
    # Both catch a lost connection themselves; only a real answer has a body, or another text.
    if gateway_id == STRIPE:
        return not row.gateway_response
    return gateway_id == RAZORPAY and row.error == RAZORPAY_UNREACHED


def _after_success(payment: Payment, amount: Decimal) -> None:
    """Tell Saleor's order, and never fail: the money has moved.

    Of two refunds at once, the one whose figure Saleor stored last has seen the other's row.
    """
    try:
        rows = Transaction.objects.filter(payment=payment).order_by("pk")
        if _captured(payment, rows) != payment.captured_amount:
            _repair_captured(payment.pk)
        if payment.order:
            order_refunded(payment.order, None, amount, payment)
    except Exception:
        logger.exception("Payment %s was refunded, but the order was not told", payment.pk)


@transaction.atomic
def _repair_captured(payment_id: int) -> None:
    """Saleor subtracts from a figure it read before calling the gateway, so of two refunds at
    once it forgets one. The transactions know."""
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    captured = _captured(payment, payment.transactions.all())
    if captured == payment.captured_amount:
        return
    payment.captured_amount = captured
    if captured <= 0:
        payment.charge_status = ChargeStatus.FULLY_REFUNDED
        payment.is_active = False
    payment.save(update_fields=["captured_amount", "charge_status", "is_active", "modified"])


def _captured(payment: Payment, transactions: Iterable[Transaction]) -> Decimal:
    """Net of refunds: the lower of Saleor's figure and of what the transactions sum to."""
    rows = [row for row in transactions if row.is_success and not row.action_required]
    captures = {TransactionKind.CAPTURE, TransactionKind.CONFIRM}
    came = sum((row.amount for row in rows if row.kind in captures), ZERO)
    went = sum((row.amount for row in refunds_of(rows)), ZERO)
    # Imported and manual payments have no rows to go by.
    return min(payment.captured_amount, came - went) if came else payment.captured_amount


def refunded(payment: Payment, transactions: Iterable[Transaction]) -> Decimal:
    went = sum((row.amount for row in refunds_of(transactions)), ZERO)
    # Imported payments have no rows to go by.
    is_refunded = payment.charge_status in _REFUNDED_STATUSES
    return went or (payment.total - payment.captured_amount if is_refunded else ZERO)


def came_in(payment: Payment, transactions: Iterable[Transaction]) -> Decimal:
    """What was ever captured, whatever of it went back since."""
    return _captured(payment, transactions) + refunded(payment, transactions)


def _why_not_refundable(payment: Payment, manager: PluginsManager) -> str:
    """Empty when the gateway can be asked."""
    if not payment.can_refund():
        return "This payment cannot be refunded through its gateway."
    plugin = manager.get_plugin(payment.gateway)
    if plugin is None or not plugin.active:
        return f"The payment gateway {payment.gateway} is not active."
    if not any(
        row.kind == TransactionKind.CAPTURE and row.is_success for row in payment.transactions.all()
    ):
        return "Saleor has no capture on record for this payment."
    return ""


def _not_asked(message: str) -> RefundAnswer:
    return RefundAnswer(RefundStatus.FAILED, message=message, asked=False)
