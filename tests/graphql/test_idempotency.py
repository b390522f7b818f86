"""A call that is sent again answers as the first one did; with other input it is a conflict."""

from typing import Any

import pytest

from saleor_returns_plugin.enums import Condition
from saleor_returns_plugin.models import (
    Reception,
    Refund,
    ReturnRequest,
    VendorReturn,
    VendorShipment,
)

from ..builders import MERCHANT, an_order, receive_all, sells
from ..saleor_rows import a_product
from . import situations
from .client import codes
from .scene import Scene, global_id
from .situations import of_two_lines
from .test_denials import snapshot


@pytest.fixture
def oaks(scene: Scene, gateway: Any) -> Scene:
    return of_two_lines(scene)


def conflict(payload: dict[str, Any]) -> bool:
    found = [(each["code"], each["field"]) for each in payload["errors"]]
    return found == [("IDEMPOTENCY_CONFLICT", "idempotencyKey")]


CREATE = """mutation($input: ReturnRequestInput!) { returnRequestCreate(input: $input) {
  returnRequest { id number } errors { code field message } } }"""


def test_a_request(oaks: Scene) -> None:
    line, other = (global_id(row) for row in oaks.shipment(oaks.oak).lines.all())

    def sent(**values: Any) -> Any:
        given = {
            "lines": [{"shipmentLineId": line, "quantity": 1}],
            "idempotencyKey": "k",
            **values,
        }
        return oaks.shopper(CREATE, input=given)["returnRequestCreate"]

    first = sent()
    assert codes(first) == []
    before = snapshot()
    assert sent() == first
    for values in (
        {"note": "More"},
        {"lines": [{"shipmentLineId": line, "quantity": 2}]},
        {"lines": [{"shipmentLineId": other, "quantity": 1}]},
        {"lines": [{"shipmentLineId": line, "quantity": 1, "note": "Worn"}]},
    ):
        assert conflict(sent(**values)), values
    assert snapshot() == before
    assert ReturnRequest.objects.count() == 1
    # Another key is another request; and none is never the same.
    assert codes(sent(idempotencyKey="k2")) == []
    assert ReturnRequest.objects.count() == 2


def test_the_first_answer_outlives_what_happened_since(oaks: Scene) -> None:
    """The network ate the answer; by the time it is asked again, the units are taken."""
    line = global_id(oaks.shipment(oaks.oak).lines.order_by("product_name")[0])
    given = {"lines": [{"shipmentLineId": line, "quantity": 2}], "idempotencyKey": "k"}
    first = oaks.shopper(CREATE, input=given)["returnRequestCreate"]
    request = ReturnRequest.objects.get()
    oaks.merchant.mutate("returnRequestDecline", f'id: "{global_id(request)}", reason: "Worn"')
    assert oaks.shopper(CREATE, input=given)["returnRequestCreate"] == first


RECEIVE = """mutation($id: ID!, $lines: [ReturnReceptionLineInput!]!) {
  vendorReturnReceive(id: $id, lines: $lines, idempotencyKey: "k") {
  vendorReturn { id status } errors { code field message } } }"""


def test_a_reception(oaks: Scene) -> None:
    part = situations.accepted(oaks)
    line = global_id(part.lines.get(quantity=2))

    def sent(**values: Any) -> Any:
        lines = [{"returnLineId": line, "quantity": 1, **values}]
        answer = oaks.oak_staff(RECEIVE, id=global_id(part), lines=lines)
        return answer["vendorReturnReceive"]

    first = sent()
    assert codes(first) == []
    before = snapshot()
    assert sent() == first
    for values in ({"quantity": 2}, {"condition": "DAMAGED"}, {"note": "Scratched"}):
        assert conflict(sent(**values)), values
    assert snapshot() == before
    assert Reception.objects.count() == 1


def test_a_reception_that_was_undone_since_is_not_the_answer(oaks: Scene) -> None:
    """The caller would believe that the goods are recorded."""
    part = situations.accepted(oaks)
    lines = [{"returnLineId": global_id(part.lines.get(quantity=2)), "quantity": 1}]
    given = {"id": global_id(part), "lines": lines}
    assert codes(oaks.oak_staff(RECEIVE, **given)["vendorReturnReceive"]) == []
    reception = global_id(part.receptions.get(), "ReturnReception")
    undo = f'id: "{reception}", reason: "Wrong parcel"'
    assert codes(oaks.oak_staff.mutate("returnReceptionVoid", undo)) == []
    before = snapshot()
    assert conflict(oaks.oak_staff(RECEIVE, **given)["vendorReturnReceive"])
    assert snapshot() == before


def test_a_reception_whose_return_is_over_by_now(oaks: Scene) -> None:
    part = situations.accepted(oaks)
    lines = [{"returnLineId": global_id(row), "quantity": row.quantity} for row in part.lines.all()]
    assert (
        codes(oaks.oak_staff(RECEIVE, id=global_id(part), lines=lines)["vendorReturnReceive"]) == []
    )
    oaks.merchant.mutate("vendorReturnRefund", f'id: "{global_id(part)}"')
    again = oaks.oak_staff(RECEIVE, id=global_id(part), lines=lines)["vendorReturnReceive"]
    assert (codes(again), again["vendorReturn"]["status"]) == ([], "SETTLED")


FULFIL = """mutation($id: ID!, $input: VendorShipmentFulfillInput!) {
  vendorShipmentFulfill(id: $id, input: $input) {
  vendorShipment { id status lines { quantityFulfilled } } errors { code field message } } }"""


@pytest.fixture
def to_send(scene: Scene, gateway: Any) -> VendorShipment:
    """Three chairs."""
    owner = scene.record.order.user
    return an_order([(scene.chair, 3, "10.00")], user=owner, fulfilled=False).shipments.get()


def sent(scene: Scene, shipment: VendorShipment, **values: Any) -> dict[str, Any]:
    """One chair of it, with a key."""
    lines = [{"shipmentLineId": global_id(shipment.lines.get()), "quantity": 1}]
    given = {"lines": lines, "idempotencyKey": "k", **values}
    answer = scene.oak_staff(FULFIL, id=global_id(shipment), input=given)
    return answer["vendorShipmentFulfill"]


def test_goods_that_are_sent(scene: Scene, to_send: VendorShipment) -> None:
    first = sent(scene, to_send)
    assert codes(first) == []
    assert first["vendorShipment"]["lines"] == [{"quantityFulfilled": 1}]
    before = snapshot()
    assert sent(scene, to_send) == first
    two = [{"shipmentLineId": global_id(to_send.lines.get()), "quantity": 2}]
    for values in (
        {"lines": two},
        {"lines": None},
        {"tracking": {"carrier": "UPS", "number": "1Z"}},
        {"notifyCustomer": False},
    ):
        assert conflict(sent(scene, to_send, **values)), values
    assert snapshot() == before
    assert to_send.record.order.fulfillments.count() == 1
    # Another key sends another one; and none is never the same.
    for key, units in (("k2", 2), (None, 3)):
        more = sent(scene, to_send, idempotencyKey=key)
        assert more["vendorShipment"]["lines"] == [{"quantityFulfilled": units}]
    # All is gone by now: the old key still means the old parcel.
    assert codes(sent(scene, to_send)) == []
    assert to_send.record.order.fulfillments.count() == 3


def test_goods_whose_parcel_was_cancelled_since(scene: Scene, to_send: VendorShipment) -> None:
    """The caller would believe that they are on their way."""
    assert codes(sent(scene, to_send)) == []
    to_send.record.order.fulfillments.update(status="canceled")
    before = snapshot()
    assert conflict(sent(scene, to_send))
    assert snapshot() == before


def test_a_key_belongs_to_one_shipment(scene: Scene, gateway: Any) -> None:
    """Both are of one order, and Saleor keeps the keys beside each other."""
    desk = sells(scene.elm, a_product(name="Desk", stock=5))
    lines = [(scene.chair, 1, "10.00"), (desk, 1, "5.00")]
    record = an_order(lines, user=scene.record.order.user, fulfilled=False)
    one, other = record.shipments.all()
    for shipment in (one, other):
        arguments = f'id: "{global_id(shipment)}", input: {{idempotencyKey: "k"}}'
        assert codes(scene.merchant.mutate("vendorShipmentFulfill", arguments)) == []
    assert record.order.fulfillments.count() == 2


def refund(scene: Scene, part: VendorReturn, key: str = "k") -> dict[str, Any]:
    arguments = f'id: "{global_id(part)}", input: {{idempotencyKey: "{key}"}}'
    return scene.merchant.mutate("vendorReturnRefund", arguments, "refund { id status }")


def test_a_refund(oaks: Scene, gateway: Any) -> None:
    """The key is all of its input: what is paid is what is due."""
    part = situations.partly_received(oaks)
    first = refund(oaks, part)
    assert codes(first) == []
    assert refund(oaks, part) == first
    assert len(gateway.calls) == 1
    # More has arrived since. The old key still means the old refund, a new one pays the rest.
    receive_all(part, MERCHANT, Condition.GOOD)
    assert refund(oaks, part) == first
    assert codes(refund(oaks, part, "k2")) == []
    assert (Refund.objects.count(), len(gateway.calls)) == (2, 2)


def test_a_key_belongs_to_one_return(oaks: Scene, gateway: Any) -> None:
    """A client that counts its own calls may give two returns the same key."""
    one = situations.received(oaks)
    other = situations.received(of_two_lines(oaks))
    assert refund(oaks, one)["refund"]["id"] != refund(oaks, other)["refund"]["id"]
    assert len(gateway.calls) == 2


def test_a_key_that_looks_like_our_own(oaks: Scene, gateway: Any) -> None:
    part = situations.partly_received_and_paid(oaks)
    receive_all(part, MERCHANT)
    again = refund(oaks, part, f"{part.pk}#1"[:80])
    assert codes(again) == []
    assert (Refund.objects.count(), len(gateway.calls)) == (2, 2)


def test_a_refund_that_failed_is_answered_as_failed(oaks: Scene, gateway: Any) -> None:
    from ..saleor_rows.gateway import declines

    part = situations.received(oaks)
    gateway.answers_with(declines)
    first = refund(oaks, part)
    assert first["refund"]["status"] == "FAILED"
    assert refund(oaks, part) == first
    assert len(gateway.calls) == 1
