"""Checkout and payment by Saleor; then the split."""

from typing import Any

from ..narration import check, money, say, wait_for
from ..world import World
from .goods import CHAIR, CUSHION, LAMP, MUG, TOTE
from .vendors import KILN, LUMEN, NORD

BASKET = {CHAIR: 2, CUSHION: 3, LAMP: 1, MUG: 4, TOTE: 1}

ORDER = """
query ($id: ID!) {
  order(id: $id) {
    number isPaid total { gross { amount currency } }
    lines { id productName quantity unitPrice { gross { amount } } }
    vendorShipments {
      id number status vendor { name isInHouse }
      lines { id productName quantity quantityFulfilled }
    }
  }
}"""


def play(world: World) -> None:
    chosen = [(world.goods[name], quantity) for name, quantity in BASKET.items()]
    checkout = world.host.start_checkout(world.shopper_email, chosen)
    made = world.host.pay_and_complete(checkout, world.gateway)
    world.order_id, world.order_number = made["id"], str(made["number"])
    order = look(world)
    total = order["total"]["gross"]
    world.currency = total["currency"]
    check(
        order["isPaid"],
        f"order {world.order_number} is paid: {money(total['amount'], world.currency)}",
    )
    world.unit_prices = {
        line["productName"]: line["unitPrice"]["gross"]["amount"] for line in order["lines"]
    }
    check(len(world.unit_prices) == 5, "it has five lines", sorted(world.unit_prices))
    shipments = wait_for(
        lambda: look(world)["vendorShipments"], "the order's shipments", world.patience
    )
    world.shipments = {
        "in-house" if each["vendor"]["isInHouse"] else each["vendor"]["name"]: each
        for each in shipments
    }
    for each in shipments:
        say(f"{each['number']:10} {each['vendor']['name']:16} {_content(each)}")
    numbers = [f"{world.order_number}-S{n}" for n in range(1, 5)]
    check(
        sorted(each["number"] for each in shipments) == numbers,
        f"the order is split into {', '.join(numbers)}",
        [each["number"] for each in shipments],
    )
    check(
        set(world.shipments) == {NORD, LUMEN, KILN, "in-house"},
        "one shipment per vendor, and one of the store's own",
        sorted(world.shipments),
    )
    check(_quantities(shipments) == BASKET, "no unit was lost or counted twice")


def look(world: World) -> dict[str, Any]:
    """The order as the merchant sees it now."""
    return world.merchant.ask(ORDER, id=world.order_id)["order"]


def _content(shipment: dict[str, Any]) -> str:
    return ", ".join(f"{line['quantity']} × {line['productName']}" for line in shipment["lines"])


def _quantities(shipments: list[dict[str, Any]]) -> dict[str, int]:
    lines = [line for each in shipments for line in each["lines"]]
    return {line["productName"]: line["quantity"] for line in lines}
