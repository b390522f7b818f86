"""docs/how-to/policies.md names every field, its default, and figures that are so."""

from dataclasses import replace
from decimal import Decimal as D
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
from graphene.utils.str_converters import to_camel_case

from saleor_returns_plugin.domain import ledger
from saleor_returns_plugin.domain.ledger import Borne
from saleor_returns_plugin.domain.money import Taxed
from saleor_returns_plugin.domain.order_money import (
    LineBack,
    OrderMoney,
    Paid,
    PaidLine,
    Part,
    SoldLine,
)
from saleor_returns_plugin.domain.policy import Policy
from saleor_returns_plugin.domain.positions import Positions
from saleor_returns_plugin.domain.quotes import Quote
from saleor_returns_plugin.enums import CommissionBase, ShippingRule
from saleor_returns_plugin.graphql.mutations.policies import ReturnPolicyInput
from sandbox.paths import CHECKOUT

PAGE = (CHECKOUT / "docs/how-to/policies.md").read_text()
MONEY = {
    "restocking_fee_percent",
    "return_shipping_fee",
    "shipping_refund",
    "pays_damaged",
    "vendor_bears_shipping",
    "vendor_may_refund",
    "vendor_refund_limit",
    "commission_base",
}
CHAIRS, LAMP = UUID(int=1), UUID(int=2)
WHOLE = {CHAIRS: Taxed(D("80.00"), D("100.00")), LAMP: Taxed(D("16.00"), D("20.00"))}
UNITS = {CHAIRS: 2, LAMP: 1}
NO_FEES = Policy()


def row(name: str) -> list[str]:
    """The cells of a field's line in the table of money, or of another table by its first cell."""
    lines = [line for line in PAGE.splitlines() if line.startswith(f"| {name} |")]
    assert len(lines) == 1, name
    return [cell.strip() for cell in lines[0].strip("|").split("|")]


def test_every_field_of_the_input_is_named() -> None:
    for name in ReturnPolicyInput._meta.fields:
        assert to_camel_case(name) in PAGE, name


@pytest.mark.parametrize("name", sorted(MONEY))
def test_the_default_is_that_of_the_code(name: str) -> None:
    default = row(f"`{to_camel_case(name)}`")[3]
    assert default.split(" ")[0] == _in_words(name, getattr(Policy(), name))


def _in_words(name: str, value: Any) -> str:
    if isinstance(value, Enum):
        return value.name
    if value is None or name == "return_shipping_fee":
        return "null"
    return str(value).lower()


def example(name: str) -> str:
    return row(f"`{name}`")[4]


class Order:
    """Two chairs of one vendor and a lamp of another, each returned under a policy of its own."""

    def __init__(self, chairs: Policy = NO_FEES, lamp: Policy = NO_FEES) -> None:
        self.policies = {CHAIRS: chairs, LAMP: lamp}
        self.units = dict.fromkeys(UNITS, 0)
        self.paid: list[Paid] = []

    def refund(self, key: UUID, units: int) -> Quote:
        """Of so many more units of the line; they count as paid from then on."""
        self.units[key] += units
        quote = self._money().due_now(key)
        self.paid.append(
            Paid(
                part_id=key,
                lines=tuple(
                    PaidLine(key, line.line_id, line.positions, line.amount) for line in quote.lines
                ),
                shipping=quote.shipping,
                restocking_fee=quote.restocking_fee,
                return_shipping_fee=quote.return_shipping_fee,
            )
        )
        return quote

    def _money(self) -> OrderMoney:
        return OrderMoney(
            currency="USD",
            shipping=Taxed(D("9.60"), D("12.00")),
            sold=[SoldLine(key, "x", UNITS[key], WHOLE[key], UNITS[key]) for key in UNITS],
            parts=[
                Part(
                    key,
                    self.policies[key],
                    (LineBack(key, key, Positions.span(0, UNITS[key]), self.units[key], 0),),
                )
                for key in UNITS
            ],
            paid=self.paid,
        )


def test_the_restocking_fee_of_one_chair() -> None:
    policy = Policy(restocking_fee_percent=D(10))
    assert f"{Order(policy).refund(CHAIRS, 1).refund}" in example("restockingFeePercent")


def test_the_return_fee_is_borne_once() -> None:
    order = Order(Policy(return_shipping_fee=D("4.90")))
    first, second = (order.refund(CHAIRS, 1).refund for _ in range(2))
    assert f"{first} and {second}" in example("returnShippingFee")


def test_a_share_of_delivery_with_one_chair() -> None:
    order = Order(Policy(shipping_refund=ShippingRule.PROPORTIONAL))
    assert f"{order.refund(CHAIRS, 1).shipping.gross}" in example("shippingRefund")


def test_one_chair_of_two_is_damaged() -> None:
    assert f"give back {Order().refund(CHAIRS, 1).refund}" in example("paysDamaged")


@pytest.mark.parametrize("rule", list(ShippingRule))
def test_delivery_comes_back_as_the_table_says(rule: ShippingRule) -> None:
    order = Order(*[Policy(shipping_refund=rule)] * 2)
    chairs, lamp = (order.refund(key, UNITS[key]).shipping.gross for key in UNITS)
    assert row(rule.name)[1:] == [f"{chairs:.2f}", f"{lamp:.2f}"]


def test_the_limit_is_still_the_vendors() -> None:
    policy = Policy(vendor_refund_limit=D(45))
    within, above = D("45.00"), D("45.01")
    assert policy.lets_vendor_refund(within)
    assert not policy.lets_vendor_refund(above)
    assert f"{within} is still the vendor's, {above} the store's" in example("vendorRefundLimit")


def test_commission_of_either_base() -> None:
    figures = [
        f"{base.name} {ledger.commission(WHOLE[CHAIRS], D(10), base, 'USD')}"
        for base in CommissionBase
    ]
    assert ", ".join(figures) in example("commissionBase")


@pytest.mark.parametrize("vendor_bears_shipping", [False, True])
def test_who_carries_what(vendor_bears_shipping: bool) -> None:
    rules = Policy(vendor_bears_shipping=vendor_bears_shipping)
    fees = replace(rules, restocking_fee_percent=D(10), return_shipping_fee=D("4.90"))
    order = Order(fees, rules)
    chairs, lamp = (_beside_goods(order.refund(key, UNITS[key]), rules) for key in UNITS)
    expected = {False: (D("10.00"), D("0.00")), True: (D("14.90"), D("-12.00"))}
    assert (chairs, lamp) == expected[vendor_bears_shipping]
    text = " ".join(PAGE.split())
    assert "has +10.00 on its statement, or +14.90 where it bears shipping" in text
    assert "has 0.00, or −12.00." in text


def _beside_goods(quote: Quote, policy: Policy) -> D:
    borne = Borne(
        shipping=quote.shipping.gross,
        restocking_fee=quote.restocking_fee.gross,
        return_shipping_fee=quote.return_shipping_fee.gross,
        reduction=D(0),
        vendor_bears_shipping=policy.vendor_bears_shipping,
    )
    return sum((posting.amount for posting in ledger.fees(borne)), D(0))


@pytest.mark.parametrize(
    ("name", "borne", "amounts"),
    [
        ("restocking fee", {"restocking_fee": 1}, (1, 1)),
        ("delivery that goes back", {"shipping": 1}, (0, -1)),
        ("fee for sending back", {"return_shipping_fee": 1}, (0, 1)),
        ("what staff pay less than the quote", {"reduction": 1}, (1, 1)),
    ],
)
def test_each_share_is_carried_as_the_table_says(
    name: str, borne: dict[str, int], amounts: tuple[int, int]
) -> None:
    nothing = dict.fromkeys(("shipping", "restocking_fee", "return_shipping_fee", "reduction"), 0)
    for bears, amount, cell in zip((False, True), amounts, row(name)[1:], strict=True):
        given: dict[str, Any] = {**nothing, **borne, "vendor_bears_shipping": bears}
        found = sum(posting.amount for posting in ledger.fees(Borne(**given)))
        assert found == amount
        who = "the vendor" if amount else "the store"
        assert cell.startswith(who)
