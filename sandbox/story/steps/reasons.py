"""Why a shopper sends goods back."""

from typing import Any

from ..narration import check, say
from ..world import World

REASONS = "query ($channel: String) { returnReasons(channel: $channel) { id label waivesFees } }"
CREATE = """
mutation ($input: ReturnReasonInput!) {
  returnReasonCreate(input: $input) { returnReason { id } errors { field code message } } }"""


def choose(world: World) -> tuple[dict[str, Any], dict[str, Any]]:
    """One for goods that have a fault, one for goods that have none."""
    reasons = _offered(world)
    if not reasons:
        say("The shop offers no reasons yet: the merchant writes two.")
        for label, waives in {"I changed my mind": False, "It arrived damaged": True}.items():
            world.merchant.do(CREATE, input={"label": label, "waivesFees": waives})
        reasons = _offered(world)
    labels = ", ".join(f"“{each['label']}”" for each in reasons)
    check(reasons, f"asked why, the shopper can choose from {labels}")
    fault = next((each for each in reasons if each["waivesFees"]), reasons[0])
    no_fault = next((each for each in reasons if not each["waivesFees"]), reasons[0])
    return fault, no_fault


def _offered(world: World) -> list[dict[str, Any]]:
    return list(world.visitor.ask(REASONS, channel=world.channel)["returnReasons"])
