"""What the chapters on exchanges have in common."""

from decimal import Decimal
from typing import Any

from ..browser import Browser, Page
from ..mails import Mail, mails_to
from ..narration import Failed, check, say, wait_for
from ..world import World
from . import pages
from .calls import ACCEPT, APPROVE, RECEIVE
from .orders import arrived, bought, returnable
from .wardrobe import LOOM, MEDIUM, size

OPTIONS = """
query {
  returnableOrder {
    shipments {
      lines {
        line { id } resolutions
        exchangeOptions { variant { id } available difference { amount } }
      }
    }
  }
}"""
SUBMIT = """
mutation ($input: ReturnRequestInput!) {
  returnRequestCreate(input: $input) {
    returnRequest {
      id number
      vendorReturns {
        id number quote { refund { amount } exchangeDifference { amount } } lines { id }
      }
    }
    errors { field code message }
  }
}"""
EXCHANGES = """
query ($id: ID!) {
  vendorReturn(id: $id) {
    status
    exchanges {
      id status orderNumber difference { amount } paymentUrl expiresAt failure
      order { id }
    }
  }
}"""
NEW_ORDER = """
query ($id: ID!) {
  order(id: $id) {
    number status isPaid total { gross { amount } } metadata { key value }
    lines { productName variantName quantity }
    exchangeOf { number }
    fulfillments { status trackingNumber }
    vendorShipments { id number status holdReason packingSlipUrl tracking { carrier number url } }
  }
}"""
STOCKS = """
query ($id: ID!) {
  productVariant(id: $id) { stocks { quantity quantityAllocated warehouse { id } } } }"""
BALANCES = "query ($id: ID!) { vendor(id: $id) { balances { amount currency } } }"


def wants(world: World, who: str, wanted: str) -> World:
    """Somebody bought a shirt in M, and asks for another size; answers their order's world."""
    order = bought(world, who, {size(MEDIUM): 1})
    arrived(order)
    (line,) = returnable(order, OPTIONS)
    variant = world.goods[size(wanted)].variant_id
    option = next(each for each in line["exchangeOptions"] if each["variant"]["id"] == variant)
    say(
        f"{who} has order {order.order_number}, one {size(MEDIUM)}, and would rather have {wanted}."
    )
    asked = {
        "shipmentLineId": line["line"]["id"],
        "quantity": 1,
        "resolution": "EXCHANGE",
        "exchangeVariantId": variant,
    }
    order.request = order.shopper.do(SUBMIT, input={"lines": [asked]})["returnRequest"]
    (part,) = order.request["vendorReturns"]
    order.returns = {LOOM: part}
    promised = part["quote"]["exchangeDifference"]["amount"]
    check(
        promised == option["difference"]["amount"] and part["quote"]["refund"]["amount"] == 0,
        f"return {part['number']} is asked for; a difference of {Decimal(promised):.2f} is told",
        (part, option),
    )
    return order


def approve(order: World) -> None:
    order.merchant.do(APPROVE, id=order.request["id"])
    say("The merchant approves.")


def accept(order: World, status: str) -> dict[str, Any]:
    """The vendor does; answers the exchange once it has come to this status."""
    order.vendors[LOOM].member.do(ACCEPT, id=order.returns[LOOM]["id"])
    say(f"{LOOM} accepts {order.returns[LOOM]['number']}.")
    return comes_to(order, status)


def comes_to(order: World, status: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        exchange = exchange_of(order)
        return exchange if exchange and exchange["status"] == status else None

    return wait_for(look, f"the exchange to be {status}", order.patience)


def exchange_of(order: World) -> dict[str, Any] | None:
    """The newest one, as the merchant sees it."""
    seen = order.merchant.ask(EXCHANGES, id=order.returns[LOOM]["id"])["vendorReturn"]
    return seen["exchanges"][-1] if seen["exchanges"] else None


def receive(order: World) -> str:
    """The shirt arrives in good condition; answers the return's status."""
    part = order.returns[LOOM]
    lines = [{"returnLineId": part["lines"][0]["id"], "quantity": 1, "condition": "GOOD"}]
    done = order.vendors[LOOM].member.do(RECEIVE, id=part["id"], lines=lines)
    say(f"The {size(MEDIUM)} arrives, in good condition.")
    return str(done["vendorReturn"]["status"])


def new_order(order: World) -> dict[str, Any]:
    """Saleor's order for the exchange."""
    exchange = exchange_of(order)
    assert exchange is not None
    return dict(order.merchant.ask(NEW_ORDER, id=exchange["order"]["id"])["order"])


def held_until(made: dict[str, Any]) -> str:
    values = {each["key"]: each["value"] for each in made["metadata"]}
    return str(values.get("returns.held_until", ""))


def stock(world: World, name: str) -> tuple[int, int]:
    """Units of a size in the story's warehouse, and how many of these are kept for orders."""
    key = world.goods[size(name)].variant_id
    rows = world.merchant.ask(STOCKS, id=key)["productVariant"]["stocks"]
    (row,) = [each for each in rows if each["warehouse"]["id"] == world.warehouse]
    return row["quantity"], row["quantityAllocated"]


def balance(world: World) -> Decimal:
    """Of the vendor of shirts."""
    rows = world.merchant.ask(BALANCES, id=world.vendors[LOOM].id)["vendor"]["balances"]
    return sum((Decimal(row["amount"]) for row in rows), Decimal(0))


def told(order: World, to: str, subject: str) -> Mail | None:
    """The mail that begins so, once it is there; None where nobody looks at mails."""
    folder = order.mail_dir
    if folder is None:
        return None

    def look() -> list[Mail]:
        return [each for each in mails_to(folder, to) if each.subject.startswith(subject)]

    mail, *more = wait_for(look, f"the mail {subject!r} to {to}", order.patience)
    if more:
        raise Failed(f"the mail {subject!r} came {len(more) + 1} times to {to}")
    say(f"To {mail.to}: {mail.subject}")
    return mail


def status_page(order: World) -> Page:
    """The shopper's, on the portal."""
    return pages.followed(Browser(), order)
