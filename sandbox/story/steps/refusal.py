"""Goods arrive that the vendor does not take back: nothing is paid, and the shopper is told why."""

from typing import Any

from ..narration import check, money
from ..world import World
from .acceptance import shopper_sees
from .reception import RECEIVE, stock_of
from .refund import captured
from .vendors import KILN

NOTE = "The mug came back without its handle."
ARRIVED = """
query ($id: ID!) {
  vendorReturn(id: $id) {
    lines { payableQuantity receptions { quantity condition disposition note isPayable } } } }"""


def play(world: World) -> None:
    part = world.returns[KILN]
    (line,) = part["lines"]
    name = line["shipmentLine"]["productName"]
    group: dict[str, Any] = {
        "returnLineId": line["id"],
        "quantity": 1,
        "condition": "NOT_ACCEPTABLE",
    }
    member = world.vendors[KILN].member
    stock, held = stock_of(world, name), captured(world)
    silent = member.attempt(RECEIVE, id=part["id"], lines=[group])
    check(silent["errors"], "no goods are refused without saying what is wrong", silent)
    refused = member.do(RECEIVE, id=part["id"], lines=[{**group, "note": NOTE}])["vendorReturn"]
    check(
        refused["status"] == "SETTLED",
        f"{KILN} refuses the mug: {part['number']} is SETTLED, nothing is left to do",
        refused["status"],
    )
    due = refused["dueNow"]["refund"]["amount"]
    check(due == 0, f"due now: {money(due, world.currency)}", due)
    check(stock_of(world, name) == stock, f"{name}: {stock} in stock, as before")
    check(captured(world) == held, f"Saleor's payment holds {money(held)}, as before")
    _shopper_reads(world, part["id"])


def _shopper_reads(world: World, part_id: str) -> None:
    seen = shopper_sees(world)["parts"][KILN]
    check(not seen["refunds"], "the shopper sees that no money comes for it", seen)
    lines = world.shopper.ask(ARRIVED, id=part_id)["vendorReturn"]["lines"]
    (row,) = [each for line in lines for each in line["receptions"]]
    check(
        (row["condition"], row["note"], row["isPayable"]) == ("NOT_ACCEPTABLE", NOTE, False),
        f"and reads why: {NOTE}",
        row,
    )
