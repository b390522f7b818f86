"""Our fields on Saleor's own types."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.errors import NotPermitted
from saleor_returns_plugin.services import branding, sessions, vendors

from ..builders import MERCHANT
from ..saleor_rows import a_product
from .scene import Scene, global_id

ORDER = """query($id: %s!) { order: %s(%s: $id) {
  vendorShipments { number vendor { name } } returnRequests { number vendorReturns { number } }
  returnsPortalUrl } }"""


def test_an_order_shows_what_its_viewer_may_see(scene: Scene) -> None:
    request = scene.request()

    merchant, owner, oak = (
        order_of(scene, caller) for caller in (scene.merchant, scene.owner, scene.oak_staff)
    )
    assert len(merchant["vendorShipments"]) == 3
    assert [r["number"] for r in owner["returnRequests"]] == [request.number]
    assert len(owner["returnRequests"][0]["vendorReturns"]) == 3
    assert [s["vendor"]["name"] for s in oak["vendorShipments"]] == ["Oak & Sons"]
    assert len(oak["returnRequests"][0]["vendorReturns"]) == 1
    assert oak["returnsPortalUrl"] is None
    for caller in (scene.guest, scene.stranger):
        nothing = {"vendorShipments": [], "returnRequests": [], "returnsPortalUrl": None}
        assert order_of(scene, caller) == nothing


def order_of(scene: Scene, caller: Any) -> dict[str, Any]:
    if host.IS_V3:
        return caller(ORDER % ("ID", "order", "id"), id=scene.order_id)["order"]
    # There, `order` is for staff; who has the token sees the order.
    token = scene.record.order.token
    return caller(ORDER % ("UUID", "orderByToken", "token"), id=token)["order"]


@pytest.mark.parametrize("who", ["merchant", "owner"])
def test_the_portal_url_opens_the_order(scene: Scene, who: str) -> None:
    url = order_of(scene, getattr(scene, who))["returnsPortalUrl"]
    token = url.rpartition("/open/")[2]
    assert url.startswith("http")
    assert url.endswith(reverse("returns:portal-open", args=[token]))
    assert sessions.open_link(token, timezone.now()).record == scene.record
    with pytest.raises(NotPermitted):
        sessions.read(token=token, now=timezone.now())


def test_a_product_names_its_vendor_unless_the_store_hides_it(scene: Scene) -> None:
    vendors.in_house()
    mug = a_product(name="Mug", price="5.00")
    query = """query($chair: ID!, $mug: ID!%s) {
      chair: product(id: $chair%s) { vendor { name email } }
      mug: product(id: $mug%s) { vendor { isInHouse } } }"""
    channel = _channel()
    text = query % ((", $c: String", ", channel: $c", ", channel: $c") if channel else ("",) * 3)
    values = {
        "chair": global_id(scene.chair.product, "Product"),
        "mug": global_id(mug.product, "Product"),
        **channel,
    }
    seen = scene.guest(text, **values)
    assert seen["chair"]["vendor"] == {"name": "Oak & Sons", "email": None}
    assert seen["mug"]["vendor"] == {"isInHouse": True}
    branding.update(actor=MERCHANT, channel="", values={"show_vendor_names": False})
    assert scene.guest(text, **values)["chair"]["vendor"] is None
    assert scene.oak_staff(text, **values)["chair"]["vendor"]["name"] == "Oak & Sons"


def _channel() -> dict[str, str]:
    return {"c": "main"} if host.current.capabilities.channels else {}


def test_a_user_sees_own_memberships(scene: Scene) -> None:
    query = "{ me { vendorMemberships { email role isInvited vendor { name } } } }"
    assert scene.oak_staff(query)["me"]["vendorMemberships"] == [
        {
            "email": "staff@oak.example",
            "role": "STAFF",
            "isInvited": False,
            "vendor": {"name": "Oak & Sons"},
        }
    ]
    assert scene.stranger(query)["me"]["vendorMemberships"] == []
