"""Who may not: each operation, each stranger to it, and nothing has changed afterwards.

A row says what would succeed for somebody, which is tried too; so a refusal is about who asks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from graphene.utils.str_converters import to_camel_case

from saleor_returns_plugin import models
from saleor_returns_plugin.domain.carriers import CarrierLabel
from saleor_returns_plugin.graphql.mutations import MUTATIONS
from saleor_returns_plugin.graphql.queries import QUERIES
from saleor_returns_plugin.models import VendorReturn
from saleor_returns_plugin.services import sessions

from ..builders import an_order
from ..papers import with_owls
from ..saleor_rows import a_customer, a_product, a_staff_user
from . import situations
from .client import Caller, as_guest, as_user, codes
from .scene import Scene, global_id
from .situations import Situation, of_two_lines

NOT_FOUND = "NOT_FOUND"
DENIED = "PERMISSION_DENIED"

STRANGERS: dict[str, Callable[[Scene], Caller]] = {
    "nobody": lambda scene: scene.guest,
    "another_shopper": lambda scene: scene.stranger,
    "the_token_of_another_order": lambda scene: as_guest(_session(_another_order())),
    "an_expired_token": lambda scene: as_guest(_session(scene.record, hours=-48)),
    "a_forged_token": lambda scene: as_guest(f"{scene.session}x"),
    "another_vendor": lambda scene: scene.elm_owner,
    "staff_without_permission": lambda scene: as_user(
        a_staff_user("clerk@example.com", manage_orders=False)
    ),
}
INSIDERS = {
    "shopper": lambda scene: scene.shopper,
    "owner": lambda scene: scene.owner,
    "oak_owner": lambda scene: scene.oak_owner,
    "oak_staff": lambda scene: scene.oak_staff,
}
EVERYBODY = {**STRANGERS, **INSIDERS}
SHOPPERS = ("shopper", "owner")
MEMBERS = ("oak_owner", "oak_staff")
STORE = ("merchant",)
BOTH = (*MEMBERS, *STORE)


@dataclass(frozen=True)
class Row:
    """What those who `may` succeed with, and those in `denied` are told that they may not; for the
    insiders in `unseen` there is no such object, and strangers get `stranger`. Each insider is in
    one of the three; the store may everything."""

    situation: Situation
    arguments: str
    may: tuple[str, ...]
    denied: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    stranger: str = NOT_FOUND
    payload: str = "vendorReturn { id }"


REASON = 'reason: "So that it is tried"'
REQUEST = "returnRequest { id }"
SHIPMENT = "vendorShipment { id }"
LABEL = '{url: "https://carrier.example/label"}'
TRACKING = '{carrier: "UPS", number: "9"}'
REPLACED = (
    'input: {orderId: "{order}", lines: '
    '[{orderLineId: "{order_line}", variantId: "{variant}", quantity: 1}]}'
)
EXCHANGE = "exchange { id }"

MATRIX: dict[str, Row] = {
    "returnRequestCreate": Row(
        situations.requested,
        'orderId: "{order}", input: {lines: [{shipmentLineId: "{line_free}", quantity: 1}]}',
        (*SHOPPERS, *STORE),
        unseen=MEMBERS,
        payload=REQUEST,
    ),
    "returnRequestApprove": Row(
        situations.requested, 'id: "{request}"', STORE, (*SHOPPERS, *MEMBERS), payload=REQUEST
    ),
    "returnRequestDecline": Row(
        situations.requested,
        f'id: "{{request}}", {REASON}',
        STORE,
        (*SHOPPERS, *MEMBERS),
        payload=REQUEST,
    ),
    "returnRequestBulkApprove": Row(
        situations.requested,
        'ids: ["{request}"]',
        STORE,
        (*SHOPPERS, *MEMBERS),
        stranger=DENIED,
        payload="count results { errors { code } }",
    ),
    "returnRequestBulkDecline": Row(
        situations.requested,
        f'ids: ["{{request}}"], {REASON}',
        STORE,
        (*SHOPPERS, *MEMBERS),
        stranger=DENIED,
        payload="count results { errors { code } }",
    ),
    "returnRequestCancel": Row(
        situations.requested, 'id: "{request}"', (*SHOPPERS, *STORE), MEMBERS, payload=REQUEST
    ),
    "vendorReturnTrackingAdd": Row(
        situations.accepted, f'id: "{{part}}", input: {TRACKING}', (*SHOPPERS, *STORE), MEMBERS
    ),
    "returnLineResolutionChange": Row(
        situations.accepted,
        'id: "{line}", input: {resolution: REFUND, sendBack: false}',
        STORE,
        (*SHOPPERS, *MEMBERS),
        payload="returnLine { id } vendorReturn { id }",
    ),
    "vendorReturnReopen": Row(
        situations.declined, f'id: "{{part}}", {REASON}', STORE, (*SHOPPERS, *MEMBERS)
    ),
    "vendorReturnAccept": Row(situations.approved, 'id: "{part}"', BOTH, SHOPPERS),
    "vendorReturnDecline": Row(situations.approved, f'id: "{{part}}", {REASON}', BOTH, SHOPPERS),
    "vendorReturnReceive": Row(
        situations.accepted,
        'id: "{part}", lines: [{returnLineId: "{line}", quantity: 1}]',
        BOTH,
        SHOPPERS,
    ),
    "vendorReturnRefund": Row(
        situations.received,
        'id: "{part}"',
        BOTH,
        SHOPPERS,
        payload="refund { id } vendorReturn { id }",
    ),
    "returnRefundRetry": Row(
        situations.refund_failed, 'id: "{refund}"', BOTH, SHOPPERS, payload="refund { id }"
    ),
    "returnRefundResolve": Row(
        situations.refund_unknown,
        'id: "{refund}", succeeded: true',
        STORE,
        (*SHOPPERS, *MEMBERS),
        payload="refund { id }",
    ),
    "vendorReturnClose": Row(situations.partly_received, 'id: "{part}"', BOTH, SHOPPERS),
    "returnReceptionVoid": Row(
        situations.received, f'id: "{{reception}}", {REASON}', BOTH, SHOPPERS
    ),
    "returnReceptionLineOverrule": Row(
        situations.refused, f'id: "{{reception_line}}", {REASON}', STORE, (*SHOPPERS, *MEMBERS)
    ),
    "returnExchangePreview": Row(
        situations.exchangeable,
        REPLACED,
        STORE,
        SHOPPERS,
        MEMBERS,
        payload="total { amount } lines { name } shipments",
    ),
    "returnExchangeCreate": Row(
        situations.exchangeable, REPLACED, STORE, SHOPPERS, MEMBERS, payload=EXCHANGE
    ),
    "returnExchangeCancel": Row(
        situations.exchange_ordered,
        f'id: "{{exchange}}", {REASON}',
        BOTH,
        SHOPPERS,
        payload=EXCHANGE,
    ),
    "returnExchangeLetGo": Row(
        situations.exchange_ordered, 'id: "{exchange}"', BOTH, SHOPPERS, payload=EXCHANGE
    ),
    "returnExchangeRetry": Row(
        situations.exchange_failed, 'id: "{exchange}"', BOTH, SHOPPERS, payload=EXCHANGE
    ),
    "vendorShipmentFulfill": Row(
        situations.requested,
        'id: "{unsent}", input: {}',
        BOTH,
        ("owner",),
        ("shopper",),
        payload=SHIPMENT,
    ),
    "vendorShipmentTrackingUpdate": Row(
        situations.requested,
        f'id: "{{shipment}}", input: {TRACKING}',
        BOTH,
        SHOPPERS,
        payload=SHIPMENT,
    ),
    "vendorShipmentMarkDelivered": Row(
        situations.requested,
        'id: "{shipment}", deliveredAt: "{now}"',
        BOTH,
        SHOPPERS,
        payload=SHIPMENT,
    ),
    "vendorShipmentLabelSet": Row(
        situations.requested,
        f'id: "{{shipment}}", input: {LABEL}',
        BOTH,
        SHOPPERS,
        payload=SHIPMENT,
    ),
    "vendorShipmentLabelMake": Row(
        situations.requested,
        'id: "{unsent}", carrier: "owl"',
        BOTH,
        ("owner",),
        ("shopper",),
        payload=SHIPMENT,
    ),
    "vendorReturnLabelSet": Row(
        situations.accepted, f'id: "{{part}}", input: {LABEL}', BOTH, SHOPPERS
    ),
    "vendorReturnLabelMake": Row(
        situations.accepted, 'id: "{part}", carrier: "owl"', BOTH, SHOPPERS
    ),
    **{
        name: Row(
            situations.requested,
            arguments,
            STORE,
            (*SHOPPERS, *MEMBERS),
            stranger=DENIED,
            payload=payload,
        )
        for name, arguments, payload in (
            ("vendorCreate", 'input: {name: "New"}', "vendor { id }"),
            ("vendorProductsUnassign", 'products: ["{product}"]', "count"),
            ("returnPortalUpdate", 'input: {name: "Mine"}', "returnPortal { id }"),
            ("returnPolicyCreate", "input: {windowDays: 1}", "returnPolicy { id }"),
            ("returnPolicyUpdate", 'id: "{policy}", input: {windowDays: 1}', "returnPolicy { id }"),
            ("returnPolicyDelete", 'id: "{policy}"', "returnPolicy { id }"),
            ("returnReasonCreate", 'input: {label: "New"}', "returnReason { id }"),
            ("returnReasonUpdate", 'id: "{reason}", input: {label: "New"}', "returnReason { id }"),
            ("returnReasonDelete", 'id: "{reason}"', "returnReason { id }"),
        )
    },
    # What an OWNER may, STAFF may not; to shoppers of its goods a vendor is no object.
    **{
        name: Row(situations.requested, arguments, may, denied, unseen, payload=payload)
        for name, arguments, may, denied, unseen, payload in (
            (
                "vendorUpdate",
                'id: "{oak}", input: {email: "new@oak.example"}',
                ("oak_owner", "merchant"),
                ("oak_staff",),
                SHOPPERS,
                "vendor { id }",
            ),
            ("vendorDelete", 'id: "{fresh}"', STORE, (), (*SHOPPERS, *MEMBERS), "vendor { id }"),
            *(
                (
                    name,
                    'input: {vendorId: "{oak}", amount: 5, currency: "USD", note: "Bank"}',
                    STORE,
                    MEMBERS,
                    SHOPPERS,
                    "vendor { id }",
                )
                for name in ("vendorPayoutCreate", "vendorAdjustmentCreate")
            ),
            (
                "vendorMemberAdd",
                'vendorId: "{oak}", email: "eve@example.com", role: OWNER',
                ("oak_owner", "merchant"),
                ("oak_staff",),
                SHOPPERS,
                "vendor { id }",
            ),
            (
                "vendorMemberRemove",
                'id: "{member}"',
                ("oak_owner", "merchant"),
                ("oak_staff",),
                SHOPPERS,
                "vendor { id }",
            ),
            (
                "vendorProductsAssign",
                'vendorId: "{oak}", products: ["{mug}"]',
                STORE,
                MEMBERS,
                SHOPPERS,
                "vendor { id } count",
            ),
        )
    },
}
PUBLIC = {"returnSessionCreate", "returnSessionLinkRequest"}
"""How one stops being a stranger; test_sessions.py and test_sign_in_links.py."""

# query, what it is asked for, who sees it, what a stranger gets
OBJECTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "returnRequest": ('id: "{request}"', (*SHOPPERS, *MEMBERS, "merchant")),
    "vendorReturn": ('id: "{part}"', (*SHOPPERS, *MEMBERS, "merchant")),
    "vendorShipment": ('id: "{shipment}"', (*SHOPPERS, *MEMBERS, "merchant")),
    "vendor": ('id: "{oak}"', (*MEMBERS, "merchant")),
    "returnableOrder": ('id: "{order}"', (*SHOPPERS, "merchant")),
}
LISTS = {
    "returnRequests": (*SHOPPERS, *MEMBERS, "merchant"),
    "vendorReturns": (*SHOPPERS, *MEMBERS, "merchant"),
    "vendorShipments": (*SHOPPERS, *MEMBERS, "merchant"),
    "vendors": (*MEMBERS, "merchant"),
}
ELSEWHERE = {"returnCarriers", "returnQuote", "returnPolicies", "returnPortal", "returnReasons"}
"""Each has a test of its own below, or is public (test_visibility.py)."""

pytestmark = pytest.mark.usefixtures("exchanges_offered")


@pytest.fixture(autouse=True)
def carriers(settings: Any) -> None:
    with_owls(settings, CarrierLabel(url="https://owl.example/label"))


def test_every_operation_has_a_row() -> None:
    assert {to_camel_case(name) for name in MUTATIONS} == set(MATRIX) | PUBLIC
    assert {to_camel_case(name) for name in QUERIES} == set(OBJECTS) | set(LISTS) | ELSEWHERE


def _another_order() -> Any:
    mug = a_product(name="Somebody's mug", price="5.00", stock=5)
    return an_order([(mug, 1, "5.00")], user=a_customer("bob@example.com"))


def _session(record: Any, hours: int = 0) -> str:
    return sessions.open_for(record=record, now=timezone.now() + timedelta(hours=hours)).token


def snapshot() -> dict[str, Any]:
    """Every row of ours; mails apart, whose log is written by a task."""
    return {
        name: sorted(map(repr, getattr(models, name).objects.order_by("pk").values()))
        for name in models.__all__
        if name != "NotificationLog"
    }


def ids_in(scene: Scene, part: VendorReturn) -> dict[str, str]:
    """Of everything that a row may name."""
    lines = list(part.lines.order_by("shipment_line__product_name"))
    reception = part.receptions.first()
    refund = part.refunds.first()
    exchange = part.exchanges.first()
    mug = a_product(name="Mug of nobody", price="5.00", stock=5)
    unsent = an_order([(scene.chair, 1, "10.00")], user=scene.record.order.user, fulfilled=False)
    stool = part.shipment.lines.order_by("product_name")[1]
    return {
        "order": scene.order_id,
        "request": global_id(part.request),
        "part": global_id(part),
        "line": global_id(lines[-1]),
        "line_free": global_id(stool),
        "order_line": global_id(stool.order_line, "OrderLine"),
        "variant": global_id(stool.variant, "ProductVariant"),
        "shipment": global_id(part.shipment),
        "unsent": global_id(unsent.shipments.get()),
        "reception": global_id(reception, "ReturnReception") if reception else "",
        "reception_line": global_id(reception.lines.first(), "ReturnReceptionLine")
        if reception
        else "",
        "refund": global_id(refund, "ReturnRefund") if refund else "",
        "exchange": global_id(exchange, "ReturnExchange") if exchange else "",
        "oak": global_id(scene.oak),
        "fresh": global_id(models.Vendor.objects.create(slug="fresh", name="Fresh")),
        "member": global_id(scene.oak.members.order_by("created_at").first()),
        "product": global_id(scene.chair.product, "Product"),
        "mug": global_id(mug.product, "Product"),
        "reason": global_id(models.ReturnReason.objects.create(code="small", label="Too small")),
        "policy": global_id(models.ReturnPolicy.objects.create(vendor=scene.elm)),
        "now": timezone.now().isoformat(),
    }


def filled(text: str, ids: dict[str, str]) -> str:
    """Not `format`: GraphQL is full of braces."""
    for name, value in ids.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def refused(caller: Caller, name: str, arguments: str, wanted: str) -> list[str]:
    before = snapshot()
    payload = caller.mutate(name, arguments, wanted)
    assert snapshot() == before
    assert not any(value for key, value in payload.items() if key != "errors")
    return codes(payload)


def test_nobody_is_forgotten_in_the_matrix() -> None:
    for name, row in MATRIX.items():
        named = [*row.may, *row.denied, *row.unseen]
        assert sorted(named) == sorted([*INSIDERS, *STORE]), name


@pytest.mark.parametrize("name", MATRIX)
def test_mutations(scene: Scene, gateway: Any, name: str) -> None:
    row = MATRIX[name]
    scene = of_two_lines(scene)
    part = row.situation(scene)
    ids = ids_in(scene, VendorReturn.objects.get(pk=part.pk))
    arguments = filled(row.arguments, ids)
    for who in STRANGERS:
        caller = STRANGERS[who](scene)
        assert refused(caller, name, arguments, row.payload) == [row.stranger], who
    for code, all_of_them in ((DENIED, row.denied), (NOT_FOUND, row.unseen)):
        for who in all_of_them:
            caller = INSIDERS[who](scene)
            assert refused(caller, name, arguments, row.payload) == [code], who
    for who in row.may:
        savepoint = transaction.savepoint()
        assert codes(getattr(scene, who).mutate(name, arguments, row.payload)) == [], who
        transaction.savepoint_rollback(savepoint)


def test_a_bad_token_beside_a_signed_in_owner_means_nobody(scene: Scene) -> None:
    request = scene.request()
    for token in (f"{scene.session}x", _session(scene.record, hours=-48), "x"):
        arguments = f'id: "{global_id(request)}", token: "{token}"'
        assert refused(scene.owner, "returnRequestCancel", arguments, REQUEST) == [NOT_FOUND]
        query = f"{{ returnRequest({arguments}) {{ id }} }}"
        assert scene.owner(query) == {"returnRequest": None}


def test_a_part_is_no_business_of_the_other_vendor_of_its_request(scene: Scene) -> None:
    """It sees the request, for its own part's sake, and decides on nothing but that."""
    request = scene.request()
    part = scene.part(request, scene.oak)
    line = global_id(part.lines.get())
    for name, arguments, code in (
        ("returnRequestApprove", f'id: "{global_id(request)}"', DENIED),
        ("returnRequestCancel", f'id: "{global_id(request)}"', DENIED),
        (
            "returnRequestCancel",
            f'id: "{global_id(request)}", vendorReturns: ["{global_id(part)}"]',
            NOT_FOUND,
        ),
    ):
        assert refused(scene.elm_owner, name, arguments, REQUEST) == [code]
    scene.merchant.mutate("returnRequestApprove", f'id: "{global_id(request)}"')
    elm = scene.part(request, scene.elm)
    foreign = f'declined: [{{returnLineId: "{line}", quantity: 1, reason: "x"}}]'
    for name, arguments in (
        ("vendorReturnAccept", f'id: "{global_id(part)}"'),
        ("vendorReturnAccept", f'id: "{global_id(elm)}", input: {{{foreign}}}'),
        ("vendorReturnReceive", f'id: "{global_id(elm)}", lines: []'),
    ):
        found = refused(scene.elm_owner, name, arguments, "vendorReturn { id }")
        assert found in ([NOT_FOUND], ["INVALID_TRANSITION"]), name


@pytest.mark.parametrize(
    "values", ['name: "Mine"', "commissionRate: 0", "isActive: false", 'slug: "mine"']
)
def test_an_owner_changes_only_what_concerns_returns(scene: Scene, values: str) -> None:
    arguments = f'id: "{global_id(scene.oak)}", input: {{{values}}}'
    assert refused(scene.oak_owner, "vendorUpdate", arguments, "vendor { id }") == [DENIED]


@pytest.mark.parametrize("name", OBJECTS)
def test_objects(scene: Scene, gateway: Any, name: str) -> None:
    scene = of_two_lines(scene)
    part = VendorReturn.objects.get(pk=situations.received(scene).pk)
    arguments, seers = OBJECTS[name]
    wanted = "orderNumber" if name == "returnableOrder" else "id"
    query = f"{{ {name}({filled(arguments, ids_in(scene, part))}) {{ {wanted} }} }}"
    for who in EVERYBODY:
        seen = EVERYBODY[who](scene)(query)[name]
        assert bool(seen) == (who in seers), who
    assert scene.merchant(query)[name]


@pytest.mark.parametrize("name", LISTS)
def test_lists(scene: Scene, gateway: Any, name: str) -> None:
    """A stranger's list holds nothing of this order or vendor, or is denied altogether."""
    scene = of_two_lines(scene)
    part = VendorReturn.objects.get(pk=situations.received(scene).pk)
    rows = {
        "returnRequests": part.request,
        "vendorReturns": part,
        "vendorShipments": part.shipment,
        "vendors": scene.oak,
    }
    query = f"{{ {name}(first: 9) {{ edges {{ node {{ id }} }} }} }}"
    for who in EVERYBODY:
        answer = EVERYBODY[who](scene).post(query)
        if "errors" in answer:
            code = answer["errors"][0]["extensions"]["exception"]["code"]
            assert (code, who in LISTS[name]) == ("PermissionDenied", False), who
            continue
        seen = [edge["node"]["id"] for edge in answer["data"][name]["edges"]]
        assert (global_id(rows[name]) in seen) == (who in LISTS[name]), who


def test_the_quote_is_for_the_orders_shopper_and_the_merchant(scene: Scene) -> None:
    line = global_id(scene.shipment(scene.oak).lines.get())
    query = (
        f'{{ returnQuote(orderId: "{scene.order_id}", lines: '
        f'[{{shipmentLineId: "{line}", quantity: 1}}]) {{ quote {{ total {{ amount }} }} '
        "errors { code } } }"
    )
    for who in (*STRANGERS, *MEMBERS):
        quote = EVERYBODY[who](scene)(query)["returnQuote"]
        assert (quote["quote"], codes(quote)) == (None, [NOT_FOUND]), who
    for who in (*SHOPPERS, "merchant"):
        assert codes(getattr(scene, who)(query)["returnQuote"]) == []


def test_rules_are_for_merchant_and_members(scene: Scene) -> None:
    models.ReturnPolicy.objects.create(vendor=scene.elm)
    general = models.ReturnPolicy.objects.create()
    for who in ("nobody", "another_shopper", "an_expired_token", "staff_without_permission"):
        assert STRANGERS[who](scene).refused("{ returnPolicies { id } }") == "PermissionDenied"
    for who in SHOPPERS:
        assert INSIDERS[who](scene).refused("{ returnPolicies { id } }") == "PermissionDenied"
    for who in MEMBERS:
        seen = INSIDERS[who](scene)("{ returnPolicies { id } }")["returnPolicies"]
        assert seen == [{"id": global_id(general)}]


def test_without_an_order_there_is_nothing_to_return(scene: Scene) -> None:
    line = global_id(scene.shipment(scene.oak).lines.get())
    arguments = f'input: {{lines: [{{shipmentLineId: "{line}", quantity: 1}}]}}'
    assert refused(scene.guest, "returnRequestCreate", arguments, REQUEST) == [DENIED]
    forged = f'token: "{scene.session}x", {arguments}'
    assert refused(scene.owner, "returnRequestCreate", forged, REQUEST) == [DENIED]
    assert refused(scene.owner, "returnRequestCreate", arguments, REQUEST) == ["REQUIRED"]
    assert scene.guest("{ returnableOrder { orderNumber } }") == {"returnableOrder": None}


def test_what_store_and_vendor_say_among_themselves_is_not_for_the_shopper(scene: Scene) -> None:
    """A note on an approval and on an acceptance; of the other vendor's part there is no event."""
    request = scene.request()
    oak = scene.part(request, scene.oak)
    approval = f'id: "{global_id(request)}", note: "Said inside: approve"'
    assert codes(scene.merchant.mutate("returnRequestApprove", approval, REQUEST)) == []
    acceptance = f'id: "{global_id(oak)}", input: {{note: "Said inside: accept"}}'
    assert codes(scene.oak_staff.mutate("vendorReturnAccept", acceptance)) == []
    events = "events { kind message }"
    queries = (
        f'{{ returnRequest(id: "{global_id(request)}") {{ {events} vendorReturns {{ {events} }} }} }}',
        f'{{ vendorReturn(id: "{global_id(oak)}") {{ {events} }} }}',
    )
    for query in queries:
        for who in SHOPPERS:
            seen = str(INSIDERS[who](scene)(query))
            assert "ACCEPTED" in seen, who
            assert "Said inside" not in seen, who
        for caller in (scene.merchant, scene.oak_owner, scene.oak_staff):
            seen = str(caller(query))
            assert "Said inside: approve" in seen
            assert "Said inside: accept" in seen
