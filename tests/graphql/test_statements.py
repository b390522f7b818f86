"""However many rows a list has, the database is asked equally often."""

from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from saleor_returns_plugin.domain.requested import ReceivedLine
from saleor_returns_plugin.enums import Condition
from saleor_returns_plugin.models import VendorShipmentLine
from saleor_returns_plugin.services import (
    receptions,
    refunds,
    return_requests,
    sessions,
    vendor_returns,
)

from ..builders import ADDRESS, MERCHANT, a_request, an_order, sells
from ..saleor_rows import a_product
from . import situations
from .client import as_guest
from .scene import Scene, global_id
from .walk import everything

KINDS = {
    "returnRequests": "ReturnRequest",
    "vendorReturns": "VendorReturn",
    "vendorShipments": "VendorShipment",
    "vendors": "Vendor",
}


def asked(caller: Any, query: str) -> int:
    with CaptureQueriesContext(connections["default"]) as captured:
        caller(query)
    # 3.x loads its plugins anew for every request.
    return sum("plugins_pluginconfiguration" not in each["sql"] for each in captured)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("who", ["merchant", "oak_staff"])
def test_lists(scene: Scene, gateway: Any, who: str, name: str) -> None:
    """Three returns and twelve, all that were received and paid, with every field there is."""
    query = f"{{ {name}(first: 50) {{ edges {{ node {{ {everything(KINDS[name], 3)} }} }} }} }}"
    caller = getattr(scene, who)
    _through(scene, scene.request())
    rows = len(caller(query)[name]["edges"])  # and what Saleor looks up once per process
    before = asked(caller, query)
    for _ in range(3):
        _through(scene, a_request(_more(scene)))
    caller(query)  # the store's own settings, which new products let Saleor forget
    assert asked(caller, query) == before
    if name != "vendors":
        assert len(caller(query)[name]["edges"]) > rows


@pytest.mark.usefixtures("exchanges_offered")
@pytest.mark.parametrize("who", ["merchant", "oak_staff"])
def test_lists_of_exchanges(scene: Scene, gateway: Any, who: str, monkeypatch: Any) -> None:
    """Of one order and of four: with what else can be had, why some failed, and what is owed."""
    query = (
        "{ vendorReturns(first: 50) { edges { node { lines { exchangeOptions { name variant { id } "
        "difference { amount } } exchangeName exchangeVariant { id } } events { message } exchanges "
        "{ lines { name } difference { amount } failure failureCode owed { amount } } } } } }"
    )
    caller = getattr(scene, who)
    situations.exchanges_are_offered(scene)  # once for all of them
    monkeypatch.setattr(situations, "exchanges_are_offered", lambda *args, **values: None)

    def some() -> None:
        for situation in (situations.exchange_held, situations.exchange_sold_out):
            situation(situations.of_two_lines(scene))

    some()
    nodes = caller(query)["vendorReturns"]["edges"]
    assert all(node["node"]["lines"][0]["exchangeOptions"] for node in nodes)
    before = asked(caller, query)
    some()
    caller(query)  # the store's own settings, which new products let Saleor forget
    assert asked(caller, query) == before
    assert len(caller(query)["vendorReturns"]["edges"]) == len(nodes) * 2


def _through(scene: Scene, request: Any) -> None:
    """Everything arrives, part of it twice and part of it unacceptable, and is paid."""
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=timezone.now())
    for part in request.vendor_returns.all():
        if part.status == "approved":
            vendor_returns.accept(
                vendor_return_id=part.pk,
                actor=MERCHANT,
                return_address=ADDRESS,
                now=timezone.now(),
            )
        for position, line in enumerate(part.lines.all()):
            condition = Condition.GOOD if position == 0 else Condition.NOT_ACCEPTABLE
            arrived = ReceivedLine(line.pk, 1, condition, note="As it came")
            receptions.receive(
                vendor_return_id=part.pk, actor=MERCHANT, lines=[arrived], now=timezone.now()
            )
        refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=timezone.now())


def test_the_returnable_order(scene: Scene) -> None:
    query = """{ returnableOrder { shipments { shipment { vendor { name } lines { sku } }
      lines { line { productName returnableQuantity } refusal { code } resolutions } } } }"""
    asked(scene.shopper, query)
    before = asked(scene.shopper, query)
    big = _session(_more(scene))
    asked(big, query)  # the store's own settings, which the new products let Saleor forget
    assert asked(big, query) == before


def test_the_quote(scene: Scene) -> None:
    """Of three lines and of six, of orders of which nothing was returned, and of which some was."""
    small, big = scene.record, _more(scene)
    _ask_quote(small)
    for record in (small, big):
        assert _ask_quote(record) == 5
    for record in (small, big):
        a_request(record)
        assert _ask_quote(record) == 6  # what refunds paid of it


def _ask_quote(record: Any) -> int:
    """Statements of `returnQuote` of one unit of every line."""
    caller = _session(record)
    lines = [
        f'{{shipmentLineId: "{global_id(line)}", quantity: 1}}'
        for line in VendorShipmentLine.objects.filter(shipment__record=record)
    ]
    query = f"""{{ returnQuote(lines: [{", ".join(lines)}]) {{ errors {{ code }} quote {{
      total {{ amount }} vendorReturns {{ shipment {{ number }} lines {{ line {{ sku }} quantity }}
      refund {{ amount }} steps {{ label }} }} }} }} }}"""
    found = caller(query)["returnQuote"]
    assert found["errors"] == []
    assert sum(len(part["lines"]) for part in found["quote"]["vendorReturns"]) == len(lines)
    return asked(caller, query)


def _more(scene: Scene) -> Any:
    products = [a_product(name=f"Thing {n}", price="3.00", stock=9) for n in range(6)]
    for variant in products[:3]:
        sells(scene.oak, variant)
    user = scene.record.order.user
    return an_order([(variant, 2, "3.00") for variant in products], user=user)


def _session(record: Any) -> Any:
    return as_guest(sessions.open_for(record=record, now=timezone.now()).token)
