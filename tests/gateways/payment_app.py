"""A payment app of 3.x that really listens over HTTP, and follows a script.

A request to refund is answered with what `script` says next; the last counts for all that follow:

- `later`: taken, with a pspReference; what became of it is still to be reported
- `success`, `failure`: answered at once
- `partial success`: a cent less went back
- `nonsense`: an answer that Saleor cannot read
- `lost`: a server error, as of a proxy that lost the app; nothing moved
- `lost after`: the money moved, and the answer was lost
- `silence`, `silence after`: nothing is answered until Saleor gives up

`report` says later what became of a request, through Saleor's own `transactionEventReport`; call
it again, late or in the wrong order. `moved` has every amount that went back; `calls` every request.

    app = payment_app                        # the fixture; it runs in a thread of the test
    item = app.charge(order, Decimal("20"))  # a charged TransactionItem of that app
    app.script("later")
    host.current.refund(f"transaction:{item.token}", amount, key)
    app.report(item, "REFUND_SUCCESS", amount, app.references[-1])
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

WEBHOOK_PLUGIN = "saleor.plugins.webhook.plugin.WebhookPlugin"
CENT = Decimal("0.01")
AFTER = " after"

REPORT = """
mutation($id: ID!, $type: TransactionEventTypeEnum!, $amount: PositiveDecimal!, $psp: String!,
         $time: DateTime, $message: String) {
  transactionEventReport(
    id: $id, type: $type, amount: $amount, pspReference: $psp, time: $time, message: $message
  ) { alreadyProcessed errors { field code message } }
}
"""


class PaymentApp:
    def __init__(self) -> None:
        self.url = ""
        self.calls: list[dict[str, Any]] = []
        """The payload of each request, first first."""
        self.moved: list[Decimal] = []
        """Each amount that went back, first first."""
        self.references: list[str] = []
        """The pspReference of each request, whether it was answered or not."""
        self.released = Event()
        """Ends every silence."""
        self._script = ["later"]
        self._lock = Lock()
        self._token = ""

    def script(self, *answers: str) -> None:
        """What to do at each of the next requests; the last counts for all that follow."""
        with self._lock:
            self._script = list(answers)

    def respond(self, body: bytes) -> tuple[int, bytes]:
        with self._lock:
            payload = json.loads(body)
            answer = self._script.pop(0) if len(self._script) > 1 else self._script[0]
            self.calls.append(payload)
            reference = f"psp-{len(self.calls)}"
            self.references.append(reference)
            amount = Decimal(str(payload["action"]["value"]))
            if answer == "partial success":
                amount -= CENT
            if answer.endswith("success") or answer.endswith(AFTER):
                self.moved.append(amount)
        if answer.startswith("silence"):
            self.released.wait(20)
        if answer.startswith(("silence", "lost")):
            return 502, b"Bad gateway"
        if answer == "nonsense":
            return 200, b'{"result": "MAYBE", "pspReference": 7}'
        return 200, json.dumps(_answer(answer, reference, amount)).encode()

    def charge(self, order: Any, amount: Decimal) -> Any:
        """A charged transaction of `order`, taken by this app."""
        from saleor.core.db.connection import allow_writer

        with allow_writer():
            app = self._registered()
            number = order.payment_transactions.count() + 1
            return _charged(order, app, amount, f"charge-{number}")

    def report(
        self,
        item: Any,
        kind: str,
        amount: Decimal,
        psp_reference: str,
        *,
        time: datetime | None = None,
        message: str = "",
    ) -> dict[str, Any]:
        """`kind` is REFUND_SUCCESS, REFUND_FAILURE or REFUND_REVERSE; the mutation's answer."""
        from django.test import Client
        from django.urls import reverse
        from graphene import Node

        variables = {
            "id": Node.to_global_id("TransactionItem", item.token),
            "type": kind,
            "amount": str(amount),
            "psp": psp_reference,
            "time": time.isoformat() if time else None,
            "message": message,
        }
        answer = Client().post(
            reverse("api"),
            json.dumps({"query": REPORT, "variables": variables}),
            content_type="application/json",
            HTTP_AUTHORIZATION=f"Bearer {self._token}",
        )
        payload = answer.json()
        assert "errors" not in payload, payload
        return dict(payload["data"]["transactionEventReport"])

    def _registered(self) -> Any:
        from saleor.app.models import App
        from saleor.permission.models import Permission

        found = App.objects.filter(identifier="pay.example.com").first()
        if found is not None:
            return found
        app = App.objects.create(name="Pay", identifier="pay.example.com", is_active=True)
        app.permissions.set(Permission.objects.filter(codename="handle_payments"))
        _, self._token = app.tokens.create(app=app)
        webhook = app.webhooks.create(name="Refunds", target_url=self.url, is_active=True)
        webhook.events.create(event_type="transaction_refund_requested")
        return app


@contextmanager
def listening() -> Iterator[PaymentApp]:
    """An app that listens for as long as this lasts, whoever asks: also another process."""
    payment_app = PaymentApp()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            status, body = payment_app.respond(self.rfile.read(length))
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                """Whoever asked did not wait."""

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    payment_app.url = f"http://127.0.0.1:{server.server_port}/"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield payment_app
    finally:
        payment_app.released.set()
        server.shutdown()
        server.server_close()


def _answer(answer: str, reference: str, amount: Decimal) -> dict[str, Any]:
    taken: dict[str, Any] = {"pspReference": reference}
    if answer == "later":
        return taken
    if answer.endswith("success"):
        return {**taken, "result": "REFUND_SUCCESS", "amount": float(amount)}
    if answer == "failure":
        return {
            **taken,
            "result": "REFUND_FAILURE",
            "amount": float(amount),
            "message": "Card was closed.",
        }
    raise ValueError(f"the payment app knows no answer {answer!r}")


def _charged(order: Any, app: Any, amount: Decimal, reference: str) -> Any:
    from saleor.payment import TransactionEventType
    from saleor.payment.models import TransactionItem
    from saleor.payment.utils import recalculate_transaction_amounts

    item = TransactionItem.objects.create(
        order=order,
        app=app,
        app_identifier=app.identifier,
        currency=order.currency,
        psp_reference=reference,
        available_actions=["refund"],
    )
    item.events.create(
        type=TransactionEventType.CHARGE_SUCCESS,
        amount_value=amount,
        currency=order.currency,
        psp_reference=reference,
        include_in_calculations=True,
        app=app,
        app_identifier=app.identifier,
    )
    recalculate_transaction_amounts(item)
    return item
