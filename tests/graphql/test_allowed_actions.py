"""`allowedActions` tells each caller what would succeed now: proved by trying everything."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from graphene import Node

from saleor_returns_plugin.enums import Action, ExchangeStatus, ReturnStatus
from saleor_returns_plugin.models import ReturnLine, ReturnPolicy, VendorReturn
from saleor_returns_plugin.selectors.vendor_returns import actions_of

from ..builders import MERCHANT
from ..invariants import stuck
from ..saleor_rows import a_shipping_method
from .client import Caller
from .scene import Scene, global_id
from .situations import (
    EXCHANGES,
    SITUATIONS,
    Situation,
    accepted,
    exchange_given_up,
    exchange_held,
    exchange_sent,
    exchange_sold_out,
    in_transit,
    kept_in_part,
    of_two_lines,
    received,
    requested,
)

CALLERS = (
    "guest",
    "shopper",
    "owner",
    "stranger",
    "oak_owner",
    "oak_staff",
    "elm_owner",
    "merchant",
)

Try = tuple[str, str]
"""A mutation, and its arguments."""


def tries(part: VendorReturn) -> dict[str, list[Try]]:
    """Sensible input for each action; it can be done when one of these succeeds."""
    key, request = global_id(part), global_id(part.request)
    lines = list(part.lines.all())
    receptions = list(part.receptions.filter(is_voided=False))
    rows = [row for reception in receptions for row in reception.lines.all()]
    reason = 'reason: "So that it is tried"'
    of_request = f'id: "{request}", vendorReturns: ["{key}"]'
    return {
        "APPROVE": [("returnRequestApprove", of_request)],
        "DECLINE": [
            ("returnRequestDecline", f"{of_request}, {reason}"),
            ("vendorReturnDecline", f'id: "{key}", {reason}'),
        ],
        "REOPEN": [("vendorReturnReopen", f'id: "{key}", {reason}')],
        "ACCEPT": [
            (
                "vendorReturnAccept",
                f'id: "{key}", input: {{returnAddress: {{firstName: "Oak", streetAddress1: "1 Lane", '
                'city: "Leeds", country: GB}}',
            )
        ],
        "CANCEL": [("returnRequestCancel", of_request)],
        "ADD_TRACKING": [
            ("vendorReturnTrackingAdd", f'id: "{key}", input: {{carrier: "UPS", number: "9"}}')
        ],
        "RECEIVE": [
            (
                "vendorReturnReceive",
                f'id: "{key}", lines: [{{returnLineId: "{global_id(line)}", quantity: 1}}]',
            )
            for line in lines
        ],
        "CLOSE": [("vendorReturnClose", f'id: "{key}"')],
        "REFUND": [("vendorReturnRefund", f'id: "{key}"')],
        "CHANGE_RESOLUTION": [
            ("returnLineResolutionChange", f'id: "{global_id(line)}", input: {{{values}}}')
            for line in lines
            for values in _changes(line)
        ],
        "EXCHANGE": [
            *(
                ("returnExchangeRetry", f'id: "{global_id(exchange, "ReturnExchange")}"')
                for exchange in part.exchanges.all()
            ),
            *(("returnExchangeCreate", f"input: {{{_replaced(line)}}}") for line in lines),
        ],
        "VOID_RECEPTION": [
            ("returnReceptionVoid", f'id: "{global_id(reception, "ReturnReception")}", {reason}')
            for reception in receptions
        ],
        "OVERRULE": [
            (
                "returnReceptionLineOverrule",
                f'id: "{global_id(row, "ReturnReceptionLine")}", {reason}',
            )
            for row in rows
        ],
    }


def _changes(line: ReturnLine) -> list[str]:
    """What would make it another: where the goods go, and what comes for them. Where it is
    exchanged, the same once more counts only for one that failed."""
    send_back = f"sendBack: {str(not line.send_back).lower()}"
    sold = global_id(line.shipment_line.variant, "ProductVariant")
    again = f'resolution: EXCHANGE, exchangeVariantId: "{sold}"'
    if not line.is_exchanged:
        return [f"resolution: REFUND, {send_back}", again]
    has_failed = line.vendor_return.exchanges.filter(status="failed").exists()
    return [
        "resolution: REFUND",
        again,
        f"resolution: EXCHANGE, {send_back}",
        *(["resolution: EXCHANGE"] if has_failed else []),
    ]


def _replaced(line: ReturnLine) -> str:
    """By the same again."""
    order = Node.to_global_id("Order", line.vendor_return.request.record.order_id)
    sold = global_id(line.shipment_line.variant, "ProductVariant")
    return (
        f'orderId: "{order}", lines: [{{returnLineId: "{global_id(line)}", variantId: "{sold}", '
        f"quantity: {line.accepted}}}]"
    )


def succeeds(caller: Caller, name: str, arguments: str) -> bool:
    savepoint = transaction.savepoint()
    try:
        errors = caller.mutate(name, arguments)["errors"]
    finally:
        transaction.savepoint_rollback(savepoint)
    assert not [error for error in errors if error["code"] == "INTERNAL"], (name, arguments)
    return not errors


def possible(caller: Caller, all_tries: dict[str, list[Try]]) -> Iterator[str]:
    for action, some in all_tries.items():
        if any(succeeds(caller, *one) for one in some):
            yield action


def told(caller: Caller, part: VendorReturn) -> list[str]:
    query = "query($id: ID!) { vendorReturn(id: $id) { allowedActions } }"
    seen = caller(query, id=global_id(part))["vendorReturn"]
    return seen["allowedActions"] if seen else []


def test_every_action_is_tried(scene: Scene) -> None:
    request = scene.request()
    assert set(tries(scene.part(request, scene.oak))) == {action.name for action in Action}


@pytest.mark.usefixtures("exchanges_offered")
@pytest.mark.parametrize("situation", [*SITUATIONS, *EXCHANGES], ids=lambda each: each.__name__)
def test_what_is_told_is_what_succeeds(scene: Scene, gateway: Any, situation: Situation) -> None:
    scene = of_two_lines(scene)
    a_shipping_method()
    check(scene, situation)


@pytest.mark.parametrize(
    "situation",
    [requested, accepted, in_transit, received, kept_in_part, exchange_sold_out],
    ids=lambda each: each.__name__,
)
def test_also_where_exchanges_are_turned_off(
    scene: Scene, gateway: Any, settings: Any, situation: Situation
) -> None:
    """Also since: an exchange that failed can still become money."""
    scene = of_two_lines(scene)
    a_shipping_method()
    settings.RETURNS_EXCHANGES = situation is exchange_sold_out
    part = situation(scene)
    settings.RETURNS_EXCHANGES = False
    check(scene, lambda scene: part)


def check(scene: Scene, situation: Situation) -> None:
    part = VendorReturn.objects.get(pk=situation(scene).pk)
    all_tries = tries(part)
    for who in CALLERS:
        caller = getattr(scene, who)
        actions = told(caller, part)
        assert len(actions) == len(set(actions))
        assert set(actions) == set(possible(caller, all_tries)), (who, part.status)


@pytest.mark.usefixtures("exchanges_offered")
def test_the_situations_are_what_they_say(scene: Scene, gateway: Any) -> None:
    """Each status, and each action for somebody; else the tests above prove little."""
    statuses, standing, offered = set(), set(), set()
    for situation in (*SITUATIONS, *EXCHANGES):
        savepoint = transaction.savepoint()
        part = situation(of_two_lines(scene))
        statuses.add(VendorReturn.objects.get(pk=part.pk).status)
        standing |= {each.status for each in part.exchanges.all()}
        offered |= set(told(scene.merchant, part))
        assert list(stuck()) == [], situation.__name__
        transaction.savepoint_rollback(savepoint)
    assert statuses == {status.value for status in ReturnStatus}
    assert standing == {status.value for status in ExchangeStatus}
    assert offered == {action.name for action in Action}


@pytest.mark.usefixtures("exchanges_offered")
def test_many_returns_cost_as_many_statements_as_one(scene: Scene, gateway: Any) -> None:
    one = exchange_sent(of_two_lines(scene))
    parts = [one]
    for situation in (exchange_sold_out, exchange_held, exchange_given_up):
        ReturnPolicy.objects.all().delete()
        parts.append(situation(of_two_lines(scene)))

    def statements(of: list[VendorReturn]) -> int:
        rows = list(
            VendorReturn.objects.filter(pk__in=[part.pk for part in of]).select_related(
                "request__record", "vendor", "shipment"
            )
        )
        with CaptureQueriesContext(connection) as queries:
            actions_of(rows, MERCHANT)
        return len(queries)

    assert statements(parts) == statements([one])
