"""The example in docs/how-to/carriers.md is run as it stands there, against a carrier's server."""

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import pytest

from saleor_returns_plugin import errors
from saleor_returns_plugin.domain.requested import Tracking
from saleor_returns_plugin.models import Label, VendorShipment
from saleor_returns_plugin.services import carriers, labels
from saleor_returns_plugin.services import vendor_returns as returns
from saleor_returns_plugin.services.labels import make_for_shipment
from sandbox.paths import CHECKOUT
from tests.builders import MERCHANT, a_return, a_vendor, an_order, sells
from tests.papers import PDF
from tests.saleor_rows import a_product

pytestmark = pytest.mark.django_db

PAGE = CHECKOUT / "docs/how-to/carriers.md"
NAME = "example_of_a_carrier"


class Acme(BaseHTTPRequestHandler):
    """Its server: one parcel per idempotency key; knows no parcels to nowhere."""

    parcels: dict[str, dict[str, Any]] = {}

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != "Bearer secret":
            return self._answer(401, b"{}")
        if not body["to"]["city"]:
            return self._answer(422, json.dumps({"message": "There is no such place."}).encode())
        known = Acme.parcels.setdefault(self.headers["Idempotency-Key"], body)
        number = f"ACME{list(Acme.parcels.values()).index(known)}"
        return self._answer(200, json.dumps({"number": number}).encode())

    def do_GET(self) -> None:
        self._answer(200, PDF)

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(autouse=True)
def acme(settings: Any, tmp_path: Path, monkeypatch: Any) -> type[Acme]:
    Acme.parcels = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Acme)
    Thread(target=server.serve_forever, daemon=True).start()
    module = ModuleType(NAME)
    (source,) = re.findall(r"```python\n(.*?class AcmePost.*?)```", PAGE.read_text(), re.S)
    exec(compile(source, str(PAGE), "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, NAME, module)
    carriers._made.cache_clear()
    settings.MEDIA_ROOT = str(tmp_path)
    settings.ACME_URL = f"http://127.0.0.1:{server.server_port}"
    settings.ACME_TOKEN = "secret"
    settings.RETURNS_CARRIERS = [f"{NAME}.AcmePost"]
    yield Acme
    server.shutdown()
    carriers._made.cache_clear()


@pytest.fixture
def shipment() -> VendorShipment:
    lamp = sells(a_vendor("Birch"), a_product(name="Lamp", stock=5))
    return an_order([(lamp, 2, "7.00")], fulfilled=False).shipments.get()


def make(shipment: VendorShipment) -> Label:
    return make_for_shipment(shipment_id=shipment.pk, actor=MERCHANT, carrier="acme")[1]


def test_it_makes_a_label(shipment: VendorShipment, acme: type[Acme]) -> None:
    label = make(shipment)
    assert (label.kind, label.carrier, label.number) == ("pdf", "Acme Post", "ACME0")
    assert label.file.read() == PDF
    (body,) = acme.parcels.values()
    assert body["product"] == "standard"
    assert body["reference"] == shipment.number
    assert body["contents"] == ["2 x Lamp"]
    assert body["to"]["city"] == "New York"
    assert labels.tracking_of(label) == {
        "carrier": "Acme Post",
        "number": "ACME0",
        "url": "https://track.acme.example/ACME0",
    }


def test_it_makes_a_return_label(acme: type[Acme]) -> None:
    from saleor_returns_plugin.enums import Move

    part = a_return(Move.ACCEPT)
    labels.make_for_return(vendor_return_id=part.pk, actor=MERCHANT, carrier="acme")
    (body,) = acme.parcels.values()
    assert (body["product"], body["to"]["city"]) == ("prepaid-return", "Leeds")
    assert Label.objects.get().vendor_return == part


def test_what_it_refuses_is_read(shipment: VendorShipment) -> None:
    type(shipment.record).objects.filter(pk=shipment.record_id).update(shipping_address={})
    with pytest.raises(errors.InvalidInput) as refusal:
        make(shipment)
    assert refusal.value.message == "Acme Post says: There is no such place."


def test_a_wrong_token_is_logged_and_no_answer(shipment: VendorShipment, settings: Any) -> None:
    settings.ACME_TOKEN = "another"
    with pytest.raises(errors.CarrierUnavailable):
        make(shipment)
    assert not Label.objects.exists()


def test_it_knows_where_a_number_is_followed() -> None:
    values = returns.tracking_values(Tracking("ACME Express", "1/2"))
    assert values["url"] == "https://track.acme.example/1%2F2"
    assert carriers.problems() == []
