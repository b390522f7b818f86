"""The money fields of the API: another amount, another way, trying again, and clearing up."""

from decimal import Decimal as D
from typing import Any

import pytest

from saleor_returns_plugin.enums import RefundStatus
from saleor_returns_plugin.models import Refund

from ..saleor_rows.gateway import declines
from . import situations
from .client import codes
from .scene import Scene, global_id
from .situations import of_two_lines
from .test_denials import snapshot

REFUND = """refund { status method reference reason amount { amount } adjustment { amount }
  alreadyRefunded { amount } goods { net { amount } gross { amount } } fees { gross { amount } }
  steps { label amount { amount } } parts { way status amount { amount } pspReference } }"""


@pytest.fixture
def oaks(scene: Scene, gateway: Any) -> Scene:
    return of_two_lines(scene)


def refund(caller: Any, part: Any, given: str = "{}") -> dict[str, Any]:
    return caller.mutate(
        "vendorReturnRefund",
        f'id: "{global_id(part)}", input: {given}',
        f"{REFUND} vendorReturn {{ status }}",
    )


def amount(value: dict[str, Any]) -> D:
    return D(str(value["amount"]))


def test_the_steps_sum_to_the_refund_and_its_parts(oaks: Scene) -> None:
    found = refund(oaks.oak_staff, situations.received(oaks))["refund"]
    assert amount(found["amount"]) == 27
    assert sum(amount(step["amount"]) for step in found["steps"]) == 27
    assert [(part["way"], part["status"], amount(part["amount"])) for part in found["parts"]] == [
        ("PAYMENT", "SUCCEEDED", 27)
    ]
    assert amount(found["adjustment"]) == amount(found["alreadyRefunded"]) == 0


def test_another_amount_with_its_reason_is_a_step(oaks: Scene, gateway: Any) -> None:
    part = situations.received(oaks)
    found = refund(oaks.merchant, part, '{amount: 20.50, reason: "Scratched"}')["refund"]
    assert (amount(found["amount"]), found["reason"]) == (D("20.50"), "Scratched")
    assert amount(found["adjustment"]) == D("-6.50")
    assert amount(found["steps"][-1]["amount"]) == D("-6.50")
    assert gateway.calls == [D("20.50")]


def test_by_hand_asks_no_gateway(oaks: Scene, gateway: Any) -> None:
    payload = refund(
        oaks.merchant, situations.received(oaks), '{method: MANUAL, reference: "SEPA 1"}'
    )
    found = payload["refund"]
    assert (found["status"], found["method"], found["reference"]) == (
        "SUCCEEDED",
        "MANUAL",
        "SEPA 1",
    )
    assert [part["way"] for part in found["parts"]] == ["MANUAL"]
    assert payload["vendorReturn"]["status"] == "SETTLED"
    assert not gateway.calls


BAD = [
    ("merchant", "{amount: 5}", ["REQUIRED", "reason"]),
    ("merchant", '{amount: -1, reason: "x"}', ["INVALID", "amount"]),
    ("merchant", '{amount: 1.001, reason: "x"}', ["INVALID", "amount"]),
    ("merchant", '{amount: 999, reason: "x"}', ["REFUND_EXCEEDS_CHARGED", "amount"]),
    ("merchant", "{method: MANUAL}", ["REQUIRED", "reference"]),
    ("merchant", '{reference: "x"}', ["INVALID", "reference"]),
    ("merchant", f'{{method: MANUAL, reference: "{"r" * 256}"}}', ["INVALID", "reference"]),
    ("oak_owner", '{amount: 5, reason: "x"}', ["PERMISSION_DENIED", "amount"]),
    ("oak_owner", '{method: MANUAL, reference: "x"}', ["PERMISSION_DENIED", "method"]),
]


@pytest.mark.parametrize(("who", "given", "error"), BAD)
def test_what_is_refused_changes_nothing(
    oaks: Scene, gateway: Any, who: str, given: str, error: list[str]
) -> None:
    part = situations.received(oaks)
    before = snapshot()
    payload = refund(getattr(oaks, who), part, given)
    assert [[each["code"], each["field"]] for each in payload["errors"]] == [error]
    assert snapshot() == before
    assert not gateway.calls


def test_the_same_key_with_another_wish_is_a_conflict(oaks: Scene, gateway: Any) -> None:
    part = situations.received(oaks)
    given = '{idempotencyKey: "k", amount: 10, reason: "x"}'
    first = refund(oaks.merchant, part, given)
    assert refund(oaks.merchant, part, given) == first
    for other in ('{idempotencyKey: "k"}', '{idempotencyKey: "k", amount: 11, reason: "x"}'):
        assert codes(refund(oaks.merchant, part, other)) == ["IDEMPOTENCY_CONFLICT"]
    assert gateway.calls == [10]


@pytest.mark.parametrize(
    ("situation", "may"),
    [
        (situations.only_the_store_refunds, False),
        (situations.above_the_vendors_limit, False),
        (situations.within_the_vendors_limit, True),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_who_may_refund_is_the_stores_word(
    oaks: Scene, gateway: Any, situation: situations.Situation, may: bool
) -> None:
    part = situation(oaks)
    before = snapshot()
    payload = refund(oaks.oak_owner, part)
    if may:
        assert codes(payload) == []
        return
    assert codes(payload) == ["PERMISSION_DENIED"]
    assert snapshot() == before
    assert not gateway.calls
    assert codes(refund(oaks.merchant, part)) == []


def test_reference_and_provider_are_the_stores_to_know(oaks: Scene) -> None:
    part = situations.received(oaks)
    refund(oaks.merchant, part, '{method: MANUAL, reference: "SEPA 1"}')
    query = (
        "query($id: ID!) { vendorReturn(id: $id) "
        "{ refunds { reference parts { way pspReference } } } }"
    )
    for caller, wanted in ((oaks.merchant, "SEPA 1"), (oaks.oak_owner, None), (oaks.owner, None)):
        found = caller(query, id=global_id(part))["vendorReturn"]["refunds"][0]
        assert found["reference"] == found["parts"][0]["pspReference"] == wanted
        assert found["parts"][0]["way"] == "MANUAL"


def of(part: Any) -> str:
    return global_id(part.refunds.get(), "ReturnRefund")


def test_retry_asks_once_more_for_the_same_refund(oaks: Scene, gateway: Any) -> None:
    part = situations.refund_failed(oaks)
    payload = oaks.oak_staff.mutate("returnRefundRetry", f'id: "{of(part)}"', REFUND)
    assert codes(payload) == []
    assert payload["refund"]["status"] == "SUCCEEDED"
    assert Refund.objects.count() == 1
    before = snapshot()
    again = oaks.oak_staff.mutate("returnRefundRetry", f'id: "{of(part)}"', REFUND)
    assert codes(again) == ["INVALID_TRANSITION"]
    assert snapshot() == before


def test_retry_may_fail_again(oaks: Scene, gateway: Any) -> None:
    part = situations.refund_failed(oaks)
    gateway.answers_with(declines)
    payload = oaks.merchant.mutate("returnRefundRetry", f'id: "{of(part)}"', REFUND)
    assert (codes(payload), payload["refund"]["status"]) == ([], "FAILED")


@pytest.mark.parametrize(
    ("succeeded", "status"), [("true", RefundStatus.SUCCEEDED), ("false", RefundStatus.FAILED)]
)
def test_resolve_settles_what_nobody_knows(
    oaks: Scene, gateway: Any, succeeded: str, status: RefundStatus
) -> None:
    part = situations.refund_unknown(oaks)
    payload = oaks.merchant.mutate(
        "returnRefundResolve", f'id: "{of(part)}", succeeded: {succeeded}', REFUND
    )
    assert codes(payload) == []
    assert part.refunds.get().status == status
    assert not gateway.calls


def test_resolve_of_a_failed_one_needs_its_reference(oaks: Scene) -> None:
    part = situations.refund_failed(oaks)
    before = snapshot()
    call = f'id: "{of(part)}", succeeded: true'
    payload = oaks.merchant.mutate("returnRefundResolve", call, REFUND)
    assert [(e["code"], e["field"]) for e in payload["errors"]] == [("REQUIRED", "reference")]
    assert snapshot() == before
    payload = oaks.merchant.mutate("returnRefundResolve", f'{call}, reference: "SEPA 9"', REFUND)
    ways = [(part["way"], part["status"]) for part in payload["refund"]["parts"]]
    assert ways == [("MANUAL", "SUCCEEDED")]
    assert payload["refund"]["status"] == "SUCCEEDED"


def test_resolve_says_nothing_that_is_so_already(oaks: Scene) -> None:
    part = situations.settled(oaks)
    before = snapshot()
    call = f'id: "{of(part)}", succeeded: true, reference: "x"'
    assert codes(oaks.merchant.mutate("returnRefundResolve", call, REFUND)) == [
        "INVALID_TRANSITION"
    ]
    assert snapshot() == before
