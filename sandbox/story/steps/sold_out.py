"""The last one goes to somebody else first: nothing is ordered, and the shopper chooses anew."""

from ..narration import check, money, say
from ..world import World
from . import pages
from .dearer import RATE
from .exchanging import accept, approve, balance, comes_to, receive, status_page, stock, told, wants
from .goods import DELIVERY
from .orders import bought
from .refund import captured
from .wardrobe import LARGE, LOOM, PRICE, size

CHECKOUTS = "query { checkouts(first: 100) { edges { node { id } } } }"
ORDERS = "query { orders(first: 1) { totalCount } }"
CHOOSE = """
mutation ($id: ID!, $input: ReturnLineResolutionInput!) {
  returnLineResolutionChange(id: $id, input: $input) {
    returnLine { resolution } vendorReturn { expected { refund { amount } } }
    errors { field code message } } }"""
REFUND = """
mutation ($id: ID!) {
  vendorReturnRefund(id: $id) {
    refund { status amount { amount } } vendorReturn { status } errors { field code message } } }"""


def play(world: World) -> None:
    order = wants(world, "Hedy", LARGE)
    sale = balance(world)
    approve(order)
    other = bought(world, "Edith", {size(LARGE): 1})
    say(f"Edith buys the last {size(LARGE)}: order {other.order_number}.")
    between = balance(world) - sale
    before = _in_saleor(world)
    failure = accept(order, "FAILED")
    check(not failure["orderNumber"], f"the exchange FAILED: {failure['failure']}", failure)
    check(
        _in_saleor(world) == before and stock(world, LARGE)[1] == 1,
        "nothing is left of it in Saleor: no order, no checkout, no stock kept",
        (before, _in_saleor(world)),
    )
    _are_asked(order)
    _takes_the_money(order)
    moved = balance(world) - sale - between
    commission = PRICE * RATE
    check(
        moved == commission - PRICE,
        f"the vendor's balance moved as by any refund: {money(commission)} of commission less "
        f"{money(PRICE)}",
        moved,
    )


def _in_saleor(world: World) -> tuple[int, set[str]]:
    """How many orders there are, and which checkouts."""
    orders = world.merchant.ask(ORDERS)["orders"]["totalCount"]
    edges = world.merchant.ask(CHECKOUTS)["checkouts"]["edges"]
    return orders, {edge["node"]["id"] for edge in edges}


def _are_asked(order: World) -> None:
    part = order.returns[LOOM]["number"]
    subject = f"The exchange of return {part} could not be ordered"
    told(order, order.shopper_email, subject)
    told(order, order.vendors[LOOM].email, subject)
    pages.shows(
        status_page(order),
        "the shopper's page offers another variant or the money:",
        [f"{size(LARGE)} is not available any more.", "What would you like instead?"],
    )
    member = order.vendors[LOOM].member
    browser, returns = pages.in_console(order, member)
    check(part in returns.text, f"{member.name} finds {part} in the console", returns.text)
    pages.shows(browser.follow(returns, part), "and reads there", ["not enough", size(LARGE)])


def _takes_the_money(order: World) -> None:
    part = order.returns[LOOM]
    key = part["lines"][0]["id"]
    chosen = order.shopper.do(CHOOSE, id=key, input={"resolution": "REFUND"})
    expected = chosen["vendorReturn"]["expected"]["refund"]["amount"]
    check(
        chosen["returnLine"]["resolution"] == "REFUND" and expected == PRICE + DELIVERY,
        f"the shopper takes the money: {money(PRICE)} when the goods are back, and "
        f"{money(DELIVERY)} for delivery, as nothing of the order is left",
        chosen,
    )
    comes_to(order, "CANCELLED")
    status = receive(order)
    check(status == "RECEIVED", f"{part['number']} is RECEIVED", status)
    held = captured(order)
    done = order.vendors[LOOM].member.do(REFUND, id=part["id"])
    amount = done["refund"]["amount"]["amount"]
    check(
        done["refund"]["status"] == "SUCCEEDED" and amount == held - captured(order) == expected,
        f"{money(amount, order.currency)} are refunded, through Saleor's payment",
        done,
    )
    settled = done["vendorReturn"]["status"]
    check(settled == "SETTLED", f"{part['number']} is SETTLED", settled)
