"""Further orders, each with a world of its own around it and its shopper."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..client import Person
from ..narration import wait_for
from ..world import World
from . import sending
from .purchase import look
from .request import RETURNABLE, SIGN_IN


def bought(world: World, who: str, basket: Mapping[str, int], code: str = "") -> World:
    """A world like this one, around a new order by somebody of this first name."""
    name = who.lower()
    email = f"{name}.{world.tag}@example.com"
    chosen = [(world.goods[each], quantity) for each, quantity in basket.items()]
    checkout = world.host.start_checkout(email, chosen)
    if code:
        world.host.add_voucher(checkout, code)
    made = world.host.pay_and_complete(checkout, world.gateway)
    order = replace(
        world,
        order_id=made["id"],
        order_number=str(made["number"]),
        shopper_email=email,
        visitor=Person(who, world.url),
        request={},
        returns={},
        shipments={},
    )
    wait_for(lambda: look(order)["vendorShipments"], "the order's shipments", world.patience)
    return order


def arrived(order: World) -> None:
    """It is sent, and its shopper signs in to return something."""
    sending.play(order)
    who = {"number": order.order_number, "channel": order.channel, "email": order.shopper_email}
    order.shopper.session = order.shopper.do(SIGN_IN, **who)["token"]


def returnable(order: World, query: str = RETURNABLE) -> list[dict[str, Any]]:
    """Its lines."""
    shipments = order.shopper.ask(query)["returnableOrder"]["shipments"]
    return [each for shipment in shipments for each in shipment["lines"]]
