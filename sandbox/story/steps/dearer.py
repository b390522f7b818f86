"""A dearer item: the shopper pays what it costs more on Saleor's own checkout, then it is ordered."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import parse_qs, urlsplit

from ..narration import check, money, say
from ..world import World
from . import pages
from .exchanging import (
    accept,
    approve,
    balance,
    comes_to,
    new_order,
    receive,
    status_page,
    told,
    wants,
)
from .refund import captured
from .wardrobe import CHECKOUT_PAGE, DIFFERENCE, LOOM, TALL, size

RATE = Decimal("0.125")
"""Of the commission, as the story's vendors have it."""


def rounded(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def play(world: World) -> None:
    order = wants(world, "Emmy", TALL)
    owed = balance(world)
    approve(order)
    exchange = accept(order, "AWAITING_PAYMENT")
    checkout = _is_offered(order, exchange["paymentUrl"])
    _is_paid(order, checkout)
    made = new_order(order)
    (shipment,) = made["vendorShipments"]
    check(shipment["status"] == "HELD", f"shipment {shipment['number']} is HELD", shipment)
    status = receive(order)
    check(status == "SETTLED", f"{order.returns[LOOM]['number']} is SETTLED", status)
    comes_to(order, "RELEASED")
    commission = rounded(DIFFERENCE * RATE)
    moved = balance(order) - owed
    check(
        moved == DIFFERENCE - commission,
        f"the vendor's balance moved by the difference, less commission: "
        f"{money(DIFFERENCE)} - {money(commission)} = {money(moved)}",
        moved,
    )
    world.exchanged.append(order)


def _is_offered(order: World, link: str) -> str:
    """Answers the checkout, which a store's page would find in its address."""
    check(link.startswith(CHECKOUT_PAGE), f"it waits for payment: {link}", link)
    part = order.returns[LOOM]["number"]
    mail = told(
        order,
        order.shopper_email,
        f"Please pay ${money(DIFFERENCE)} for the exchange of return {part}",
    )
    check(mail is None or link in mail.text, "the shopper is mailed the link", mail)
    page = status_page(order)
    check(
        link in page.links.values(),
        f"and has it on the portal: Pay ${money(DIFFERENCE)}",
        page.links,
    )
    (checkout,) = parse_qs(urlsplit(link).query)["checkout"]
    total = order.host.total_of(checkout, order.shopper_email)
    check(total == DIFFERENCE, f"Saleor's checkout asks for {money(total)}, no more", total)
    return checkout


def _is_paid(order: World, checkout: str) -> None:
    made = order.host.pay_and_complete(checkout, order.gateway)
    say("The shopper pays there, by Saleor's own API.")
    exchange = comes_to(order, "ORDERED")
    check(
        exchange["orderNumber"] == str(made["number"]),
        f"order {made['number']} is the exchange's",
        exchange,
    )
    found = new_order(order)
    (line,) = found["lines"]
    total = Decimal(found["total"]["gross"]["amount"])
    got = captured(replace(order, order_id=made["id"]))
    check(
        total == got == DIFFERENCE and line["variantName"] == TALL,
        f"1 × {size(TALL)} for {money(total)}, which Saleor's payment holds",
        (found, got),
    )
    check(found["exchangeOf"]["number"] == order.returns[LOOM]["number"], "it says what it is for")
    pages.shows(status_page(order), "the shopper's page says", ["It is reserved for you"])
