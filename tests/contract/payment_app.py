"""A payment app of 3.x that really listens over HTTP and answers what the test tells it to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class PaymentApp:
    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.answer: dict[str, Any] | None = {"pspReference": "psp-1"}
        """None answers with a server error, as a proxy does that lost the app."""
        self.url = ""

    def respond(self, body: bytes) -> tuple[int, bytes]:
        self.calls.append(json.loads(body))
        if self.answer is None:
            return 502, b"Bad gateway"
        return 200, json.dumps(self.answer).encode()


@contextmanager
def listening() -> Iterator[PaymentApp]:
    payment_app = PaymentApp()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            status, body = payment_app.respond(self.rfile.read(length))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    payment_app.url = f"http://127.0.0.1:{server.server_port}/"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield payment_app
    finally:
        server.shutdown()
        server.server_close()


def charge(order: Any, url: str, amount: Decimal) -> Any:
    """A charged transaction of `order`, taken by an app that listens at `url`."""
    from saleor.app.models import App
    from saleor.payment import TransactionEventType
    from saleor.payment.models import TransactionItem
    from saleor.payment.utils import recalculate_transaction_amounts
    from saleor.permission.models import Permission

    app = App.objects.create(name="Pay", identifier="pay.example.com", is_active=True)
    app.permissions.set(Permission.objects.filter(codename="handle_payments"))
    webhook = app.webhooks.create(name="Refunds", target_url=url, is_active=True)
    webhook.events.create(event_type="transaction_refund_requested")
    item = TransactionItem.objects.create(
        order=order,
        app=app,
        app_identifier=app.identifier,
        currency=order.currency,
        psp_reference="charge-1",
        available_actions=["refund"],
    )
    item.events.create(
        type=TransactionEventType.CHARGE_SUCCESS,
        amount_value=amount,
        currency=order.currency,
        psp_reference="charge-1",
        include_in_calculations=True,
        app=app,
        app_identifier=app.identifier,
    )
    recalculate_transaction_amounts(item)
    return item
