"""The merchant decides on the whole request."""

from ..narration import check, say
from ..world import World

WAITING = """
query { returnRequests(filter: {status: [AWAITING_APPROVAL]}, first: 20) {
  edges { node { id number } } } }"""
APPROVE = """
mutation ($id: ID!) {
  returnRequestApprove(id: $id) {
    returnRequest { status vendorReturns { number status } } errors { field code message } } }"""


def play(world: World) -> None:
    edges = world.merchant.ask(WAITING)["returnRequests"]["edges"]
    numbers = [edge["node"]["number"] for edge in edges]
    number = world.request["number"]
    check(number in numbers, f"{number} is among what waits for the merchant", numbers)
    by_vendor = next(iter(world.vendors.values())).member.attempt(APPROVE, id=world.request["id"])
    check(by_vendor["errors"], "a vendor may not approve", by_vendor)
    approved = world.merchant.do(APPROVE, id=world.request["id"])["returnRequest"]
    for part in approved["vendorReturns"]:
        say(f"{part['number']:12} {part['status']}")
    states = {part["status"] for part in approved["vendorReturns"]}
    check(states == {"APPROVED"}, "both parts are approved", states)
    check(approved["status"] == "IN_PROGRESS", "the request is in progress", approved["status"])
