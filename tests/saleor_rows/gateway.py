"""A payment gateway that really runs as Saleor's plugin and does what the test tells it to.

Name it in PLUGINS; payments made by `pay` go through it. `RecordedGateway.calls` has every refund
that reached it, so "one gateway call" can be counted.
"""

from collections.abc import Callable
from decimal import Decimal
from threading import Lock
from typing import Any

from saleor.payment import TransactionKind
from saleor.payment.interface import GatewayResponse
from saleor.plugins.base_plugin import BasePlugin

from .common import next_number

PATH = f"{__name__}.RecordedGateway"
GATEWAY_ID = "tests.recorded_gateway"


def accepts(information: Any) -> GatewayResponse:
    return _response(information, is_success=True)


def declines(information: Any) -> GatewayResponse:
    return _response(information, is_success=False, error="Card was closed.")


def times_out(information: Any) -> GatewayResponse:
    raise TimeoutError("No answer in 20 seconds.")


def _response(information: Any, *, is_success: bool, error: str | None = None) -> GatewayResponse:
    return GatewayResponse(
        is_success=is_success,
        action_required=False,
        kind=TransactionKind.REFUND,
        amount=information.amount,
        currency=information.currency,
        transaction_id=f"refund-{next_number()}",
        error=error,
        raw_response={"status": "ok" if is_success else "declined"},
    )


class RecordedGateway(BasePlugin):
    PLUGIN_ID = GATEWAY_ID
    PLUGIN_NAME = "Gateway of the tests"
    DEFAULT_ACTIVE = True
    DEFAULT_CONFIGURATION: list = []
    CONFIG_STRUCTURE: dict = {}
    CONFIGURATION_PER_CHANNEL = False

    calls: list[Decimal] = []
    """Amounts asked for, in order."""
    notices: list[str] = []
    """What Saleor wanted its customers told; 2.10 mails that itself."""
    answer: Callable[[Any], GatewayResponse] = staticmethod(accepts)
    _lock = Lock()

    @classmethod
    def reset(cls) -> None:
        cls.calls.clear()
        cls.notices.clear()
        cls.answer = staticmethod(accepts)

    @classmethod
    def answers_with(cls, answer: Callable[[Any], GatewayResponse]) -> None:
        cls.answer = staticmethod(answer)

    def refund_payment(self, payment_information: Any, previous_value: Any) -> GatewayResponse:
        with self._lock:
            self.calls.append(payment_information.amount)
        return type(self).answer(payment_information)

    def notify(self, event: str, *args: Any, **values: Any) -> None:
        self.notices.append(str(event))

    def get_supported_currencies(self, previous_value: Any) -> list[str]:
        return ["USD"]

    def get_payment_config(self, previous_value: Any) -> list:
        return []
