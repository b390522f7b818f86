"""The merchant decides on the whole request, and says no to one unit of it."""

from typing import Any

from ..narration import check, money, say
from ..world import World
from .goods import MUG
from .vendors import KILN

WAITING = """
query { returnRequests(filter: {status: [AWAITING_APPROVAL]}, first: 20) {
  edges { node { id number } } } }"""
APPROVE = """
mutation ($id: ID!, $declined: [ReturnLineDeclineInput!]) {
  returnRequestApprove(id: $id, declined: $declined) {
    returnRequest {
      status
      vendorReturns {
        number status vendor { name } expected { refund { amount } }
        lines { quantity declinedQuantity shipmentLine { productName } }
      }
    }
    errors { field code message }
  }
}"""
WHY_NOT = "The second mug was a gift on the house."


def play(world: World) -> None:
    edges = world.merchant.ask(WAITING)["returnRequests"]["edges"]
    numbers = [edge["node"]["number"] for edge in edges]
    number = world.request["number"]
    check(number in numbers, f"{number} is among what waits for the merchant", numbers)
    by_vendor = next(iter(world.vendors.values())).member.attempt(APPROVE, id=world.request["id"])
    check(by_vendor["errors"], "a vendor may not approve", by_vendor)
    declined = {"returnLineId": world.returns[KILN]["lines"][0]["id"], "quantity": 1}
    silent = world.merchant.attempt(
        APPROVE, id=world.request["id"], declined=[{**declined, "reason": " "}]
    )
    check(silent["errors"], "no unit is declined without a reason", silent)
    approved = world.merchant.do(
        APPROVE, id=world.request["id"], declined=[{**declined, "reason": WHY_NOT}]
    )["returnRequest"]
    for part in approved["vendorReturns"]:
        say(f"{part['number']:12} {part['status']}")
    states = {part["status"] for part in approved["vendorReturns"]}
    check(states == {"APPROVED"}, "all three parts are approved", states)
    check(approved["status"] == "IN_PROGRESS", "the request is in progress", approved["status"])
    _one_mug_is_left(world, approved["vendorReturns"])


def _one_mug_is_left(world: World, parts: list[dict[str, Any]]) -> None:
    part = next(each for each in parts if each["vendor"]["name"] == KILN)
    (line,) = part["lines"]
    check(
        (line["quantity"], line["declinedQuantity"]) == (2, 1),
        f"of the two mugs in {part['number']} one is declined, the other goes on",
        line,
    )
    expected = part["expected"]["refund"]["amount"]
    check(
        expected == world.unit_prices[MUG],
        f"what {part['number']} can still bring is one mug: {money(expected, world.currency)}",
        expected,
    )
