"""`allowedActions` tells each caller what would succeed now: proved by trying everything."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from saleor_returns_plugin.enums import Action, ReturnStatus
from saleor_returns_plugin.models import VendorReturn

from .client import Caller
from .scene import Scene, global_id
from .situations import SITUATIONS, Situation, of_two_lines

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
            # No other resolution is offered yet, so what can change is whether goods come back.
            (
                "returnLineResolutionChange",
                f'id: "{global_id(line)}", input: {{resolution: REFUND, '
                f"sendBack: {str(not line.send_back).lower()}}}",
            )
            for line in lines
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
    known = {action.name for action in Action} - {"EXCHANGE"}
    request = scene.request()
    assert set(tries(scene.part(request, scene.oak))) == known


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.__name__)
def test_what_is_told_is_what_succeeds(scene: Scene, gateway: Any, situation: Situation) -> None:
    scene = of_two_lines(scene)
    part = VendorReturn.objects.get(pk=situation(scene).pk)
    all_tries = tries(part)
    for who in CALLERS:
        caller = getattr(scene, who)
        actions = told(caller, part)
        assert len(actions) == len(set(actions))
        assert set(actions) == set(possible(caller, all_tries)), (who, part.status)


def test_the_situations_are_what_they_say(scene: Scene, gateway: Any) -> None:
    """Each status, and each action for somebody; else the test above proves little."""
    statuses, offered = set(), set()
    for situation in SITUATIONS:
        savepoint = transaction.savepoint()
        part = situation(of_two_lines(scene))
        statuses.add(VendorReturn.objects.get(pk=part.pk).status)
        offered |= set(told(scene.merchant, part))
        transaction.savepoint_rollback(savepoint)
    assert statuses == {status.value for status in ReturnStatus}
    assert offered == {action.name for action in Action} - {"EXCHANGE"}
