"""An order with a voucher comes back in two parts: to the cent what Saleor was paid, no more."""

from decimal import Decimal

from ..narration import check, money, say
from ..world import World
from .calls import ACCEPT, APPROVE, RECEIVE
from .goods import CHAIR, CUSHION
from .orders import arrived, bought, returnable
from .refund import captured
from .statement import shown, total_of
from .vendors import NORD

PERCENT = Decimal(15)
BASKET = {CHAIR: 1, CUSHION: 3}
FIRST = {CUSHION: 2}
REST = {CHAIR: 1, CUSHION: 1}

TOTAL = """
query ($id: ID!) {
  order(id: $id) {
    total { gross { amount } } shippingPrice { gross { amount } }
    lines { quantity unitPrice { gross { amount } } }
  }
}"""
SUBMIT = """
mutation ($input: ReturnRequestInput!) {
  returnRequestCreate(input: $input) {
    returnRequest {
      id number
      vendorReturns { id number quote { refund { amount } } lines { id quantity } }
    }
    errors { field code message }
  }
}"""
REFUND = """
mutation ($id: ID!) {
  vendorReturnRefund(id: $id) {
    refund {
      status amount { amount } goods { gross { amount } } shipping { gross { amount } }
      steps { label amount { amount } } parts { way status amount { amount } }
    }
    vendorReturn { status }
    errors { field code message }
  }
}"""


def play(world: World) -> None:
    code = f"STORY-{world.tag}".upper()
    world.host.make_voucher(code, PERCENT)
    order = bought(world, "Grace", BASKET, code)
    paid = order.merchant.ask(TOTAL, id=order.order_id)["order"]
    total = Decimal(paid["total"]["gross"]["amount"])
    shipping = Decimal(paid["shippingPrice"]["gross"]["amount"])
    full = sum(_price(world, name) * quantity for name, quantity in BASKET.items()) + shipping
    check(total < full, f"{PERCENT} % off: {money(full)} became {money(total)}", total)
    arrived(order)
    first = _give_back(order, FIRST)
    check(first < total, f"the first part gives back {money(first)} of {money(total)}", first)
    check(captured(order) == total - first, f"Saleor holds {money(total - first)} now")
    second = _give_back(order, REST)
    check(
        first + second == total,
        f"{money(first)} + {money(second)} = {money(total)}: what was paid, to the cent",
        first + second,
    )
    check(captured(order) == 0, "Saleor's payment of the order holds nothing any more")
    rows = [row for row in shown(world, NORD) if row["orderNumber"] == order.order_number]
    check(not total_of(rows), f"of order {order.order_number} nothing is left on it", rows)


def _give_back(order: World, units: dict[str, int]) -> Decimal:
    """One return from the request to the refund; answers what it gave back."""
    lines = [
        {"shipmentLineId": each["line"]["id"], "quantity": units[each["line"]["productName"]]}
        for each in returnable(order)
        if each["line"]["productName"] in units
    ]
    request = order.shopper.do(SUBMIT, input={"lines": lines})["returnRequest"]
    (part,) = request["vendorReturns"]
    order.merchant.do(APPROVE, id=request["id"])
    member = order.vendors[NORD].member
    member.do(ACCEPT, id=part["id"])
    parcel = [
        {"returnLineId": line["id"], "quantity": line["quantity"], "condition": "GOOD"}
        for line in part["lines"]
    ]
    member.do(RECEIVE, id=part["id"], lines=parcel)
    refund = member.do(REFUND, id=part["id"])["refund"]
    amount = Decimal(refund["amount"]["amount"])
    say(f"Return {part['number']}:")
    for step in refund["steps"]:
        say(f"  {step['label']:28} {money(step['amount']['amount']):>8}")
    say(f"  {'= refunded':28} {money(amount):>8}")
    check(refund["status"] == "SUCCEEDED", f"{part['number']} is refunded", refund)
    promised = part["quote"]["refund"]["amount"]
    check(amount == promised, f"it is the {money(promised)} that were promised", amount)
    check(total_of(refund["steps"]) == amount, "its steps sum to it", refund["steps"])
    check(total_of(refund["parts"]) == amount, "and so do its payments", refund["parts"])
    return amount


def _price(world: World, name: str) -> Decimal:
    return Decimal(world.unit_prices[name])
