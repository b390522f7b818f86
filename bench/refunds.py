"""A refund of ours, from the call until the money is recorded, against Saleor's own `orderRefund`.

Orders of 4 lines x 2 of one vendor, all received; by the same member of the staff, through Saleor's
API, in process. They take turns: Saleor's, ours, Saleor's once more (what the figures are worth).
"""

import json
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from django.conf import settings
from django.test import Client
from graphene import Node

from saleor_returns_plugin.services import return_requests, vendor_returns
from tests.builders import MERCHANT, NOW, a_request, a_vendor, an_order, receive_all, sells
from tests.saleor_rows import a_product, a_site, a_staff_user
from tests.saleor_rows.gateway import PATH, RecordedGateway, accepts
from tests.saleor_rows.tokens import a_token

from .measured import Call, seconds, statements
from .options import Options
from .table import Aim, ms, table

LINES, UNITS = 4, 2
ROUNDS = 25
WARM = 2
GATEWAYS = {"at once": 0.0, "after 100 ms": 0.1}
MOST = 1.3
HOSTS = """mutation ($id: ID!) {
  orderRefund(id: $id, amount: 80) { order { id } errors: orderErrors { code } }
}"""
OURS = """mutation ($id: ID!) {
  vendorReturnRefund(id: $id) {
    refund { status amount { amount } } vendorReturn { status } errors { code }
  }
}"""


def run(options: Options) -> str:
    a_site()
    settings.PLUGINS = [*settings.PLUGINS, PATH]
    rounds = options.rounds or ROUNDS
    shop = Shop()
    found = {name: Found(shop, wait, rounds) for name, wait in GATEWAYS.items()}
    return table(
        f"A refund of an order with {LINES} lines x {UNITS}",
        [
            "gateway answers",
            "Saleor's: statements",
            "ms",
            "ours: statements",
            "ms",
            "ours/Saleor's",
            "again/Saleor's",
        ],
        [each.row(name) for name, each in found.items()],
        f"Medians of {rounds} rounds, in process; ratios are medians of the ratios within a round.",
        [
            Aim(f"at most {MOST} times Saleor's, {name}", f"{each.ratio:.2f}", each.ratio <= MOST)
            for name, each in found.items()
        ],
    )


class Found:
    def __init__(self, shop: "Shop", wait: float, rounds: int) -> None:
        def answer(information: Any) -> Any:
            time.sleep(wait)
            return accepts(information)

        RecordedGateway.answers_with(answer)
        calls = shop.calls(WARM + 1 + rounds)
        for _ in range(WARM):
            for call in next(calls):
                call()
        self.statements = [statements(call) for call in next(calls)[:2]]
        self.rounds = [[seconds(call) for call in each] for each in calls]

    @property
    def ratio(self) -> float:
        return median(ours / saleors for saleors, ours, _ in self.rounds)

    def row(self, name: str) -> list[str]:
        saleors, ours, _ = (median(each) for each in zip(*self.rounds, strict=True))
        noise = median(again / saleors for saleors, _, again in self.rounds)
        cells = [str(self.statements[0]), ms(saleors), str(self.statements[1]), ms(ours)]
        return [name, *cells, f"{self.ratio:.2f}", f"{noise:.2f}"]


class Shop:
    def __init__(self) -> None:
        self._vendor = a_vendor("Bench makers")
        self._goods = [
            sells(self._vendor, a_product(f"Bench {n}", stock=9999)) for n in range(LINES)
        ]
        token = a_token(a_staff_user("bench-staff@example.com"))
        self._headers = {"HTTP_AUTHORIZATION": f"JWT {token}"}

    def calls(self, count: int) -> Iterator[tuple[Call, Call, Call]]:
        """Each refunds orders of its own, made beforehand: Saleor's, ours, and Saleor's again."""
        made = [(self._saleors(), self._ours(), self._saleors()) for _ in range(count)]
        return iter(made)

    def _saleors(self) -> Call:
        order = Node.to_global_id("Order", self._received().request.record.order_id)
        return lambda: self._post("orderRefund", HOSTS, order)

    def _ours(self) -> Call:
        part = Node.to_global_id("VendorReturn", self._received().pk)

        def call() -> None:
            payload = self._post("vendorReturnRefund", OURS, part)
            state = (payload["refund"]["status"], payload["vendorReturn"]["status"])
            assert state == ("SUCCEEDED", "SETTLED"), payload

        return call

    def _received(self) -> Any:
        record = an_order([(variant, UNITS, "10.00") for variant in self._goods])
        request = a_request(record, UNITS)
        part = request.vendor_returns.get()
        return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
        vendor_returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        return receive_all(part, MERCHANT)

    def _post(self, name: str, query: str, key: str) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": {"id": key}})
        response = Client().post(
            "/graphql/", body, content_type="application/json", **self._headers
        )
        payload: dict[str, Any] = response.json()["data"][name]
        assert not payload["errors"], payload
        return payload
