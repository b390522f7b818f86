"""Goods arrive; the good ones are for sale again."""

from ..narration import check, money, say
from ..world import World
from .goods import CHAIR, CUSHION
from .vendors import NORD

STOCKS = """
query ($id: ID!) { productVariant(id: $id) { stocks { quantity warehouse { id } } } }"""
RECEIVE = """
mutation ($id: ID!, $lines: [ReturnReceptionLineInput!]!, $key: String) {
  vendorReturnReceive(id: $id, lines: $lines, idempotencyKey: $key) {
    vendorReturn {
      status dueNow { refund { amount } }
      lines {
        receivedQuantity payableQuantity shipmentLine { productName }
        receptions { quantity condition disposition }
      }
    }
    errors { field code message }
  }
}"""


def play(world: World) -> None:
    part = world.returns[NORD]
    ids = {line["shipmentLine"]["productName"]: line["id"] for line in part["lines"]}
    groups = [
        {"returnLineId": ids[CHAIR], "quantity": 1, "condition": "GOOD"},
        {"returnLineId": ids[CHAIR], "quantity": 1, "condition": "DAMAGED"},
        {"returnLineId": ids[CUSHION], "quantity": 1, "condition": "GOOD"},
    ]
    before = {name: stock_of(world, name) for name in (CHAIR, CUSHION)}
    call = {"id": part["id"], "lines": groups, "key": f"story-{world.tag}"}
    member = world.vendors[NORD].member
    received = member.do(RECEIVE, **call)["vendorReturn"]
    received = member.do(RECEIVE, **call)["vendorReturn"]
    for line in received["lines"]:
        for each in line["receptions"]:
            name = line["shipmentLine"]["productName"]
            say(f"{each['quantity']} × {name:14} {each['condition']:8} {each['disposition']}")
    units = sum(line["receivedQuantity"] for line in received["lines"])
    check(units == 3, "reported twice with the same key, three units were received", units)
    check(received["status"] == "RECEIVED", "the return is RECEIVED", received["status"])
    for name in (CHAIR, CUSHION):
        now = stock_of(world, name)
        check(now == before[name] + 1, f"{name}: {before[name]} in stock before, {now} now")
    due = received["dueNow"]["refund"]["amount"]
    check(
        due == world.wanted_refund,
        f"due now: {money(due, world.currency)}, the damaged one too",
        due,
    )


def stock_of(world: World, name: str) -> int:
    """Units that Saleor has in the story's warehouse."""
    variant = world.merchant.ask(STOCKS, id=world.goods[name].variant_id)["productVariant"]
    rows = [row for row in variant["stocks"] if row["warehouse"]["id"] == world.warehouse]
    return sum(row["quantity"] for row in rows)
