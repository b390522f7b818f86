"""However many rows a list has, the database is asked equally often."""

from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from ..builders import a_request, an_order, sells
from ..saleor_rows import a_product
from .scene import Scene

LINE = "lines { id quantity shipmentLine { productName returnableQuantity orderLine { id } } "
REST = "receptions { quantity } refundedQuantity reason { label } }"
PART = f"""number status isOverdue vendor {{ name members {{ email }} }} {LINE} {REST}
  shipment {{ number order {{ id }} lines {{ sku }} }} quote {{ refund {{ amount }}
  lines {{ line {{ sku }} }} }} refunds {{ lines {{ quantity }} parts {{ amount {{ amount }} }} }}
  events {{ kind }} allowedActions"""
LISTS = {
    "returnRequests": f"number order {{ id }} events {{ kind }} vendorReturns {{ {PART} }}",
    "vendorReturns": f"{PART} request {{ number email vendorReturns {{ number }} }}",
    "vendorShipments": """number order { number } vendor { name } lines { sku returnableQuantity
      orderLine { id } } vendorReturns { number lines { quantity } }""",
    "vendors": "name members { email vendor { name } }",
}


def asked(caller: Any, query: str) -> int:
    with CaptureQueriesContext(connections["default"]) as captured:
        caller(query)
    return len(captured)


@pytest.mark.parametrize("name", LISTS)
def test_lists(scene: Scene, name: str) -> None:
    scene.request()
    query = f"{{ {name}(first: 50) {{ edges {{ node {{ {LISTS[name]} }} }} }} }}"
    asked(scene.merchant, query)  # what Saleor looks up once per process
    before = asked(scene.merchant, query)
    _more(scene)
    assert asked(scene.merchant, query) == before


def test_the_returnable_order(scene: Scene) -> None:
    query = """{ returnableOrder { shipments { shipment { vendor { name } lines { sku } }
      lines { line { productName returnableQuantity } refusal { code } resolutions } } } }"""
    asked(scene.shopper, query)
    before = asked(scene.shopper, query)
    big = _more(scene)
    assert asked(_session(big), query) == before


def _more(scene: Scene) -> Any:
    products = [a_product(name=f"Thing {n}", price="3.00", stock=9) for n in range(6)]
    for variant in products[:3]:
        sells(scene.oak, variant)
    record = an_order([(variant, 2, "3.00") for variant in products])
    a_request(record)
    scene.request()
    return record


def _session(record: Any) -> Any:
    from django.utils import timezone

    from saleor_returns_plugin.services import sessions

    from .client import as_guest

    return as_guest(sessions.open_for(record=record, now=timezone.now()).token)
