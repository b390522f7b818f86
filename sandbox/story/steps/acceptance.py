"""Each vendor decides on its own part, and sees no other's."""

from typing import Any

from ..narration import check, say
from ..world import World
from .vendors import INSTRUCTIONS, KILN, LUMEN, NORD

SEE = "query ($id: ID!) { vendorReturn(id: $id) { number allowedActions } }"
ACCEPT = """
mutation ($id: ID!) {
  vendorReturnAccept(id: $id) { vendorReturn { status } errors { field code message } } }"""
DECLINE = """
mutation ($id: ID!, $reason: String!) {
  vendorReturnDecline(id: $id, reason: $reason) {
    vendorReturn { status } errors { field code message } } }"""
STATUS = """
query ($id: ID!) {
  returnRequest(id: $id) {
    status
    vendorReturns {
      number status declineReason returnInstructions returnAddress { formatted }
      vendor { name } refunds { status amount { amount } }
    }
  }
}"""
REASON = "This lamp was made to measure."


def play(world: World) -> None:
    accepted, declined = world.returns[NORD], world.returns[LUMEN]
    nord, lumen = world.vendors[NORD].member, world.vendors[LUMEN].member
    seen = nord.ask(SEE, id=accepted["id"])["vendorReturn"]
    check(seen and "ACCEPT" in seen["allowedActions"], f"{NORD} may accept its part", seen)
    kiln = world.vendors[KILN].member
    for member in (lumen, kiln):
        unseen = member.ask(SEE, id=accepted["id"])["vendorReturn"]
        check(unseen is None, f"to {member.name} that part does not exist", unseen)
    refused = lumen.attempt(ACCEPT, id=accepted["id"])["errors"]
    check([e["code"] for e in refused] == ["NOT_FOUND"], "nor can it be accepted there", refused)
    state = nord.do(ACCEPT, id=accepted["id"])["vendorReturn"]["status"]
    check(state == "ACCEPTED", f"{NORD} accepts {accepted['number']}", state)
    part = world.returns[KILN]
    state = kiln.do(ACCEPT, id=part["id"])["vendorReturn"]["status"]
    check(state == "ACCEPTED", f"{KILN} accepts what is left of {part['number']}", state)
    state = lumen.do(DECLINE, id=declined["id"], reason=REASON)["vendorReturn"]["status"]
    check(state == "DECLINED", f"{LUMEN} declines {declined['number']}", state)
    _shopper_reads(world)


def shopper_sees(world: World) -> dict[str, Any]:
    """The request as the shopper sees it; its parts by vendor name."""
    request = world.shopper.ask(STATUS, id=world.request["id"])["returnRequest"]
    return {**request, "parts": {p["vendor"]["name"]: p for p in request["vendorReturns"]}}


def _shopper_reads(world: World) -> None:
    parts = shopper_sees(world)["parts"]
    accepted, declined = parts[NORD], parts[LUMEN]
    address = (accepted["returnAddress"] or {}).get("formatted") or []
    for line in address:
        say(f"    {line}")
    check(
        "7 Harbour Road" in address and accepted["returnInstructions"] == INSTRUCTIONS,
        f"the shopper reads {NORD}'s address and instructions",
        accepted,
    )
    check(declined["declineReason"] == REASON, f"and {LUMEN}' reason: {REASON}", declined)
