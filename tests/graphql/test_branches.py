"""What is off the usual way, over HTTP: parts declined, undone, kept, overruled, sent and late."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.requested import Tracking
from saleor_returns_plugin.models import (
    OrderRecord,
    VendorReturn,
    VendorShipment,
    VendorShipmentLine,
)
from saleor_returns_plugin.services import shipments, split

from ..builders import MERCHANT, an_order
from . import situations
from .client import codes
from .scene import Scene, global_id
from .situations import of_two_lines

PART = """vendorReturn { status isInConflict allowedActions tracking { carrier number url }
  expected { refund { amount } } dueNow { refund { amount } } events { kind message }
  lines { sendBack declinedQuantity missingQuantity payableQuantity
          receptions { id receptionId isPayable isOverruled condition note } } }"""
REASON = 'reason: "Looked again"'


@pytest.fixture
def oaks(scene: Scene, gateway: Any) -> Scene:
    return of_two_lines(scene)


def fresh(part: VendorReturn) -> VendorReturn:
    return VendorReturn.objects.get(pk=part.pk)


def first_line(part: VendorReturn) -> str:
    return global_id(part.lines.order_by("shipment_line__product_name").first())


def error(payload: dict[str, Any]) -> tuple[str, str, Any]:
    (only,) = payload["errors"]
    return only["code"], only["field"], only["index"]


def test_units_are_declined_on_the_way(oaks: Scene) -> None:
    part = situations.requested(oaks)
    chairs = first_line(part)
    one = f'declined: [{{returnLineId: "{chairs}", quantity: 1, reason: "Worn"}}]'
    request = global_id(part.request)
    approved = oaks.merchant.mutate("returnRequestApprove", f'id: "{request}", {one}')
    assert codes(approved) == []
    accepted = oaks.oak_staff.mutate(
        "vendorReturnAccept", f'id: "{global_id(part)}", input: {{{one}}}', PART
    )
    assert codes(accepted) == []
    seen = accepted["vendorReturn"]
    assert [line["declinedQuantity"] for line in seen["lines"]] == [2, 0]
    assert seen["expected"]["refund"]["amount"] == 7
    told = [event for event in seen["events"] if event["kind"] == "UNITS_DECLINED"]
    assert [event["message"] for event in told] == ["Worn", "Worn"]


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ('quantity: 0, reason: "x"', ("INVALID", "quantity", [1])),
        ('quantity: 3, reason: "x"', ("QUANTITY_EXCEEDS_RETURNABLE", "quantity", [1])),
        ('quantity: 1, reason: " "', ("REQUIRED", "reason", [1])),
    ],
)
def test_bad_declines(oaks: Scene, entry: str, found: Any) -> None:
    part = situations.requested(oaks)
    stool = global_id(part.lines.order_by("-shipment_line__product_name").first())
    good = f'{{returnLineId: "{stool}", quantity: 1, reason: "x"}}'
    bad = f'{{returnLineId: "{first_line(part)}", {entry}}}'
    payload = oaks.merchant.mutate(
        "returnRequestApprove", f'id: "{global_id(part.request)}", declined: [{good}, {bad}]'
    )
    assert error(payload) == found
    assert fresh(part).status == "requested"
    other = oaks.merchant.mutate(
        "returnRequestApprove",
        f'id: "{global_id(part.request)}", declined: [{{returnLineId: "{global_id(part)}", '
        'quantity: 1, reason: "x"}]',
    )
    assert error(other) == ("INVALID", "returnLineId", [0])


def test_tracking_by_token_and_its_correction(oaks: Scene) -> None:
    part = situations.accepted(oaks)
    for number in ("1", "2"):
        payload = oaks.guest.mutate(
            "vendorReturnTrackingAdd",
            f'id: "{global_id(part)}", token: "{oaks.session}", input: {{carrier: "UPS", '
            f'number: "{number}", url: "https://ups.example/{number}"}}',
            PART,
        )
        assert codes(payload) == []
    assert payload["vendorReturn"]["status"] == "IN_TRANSIT"
    assert payload["vendorReturn"]["tracking"]["url"] == "https://ups.example/2"
    wrong = oaks.shopper.mutate(
        "vendorReturnTrackingAdd",
        f'id: "{global_id(part)}", input: {{carrier: "UPS", number: "3", url: "javascript:x"}}',
    )
    assert error(wrong) == ("INVALID", "url", None)


def test_nothing_is_on_its_way_of_what_the_shopper_keeps(oaks: Scene) -> None:
    part = situations.kept(oaks)
    payload = oaks.shopper.mutate(
        "vendorReturnTrackingAdd", f'id: "{global_id(part)}", input: {{carrier: "", number: "1"}}'
    )
    assert error(payload) == ("INVALID_TRANSITION", "id", None)


def test_a_decline_is_undone(oaks: Scene) -> None:
    part = situations.declined(oaks)
    assert expected_of(oaks, part) == 0, "nothing is to come any more"
    reopened = oaks.merchant.mutate(
        "vendorReturnReopen", f'id: "{global_id(part)}", {REASON}', PART
    )
    assert (codes(reopened), reopened["vendorReturn"]["status"]) == ([], "REQUESTED")
    assert reopened["vendorReturn"]["expected"]["refund"]["amount"] == 27
    again = oaks.merchant.mutate("vendorReturnReopen", f'id: "{global_id(part)}", {REASON}')
    assert error(again)[0] == "INVALID_TRANSITION"


def expected_of(scene: Scene, part: VendorReturn) -> float:
    query = "query($id: ID!) { vendorReturn(id: $id) { expected { refund { amount } } } }"
    found = scene.merchant(query, id=global_id(part))["vendorReturn"]
    return found["expected"]["refund"]["amount"]


def test_refused_goods_are_overruled_and_paid(oaks: Scene) -> None:
    part = situations.refused(oaks)
    row = fresh(part).receptions.get().lines.get(return_line__quantity=2)
    payload = oaks.merchant.mutate(
        "returnReceptionLineOverrule",
        f'id: "{global_id(row, "ReturnReceptionLine")}", {REASON}',
        PART,
    )
    assert codes(payload) == []
    seen = payload["vendorReturn"]
    assert (seen["status"], seen["dueNow"]["refund"]["amount"]) == ("RECEIVED", 20)
    flags = [line["receptions"][0] for line in seen["lines"]]
    assert [(each["isPayable"], each["isOverruled"]) for each in flags] == [
        (True, True),
        (False, False),
    ]
    assert "OVERRULED" in [event["kind"] for event in seen["events"]]


def test_a_reception_is_closed_and_undone(oaks: Scene) -> None:
    part = situations.partly_received(oaks)
    closed = oaks.oak_staff.mutate("vendorReturnClose", f'id: "{global_id(part)}"', PART)
    assert codes(closed) == []
    assert [line["missingQuantity"] for line in closed["vendorReturn"]["lines"]] == [1, 1]
    for _ in range(2):
        rows = [
            row
            for line in one(oaks, part)["lines"]
            for row in line["receptions"]
            if row["condition"] == "MISSING"
        ] or [row for line in one(oaks, part)["lines"] for row in line["receptions"]]
        voided = oaks.oak_staff.mutate(
            "returnReceptionVoid", f'id: "{rows[0]["receptionId"]}", {REASON}', PART
        )
        assert codes(voided) == []
    assert voided["vendorReturn"]["status"] == "ACCEPTED"
    again = oaks.oak_staff.mutate(
        "returnReceptionVoid", f'id: "{rows[0]["receptionId"]}", {REASON}'
    )
    assert error(again)[:2] == ("INVALID_TRANSITION", "id")
    unknown = oaks.oak_staff.mutate("returnReceptionVoid", f'id: "{global_id(part)}", {REASON}')
    assert error(unknown) == ("INVALID", "id", None)


def one(scene: Scene, part: VendorReturn) -> dict[str, Any]:
    text = PART.removeprefix("vendorReturn ")
    return scene.merchant(f'{{ vendorReturn(id: "{global_id(part)}") {text} }}')["vendorReturn"]


def test_the_store_lets_the_shopper_keep_goods(oaks: Scene) -> None:
    part = situations.accepted(oaks)
    payload = oaks.merchant.mutate(
        "returnLineResolutionChange",
        f'id: "{first_line(part)}", input: {{resolution: REFUND, sendBack: false}}',
        f"returnLine {{ sendBack resolution shipmentLine {{ sku }} reason {{ code }} }} {PART}",
    )
    assert codes(payload) == []
    assert (payload["returnLine"]["sendBack"], payload["returnLine"]["resolution"]) == (
        False,
        "REFUND",
    )
    assert payload["vendorReturn"]["dueNow"]["refund"]["amount"] == 20
    assert payload["vendorReturn"]["expected"]["refund"]["amount"] == 27
    offered = oaks.merchant.mutate(
        "returnLineResolutionChange",
        f'id: "{first_line(part)}", input: {{resolution: STORE_CREDIT}}',
    )
    assert error(offered) == ("RESOLUTION_NOT_ALLOWED", "resolution", None)


def test_what_was_kept_cannot_be_asked_for_once_the_rest_has_arrived(oaks: Scene) -> None:
    part = situations.kept_in_part_and_received(oaks)
    kept = part.lines.get(send_back=False)
    payload = oaks.merchant.mutate(
        "returnLineResolutionChange",
        f'id: "{global_id(kept)}", input: {{resolution: REFUND, sendBack: true}}',
    )
    assert error(payload) == ("INVALID_TRANSITION", "sendBack", None)


BULK = "count results { returnRequest { status } errors { field code index message } }"


def test_many_at_once(scene: Scene) -> None:
    first, second = scene.request(), scene.request()
    scene.merchant.mutate("returnRequestDecline", f'id: "{global_id(first)}", {REASON}')
    ids = ", ".join(f'"{global_id(each)}"' for each in (first, second))
    payload = scene.merchant.mutate("returnRequestBulkApprove", f"ids: [{ids}]", BULK)
    assert (codes(payload), payload["count"]) == ([], 1)
    refused, done = payload["results"]
    assert (refused["returnRequest"], done["returnRequest"]) == (None, {"status": "IN_PROGRESS"})
    assert [(e["code"], e["field"], e["index"]) for e in refused["errors"]] == [
        ("INVALID_TRANSITION", "ids", [0])
    ]
    assert done["errors"] == []


def test_bulk_decline_and_its_input(scene: Scene) -> None:
    request = scene.request()
    key = global_id(request)
    done = scene.merchant.mutate("returnRequestBulkDecline", f'ids: ["{key}"], {REASON}', BULK)
    assert done["results"][0]["returnRequest"] == {"status": "DECLINED"}
    for arguments, found in (
        (f"ids: [], {REASON}", ("REQUIRED", "ids", None)),
        (f'ids: ["{key}", "x"], {REASON}', ("INVALID", "ids", [1])),
        (f'ids: ["{key}"], reason: " "', ("REQUIRED", "reason", None)),
        (
            f"ids: [{', '.join([chr(34) + key + chr(34)] * 101)}], {REASON}",
            ("INVALID", "ids", None),
        ),
    ):
        payload = scene.merchant.mutate("returnRequestBulkDecline", arguments, BULK)
        assert (error(payload), payload["results"], payload["count"]) == (found, [], 0)


SHIPMENT = """vendorShipment { status deliveredAt tracking { carrier number url }
  lines { quantityFulfilled } }"""


def test_a_vendor_sends_its_goods_and_says_when_they_arrived(scene: Scene, gateway: Any) -> None:
    lines = [(scene.chair, 3, "10.00")]
    record = an_order(lines, user=scene.record.order.user, fulfilled=False)
    shipment = record.shipments.get()
    line = global_id(shipment.lines.get())
    early = scene.oak_staff.mutate(
        "vendorShipmentMarkDelivered",
        f'id: "{global_id(shipment)}", deliveredAt: "{timezone.now().isoformat()}"',
    )
    assert error(early)[0] == "INVALID_TRANSITION"
    too_many = scene.oak_staff.mutate(
        "vendorShipmentFulfill",
        f'id: "{global_id(shipment)}", input: {{lines: [{{shipmentLineId: "{line}", quantity: 4}}]}}',
    )
    assert error(too_many) == ("QUANTITY_EXCEEDS_RETURNABLE", "quantity", [0])
    part = scene.oak_staff.mutate(
        "vendorShipmentFulfill",
        f"""id: "{global_id(shipment)}", input: {{notifyCustomer: false,
            lines: [{{shipmentLineId: "{line}", quantity: 1}}],
            tracking: {{carrier: "UPS", number: "1Z"}}}}""",
        SHIPMENT,
    )
    assert codes(part) == []
    seen = part["vendorShipment"]
    assert seen["status"] == "PARTIALLY_FULFILLED"
    assert seen["tracking"] == [{"carrier": "UPS", "number": "1Z", "url": None}]
    rest = scene.merchant.mutate(
        "vendorShipmentFulfill", f'id: "{global_id(shipment)}", input: {{}}', SHIPMENT
    )
    assert rest["vendorShipment"]["lines"] == [{"quantityFulfilled": 3}]
    tracked = scene.oak_staff.mutate(
        "vendorShipmentTrackingUpdate",
        f'id: "{global_id(shipment)}", input: {{carrier: "DHL", number: "7"}}, notifyCustomer: true',
        SHIPMENT,
    )
    assert codes(tracked) == []
    assert {"carrier": "DHL", "number": "7", "url": None} in tracked["vendorShipment"]["tracking"]
    arrived = timezone.now()
    delivered = scene.oak_staff.mutate(
        "vendorShipmentMarkDelivered",
        f'id: "{global_id(shipment)}", deliveredAt: "{arrived.isoformat()}"',
        SHIPMENT,
    )
    assert codes(delivered) == []
    tomorrow = (arrived + timedelta(days=1)).isoformat()
    future = scene.oak_staff.mutate(
        "vendorShipmentMarkDelivered", f'id: "{global_id(shipment)}", deliveredAt: "{tomorrow}"'
    )
    assert error(future) == ("INVALID", "deliveredAt", None)


@pytest.mark.skipif(not host.IS_V3, reason="2.10 has no approval")
def test_only_who_handles_them_sees_the_tracking_of_parcels_that_wait_for_approval(
    scene: Scene,
) -> None:
    record = an_order([(scene.chair, 2, "10.00")], user=scene.record.order.user, fulfilled=False)
    shipment = record.shipments.get()
    for number in ("1Z", "2Z"):
        shipments.fulfil(
            shipment_id=shipment.pk,
            actor=MERCHANT,
            now=timezone.now(),
            units=[shipments.ShippedUnits(shipment.lines.get().pk, 1)],
            tracking=Tracking("UPS", number, None),
        )
    record.order.fulfillments.filter(tracking_number="2Z").update(status="waiting_for_approval")
    split.split_order(order_id=record.order_id, now=timezone.now())
    query = "query($id: ID!) { vendorShipment(id: $id) { tracking { number } } }"

    def seen_by(caller: Any) -> list[str]:
        found = caller(query, id=global_id(shipment))["vendorShipment"]["tracking"]
        return [each["number"] for each in found]

    assert seen_by(scene.owner) == ["1Z"]
    assert seen_by(scene.oak_staff) == seen_by(scene.merchant) == ["1Z", "2Z"]


def test_an_open_return_in_conflict_is_shown(oaks: Scene) -> None:
    part = situations.accepted(oaks)
    assert one(oaks, part)["isInConflict"] is False
    VendorShipmentLine.objects.filter(shipment=part.shipment).update(quantity_taken_back=1)
    assert one(oaks, part)["isInConflict"] is True
    VendorShipmentLine.objects.filter(shipment=part.shipment).update(quantity_taken_back=0)
    OrderRecord.objects.filter(pk=oaks.record.pk).update(is_cancelled=True)
    assert one(oaks, part)["isInConflict"] is True
    oaks.shopper.mutate("returnRequestCancel", f'id: "{global_id(part.request)}"')
    assert one(oaks, part)["isInConflict"] is False, "it is over"


HOLD = "query($id: ID!) { vendorShipment(id: $id) { holdReason } }"


@pytest.mark.usefixtures("exchanges_offered")
@pytest.mark.parametrize(
    ("situation", "words"),
    [
        (situations.exchange_held, "Held until the returned goods arrive."),
        (
            situations.exchange_refused,
            "Held until somebody decides: the returned goods are here.",
        ),
        (situations.exchange_let_go, None),
    ],
)
def test_a_held_shipment_says_what_it_waits_for(
    oaks: Scene, situation: situations.Situation, words: str | None
) -> None:
    order_id = situation(oaks).exchanges.get().order_id
    shipment = global_id(VendorShipment.objects.get(record__order_id=order_id))
    seen = oaks.oak_staff(HOLD, id=shipment)["vendorShipment"]
    assert seen == {"holdReason": words}
