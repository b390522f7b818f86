"""A shirt for another size: Saleor's own checkout makes the order, which waits for the goods."""

from ..narration import check, money, wait_for
from ..world import World
from . import pages
from .exchanging import (
    accept,
    approve,
    balance,
    comes_to,
    held_until,
    new_order,
    receive,
    status_page,
    stock,
    told,
    wants,
)
from .refund import captured
from .wardrobe import LOOM, SHIRT, SMALL, size

FULFILL = """
mutation ($id: ID!, $input: VendorShipmentFulfillInput!) {
  vendorShipmentFulfill(id: $id, input: $input) {
    vendorShipment { number status } errors { field code message } } }"""


def play(world: World) -> None:
    order = wants(world, "Mary", SMALL)
    before, owed, held = stock(world, SMALL), balance(world), captured(order)
    approve(order)
    exchange = accept(order, "ORDERED")
    _is_ordered(order, exchange["orderNumber"], before)
    _waits(order)
    _is_released(order)
    check(
        captured(order) == held and balance(order) == owed,
        f"no money moved: Saleor's payment holds {money(held)} and the vendor's balance is "
        f"{money(owed)}, as before",
        (captured(order), balance(order)),
    )
    world.exchanged.append(order)


def _is_ordered(order: World, number: str, before: tuple[int, int]) -> None:
    made = new_order(order)
    (line,) = made["lines"]
    is_free = made["total"]["gross"]["amount"] == 0 and made["isPaid"]
    check(
        made["number"] == number and is_free and made["status"] == "UNFULFILLED",
        f"Saleor's checkout made order {number} of it: UNFULFILLED, total "
        f"{money(0, order.currency)}, so nothing is to be paid",
        made,
    )
    check(
        (line["productName"], line["variantName"], line["quantity"]) == (SHIRT, SMALL, 1),
        f"it holds 1 × {size(SMALL)}",
        line,
    )
    part = order.returns[LOOM]["number"]
    check(made["exchangeOf"]["number"] == part, f"and says what it is for: {part}", made)
    units, kept = before
    now = stock(order, SMALL)
    check(
        now == (units, kept + 1),
        f"of {units} in stock {kept + 1} is kept for orders, {kept} before",
        now,
    )


def _waits(order: World) -> None:
    made = wait_for(
        lambda: made if held_until(made := new_order(order)) else None,
        "the mark on the order",
        order.patience,
    )
    check(
        held_until(made) == "on_reception",
        "its metadata tells warehouse systems: held until on_reception",
        made["metadata"],
    )
    (shipment,) = made["vendorShipments"]
    check(shipment["status"] == "HELD", f"shipment {shipment['number']} is HELD", shipment)
    member = order.vendors[LOOM].member
    early = member.attempt(FULFILL, id=shipment["id"], input={})
    check(early["errors"], "the vendor cannot send it yet", early)
    told(order, order.shopper_email, f"Your exchange is kept for you: order {made['number']}")
    pages.shows(
        status_page(order),
        "the shopper's page says",
        ["It is reserved for you, and sent once your return has arrived.", str(made["number"])],
    )


def _is_released(order: World) -> None:
    status = receive(order)
    comes_to(order, "RELEASED")
    check(status == "SETTLED", f"{order.returns[LOOM]['number']} is SETTLED, without money", status)
    (shipment,) = new_order(order)["vendorShipments"]
    check(
        shipment["status"] == "OPEN" and not shipment["holdReason"],
        f"{shipment['number']} is OPEN: it may be sent",
        shipment,
    )
    wait_for(lambda: not held_until(new_order(order)), "the mark to be taken off", order.patience)
    check(True, "and the mark on Saleor's order is gone")
    told(order, order.vendors[LOOM].email, f"New shipment {shipment['number']}")
