"""One return from sign-in to refund, over HTTP, each step by whose turn it is."""

from typing import Any

from .client import as_guest, codes
from .scene import Scene, global_id

REQUEST = """
  returnRequest {
    id number orderNumber status source note email
    vendorReturns {
      id number status vendor { name } shipment { number }
      lines { id quantity note shipmentLine { productName sku } reason { code label } }
      quote { refund { amount currency } steps { label amount { amount } } }
      allowedActions
    }
    events { kind actor }
  }
"""
PART = """
  vendorReturn {
    status dueAt isOverdue returnInstructions declineReason allowedActions
    returnAddress { name city country formatted }
    lines { receivedQuantity payableQuantity missingQuantity refundedQuantity
            receptions { quantity condition disposition note } }
    dueNow { refund { amount } }
    request { status vendorReturns { status } }
  }
"""


def line_of(scene: Scene, vendor: Any) -> str:
    return global_id(scene.shipment(vendor).lines.get(), "VendorShipmentLine")


def submitted(scene: Scene) -> dict[str, Any]:
    lines = ", ".join(
        f'{{shipmentLineId: "{line_of(scene, vendor)}", quantity: {units}, note: "Too small"}}'
        for vendor, units in ((scene.oak, 2), (scene.elm, 1))
    )
    payload = scene.shopper.mutate(
        "returnRequestCreate", f'input: {{lines: [{lines}], note: "Hello"}}', REQUEST
    )
    assert codes(payload) == []
    return payload["returnRequest"]


def test_a_guest_signs_in_and_sees_what_can_be_returned(scene: Scene) -> None:
    payload = scene.guest.mutate(
        "returnSessionCreate",
        f'orderNumber: "#{scene.record.number}", email: "ADA@example.com "',
        """token expiresAt returnableOrder { orderNumber placedAt shipments {
             shipment { number status vendor { name } }
             lines { returnableQuantity returnableUntil resolutions refusal { code message }
                     line { productName quantity quantityFulfilled returnableQuantity
                            unitPrice { gross { amount currency } net { amount } }
                            totalPrice { gross { amount } } commissionRate } } } }""",
    )
    assert codes(payload) == []
    order = payload["returnableOrder"]
    assert order["orderNumber"] == scene.record.number
    lines = [line for shipment in order["shipments"] for line in shipment["lines"]]
    assert {line["line"]["productName"] for line in lines} == {"Oak chair", "Elm lamp", "Mug"}
    chair = next(line for line in lines if line["line"]["productName"] == "Oak chair")
    assert (chair["returnableQuantity"], chair["resolutions"]) == (2, ["REFUND"])
    assert chair["line"]["unitPrice"]["gross"]["amount"] == 10
    assert chair["line"]["totalPrice"]["gross"]["amount"] == 20
    assert chair["line"]["commissionRate"] is None
    token = payload["token"]
    by_argument = as_guest()(
        "query($token: String) { returnableOrder(token: $token) { orderNumber } }", token=token
    )
    assert by_argument["returnableOrder"]["orderNumber"] == scene.record.number


def test_a_wrong_number_and_a_wrong_email_get_the_same_answer(scene: Scene) -> None:
    def answer(number: str, email: str) -> Any:
        payload = scene.guest.mutate(
            "returnSessionCreate", f'orderNumber: "{number}", email: "{email}"', "token"
        )
        assert payload["token"] is None
        return payload["errors"]

    wrong_email = answer(scene.record.number, "eve@example.com")
    assert wrong_email == answer("99999999999999999999", "ada@example.com")
    assert wrong_email[0]["code"] == "NOT_FOUND"


def test_the_quote_adds_up_and_is_what_is_promised(scene: Scene) -> None:
    quote = scene.shopper(
        """query($lines: [ReturnLineInput!]!) { returnQuote(lines: $lines) {
             quote { total { amount currency } vendorReturns {
               shipment { number } goods { gross { amount } net { amount } tax { amount } }
               shipping { gross { amount } } restockingFee { gross { amount } }
               returnShippingFee { gross { amount } } exchangeDifference { amount }
               refund { amount } steps { label amount { amount } }
               lines { quantity line { productName } amount { gross { amount } }
                       steps { amount { amount } } } } }
             errors { code } } }""",
        lines=[
            {"shipmentLineId": line_of(scene, scene.oak), "quantity": 2},
            {"shipmentLineId": line_of(scene, scene.elm), "quantity": 1},
        ],
    )["returnQuote"]
    assert quote["errors"] == []
    parts = quote["quote"]["vendorReturns"]
    assert quote["quote"]["total"]["amount"] == 40 == sum(p["refund"]["amount"] for p in parts)
    for part in parts:
        assert sum(s["amount"]["amount"] for s in part["steps"]) == part["refund"]["amount"]
    request = submitted(scene)
    promised = [part["quote"]["refund"]["amount"] for part in request["vendorReturns"]]
    assert sorted(promised) == sorted(part["refund"]["amount"] for part in parts)


def test_from_submission_to_refund(scene: Scene, gateway: Any) -> None:
    request = submitted(scene)
    assert request["status"] == "AWAITING_APPROVAL"
    assert (request["source"], request["email"]) == ("STOREFRONT", "ada@example.com")
    assert [part["allowedActions"] for part in request["vendorReturns"]] == [["CANCEL"]] * 2
    names = {part["vendor"]["name"]: part["id"] for part in request["vendorReturns"]}
    oak, elm = names["Oak & Sons"], names["Elm Ltd"]

    approved = scene.merchant.mutate("returnRequestApprove", f'id: "{request["id"]}"', REQUEST)
    assert codes(approved) == []
    assert approved["returnRequest"]["status"] == "IN_PROGRESS"

    accepted = scene.oak_owner.mutate("vendorReturnAccept", f'id: "{oak}"', PART)
    assert codes(accepted) == []
    part = accepted["vendorReturn"]
    assert (part["status"], part["isOverdue"]) == ("ACCEPTED", False)
    assert part["returnAddress"]["formatted"][0] == "Returns desk"
    assert part["returnInstructions"] == "Write the return number on the parcel."
    assert len(part["request"]["vendorReturns"]) == 1, "the other vendor's part is not oak's"

    declined = scene.elm_owner.mutate(
        "vendorReturnDecline", f'id: "{elm}", reason: "Lit for a year"', PART
    )
    assert declined["vendorReturn"]["declineReason"] == "Lit for a year"

    lines = scene.oak_owner("query($id: ID!) { vendorReturn(id: $id) { lines { id } } }", id=oak)
    line = lines["vendorReturn"]["lines"][0]["id"]
    received = scene.oak_owner.mutate(
        "vendorReturnReceive",
        f'id: "{oak}", lines: [{{returnLineId: "{line}", quantity: 1}}, '
        f'{{returnLineId: "{line}", quantity: 1, condition: DAMAGED}}]',
        PART,
    )
    assert codes(received) == []
    part = received["vendorReturn"]
    assert part["status"] == "RECEIVED"
    assert part["dueNow"]["refund"]["amount"] == 20
    assert "REFUND" in part["allowedActions"]
    assert [
        (reception["condition"], reception["disposition"])
        for reception in part["lines"][0]["receptions"]
    ] == [("GOOD", "RESTOCKED"), ("DAMAGED", "NOT_RESTOCKED")]

    paid = scene.merchant.mutate(
        "vendorReturnRefund",
        f'id: "{oak}", input: {{idempotencyKey: "once"}}',
        """refund { status method amount { amount currency } goods { gross { amount } }
                    fees { gross { amount } } lines { quantity amount { gross { amount } }
                    returnLine { quantity } } parts { amount { amount } pspReference } failure }
           vendorReturn { status refunds { status } lines { refundedQuantity } }""",
    )
    assert codes(paid) == []
    assert paid["refund"]["status"] == "SUCCEEDED"
    assert paid["refund"]["amount"]["amount"] == 20
    assert paid["vendorReturn"]["status"] == "SETTLED"
    assert paid["vendorReturn"]["lines"][0]["refundedQuantity"] == 2
    again = scene.merchant.mutate("vendorReturnRefund", f'id: "{oak}"', "refund { id }")
    assert again["refund"] is None
    assert codes(again) in (["NOTHING_TO_REFUND"], ["INVALID_TRANSITION"])

    end = scene.shopper(
        """query($id: ID!) { returnRequest(id: $id) { status events { kind actor data }
             vendorReturns { status refunds { amount { amount } parts { pspReference } } } } }""",
        id=request["id"],
    )["returnRequest"]
    assert end["status"] == "COMPLETED"
    assert {event["actor"] for event in end["events"]} <= {"Shopper", "Store", "Vendor", "System"}
    assert all(event["data"] is None for event in end["events"])


def test_a_request_is_withdrawn_by_its_shopper(scene: Scene) -> None:
    request = submitted(scene)
    part = request["vendorReturns"][0]["id"]
    first = scene.shopper.mutate(
        "returnRequestCancel", f'id: "{request["id"]}", vendorReturns: ["{part}"]', REQUEST
    )
    statuses = [part["status"] for part in first["returnRequest"]["vendorReturns"]]
    assert sorted(statuses) == ["CANCELLED", "REQUESTED"]
    rest = scene.owner.mutate("returnRequestCancel", f'id: "{request["id"]}"', REQUEST)
    assert rest["returnRequest"]["status"] == "CANCELLED"


def test_the_same_key_makes_one_request(scene: Scene) -> None:
    def submit(units: int) -> dict[str, Any]:
        return scene.owner.mutate(
            "returnRequestCreate",
            f'orderId: "{scene.order_id}", input: {{idempotencyKey: "k", lines: '
            f'[{{shipmentLineId: "{line_of(scene, scene.oak)}", quantity: {units}}}]}}',
            "returnRequest { id }",
        )

    first, second, other = submit(1), submit(1), submit(2)
    assert first["returnRequest"] == second["returnRequest"] != None  # noqa: E711
    assert codes(other) == ["IDEMPOTENCY_CONFLICT"]


def test_refusals_name_field_and_line(scene: Scene) -> None:
    line = line_of(scene, scene.oak)
    payload = scene.shopper.mutate(
        "returnRequestCreate",
        f'input: {{lines: [{{shipmentLineId: "{line}", quantity: 3}}]}}',
        "returnRequest { id }",
    )
    assert codes(payload) == ["QUANTITY_EXCEEDS_RETURNABLE"]
    assert (payload["errors"][0]["field"], payload["errors"][0]["index"]) == ("quantity", [0])
    foreign = scene.shopper.mutate(
        "returnRequestCreate",
        f'input: {{lines: [{{shipmentLineId: "{scene.order_id}", quantity: 1}}]}}',
        "returnRequest { id }",
    )
    assert codes(foreign) == ["INVALID"]
    assert foreign["errors"][0]["field"] == "shipmentLineId"
