"""Who may not: each operation, each stranger to it, and nothing has changed afterwards."""

from typing import Any

import pytest

from saleor_returns_plugin import models

from .client import Caller, codes
from .scene import Scene, global_id

REQUEST, PART = "returnRequest { id }", "vendorReturn { id }"
ADDRESS = '{streetAddress1: "1 Elsewhere", city: "Leeds", country: GB}'

# mutation, arguments, what of the payload must be null, {caller: code}
NOT_FOUND = "NOT_FOUND"
DENIED = "PERMISSION_DENIED"
OUTSIDERS = {"guest": NOT_FOUND, "stranger": NOT_FOUND}
DECISIONS: list[tuple[str, str, str, dict[str, str]]] = [
    (
        "returnRequestApprove",
        'id: "{request}"',
        REQUEST,
        {**OUTSIDERS, "shopper": DENIED, "owner": DENIED, "oak_owner": DENIED},
    ),
    (
        "returnRequestDecline",
        'id: "{request}", reason: "No"',
        REQUEST,
        {**OUTSIDERS, "shopper": DENIED, "owner": DENIED, "oak_owner": DENIED},
    ),
    ("returnRequestCancel", 'id: "{request}"', REQUEST, {**OUTSIDERS, "oak_owner": DENIED}),
    (
        "vendorReturnAccept",
        f'id: "{{part}}", input: {{{{returnAddress: {ADDRESS.replace("{", "{{").replace("}", "}}")}}}}}',
        PART,
        {**OUTSIDERS, "elm_owner": NOT_FOUND, "shopper": DENIED, "owner": DENIED},
    ),
    (
        "vendorReturnDecline",
        'id: "{part}", reason: "No"',
        PART,
        {**OUTSIDERS, "elm_owner": NOT_FOUND, "shopper": DENIED, "owner": DENIED},
    ),
    (
        "vendorReturnReceive",
        'id: "{part}", lines: [{{returnLineId: "{line}", quantity: 1}}]',
        PART,
        {**OUTSIDERS, "elm_owner": NOT_FOUND, "shopper": DENIED, "owner": DENIED},
    ),
    (
        "vendorReturnRefund",
        'id: "{part}"',
        f"refund {{ id }} {PART}",
        {**OUTSIDERS, "elm_owner": NOT_FOUND, "shopper": DENIED, "owner": DENIED},
    ),
]
EVERYBODY_BUT_MERCHANT = ("guest", "stranger", "shopper", "owner", "oak_staff", "oak_owner")
SETTINGS = [
    ("vendorCreate", 'input: {{name: "New"}}', "vendor { id }"),
    ("vendorProductsUnassign", 'products: ["{product}"]', "count"),
    ("returnPortalUpdate", 'input: {{name: "Mine"}}', "returnPortal { id }"),
    ("returnPolicyCreate", "input: {{windowDays: 1}}", "returnPolicy { id }"),
    ("returnPolicyUpdate", 'id: "{policy}", input: {{windowDays: 1}}', "returnPolicy { id }"),
    ("returnPolicyDelete", 'id: "{policy}"', "returnPolicy { id }"),
    ("returnReasonCreate", 'input: {{label: "New"}}', "returnReason { id }"),
    ("returnReasonUpdate", 'id: "{reason}", input: {{label: "New"}}', "returnReason { id }"),
    ("returnReasonDelete", 'id: "{reason}"', "returnReason { id }"),
]
OF_A_VENDOR = [
    ("vendorUpdate", 'id: "{oak}", input: {{email: "new@oak.example"}}'),
    ("vendorDelete", 'id: "{oak}"'),
    ("vendorMemberAdd", 'vendorId: "{oak}", email: "eve@example.com", role: OWNER'),
    ("vendorMemberRemove", 'id: "{member}"'),
    ("vendorProductsAssign", 'vendorId: "{oak}", products: ["{product}"]'),
]


def snapshot() -> dict[str, Any]:
    """Every row of ours; mails apart, whose log is written by a task."""
    return {
        name: sorted(map(repr, getattr(models, name).objects.order_by("pk").values()))
        for name in models.__all__
        if name != "NotificationLog"
    }


@pytest.fixture
def ids(scene: Scene) -> dict[str, str]:
    request = scene.request()
    part = scene.part(request, scene.oak)
    reason = models.ReturnReason.objects.create(code="small", label="Too small")
    policy = models.ReturnPolicy.objects.create(vendor=scene.oak)
    return {
        "request": global_id(request),
        "part": global_id(part),
        "line": global_id(part.lines.get()),
        "oak": global_id(scene.oak),
        "member": global_id(scene.oak.members.order_by("created_at").first()),
        "product": global_id(scene.chair.product, "Product"),
        "reason": global_id(reason),
        "policy": global_id(policy),
    }


def refused(caller: Caller, name: str, arguments: str, wanted: str) -> list[str]:
    before = snapshot()
    payload = caller.mutate(name, arguments, wanted)
    assert snapshot() == before
    assert not any(value for key, value in payload.items() if key != "errors")
    return codes(payload)


@pytest.mark.parametrize(
    ("name", "arguments", "wanted", "who", "code"),
    [
        (name, arguments, wanted, who, code)
        for name, arguments, wanted, callers in DECISIONS
        for who, code in callers.items()
    ],
)
def test_decisions(
    scene: Scene,
    ids: dict[str, str],
    name: str,
    arguments: str,
    wanted: str,
    who: str,
    code: str,
) -> None:
    if name in ("vendorReturnAccept", "vendorReturnDecline"):
        scene.merchant.mutate("returnRequestApprove", f'id: "{ids["request"]}"')
    if name in ("vendorReturnReceive", "vendorReturnRefund"):
        scene.merchant.mutate("returnRequestApprove", f'id: "{ids["request"]}"')
        scene.oak_owner.mutate("vendorReturnAccept", f'id: "{ids["part"]}"')
    if name == "vendorReturnRefund":
        scene.oak_owner.mutate(
            "vendorReturnReceive",
            f'id: "{ids["part"]}", lines: [{{returnLineId: "{ids["line"]}", quantity: 1}}]',
        )
    assert refused(getattr(scene, who), name, arguments.format(**ids), wanted) == [code]


@pytest.mark.parametrize("who", EVERYBODY_BUT_MERCHANT)
@pytest.mark.parametrize(("name", "arguments", "wanted"), SETTINGS)
def test_settings_are_the_merchants(
    scene: Scene, ids: dict[str, str], name: str, arguments: str, wanted: str, who: str
) -> None:
    caller = getattr(scene, who)
    assert refused(caller, name, arguments.format(**ids), wanted) == [DENIED]


@pytest.mark.parametrize("who", ["guest", "stranger", "shopper", "owner", "elm_owner"])
@pytest.mark.parametrize(("name", "arguments"), OF_A_VENDOR)
def test_another_vendor_does_not_exist(
    scene: Scene, ids: dict[str, str], name: str, arguments: str, who: str
) -> None:
    caller = getattr(scene, who)
    assert refused(caller, name, arguments.format(**ids), "vendor { id }") == [NOT_FOUND]


@pytest.mark.parametrize(("name", "arguments"), OF_A_VENDOR)
def test_staff_of_a_vendor_changes_nothing_of_it(
    scene: Scene, ids: dict[str, str], name: str, arguments: str
) -> None:
    payload = refused(scene.oak_staff, name, arguments.format(**ids), "vendor { id }")
    assert payload == [DENIED]


@pytest.mark.parametrize(
    "values", ['name: "Mine"', "commissionRate: 0", "isActive: false", 'slug: "mine"']
)
def test_an_owner_changes_only_what_concerns_returns(
    scene: Scene, ids: dict[str, str], values: str
) -> None:
    arguments = f'id: "{ids["oak"]}", input: {{{values}}}'
    assert refused(scene.oak_owner, "vendorUpdate", arguments, "vendor { id }") == [DENIED]


@pytest.mark.parametrize("who", ["guest", "stranger", "oak_owner"])
def test_an_order_is_returned_by_its_shopper_or_the_merchant(scene: Scene, who: str) -> None:
    line = global_id(scene.shipment(scene.oak).lines.get())
    arguments = f'orderId: "{scene.order_id}", input: {{lines: [{{shipmentLineId: "{line}", quantity: 1}}]}}'
    caller = getattr(scene, who)
    assert refused(caller, "returnRequestCreate", arguments, REQUEST) == [NOT_FOUND]
    quote = caller(
        f'{{ returnQuote(orderId: "{scene.order_id}", lines: '
        f'[{{shipmentLineId: "{line}", quantity: 1}}]) {{ quote {{ total {{ amount }} }} '
        "errors { code } } }"
    )["returnQuote"]
    assert (quote["quote"], codes(quote)) == (None, [NOT_FOUND])
    order = caller("query($id: ID) { returnableOrder(id: $id) { orderNumber } }", id=scene.order_id)
    assert order["returnableOrder"] is None


def test_without_an_order_there_is_nothing_to_return(scene: Scene) -> None:
    line = global_id(scene.shipment(scene.oak).lines.get())
    arguments = f'input: {{lines: [{{shipmentLineId: "{line}", quantity: 1}}]}}'
    assert refused(scene.guest, "returnRequestCreate", arguments, REQUEST) == [DENIED]
    forged = f'token: "{scene.session}x", {arguments}'
    assert refused(scene.owner, "returnRequestCreate", forged, REQUEST) == [DENIED]
    assert refused(scene.owner, "returnRequestCreate", arguments, REQUEST) == ["REQUIRED"]
    assert scene.guest("{ returnableOrder { orderNumber } }") == {"returnableOrder": None}


@pytest.mark.parametrize(
    ("query", "denied"),
    [
        ("{ returnRequests(first: 1) { totalCount } }", ["guest"]),
        ("{ vendorReturns(first: 1) { totalCount } }", ["guest"]),
        ("{ vendorShipments(first: 1) { totalCount } }", ["guest"]),
        ("{ vendors(first: 1) { totalCount } }", ["guest", "stranger", "shopper", "owner"]),
        ("{ returnPolicies { id } }", ["guest", "stranger", "shopper", "owner"]),
    ],
)
def test_lists_say_permission_denied(scene: Scene, query: str, denied: list[str]) -> None:
    for who in denied:
        assert getattr(scene, who).refused(query) == "PermissionDenied", who
