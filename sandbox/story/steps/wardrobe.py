"""A vendor of shirts in sizes, which can be exchanged for one another."""

from decimal import Decimal

from ..narration import check, money, say
from ..world import World
from . import vendors

LOOM = "Loom & Thread"
STREET = "48 Weaver Street"
SHIRT = "Linen shirt"
SMALL, MEDIUM, LARGE, TALL = "S", "M", "L", "XL Tall"
PRICE, TALL_PRICE = Decimal("40.00"), Decimal("46.50")
DIFFERENCE = TALL_PRICE - PRICE
SIZES = {SMALL: (PRICE, 5), MEDIUM: (PRICE, 5), LARGE: (PRICE, 1), TALL: (TALL_PRICE, 5)}
CHECKOUT_PAGE = "https://shop.example.com/checkout"
DAYS = 7

CREATE_POLICY = """
mutation ($input: ReturnPolicyInput!) {
  returnPolicyCreate(input: $input) {
    returnPolicy { resolutions exchangePricing exchangeRelease }
    errors { field code message } } }"""
PORTAL = "query ($channel: String) { returnPortal(channel: $channel) { checkoutUrl } }"
CHECKOUT_URL = """
mutation ($channel: String, $url: String!) {
  returnPortalUpdate(channel: $channel, input: {checkoutUrl: $url}) {
    returnPortal { checkoutUrl } errors { field code message } } }"""


def size(name: str) -> str:
    """Its name among the goods."""
    return f"{SHIRT}, {name}"


def play(world: World) -> None:
    shelf = world.host.make_shelf(f"Clothing {world.tag}", world.warehouse)
    sku = f"SHIRT-{world.tag}"
    for name, goods in world.host.make_sizes(SHIRT, sku, SIZES, shelf).items():
        world.goods[size(name)] = goods
        price, stock = SIZES[name]
        say(f"{size(name):22} {price:>6}   {stock} in stock")
    product = world.goods[size(MEDIUM)].product_id
    vendor = vendors.join(world, LOOM, STREET, {SHIRT: product})
    policy = world.merchant.do(
        CREATE_POLICY,
        input={
            "vendorId": vendor.id,
            "resolutions": ["REFUND", "EXCHANGE"],
            "exchangePricing": "SETTLED",
            "exchangeRelease": "ON_RECEPTION",
            "exchangeOfferDays": DAYS,
        },
    )["returnPolicy"]
    check(
        set(policy["resolutions"]) == {"REFUND", "EXCHANGE"},
        f"what {LOOM} sold can be exchanged; the shopper settles a difference, "
        f"{money(DIFFERENCE)} for {TALL}",
        policy,
    )
    page = f"{CHECKOUT_PAGE}?checkout={{checkout}}"
    known = world.merchant.ask(PORTAL, channel=world.channel)["returnPortal"]["checkoutUrl"]
    world.put_back.append(lambda: _set_page(world, known or ""))
    check(_set_page(world, page) == page, f"it is paid on the store's own page: {page}")


def _set_page(world: World, page: str) -> str | None:
    done = world.merchant.do(CHECKOUT_URL, channel=world.channel, url=page)
    url: str | None = done["returnPortal"]["checkoutUrl"]
    return url
