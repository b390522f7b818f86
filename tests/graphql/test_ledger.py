"""A vendor's statement and balances through the API: what they say, and to whom."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.utils import timezone

from saleor_returns_plugin.models import LedgerEntry
from saleor_returns_plugin.services import payouts

from ..builders import MERCHANT
from . import situations
from .client import codes
from .scene import Scene, global_id

ENTRY = "id kind amount { amount currency } orderNumber note createdAt shipment { number } refund { id }"


def statement(caller: Any, scene: Scene, arguments: str = "", wanted: str = "") -> Any:
    wanted = (
        wanted
        or f"opening {{ amount }} closing {{ amount }} entries {{ totalCount edges {{ cursor node {{ {ENTRY} }} }} pageInfo {{ hasNextPage endCursor }} }}"
    )
    query = (
        f'{{ vendor(id: "{global_id(scene.oak)}") {{ slug '
        f'statement(currency: "USD"{arguments}) {{ {wanted} }} balances {{ amount currency }} }} }}'
    )
    return caller(query)["vendor"]


def paid(scene: Scene, amount: str, currency: str = "USD") -> None:
    payouts.pay_out(
        vendor_id=scene.oak.pk, amount=D(amount), currency=currency, note="Bank", actor=MERCHANT
    )


def test_a_statement_has_what_was_sold_paid_back_and_paid_out(scene: Scene, gateway: Any) -> None:
    part = situations.settled(scene_of_two := situations.of_two_lines(scene))
    paid(scene, "30.00")
    found = statement(scene.oak_owner, scene_of_two)
    nodes = [edge["node"] for edge in found["statement"]["entries"]["edges"]]
    kinds = [node["kind"] for node in nodes]
    assert kinds.count("SALE") == 3
    assert set(kinds) == {"SALE", "COMMISSION", "REFUND", "COMMISSION_REVERSAL", "PAYOUT"}
    total = sum(D(str(node["amount"]["amount"])) for node in nodes)
    assert D(str(found["statement"]["closing"]["amount"])) == total.quantize(D("0.01"))
    assert found["statement"]["opening"]["amount"] == 0
    assert found["statement"]["entries"]["totalCount"] == len(nodes)
    assert found["balances"] == [
        {"amount": found["statement"]["closing"]["amount"], "currency": "USD"}
    ]
    back = next(node for node in nodes if node["kind"] == "REFUND")
    assert back["refund"] == {"id": global_id(part.refunds.get(), "ReturnRefund")}
    assert back["shipment"] == {"number": part.shipment.number}
    assert back["orderNumber"] == part.request.record.number
    payout = nodes[-1]
    assert (payout["amount"]["amount"], payout["note"]) == (-30, "Bank")
    assert (payout["shipment"], payout["refund"], payout["orderNumber"]) == (None, None, None)


def test_pages_meet_every_entry_once(scene: Scene) -> None:
    for _ in range(5):
        paid(scene, "1.00")
    expected = [
        global_id(row, "VendorLedgerEntry")
        for row in LedgerEntry.objects.filter(vendor=scene.oak).order_by("created_at", "id")
    ]
    seen, after = [], ""
    while True:
        entries = statement(scene.merchant, scene, f", first: 2{after}")["statement"]["entries"]
        seen += [edge["node"]["id"] for edge in entries["edges"]]
        if not entries["pageInfo"]["hasNextPage"]:
            break
        after = f', after: "{entries["pageInfo"]["endCursor"]}"'
    assert seen == expected


def test_a_period(scene: Scene) -> None:
    today = timezone.localdate().isoformat()
    now = statement(scene.merchant, scene, f', period: {{gte: "{today}", lte: "{today}"}}')
    assert now["statement"]["entries"]["totalCount"] == 2
    before = statement(scene.merchant, scene, ', period: {lte: "2020-01-31"}')["statement"]
    assert (before["closing"]["amount"], before["entries"]["totalCount"]) == (0, 0)
    after = statement(scene.merchant, scene, ', period: {gte: "2999-01-01"}')["statement"]
    assert after["opening"] == after["closing"] == now["statement"]["closing"]


@pytest.mark.parametrize(
    "arguments", ['currency: ""', 'currency: "US"', r'currency: "US\u0000"', 'currency: "usd"']
)
def test_a_currency_that_is_none_is_told(scene: Scene, arguments: str) -> None:
    query = f'{{ vendor(id: "{global_id(scene.oak)}") {{ statement({arguments}) {{ opening {{ amount }} }} }} }}'
    assert scene.merchant.refused(query) == "GraphQLError"
    out = '{ vendor(id: "%s") { statement(currency: "USD", period: {gte: "0001-01-01"}) { opening { amount } } } }'
    assert scene.merchant.refused(out % global_id(scene.oak)) == "GraphQLError"


def test_money_is_for_owners_and_the_store(scene: Scene) -> None:
    wanted = "opening { amount }"
    for caller in (scene.merchant, scene.oak_owner):
        found = statement(caller, scene, wanted=wanted)
        assert found["statement"]
        assert found["balances"]
    found = statement(scene.oak_staff, scene, wanted=wanted)
    assert (found["statement"], found["balances"]) == (None, None)
    for caller in (scene.elm_owner, scene.shopper, scene.owner, scene.stranger, scene.guest):
        assert statement(caller, scene, wanted=wanted) is None
    fields = f'balances {{ amount }} statement(currency: "USD") {{ {wanted} }}'
    query = f"{{ vendorShipments(first: 9) {{ edges {{ node {{ vendor {{ {fields} }} }} }} }} }}"
    edges = scene.owner(query)["vendorShipments"]["edges"]
    assert len(edges) == 3
    for edge in edges:
        assert edge["node"]["vendor"] == {"balances": None, "statement": None}


def test_balances_of_each_currency(scene: Scene) -> None:
    paid(scene, "100", "JPY")
    paid(scene, "1.005", "KWD")
    found = statement(scene.oak_owner, scene)["balances"]
    assert [row["currency"] for row in found] == ["JPY", "KWD", "USD"]
    assert [row["amount"] for row in found][:2] == [-100, -1.005]


def test_the_refund_says_what_the_vendor_owes_by_then(scene: Scene, gateway: Any) -> None:
    def refund(caller: Any) -> Any:
        part = situations.received(situations.of_two_lines(scene))
        return caller.mutate(
            "vendorReturnRefund",
            f'id: "{global_id(part)}"',
            "refund { amount { amount } } vendorOwes { amount currency }",
        )

    assert refund(scene.merchant)["vendorOwes"] is None
    paid(scene, "1000.00")
    told = refund(scene.oak_owner)["vendorOwes"]
    owed = statement(scene.oak_owner, scene)["statement"]["closing"]["amount"]
    assert told == {"amount": -owed, "currency": "USD"}
    assert refund(scene.oak_staff)["vendorOwes"] is None


@pytest.mark.parametrize(
    ("name", "kind", "amount"),
    [("vendorPayoutCreate", "PAYOUT", -5), ("vendorAdjustmentCreate", "ADJUSTMENT", 5)],
)
def test_the_store_writes_an_entry_once(scene: Scene, name: str, kind: str, amount: int) -> None:
    arguments = (
        f'vendorId: "{global_id(scene.oak)}", amount: 5, currency: "USD", idempotencyKey: "k"'
    )
    wanted = f'vendor {{ id statement(currency: "USD", last: 1) {{ entries {{ edges {{ node {{ {ENTRY} }} }} }} }} }}'
    for _ in range(2):
        payload = scene.merchant.mutate(name, f'input: {{{arguments}, note: "Bank"}}', wanted)
        assert codes(payload) == []
        node = payload["vendor"]["statement"]["entries"]["edges"][0]["node"]
        assert (node["kind"], node["amount"]["amount"], node["note"]) == (kind, amount, "Bank")
    assert LedgerEntry.objects.filter(kind=kind.lower()).count() == 1
    payload = scene.merchant.mutate(name, f'input: {{{arguments}, note: "Another"}}', wanted)
    assert codes(payload) == ["IDEMPOTENCY_CONFLICT"]
    assert payload["errors"][0]["field"] == "idempotencyKey"
