"""What each person sees, alone, in lists and along nested paths."""

from typing import Any

import pytest

from saleor_returns_plugin.services import branding

from ..builders import MERCHANT, a_request, an_order
from ..saleor_rows import a_customer, a_product
from .scene import Scene, global_id

SEES = {
    # who: (requests, parts, shipments) of the scene with one request for everything
    "stranger": (0, 0, 0),
    "shopper": (1, 3, 3),
    "owner": (1, 3, 3),
    "oak_staff": (1, 1, 1),
    "elm_owner": (1, 1, 1),
    "merchant": (2, 4, 4),
}


@pytest.fixture
def other_order(scene: Scene) -> Any:
    """Of somebody else, with a return of its own."""
    mug = a_product(name="Mug", price="5.00", stock=5)
    record = an_order([(mug, 1, "5.00")], user=a_customer("bob@example.com"))
    return a_request(record)


@pytest.mark.parametrize("who", SEES)
def test_lists(scene: Scene, other_order: Any, who: str) -> None:
    scene.request()
    data = getattr(scene, who)(
        """{ returnRequests(first: 9) { totalCount edges { node { number } } }
             vendorReturns(first: 9) { totalCount edges { node { number } } }
             vendorShipments(first: 9) { totalCount edges { node { number } } } }"""
    )
    counts = tuple(
        data[name]["totalCount"] for name in ("returnRequests", "vendorReturns", "vendorShipments")
    )
    assert counts == SEES[who] == tuple(len(data[name]["edges"]) for name in data)


@pytest.mark.parametrize("who", ["guest", "stranger", "elm_owner"])
def test_a_part_of_somebody_else_is_null(scene: Scene, who: str) -> None:
    request = scene.request()
    data = getattr(scene, who)(
        """query($part: ID!, $shipment: ID!) { vendorReturn(id: $part) { id }
             vendorShipment(id: $shipment) { id } }""",
        part=global_id(scene.part(request, scene.oak)),
        shipment=global_id(scene.shipment(scene.oak)),
    )
    assert data == {"vendorReturn": None, "vendorShipment": None}


DEEP = """query($id: ID!) { returnRequest(id: $id) {
  email order { id } vendorReturns {
    number vendor { name email commissionRate members { email } }
    shipment { number order { id } vendorReturns { number request { vendorReturns { number } } }
               lines { commissionRate orderLine { id } } }
    events { kind } }
  events { kind actor data } } }"""


def test_a_vendor_finds_no_way_round_to_the_others(scene: Scene) -> None:
    request = scene.request()
    scene.merchant.mutate("returnRequestApprove", f'id: "{global_id(request)}"')
    seen = scene.oak_staff(DEEP, id=global_id(request))["returnRequest"]
    own = scene.part(request, scene.oak).number
    assert (seen["email"], seen["order"]) == (None, None)
    assert [part["number"] for part in seen["vendorReturns"]] == [own]
    part = seen["vendorReturns"][0]
    assert part["vendor"]["commissionRate"] == 10
    assert {member["email"] for member in part["vendor"]["members"]} == {
        "owner@oak.example",
        "staff@oak.example",
    }
    assert part["shipment"]["order"] is None
    assert part["shipment"]["lines"][0]["orderLine"] is None
    assert part["shipment"]["lines"][0]["commissionRate"] == 10
    assert part["shipment"]["vendorReturns"] == [
        {"number": own, "request": {"vendorReturns": [{"number": own}]}}
    ]
    # One APPROVED is oak's; the other two are none of its business.
    assert [event["kind"] for event in seen["events"]] == ["CREATED", "APPROVED"]
    assert all(event["data"] is None for event in seen["events"])


def test_a_shopper_learns_nothing_of_how_vendors_are_paid(scene: Scene) -> None:
    request = scene.request()
    seen = scene.shopper(DEEP, id=global_id(request))["returnRequest"]
    assert seen["email"] == "ada@example.com"
    assert seen["order"] is None, "a guest's session is nothing that Saleor knows"
    for part in seen["vendorReturns"]:
        assert part["vendor"]["email"] is None
        assert part["vendor"]["commissionRate"] is None
        assert part["vendor"]["members"] is None
        assert part["shipment"]["lines"][0]["commissionRate"] is None
    owner = scene.owner(DEEP, id=global_id(request))["returnRequest"]
    assert owner["order"] == {"id": scene.order_id}
    assert all(
        line["orderLine"] for part in owner["vendorReturns"] for line in part["shipment"]["lines"]
    )


def test_a_session_argument_counts_for_its_own_field_alone(scene: Scene, other_order: Any) -> None:
    request = scene.request()
    data = scene.guest(
        """query($id: ID!, $token: String) {
             mine: returnRequest(id: $id, token: $token) { vendorReturns { number } }
             nobodys: returnRequest(id: $id) { number } }""",
        id=global_id(request),
        token=scene.session,
    )
    assert len(data["mine"]["vendorReturns"]) == 3
    assert data["nobodys"] is None
    other = scene.shopper(
        "query($id: ID!) { returnRequest(id: $id) { id } }", id=global_id(other_order)
    )
    assert other["returnRequest"] is None


def test_hidden_vendors_are_the_store_to_shoppers(scene: Scene) -> None:
    branding.update(
        actor=MERCHANT, channel="", values={"name": "The Shop", "show_vendor_names": False}
    )
    request = scene.request()
    query = "query($id: ID!) { returnRequest(id: $id) { vendorReturns { vendor { name slug } } } }"
    seen = scene.shopper(query, id=global_id(request))["returnRequest"]["vendorReturns"]
    assert [part["vendor"] for part in seen] == [{"name": "The Shop", "slug": ""}] * 3
    oak = scene.oak_staff(query, id=global_id(request))["returnRequest"]["vendorReturns"]
    assert [part["vendor"]["name"] for part in oak] == ["Oak & Sons"]


def test_vendors_are_seen_by_merchant_and_their_own(scene: Scene) -> None:
    query = "{ vendors(first: 9) { edges { node { slug } } } }"

    def slugs(caller: Any) -> set[str]:
        return {edge["node"]["slug"] for edge in caller(query)["vendors"]["edges"]}

    assert slugs(scene.oak_staff) == {"oak-sons"}
    assert slugs(scene.merchant) >= {"oak-sons", "elm-ltd"}
    by_slug = '{ vendor(slug: "elm-ltd") { name } }'
    assert scene.oak_staff(by_slug) == {"vendor": None}
    assert scene.merchant(by_slug) == {"vendor": {"name": "Elm Ltd"}}
    assert scene.guest("{ vendor { name } }") == {"vendor": None}


def test_the_portal_is_public_but_not_whom_it_writes_to(scene: Scene) -> None:
    branding.update(actor=MERCHANT, channel="", values={"merchant_emails": ["shop@example.com"]})
    query = "{ returnPortal { id name channel colors { primary } senderName merchantEmails } }"
    portal = scene.guest(query)["returnPortal"]
    assert portal["name"]
    assert (portal["senderName"], portal["merchantEmails"]) == (None, None)
    assert scene.merchant(query)["returnPortal"]["merchantEmails"] == ["shop@example.com"]
