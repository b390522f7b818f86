"""What people and programs send that cannot be: each is told what, where and at which index, and
nothing has changed."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from graphene import Node

from saleor_returns_plugin import host
from saleor_returns_plugin.models import ReturnReason, VendorReturn, VendorShipment

from ..builders import an_order
from ..saleor_rows import a_product
from . import situations
from .client import Caller
from .scene import Scene, global_id
from .situations import of_two_lines
from .test_denials import snapshot

HUGE = 2**31 - 1
MEGABYTE = "x" * 1_000_000
NOBODY = "00000000-0000-4000-8000-000000000000"

Found = tuple[str, str | None, list[int] | None]
"""Code, field and index of the one error."""


@pytest.fixture
def oaks(scene: Scene, gateway: Any) -> Scene:
    return of_two_lines(scene)


def told(caller: Caller, name: str, types: str, **variables: Any) -> Found:
    """The one error of a call that is refused; `types` as `$id: ID!`. No row may change."""
    arguments = ", ".join(f"{key}: ${key}" for key in variables)
    if not reaches_us(variables):
        pytest.skip("this Saleor reads no half characters")
    before = snapshot()
    query = (
        f"mutation({types}) {{ {name}({arguments}) {{ errors {{ code field index message }} }} }}"
    )
    (error,) = caller(query, **variables)[name]["errors"]
    assert snapshot() == before
    assert len(error["message"]) > 5
    return error["code"], error["field"], error["index"]


def reaches_us(given: Any) -> bool:
    """Half a character, a lone surrogate, is no text: 3.24 refuses the whole call itself."""
    try:
        json.dumps(given, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "errors" not in Caller().post("{ __typename }", x="\ud800")
    return True


# ---------------------------------------------------------------- returnRequestCreate


def ask(scene: Scene, caller: Caller | None = None, **given: Any) -> Found:
    types = "$input: ReturnRequestInput!"
    if "orderId" in given:
        types += ", $orderId: ID!"
    order = {"orderId": given.pop("orderId")} if "orderId" in given else {}
    return told(caller or scene.shopper, "returnRequestCreate", types, input=given, **order)


def chairs(scene: Scene) -> str:
    return global_id(scene.shipment(scene.oak).lines.order_by("product_name")[0])


def stools(scene: Scene) -> str:
    return global_id(scene.shipment(scene.oak).lines.order_by("product_name")[1])


def foreign_line() -> str:
    record = an_order([(a_product("Mug of others", stock=5), 1, "5.00")], email="bob@example.com")
    return global_id(record.shipments.get().lines.get())


LINES: list[tuple[str, Callable[[Scene], dict[str, Any]], Found]] = [
    ("zero", lambda s: {"quantity": 0}, ("INVALID", "quantity", [1])),
    ("negative", lambda s: {"quantity": -1}, ("INVALID", "quantity", [1])),
    ("huge", lambda s: {"quantity": HUGE}, ("QUANTITY_EXCEEDS_RETURNABLE", "quantity", [1])),
    ("smallest", lambda s: {"quantity": -(2**31)}, ("INVALID", "quantity", [1])),
    ("one_more", lambda s: {"quantity": 3}, ("QUANTITY_EXCEEDS_RETURNABLE", "quantity", [1])),
    ("twice", lambda s: {"shipmentLineId": stools(s)}, ("INVALID", "lines", [1])),
    (
        "another_order",
        lambda s: {"shipmentLineId": foreign_line()},
        ("NOT_FOUND", "shipmentLineId", [1]),
    ),
    (
        "unknown",
        lambda s: {"shipmentLineId": Node.to_global_id("VendorShipmentLine", NOBODY)},
        ("NOT_FOUND", "shipmentLineId", [1]),
    ),
    (
        "another_type",
        lambda s: {"shipmentLineId": global_id(s.oak)},
        ("INVALID", "shipmentLineId", [1]),
    ),
    ("malformed", lambda s: {"shipmentLineId": "chair"}, ("INVALID", "shipmentLineId", [1])),
    ("no_id", lambda s: {"shipmentLineId": ""}, ("INVALID", "shipmentLineId", [1])),
    (
        "not_even_text",
        lambda s: {"shipmentLineId": "\ud800\x00"},
        ("INVALID", "shipmentLineId", [1]),
    ),
    (
        "not_offered",
        lambda s: {"resolution": "STORE_CREDIT"},
        ("RESOLUTION_NOT_ALLOWED", "resolution", [1]),
    ),
    (
        "no_exchange",
        lambda s: {"resolution": "EXCHANGE"},
        ("RESOLUTION_NOT_ALLOWED", "resolution", [1]),
    ),
    (
        "unknown_reason",
        lambda s: {"reasonId": Node.to_global_id("ReturnReason", NOBODY)},
        ("NOT_FOUND", "reasonId", [1]),
    ),
    ("malformed_reason", lambda s: {"reasonId": "x"}, ("INVALID", "reasonId", [1])),
    ("reason_of_a_vendor", lambda s: {"reasonId": global_id(s.oak)}, ("INVALID", "reasonId", [1])),
    ("control_characters", lambda s: {"note": "a\x07b"}, ("INVALID", "note", [1])),
    ("nul", lambda s: {"note": "a\x00b"}, ("INVALID", "note", [1])),
    ("half_a_character", lambda s: {"note": "\ud83d"}, ("INVALID", "note", [1])),
    ("a_megabyte", lambda s: {"note": MEGABYTE}, ("INVALID", "note", [1])),
]


@pytest.mark.parametrize(("line", "found"), [row[1:] for row in LINES], ids=[r[0] for r in LINES])
def test_a_line(oaks: Scene, line: Any, found: Found) -> None:
    good = {"shipmentLineId": stools(oaks), "quantity": 1}
    bad = {"shipmentLineId": chairs(oaks), "quantity": 1, **line(oaks)}
    assert ask(oaks, lines=[good, bad]) == found


def test_a_reason_that_is_switched_off(oaks: Scene) -> None:
    old = ReturnReason.objects.create(code="old", label="Old", is_active=False)
    line = {"shipmentLineId": chairs(oaks), "quantity": 1, "reasonId": global_id(old)}
    assert ask(oaks, lines=[line]) == ("NOT_FOUND", "reasonId", [0])


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"lines": []}, ("REQUIRED", "lines", None)),
        ({"note": "a\x00b"}, ("INVALID", "note", None)),
        ({"note": MEGABYTE}, ("INVALID", "note", None)),
        ({"note": "\udfff"}, ("INVALID", "note", None)),
        ({"locale": "d\x00e"}, ("INVALID", "locale", None)),
        ({"idempotencyKey": "k" * 81}, ("INVALID", "idempotencyKey", None)),
        ({"idempotencyKey": " k"}, ("INVALID", "idempotencyKey", None)),
        ({"idempotencyKey": "k\x00"}, ("INVALID", "idempotencyKey", None)),
    ],
)
def test_a_request(oaks: Scene, given: Any, found: Found) -> None:
    lines = [{"shipmentLineId": chairs(oaks), "quantity": 1}]
    assert ask(oaks, **{"lines": lines, **given}) == found


def test_ten_thousand_lines(oaks: Scene) -> None:
    line = {"shipmentLineId": chairs(oaks), "quantity": 1}
    assert ask(oaks, lines=[line] * 10_000) == ("INVALID", "lines", None)


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("", ("INVALID", "orderId", None)),
        ("order", ("INVALID", "orderId", None)),
        (Node.to_global_id("Order", "9" * 40), ("INVALID", "orderId", None)),
        (Node.to_global_id("Order", "-1"), None),
        (Node.to_global_id("Order", NOBODY), None),
        (Node.to_global_id("Order", "999999"), None),
        (Node.to_global_id("Vendor", NOBODY), ("INVALID", "orderId", None)),
    ],
)
def test_an_order(oaks: Scene, order: str, found: Found | None) -> None:
    """What looks like an order's key on one host does not on another."""
    line = {"shipmentLineId": chairs(oaks), "quantity": 1}
    answer = ask(oaks, oaks.merchant, lines=[line], orderId=order)
    assert answer == found if found else answer in BOTH


BOTH = [("INVALID", "orderId", None), ("NOT_FOUND", "orderId", None)]


def test_the_window_is_closed(oaks: Scene) -> None:
    long_ago = timezone.now() - timedelta(days=90)
    VendorShipment.objects.filter(record=oaks.record).update(fulfilled_at=long_ago)
    line = {"shipmentLineId": chairs(oaks), "quantity": 1}
    assert ask(oaks, lines=[line]) == ("WINDOW_CLOSED", "shipmentLineId", [0])


def test_the_order_was_not_sent(oaks: Scene) -> None:
    owner = oaks.record.order.user
    record = an_order([(oaks.chair, 1, "10.00")], user=owner, fulfilled=False)
    line = {"shipmentLineId": global_id(record.shipments.get().lines.get()), "quantity": 1}
    order = Node.to_global_id("Order", record.order_id)
    found = ask(oaks, oaks.owner, lines=[line], orderId=order)
    assert found == ("ORDER_NOT_RETURNABLE", "shipmentLineId", [0])


def test_the_order_was_cancelled(oaks: Scene) -> None:
    type(oaks.record).objects.filter(pk=oaks.record.pk).update(is_cancelled=True)
    line = {"shipmentLineId": chairs(oaks), "quantity": 1}
    assert ask(oaks, lines=[line]) == ("ORDER_NOT_RETURNABLE", "shipmentLineId", [0])


def test_units_of_another_open_return(oaks: Scene) -> None:
    situations.requested(oaks)
    line = {"shipmentLineId": chairs(oaks), "quantity": 1}
    found = ask(oaks, lines=[line])
    assert found[1:] == ("shipmentLineId", [0])
    line = {"shipmentLineId": stools(oaks), "quantity": 2}
    assert ask(oaks, lines=[line]) == ("QUANTITY_EXCEEDS_RETURNABLE", "quantity", [0])


def test_emoji_and_every_script_are_text(oaks: Scene) -> None:
    note = "Zu klein 👍🏽 小さい\nдва\tצר " + "é" * 4000
    query = """mutation($input: ReturnRequestInput!) { returnRequestCreate(input: $input) {
      returnRequest { note vendorReturns { lines { note } } } errors { code } } }"""
    line = {"shipmentLineId": chairs(oaks), "quantity": 1, "note": note}
    payload = oaks.shopper(query, input={"lines": [line], "note": note})["returnRequestCreate"]
    assert payload["errors"] == []
    request = payload["returnRequest"]
    assert (request["note"], request["vendorReturns"][0]["lines"][0]["note"]) == (note, note)


# ---------------------------------------------------------------- vendorReturnReceive

RECEIVE = "$id: ID!, $lines: [ReturnReceptionLineInput!]!"

RECEIVED: list[tuple[str, dict[str, Any], Found]] = [
    ("zero", {"quantity": 0}, ("INVALID", "quantity", [1])),
    ("negative", {"quantity": -1}, ("INVALID", "quantity", [1])),
    ("huge", {"quantity": HUGE}, ("QUANTITY_EXCEEDS_RETURNABLE", "quantity", [1])),
    ("one_more", {"quantity": 3}, ("QUANTITY_EXCEEDS_RETURNABLE", "quantity", [1])),
    ("malformed", {"returnLineId": "x"}, ("INVALID", "returnLineId", [1])),
    (
        "unknown",
        {"returnLineId": Node.to_global_id("ReturnLine", NOBODY)},
        ("NOT_FOUND", "returnLineId", [1]),
    ),
    (
        "another_type",
        {"returnLineId": Node.to_global_id("ReturnRequest", NOBODY)},
        ("INVALID", "returnLineId", [1]),
    ),
    ("wrong_without_note", {"condition": "WRONG_ITEM"}, ("REQUIRED", "note", [1])),
    (
        "refused_without_note",
        {"condition": "NOT_ACCEPTABLE", "note": " "},
        ("REQUIRED", "note", [1]),
    ),
    ("control_characters", {"note": "\x1b[2J"}, ("INVALID", "note", [1])),
    ("a_megabyte", {"note": MEGABYTE}, ("INVALID", "note", [1])),
    (
        "missing_and_restocked",
        {"condition": "MISSING", "disposition": "RESTOCKED"},
        ("INVALID", "disposition", [1]),
    ),
    ("malformed_warehouse", {"warehouseId": "x"}, ("INVALID", "warehouseId", [1])),
    (
        "unknown_warehouse",
        {"warehouseId": Node.to_global_id("Warehouse", NOBODY)},
        ("NOT_FOUND", "warehouseId", [1]),
    ),
]


@pytest.mark.parametrize(
    ("line", "found"), [row[1:] for row in RECEIVED], ids=[r[0] for r in RECEIVED]
)
def test_a_reception(oaks: Scene, line: Any, found: Found) -> None:
    part = situations.accepted(oaks)
    rows = list(part.lines.order_by("shipment_line__product_name"))
    good = {"returnLineId": global_id(rows[1]), "quantity": 1}
    bad = {"returnLineId": global_id(rows[0]), "quantity": 1, **line}
    answer = told(
        oaks.oak_staff, "vendorReturnReceive", RECEIVE, id=global_id(part), lines=[good, bad]
    )
    assert answer == found


def test_units_received_twice_in_one_call(oaks: Scene) -> None:
    part = situations.accepted(oaks)
    line = {"returnLineId": global_id(part.lines.get(quantity=2)), "quantity": 2}
    lines = [line, line]
    answer = told(oaks.merchant, "vendorReturnReceive", RECEIVE, id=global_id(part), lines=lines)
    assert answer == ("QUANTITY_EXCEEDS_RETURNABLE", "quantity", [1])


def test_ten_thousand_units_one_by_one(oaks: Scene) -> None:
    part = situations.accepted(oaks)
    line = {"returnLineId": global_id(part.lines.get(quantity=2)), "quantity": 1}
    lines = [line] * 10_000
    answer = told(oaks.merchant, "vendorReturnReceive", RECEIVE, id=global_id(part), lines=lines)
    assert answer in [
        ("QUANTITY_EXCEEDS_RETURNABLE", "quantity", [2]),
        ("INVALID", "lines", None),
    ]


def test_an_item_of_another_return_is_not_received(oaks: Scene) -> None:
    part = situations.accepted(oaks)
    other = situations.requested(of_two_lines(oaks))
    line = {"returnLineId": global_id(other.lines.first()), "quantity": 1}
    answer = told(oaks.merchant, "vendorReturnReceive", RECEIVE, id=global_id(part), lines=[line])
    assert answer == ("NOT_FOUND", "returnLineId", [0])


# ---------------------------------------------------------------- whatever takes a reason or an ID

REASONS: dict[str, tuple[Any, Callable[[VendorReturn], str]]] = {
    "returnRequestDecline": (situations.requested, lambda part: global_id(part.request)),
    "vendorReturnDecline": (situations.approved, global_id),
    "vendorReturnReopen": (situations.declined, global_id),
    "returnReceptionVoid": (
        situations.received,
        lambda part: global_id(part.receptions.get(), "ReturnReception"),
    ),
    "returnReceptionLineOverrule": (
        situations.refused,
        lambda part: global_id(part.receptions.get().lines.first(), "ReturnReceptionLine"),
    ),
}


@pytest.mark.parametrize("name", REASONS)
def test_a_reason(oaks: Scene, name: str) -> None:
    situation, id_of = REASONS[name]
    key = id_of(VendorReturn.objects.get(pk=situation(oaks).pk))
    for reason, code in (
        ("", "REQUIRED"),
        (" \n\t ", "REQUIRED"),
        ("a\x00b", "INVALID"),
        ("\ud800", "INVALID"),
        (MEGABYTE, "INVALID"),
    ):
        if not reaches_us(reason):
            continue
        types = "$id: ID!, $reason: String!"
        found = told(oaks.merchant, name, types, id=key, reason=reason)
        assert found == (code, "reason", None), reason[:9]


IDS = {
    "returnRequestApprove": "ReturnRequest",
    "returnRequestCancel": "ReturnRequest",
    "vendorReturnAccept": "VendorReturn",
    "vendorReturnRefund": "VendorReturn",
    "vendorReturnClose": "VendorReturn",
    "vendorDelete": "Vendor",
    "vendorMemberRemove": "VendorMember",
    "returnPolicyDelete": "ReturnPolicy",
    "returnReasonDelete": "ReturnReason",
}


@pytest.mark.parametrize("name", IDS)
def test_an_id(oaks: Scene, name: str) -> None:
    kind = IDS[name]
    for key, code in (
        (Node.to_global_id(kind, NOBODY), "NOT_FOUND"),
        (Node.to_global_id("Order", NOBODY), "INVALID"),
        (Node.to_global_id(kind, "1"), "INVALID"),
        (Node.to_global_id(kind, ""), "INVALID"),
        (NOBODY, "INVALID"),
        ("", "INVALID"),
        ("ß\x00\ud800", "INVALID"),
        (MEGABYTE, "INVALID"),
    ):
        if not reaches_us(key):
            continue
        assert told(oaks.merchant, name, "$id: ID!", id=key) == (code, "id", None), key[:40]


# ---------------------------------------------------------------- moves that the table has not

ONE_ID = ("$id: ID!", {})
WITH_REASON = ("$id: ID!, $reason: String!", {"reason": "Tried"})
WITH_TRACKING = (
    "$id: ID!, $input: ReturnTrackingInput!",
    {"input": {"carrier": "UPS", "number": "1"}},
)
MOVES: list[tuple[Any, str, tuple[str, dict[str, Any]]]] = [
    (situations.requested, "vendorReturnAccept", ONE_ID),
    (situations.requested, "vendorReturnClose", ONE_ID),
    (situations.requested, "vendorReturnRefund", ONE_ID),
    (situations.requested, "vendorReturnReopen", WITH_REASON),
    (situations.requested, "vendorReturnTrackingAdd", WITH_TRACKING),
    (situations.approved, "vendorReturnClose", ONE_ID),
    (situations.approved, "vendorReturnTrackingAdd", WITH_TRACKING),
    (situations.accepted, "vendorReturnAccept", ONE_ID),
    (situations.accepted, "vendorReturnDecline", WITH_REASON),
    (situations.in_transit, "vendorReturnAccept", ONE_ID),
    (situations.in_transit, "vendorReturnDecline", WITH_REASON),
    (situations.partly_received, "vendorReturnDecline", WITH_REASON),
    (situations.received, "vendorReturnClose", ONE_ID),
    (situations.received, "vendorReturnReopen", WITH_REASON),
    (situations.settled, "vendorReturnAccept", ONE_ID),
    (situations.declined, "vendorReturnAccept", ONE_ID),
    (situations.declined, "vendorReturnDecline", WITH_REASON),
    (situations.cancelled, "vendorReturnAccept", ONE_ID),
    (situations.cancelled, "vendorReturnReopen", WITH_REASON),
    (situations.cancelled, "vendorReturnTrackingAdd", WITH_TRACKING),
    (situations.expired, "vendorReturnAccept", ONE_ID),
    (situations.expired, "vendorReturnReopen", WITH_REASON),
]


@pytest.mark.parametrize(
    ("situation", "name", "call"), MOVES, ids=[f"{s.__name__}-{n}" for s, n, _ in MOVES]
)
def test_a_move_that_the_table_has_not(oaks: Scene, situation: Any, name: str, call: Any) -> None:
    part = situation(oaks)
    types, variables = call
    found = told(oaks.merchant, name, types, id=global_id(part), **variables)
    assert found == ("INVALID_TRANSITION", "id", None)


@pytest.mark.parametrize(
    "situation", [situations.approved, situations.accepted, situations.received, situations.settled]
)
def test_units_are_declined_no_more_once_they_were_approved(oaks: Scene, situation: Any) -> None:
    part = situation(oaks)
    types = "$id: ID!, $vendorReturns: [ID!]!, $declined: [ReturnLineDeclineInput!]"
    for line in part.lines.all():
        found = told(
            oaks.merchant,
            "returnRequestApprove",
            types,
            id=global_id(part.request),
            vendorReturns=[global_id(part)],
            declined=[{"returnLineId": global_id(line), "quantity": 1, "reason": "Worn"}],
        )
        assert found == ("INVALID_TRANSITION", "id", None)


# ---------------------------------------------------------------- the store's settings

TEXT = "a\x00b"
SETTINGS: list[tuple[str, str, dict[str, Any], Found]] = [
    ("vendorCreate", "VendorInput", {"name": ""}, ("REQUIRED", "name", None)),
    ("vendorCreate", "VendorInput", {"name": TEXT}, ("INVALID", "name", None)),
    ("vendorCreate", "VendorInput", {"name": "\ud800"}, ("INVALID", "name", None)),
    ("vendorCreate", "VendorInput", {"name": MEGABYTE}, ("INVALID", "name", None)),
    (
        "vendorCreate",
        "VendorInput",
        {"name": "Ash", "returnAddress": {"city": TEXT}},
        ("INVALID", "returnAddress", None),
    ),
    (
        "vendorCreate",
        "VendorInput",
        {"name": "Ash", "commissionRate": 101},
        ("INVALID", "commissionRate", None),
    ),
    ("returnPolicyCreate", "ReturnPolicyInput", {"channel": TEXT}, ("INVALID", "channel", None)),
    (
        "returnPolicyCreate",
        "ReturnPolicyInput",
        {"channel": "c" * 251},
        ("INVALID", "channel", None),
    ),
    (
        "returnPolicyCreate",
        "ReturnPolicyInput",
        {"resolutions": []},
        ("INVALID", "resolutions", None),
    ),
    (
        "returnPolicyCreate",
        "ReturnPolicyInput",
        {"windowDays": -1},
        ("INVALID", "windowDays", None),
    ),
    ("returnPolicyCreate", "ReturnPolicyInput", {"acceptDays": 0}, ("INVALID", "acceptDays", None)),
    *(
        ("returnPolicyCreate", "ReturnPolicyInput", {name: 1}, ("INVALID", "channel", None))
        for name in ("returnShippingFee", "vendorRefundLimit")
        if host.current.capabilities.channels  # else they are in the store's one currency
    ),
    *(
        (
            "returnPolicyCreate",
            "ReturnPolicyInput",
            {name: value, "channel": "main"},
            ("INVALID", name, None),
        )
        for name, value in (
            ("vendorRefundLimit", -1),
            ("vendorRefundLimit", 1e13),
            ("returnShippingFee", -1),
            ("restockingFeePercent", 100.5),
            ("restockingFeePercent", -1),
        )
    ),
    ("returnReasonCreate", "ReturnReasonInput", {"label": " "}, ("REQUIRED", "label", None)),
    ("returnReasonCreate", "ReturnReasonInput", {"label": TEXT}, ("INVALID", "label", None)),
    (
        "returnReasonCreate",
        "ReturnReasonInput",
        {"label": "Fine", "translations": [{"locale": TEXT, "label": "Gut"}]},
        ("INVALID", "translations", None),
    ),
    (
        "returnPortalUpdate",
        "ReturnPortalInput",
        {"welcomeText": TEXT},
        ("INVALID", "welcomeText", None),
    ),
    (
        "returnPortalUpdate",
        "ReturnPortalInput",
        {"supportEmail": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example"},
        ("INVALID", "supportEmail", None),
    ),
]


@pytest.mark.parametrize(("name", "kind", "given", "found"), SETTINGS)
def test_settings(scene: Scene, name: str, kind: str, given: Any, found: Found) -> None:
    assert told(scene.merchant, name, f"$input: {kind}!", input=given)[:2] == found[:2]


def test_a_portal_of_no_channel(scene: Scene) -> None:
    types = "$input: ReturnPortalInput!, $channel: String!"
    for channel in (TEXT, "\ud800", "c" * 251):
        if not reaches_us(channel):
            continue
        found = told(scene.merchant, "returnPortalUpdate", types, input={}, channel=channel)
        assert found == ("INVALID", "channel", None)


def test_a_member_is_invited_by_an_address(scene: Scene) -> None:
    types = "$vendorId: ID!, $email: String!, $role: VendorRole!"
    for email in ("", "x", "owner@oak.example\x00", "\ud800"):
        if not reaches_us(email):
            continue
        found = told(
            scene.merchant,
            "vendorMemberAdd",
            types,
            vendorId=global_id(scene.oak),
            email=email,
            role="OWNER",
        )
        assert found == ("INVALID" if email else "REQUIRED", "email", None)


@pytest.mark.parametrize("channel", ["\x00", "\ud800", "none"])
def test_queries_of_no_channel(scene: Scene, channel: str) -> None:
    if not reaches_us(channel):
        pytest.skip("this Saleor reads no half characters")
    query = (
        "query($c: String) { returnPortal(channel: $c) { id } returnPolicies(channel: $c) { id } }"
    )
    assert scene.merchant(query, c=channel)["returnPolicies"] == []
