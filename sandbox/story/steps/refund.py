"""The refund goes through Saleor's payment, exactly once."""

from decimal import Decimal

from ..narration import check, money, say
from ..world import World
from .acceptance import shopper_sees
from .vendors import NORD

PAYMENTS = """
query ($id: ID!) {
  order(id: $id) {
    payments {
      gateway chargeStatus capturedAmount { amount }
      transactions { kind isSuccess amount { amount } }
    }
  }
}"""
REFUND = """
mutation ($id: ID!, $input: VendorReturnRefundInput) {
  vendorReturnRefund(id: $id, input: $input) {
    refund { status method amount { amount currency } failure parts { pspReference amount { amount } } }
    vendorReturn { status }
    errors { field code message }
  }
}"""


def play(world: World) -> None:
    part = world.returns[NORD]
    member = world.vendors[NORD].member
    before = captured(world)
    done = member.do(REFUND, id=part["id"], input={"idempotencyKey": f"story-{world.tag}"})
    refund = done["refund"]
    amount = Decimal(refund["amount"]["amount"])
    check(refund["status"] == "SUCCEEDED", "the refund SUCCEEDED", refund)
    check(
        amount == world.wanted_refund, f"it is {money(amount, world.currency)}, as promised", amount
    )
    check(done["vendorReturn"]["status"] == "SETTLED", f"{part['number']} is SETTLED", done)
    after = captured(world)
    check(
        before - after == amount,
        f"Saleor's payment held {money(before)}, and holds {money(after)} now",
        f"{before} before, {after} after",
    )
    again = member.do(REFUND, id=part["id"], input={"idempotencyKey": f"story-{world.tag}"})
    same = again["refund"]["amount"]["amount"] == amount
    check(same and captured(world) == after, "asked again with the same key, nothing moves", again)
    more = member.attempt(REFUND, id=part["id"])
    check(
        more["errors"] and captured(world) == after,
        "asked again without a key, it is refused, and nothing moves",
        more,
    )
    say(f"({more['errors'][0]['code']}: {more['errors'][0]['message']})")
    _shopper_reads(world, amount)


def captured(world: World) -> Decimal:
    """What Saleor's payments of the order still hold."""
    payments = world.merchant.ask(PAYMENTS, id=world.order_id)["order"]["payments"]
    return sum((Decimal(p["capturedAmount"]["amount"]) for p in payments), Decimal(0))


def _shopper_reads(world: World, amount: Decimal) -> None:
    request = shopper_sees(world)
    refunds = request["parts"][NORD]["refunds"]
    seen = [(each["status"], each["amount"]["amount"]) for each in refunds]
    check(seen == [("SUCCEEDED", amount)], "the shopper sees the refund", refunds)
    check(request["status"] == "COMPLETED", "the request is COMPLETED", request["status"])
