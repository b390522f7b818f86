"""What a quote takes: the rules alone, and `returnQuote` through Saleor's API.

All units of an order of one vendor, with delivery and fees. In the rules alone also one unit
of three of each line, whose share has to be rounded each time.
"""

import json
import time
from collections.abc import Callable
from decimal import Decimal
from statistics import median
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone
from graphene import Node

from saleor_returns_plugin.domain.money import Taxed
from saleor_returns_plugin.domain.order_money import LineBack, OrderMoney, Part, SoldLine
from saleor_returns_plugin.domain.policy import Policy
from saleor_returns_plugin.domain.positions import Positions
from saleor_returns_plugin.enums import ShippingRule
from saleor_returns_plugin.models import VendorShipmentLine
from saleor_returns_plugin.services import policies, sessions
from tests.builders import MERCHANT, a_vendor, an_order, sells
from tests.saleor_rows import a_product, a_site

from .measured import seconds, statements
from .options import Options
from .table import Aim, ms, table

LINES = (1, 10, 100)
ROUNDS = 15
UNITS = 3
REPEATED = 10
"""Runs of the rules in one round: a single one is too short to be measured."""
MOST = 0.001
QUOTE = """query ($token: String, $lines: [ReturnLineInput!]!) {
  returnQuote(token: $token, lines: $lines) {
    errors { field code }
    quote {
      total { amount }
      vendorReturns {
        refund { amount } goods { gross { amount } } shipping { gross { amount } }
        steps { label amount { amount } }
        lines { quantity amount { gross { amount } } line { sku productName } steps { label } }
      }
    }
  }
}"""


def run(options: Options) -> str:
    a_site()
    sizes, rounds = options.sizes or LINES, options.rounds or ROUNDS
    calls = {size: _call(size) for size in sizes}
    counted = {size: statements(call) for size, call in calls.items()}
    whole: dict[int, list[float]] = {size: [] for size in sizes}
    rounded: dict[int, list[float]] = {size: [] for size in sizes}
    asked: dict[int, list[float]] = {size: [] for size in sizes}
    for _ in range(rounds):
        for size in sizes:
            whole[size].append(_of_rules(size, UNITS))
            rounded[size].append(_of_rules(size, 1))
            asked[size].append(seconds(calls[size]))
    worst = max(median(whole[max(sizes)]), median(rounded[max(sizes)]))
    return table(
        f"A quote of lines x {UNITS}",
        ["lines", "rules alone: ms", "one unit of each: ms", "returnQuote: ms", "statements"],
        [
            [
                f"{size:,}",
                f"{median(whole[size]) * 1000:.3f}",
                f"{median(rounded[size]) * 1000:.3f}",
                ms(median(asked[size])),
                str(counted[size]),
            ]
            for size in sizes
        ],
        f"Medians of {rounds} rounds, in process.",
        [
            Aim(f"rules of {max(sizes)} lines under 1 ms", f"{worst * 1000:.3f}", worst < MOST),
            Aim(
                "statements constant in lines",
                ", ".join(str(n) for n in sorted(set(counted.values()))),
                len(set(counted.values())) == 1,
            ),
        ],
    )


def _of_rules(lines: int, units: int) -> float:
    """Seconds of one quote, which waits for nothing: those that the process was busy.

    The order is made anew each time, as it keeps what it worked out.
    """
    orders = [_order(lines, units) for _ in range(REPEATED)]

    started = time.thread_time()
    for order in orders:
        order.expected(order.parts[0].id)
    return (time.thread_time() - started) / REPEATED


def _order(lines: int, units: int) -> OrderMoney:
    policy = Policy(
        restocking_fee_percent=Decimal(10),
        return_shipping_fee=Decimal("4.900"),
        shipping_refund=ShippingRule.PROPORTIONAL,
    )
    sold = [
        SoldLine(uuid4(), f"Item {n}", UNITS, _price(20 + Decimal(n) / 7), UNITS)
        for n in range(lines)
    ]
    back = [
        LineBack(uuid4(), line.id, Positions.span(0, units), payable=0, expected=units)
        for line in sold
    ]
    shipping = Taxed(Decimal("8.000"), Decimal("10.000"))
    return OrderMoney("USD", shipping, sold, [Part(uuid4(), policy, tuple(back))])


def _price(gross: Decimal) -> Taxed:
    """As the database answers it, with three decimals."""
    cents = gross.quantize(Decimal("0.01"))
    return Taxed(
        (cents * Decimal("0.8")).quantize(Decimal("0.01")) + Decimal("0.000"),
        cents + Decimal("0.000"),
    )


def _call(lines: int) -> Callable[[], Any]:
    """`returnQuote` of all units of a new order."""
    vendor = a_vendor(f"Quoted {lines}")
    policies.create(
        actor=MERCHANT,
        values={"vendor_id": vendor.pk, "restocking_fee_percent": Decimal(10)},
    )
    goods = [sells(vendor, a_product(f"Quoted {lines} {n}")) for n in range(lines)]
    record = an_order([(variant, UNITS, "20.00") for variant in goods], shipping="10.00")
    wanted = {
        "token": sessions.open_for(record=record, now=timezone.now()).token,
        "lines": [
            {
                "shipmentLineId": Node.to_global_id("VendorShipmentLine", key),
                "quantity": UNITS,
            }
            for key in VendorShipmentLine.objects.filter(shipment__record=record).values_list(
                "pk", flat=True
            )
        ],
    }
    body = json.dumps({"query": QUOTE, "variables": wanted})

    def ask() -> Any:
        response = Client().post("/graphql/", body, content_type="application/json")
        answer = response.json()["data"]["returnQuote"]
        assert not answer["errors"], answer
        (part,) = answer["quote"]["vendorReturns"]
        assert len(part["lines"]) == lines, part
        return answer

    ask()  # warm
    return ask
