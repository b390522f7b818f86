"""A guest signs in with order number and e-mail, sees the quote, and submits."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ..narration import check, money, say, span
from ..world import World
from . import reasons
from .goods import CHAIR, CUSHION, LAMP, MUG
from .vendors import KILN, LUMEN, NORD

WANTED = {CHAIR: 2, CUSHION: 1, LAMP: 1, MUG: 2}
NORDS = {CHAIR: 2, CUSHION: 1}

SIGN_IN = """
mutation ($number: String!, $email: String!, $channel: String) {
  returnSessionCreate(orderNumber: $number, email: $email, channel: $channel) {
    token expiresAt errors { field code message } } }"""
RETURNABLE = """
query {
  returnableOrder {
    orderNumber
    shipments {
      shipment { number vendor { name } }
      lines {
        line { id productName quantity } returnableQuantity resolutions
        refusal { code message }
      }
    }
  }
}"""
QUOTE = """
query ($lines: [ReturnLineInput!]!) {
  returnQuote(lines: $lines) {
    quote {
      total { amount currency }
      vendorReturns {
        shipment { number } refund { amount } steps { label amount { amount } }
      }
    }
    errors { field code message }
  }
}"""
SUBMIT = """
mutation ($input: ReturnRequestInput!) {
  returnRequestCreate(input: $input) {
    returnRequest {
      id number status
      vendorReturns {
        id number status vendor { name } quote { refund { amount } }
        lines { id quantity shipmentLine { productName } reason { label } }
      }
    }
    errors { field code message }
  }
}"""


def play(world: World) -> None:
    _sign_in(world)
    lines = _choose(world)
    total = _quote(world, lines)
    submission = {"lines": lines, "locale": "en", "idempotencyKey": f"story-{world.tag}"}
    made = world.shopper.do(SUBMIT, input=submission)["returnRequest"]
    again = world.shopper.do(SUBMIT, input=submission)["returnRequest"]
    check(again["id"] == made["id"], f"submitted twice, it is one request: {made['number']}", again)
    check(made["number"] == f"{world.order_number}-R1", f"its number is {made['number']}")
    check(made["status"] == "AWAITING_APPROVAL", "it awaits approval", made["status"])
    world.request = made
    world.returns = {each["vendor"]["name"]: each for each in made["vendorReturns"]}
    for name, part in world.returns.items():
        say(f"{part['number']:12} {name:16} {_units(part)}")
    check(
        set(world.returns) == {NORD, LUMEN, KILN},
        "each vendor has its own part",
        set(world.returns),
    )
    promised = sum(part["quote"]["refund"]["amount"] for part in world.returns.values())
    check(
        promised == total,
        f"what was quoted is promised: {money(promised, world.currency)}",
        promised,
    )


def _sign_in(world: World) -> None:
    who = {"number": world.order_number, "channel": world.channel}
    wrong = world.visitor.attempt(SIGN_IN, email="eve@example.com", **who)
    check(not wrong["token"] and wrong["errors"], "another e-mail address opens nothing", wrong)
    session = world.visitor.do(SIGN_IN, email=world.shopper_email, **who)
    world.visitor.session = session["token"]
    lasts = datetime.fromisoformat(session["expiresAt"]) - datetime.now(UTC)
    check(
        session["token"] and lasts.total_seconds() > 0,
        f"{world.shopper_email} opens order {world.order_number} for {span(lasts.total_seconds())}",
        session,
    )


def _choose(world: World) -> list[dict[str, Any]]:
    order = world.shopper.ask(RETURNABLE)["returnableOrder"]
    lines = [each for shipment in order["shipments"] for each in shipment["lines"]]
    refused = [each["refusal"]["message"] for each in lines if each["refusal"]]
    check(len(lines) == 5 and not refused, "all five lines can be returned", refused or lines)
    fault, no_fault = reasons.choose(world)
    return [
        {
            "shipmentLineId": each["line"]["id"],
            "quantity": WANTED[each["line"]["productName"]],
            "reasonId": (no_fault if each["line"]["productName"] == LAMP else fault)["id"],
        }
        for each in lines
        if each["line"]["productName"] in WANTED
    ]


def _quote(world: World, lines: list[dict[str, Any]]) -> Decimal:
    answer = world.shopper.ask(QUOTE, lines=lines)["returnQuote"]
    check(not answer["errors"], "the shop quotes the refund", answer["errors"])
    total = Decimal(answer["quote"]["total"]["amount"])
    for part in answer["quote"]["vendorReturns"]:
        for step in part["steps"]:
            say(
                f"{part['shipment']['number']:10} {step['label']:24} {money(step['amount']['amount']):>8}"
            )
    # Saleor's own figures are the judge.
    worth = sum(world.unit_prices[name] * quantity for name, quantity in WANTED.items())
    check(total == worth, f"it is what Saleor was paid for these units: {money(worth)}", total)
    world.wanted_refund = Decimal(sum(world.unit_prices[name] * n for name, n in NORDS.items()))
    return total


def _units(part: dict[str, Any]) -> str:
    units = [
        f"{line['quantity']} × {line['shipmentLine']['productName']} ({line['reason']['label']})"
        for line in part["lines"]
    ]
    return ", ".join(units)
