"""The vendor packs by the slip, sends with tracking, and finds it all on its statement."""

from decimal import Decimal
from typing import Any

from ..browser import Browser
from ..narration import check, money
from ..world import World
from . import pages, statement
from .another_size import FULFILL
from .dearer import RATE, rounded
from .exchanging import balance, new_order, status_page, told
from .wardrobe import LOOM, PRICE, SHIRT, TALL_PRICE

CARRIER, TRACK = "UPS", "https://www.ups.com/track?tracknum="


def play(world: World) -> None:
    for count, order in enumerate(world.exchanged):
        _send(order, f"1Z{world.tag.upper()}{count}")
    _statement(world)


def _send(order: World, number: str) -> None:
    made = new_order(order)
    (line,) = made["lines"]
    (shipment,) = made["vendorShipments"]
    slip = Browser().open(shipment["packingSlipUrl"])
    words = [shipment["number"], SHIRT, line["variantName"], "10001", "1 unit in all"]
    pages.shows(slip, "the packing slip, by its link alone, shows", words)
    check("$" not in slip.text, "and no price", slip.text)
    tracking = {"carrier": CARRIER, "number": number, "url": f"{TRACK}{number}"}
    sent = order.vendors[LOOM].member.do(
        FULFILL, id=shipment["id"], input={"tracking": tracking, "notifyCustomer": True}
    )["vendorShipment"]
    check(
        sent["status"] == "FULFILLED",
        f"{LOOM} sends {sent['number']} with {CARRIER} {number}",
        sent,
    )
    made = new_order(order)
    (fulfilment,) = made["fulfillments"]
    check(
        made["status"] == "FULFILLED" and fulfilment["trackingNumber"] == number,
        f"Saleor's order {made['number']} is FULFILLED, with that number",
        made,
    )
    if order.host.mails_of_shipping:
        mail = told(order, order.shopper_email, f"Your order {made['number']} is on its way")
        check(mail is None or number in mail.text, "Saleor's mail to the shopper tells it", mail)
    page = status_page(order)
    pages.shows(page, "the shopper's page says", ["It is on its way to you.", number])


def _statement(world: World) -> None:
    rows = statement.shown(world, LOOM)
    check(statement.total_of(rows) == balance(world), f"and that is {LOOM}'s balance", rows)
    _exchanges_moved_the_difference(world, rows)


def _exchanges_moved_the_difference(world: World, rows: list[dict[str, Any]]) -> None:
    """Each order and what replaced it brought what was sold at first, and the difference."""
    same, dearer = world.exchanged
    for order, total in ((same, PRICE), (dearer, TALL_PRICE)):
        numbers = (order.order_number, str(new_order(order)["number"]))
        amounts = [Decimal(r["amount"]["amount"]) for r in rows if r["orderNumber"] in numbers]
        left = rounded(total * (1 - RATE))
        check(
            sum(amounts) == left,
            f"orders {' and '.join(numbers)} together: {money(total)} less commission, {money(left)}",
            amounts,
        )
