"""A warehouse, delivery, and five products."""

from decimal import Decimal

from ..narration import check, say
from ..world import World

CHAIR, CUSHION, LAMP, MUG, TOTE = (
    "Oak chair",
    "Wool cushion",
    "Desk lamp",
    "Stone mug",
    "Canvas bag",
)
PRICES = {
    CHAIR: Decimal("120.00"),
    CUSHION: Decimal("18.50"),
    LAMP: Decimal("79.90"),
    MUG: Decimal("14.25"),
    TOTE: Decimal("12.00"),
}
STOCK = 20
DELIVERY = Decimal("9.00")


def play(world: World) -> None:
    check(world.merchant.can_sign_in(), f"{world.merchant.email} signs in with a password")
    say(f"This is Saleor {world.host.version}.")
    world.warehouse = world.host.open_market("Story warehouse", world.tag, DELIVERY)
    world.channel = world.host.channel
    shelf = world.host.make_shelf(world.tag, world.warehouse)
    for name, price in PRICES.items():
        sku = f"{name.upper().replace(' ', '-')}-{world.tag}"
        world.goods[name] = world.host.make_goods(name, sku, price, STOCK, shelf)
        say(f"{name:14} {price:>7}   {STOCK} in stock")
