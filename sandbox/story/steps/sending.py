"""Staff fulfils in Saleor; the shipments follow."""

from typing import Any

from ..narration import check, say, wait_for
from ..world import World
from .purchase import look

FULFIL = """
mutation ($order: ID!, $input: OrderFulfillInput!) {
  orderFulfill(order: $order, input: $input) {
    fulfillments { id status } errors { field message } } }"""


def play(world: World) -> None:
    lines = [
        {
            "orderLineId": line["id"],
            "stocks": [{"warehouse": world.warehouse, "quantity": line["quantity"]}],
        }
        for line in look(world)["lines"]
    ]
    made = world.merchant.do(
        FULFIL, order=world.order_id, input={"lines": lines, "notifyCustomer": False}
    )
    say(f"Saleor made {len(made['fulfillments'])} fulfilment.")
    shipments = wait_for(lambda: _all_sent(world), "the shipments to be sent", world.patience)
    numbers = ", ".join(each["number"] for each in shipments)
    check(True, f"{numbers} are FULFILLED")


def _all_sent(world: World) -> list[dict[str, Any]]:
    shipments = look(world)["vendorShipments"]
    return shipments if all(each["status"] == "FULFILLED" for each in shipments) else []
