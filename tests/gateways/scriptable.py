"""A payment gateway that really runs as Saleor's plugin on both hosts, and follows a script.

Payments are always taken. A refund does what `Books.script` says next:

- `accepts`: the money goes back
- `declines`: it does not, and the gateway says so
- `times out before`, `times out after` the money went back
- `raises`: a defect of the gateway's own, before anything moved
- `hangs`: waits for `Books.release`, then accepts; `hangs after` the money went back
- `answers twice`: its notification of the same refund is in Saleor before its answer is
- `later`: taken, as Adyen does on 3.20 to 3.22; `report` says later what became of it

Name PATH in PLUGINS (the `scriptable` fixture does); `pay(order, gateway=GATEWAY_ID)` makes a
payment of it. What it moved is in `Books`, also for other processes.
"""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from saleor.payment import TransactionKind
from saleor.payment.interface import GatewayResponse
from saleor.payment.models import Transaction
from saleor.payment.utils import gateway_postprocess
from saleor.plugins.base_plugin import BasePlugin

from .books import Books

PATH = f"{__name__}.ScriptableGateway"
GATEWAY_ID = "tests.scriptable_gateway"
CURRENCIES = ["USD", "JPY", "KWD", "BHD", "EUR", "RSD", "IQD"]


class ScriptableGateway(BasePlugin):
    PLUGIN_ID = GATEWAY_ID
    PLUGIN_NAME = "Gateway that follows a script"
    DEFAULT_ACTIVE = True
    DEFAULT_CONFIGURATION: list = []
    CONFIG_STRUCTURE: dict = {}
    CONFIGURATION_PER_CHANNEL = False

    def process_payment(self, payment_information: Any, previous_value: Any) -> GatewayResponse:
        return _response(payment_information, TransactionKind.CAPTURE, f"charge-{uuid4()}")

    def refund_payment(self, payment_information: Any, previous_value: Any) -> GatewayResponse:
        books = Books.named()
        answer = books.next_answer()
        if answer == "times out before":
            raise TimeoutError("No answer in 20 seconds.")
        if answer == "raises":
            raise ZeroDivisionError("a defect of the gateway")
        if answer == "declines":
            return _response(payment_information, TransactionKind.REFUND, "", "Card was closed.")
        if answer == "hangs":
            books.hang()
        if answer == "later":
            token = f"refund-{len(books.calls())}"
            return _response(payment_information, TransactionKind.REFUND_ONGOING, token)
        token = f"refund-{books.move(payment_information.amount)}"
        if answer == "hangs after":
            books.hang()
        if answer == "times out after":
            raise TimeoutError("No answer in 20 seconds.")
        response = _response(payment_information, TransactionKind.REFUND, token)
        if answer == "answers twice":
            _notify(payment_information, response)
        return response

    def get_supported_currencies(self, previous_value: Any) -> list[str]:
        return CURRENCIES

    def token_is_required_as_payment_input(self, previous_value: Any) -> bool:
        return False

    def get_payment_config(self, previous_value: Any) -> list:
        return []


def report(event: str, payment: Any, amount: Decimal, token: str, is_success: bool = True) -> None:
    """Write what `saleor/payment/gateways/adyen/webhooks.py` writes of a notification of Adyen's:
    REFUND, REFUND_FAILED or REFUNDED_REVERSED. A payment of 3.x."""
    from saleor.core.db.connection import allow_writer

    with allow_writer():
        payment.refresh_from_db()
        known = payment.transactions.filter(token=token)
        if event == "REFUND":
            row = known.filter(kind=TransactionKind.REFUND).last()
            if row is None:
                row = _row(payment, TransactionKind.REFUND, token, amount, is_success)
            if not row.already_processed:
                if is_success:
                    Books.named().move(amount)
                gateway_postprocess(row, payment)
        elif event == "REFUNDED_REVERSED":
            if not known.filter(kind=TransactionKind.REFUND_REVERSED).exists():
                row = _row(payment, TransactionKind.REFUND_REVERSED, token, amount)
                gateway_postprocess(row, payment)
        elif event == "REFUND_FAILED":
            kinds = ("REFUND_ONGOING", "REFUND", "REFUND_FAILED")
            last = known.filter(kind__in=[getattr(TransactionKind, kind) for kind in kinds]).last()
            if last and last.kind != TransactionKind.REFUND_FAILED:
                _row(payment, TransactionKind.REFUND_FAILED, token, amount)
                went = amount if last.kind == TransactionKind.REFUND else Decimal(0)
                row = _row(payment, TransactionKind.CAPTURE, token, went)
                gateway_postprocess(row, payment)
        else:
            raise ValueError(f"Adyen sends no {event}")


def _row(
    payment: Any, kind: str, token: str, amount: Decimal, is_success: bool = True
) -> Transaction:
    return Transaction.objects.create(
        payment=payment,
        kind=kind,
        token=token,
        is_success=is_success,
        amount=amount,
        currency=payment.currency,
        error="",
        gateway_response={},
    )


def _response(information: Any, kind: str, token: str, error: str = "") -> GatewayResponse:
    return GatewayResponse(
        is_success=not error,
        action_required=False,
        kind=kind,
        amount=information.amount,
        currency=information.currency,
        transaction_id=token,
        error=error or None,
        raw_response={"status": error or "ok"},
    )


def _notify(information: Any, response: GatewayResponse) -> None:
    """Write what a gateway's webhook writes, and on 3.x mark the answer as known already."""
    captures = Transaction.objects.filter(kind=TransactionKind.CAPTURE, token=information.token)
    payment = captures.get().payment
    row = Transaction.objects.create(
        payment=payment,
        kind=response.kind,
        token=response.transaction_id,
        is_success=True,
        amount=response.amount,
        currency=response.currency,
        gateway_response={},
    )
    gateway_postprocess(row, payment)
    if hasattr(response, "transaction_already_processed"):
        response.transaction_already_processed = True
