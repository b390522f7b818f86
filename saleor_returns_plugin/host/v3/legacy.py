"""Payment rows of 3.x: `saleor/payment/gateway.py`."""

import logging
from datetime import datetime
from decimal import Decimal

from saleor.order.actions import order_refunded
from saleor.order.utils import update_order_charge_data
from saleor.payment import ChargeStatus, TransactionKind, gateway
from saleor.payment.models import Payment, Transaction
from saleor.plugins.manager import PluginsManager, get_plugins_manager

from ...domain.money import ZERO
from ...enums import RefundStatus
from ..both.refund_rows import ONGOING, came_back, is_never_sent, own_refusal, refunds_of
from ..types import PaymentFacts, RefundAnswer, SaleorId

logger = logging.getLogger(__name__)

SWALLOW_LOST_CONNECTIONS = {"mirumee.payments.stripe", "saleor.payments.stripe"}
"""Their lost connection looks like a refusal, but has no body."""
RAZORPAY = "mirumee.payments.razorpay"
RAZORPAY_UNREACHED = "The order couldn't be proceeded."

_REFUNDED_STATUSES = (ChargeStatus.PARTIALLY_REFUNDED, ChargeStatus.FULLY_REFUNDED)


def payments(order_id: SaleorId) -> list[tuple[datetime, PaymentFacts]]:
    manager = get_plugins_manager(allow_replica=False)
    rows = (
        Payment.objects.filter(order_id=order_id)
        .select_related("order__channel")
        .prefetch_related("transactions")
        .order_by("pk")
    )
    return [
        (
            payment.created_at,
            PaymentFacts(
                reference=f"payment:{payment.pk}",
                captured=payment.captured_amount,
                currency=payment.currency,
                refundable=not _why_not_refundable(payment, manager),
                refunded=refunded(payment),
            ),
        )
        for payment in rows
    ]


def refund(payment_id: str, amount: Decimal, key: str) -> RefundAnswer:
    """Saleor locks the payment around its gateway, and hands it no key: asking twice pays twice."""
    payment = (
        Payment.objects.filter(pk=payment_id).select_related("order__channel").first()
        if payment_id.isdigit()
        else None
    )
    if payment is None or payment.order is None:
        return _not_asked(f"Payment {payment_id} does not exist.")
    manager = get_plugins_manager(allow_replica=False)
    reason = _why_not_refundable(payment, manager)
    if reason:
        return _not_asked(reason)
    if not 0 < amount <= payment.captured_amount:
        return _not_asked(f"Only {payment.captured_amount} {payment.currency} is still captured.")

    last = payment.transactions.order_by("-pk").values_list("pk", flat=True).first() or 0
    try:
        # May be a row that Saleor had already.
        row = gateway.refund(payment, manager, payment.order.channel.slug, amount=amount)
    except Exception as error:
        logger.warning("Refund %s of payment %s was not confirmed: %s", key, payment_id, error)
        # Since before Saleor waited for its lock, so also what others did meanwhile.
        newer = list(payment.transactions.filter(pk__gt=last))
        if is_never_sent(newer, error):
            return _not_asked(str(error))
        return _answer(own_refusal(newer, amount, error), payment.gateway)
    answer = _answer(row, payment.gateway)
    if answer.status == RefundStatus.SUCCEEDED:
        _after_success(payment, amount, manager)
    return answer


def _answer(row: Transaction | None, gateway_id: str) -> RefundAnswer:
    """Read Saleor's record of the gateway's answer; its exceptions do not tell enough."""
    if row is None:
        return RefundAnswer(RefundStatus.UNKNOWN, message="Saleor kept no record of an answer.")
    if row.is_success:
        is_open = row.action_required or row.kind == ONGOING
        status = RefundStatus.PENDING if is_open else RefundStatus.SUCCEEDED
        return RefundAnswer(status, psp_reference=row.token)
    message = str(row.error or gateway.GENERIC_TRANSACTION_ERROR)
    status = RefundStatus.UNKNOWN if _is_silence(row, gateway_id) else RefundStatus.FAILED
    return RefundAnswer(status, psp_reference=row.token, message=message)


def _is_silence(row: Transaction, gateway_id: str) -> bool:
    """Whether a failed row may hide a time-out, in which the money may have moved."""
    if row.error == gateway.ERROR_MSG:
        return True
    if gateway_id in SWALLOW_LOST_CONNECTIONS:
        return not row.gateway_response
    return gateway_id == RAZORPAY and row.error == RAZORPAY_UNREACHED


def _after_success(payment: Payment, amount: Decimal, manager: PluginsManager) -> None:
    """Tell Saleor's order, and never fail: the money has moved."""
    try:
        payment.refresh_from_db()
        update_order_charge_data(payment.order)
        order_refunded(
            order=payment.order,
            user=None,
            app=None,
            amount=amount,
            payment=payment,
            manager=manager,
        )
    except Exception:
        logger.exception("Payment %s was refunded, but the order was not told", payment.pk)


def refunded(payment: Payment) -> Decimal:
    """Less what the gateway reported as come back."""
    rows = payment.transactions.all()
    refunds = refunds_of(rows)
    went = sum((row.amount for row in refunds), ZERO)
    # One that failed while it was under way had never gone.
    gone = {row.token for row in refunds}
    back = sum((amount for token, amount in came_back(rows).items() if token in gone), ZERO)
    # Imported payments have no rows to go by.
    is_refunded = payment.charge_status in _REFUNDED_STATUSES
    imported = payment.total - payment.captured_amount if is_refunded else ZERO
    return max(ZERO, went - back) if went else imported


def came_in(payment: Payment) -> Decimal:
    """What was ever captured, whatever of it went back since; once, where what went came back."""
    return payment.captured_amount + refunded(payment)


def _why_not_refundable(payment: Payment, manager: PluginsManager) -> str:
    """Empty when the gateway can be asked. Saleor would call a manual payment refunded although
    no money moved."""
    if not payment.can_refund() or payment.is_manual():
        return "This payment cannot be refunded through its gateway."
    plugin = manager.get_plugin(payment.gateway, payment.order.channel.slug)
    if plugin is None or not plugin.active:
        return f"The payment gateway {payment.gateway} is not active."
    if not any(
        row.kind == TransactionKind.CAPTURE and row.is_success for row in payment.transactions.all()
    ):
        return "Saleor has no capture on record for this payment."
    return ""


def _not_asked(message: str) -> RefundAnswer:
    return RefundAnswer(RefundStatus.FAILED, message=message, asked=False)
