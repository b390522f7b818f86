"""What was paid per line after every discount: the same figures on every host."""

from decimal import Decimal
from typing import Any

import pytest

from saleor_returns_plugin import host
from tests.saleor_rows import a_product, a_saleor_order, a_voucher

pytestmark = pytest.mark.django_db


def paid_per_line(order: Any) -> list[Decimal]:
    facts = host.current.order_facts(order.pk)
    assert facts is not None
    return [line.total_gross for line in facts.lines]


def assert_adds_up(order: Any) -> None:
    """Lines + shipping = Order.total + what gift cards paid."""
    facts = host.current.order_facts(order.pk)
    assert facts is not None
    lines = sum(line.total_gross for line in facts.lines)
    assert lines + facts.shipping_gross == facts.total_gross + facts.gift_cards
    assert facts.total_gross == order.total_gross_amount
    for line in facts.lines:
        assert 0 <= line.total_net <= line.total_gross


def test_without_a_discount_a_line_costs_its_units() -> None:
    order = a_saleor_order([(a_product(), 3, "10.00"), (a_product(), 1, "0.99")], shipping="5.00")

    assert paid_per_line(order) == [Decimal("30.00"), Decimal("0.99")]
    assert_adds_up(order)


def test_net_is_what_saleor_stored() -> None:
    order = a_saleor_order([(a_product(), 2, "10.00")], shipping="5.00")

    facts = host.current.order_facts(order.pk)

    assert facts is not None
    assert facts.lines[0].total_net == Decimal("16.00")
    assert (facts.shipping_net, facts.shipping_gross) == (Decimal("4.00"), Decimal("5.00"))


def test_a_voucher_for_the_entire_order_is_shared_by_price() -> None:
    order = a_saleor_order(
        [(a_product(), 3, "10.00"), (a_product(), 1, "10.00")],
        shipping="5.00",
        discount="10.00",
        voucher=a_voucher("entire_order", "10.00"),
    )

    assert paid_per_line(order) == [Decimal("22.50"), Decimal("7.50")]
    assert_adds_up(order)


def test_a_rest_of_a_cent_goes_to_the_largest_remainder() -> None:
    lines = [(a_product(), 1, "10.00") for _ in range(3)]
    order = a_saleor_order(lines, discount="10.00", voucher=a_voucher("entire_order", "10.00"))

    assert paid_per_line(order) == [Decimal("6.66"), Decimal("6.67"), Decimal("6.67")]
    assert_adds_up(order)


def test_a_shipping_voucher_leaves_the_goods_alone() -> None:
    order = a_saleor_order(
        [(a_product(), 2, "10.00")],
        shipping="5.00",
        discount="5.00",
        voucher=a_voucher("shipping", "5.00"),
    )

    facts = host.current.order_facts(order.pk)

    assert facts is not None
    assert facts.shipping_gross == 0
    assert paid_per_line(order) == [Decimal("20.00")]
    assert_adds_up(order)


def test_a_voucher_for_one_product_lowers_that_line_only() -> None:
    chair, table = a_product(name="Chair"), a_product(name="Table")
    voucher = a_voucher("specific_product", "2.00")
    voucher.products.add(chair.product)

    order = a_saleor_order(
        [(chair, 3, "10.00"), (table, 1, "50.00")], discount="6.00", voucher=voucher
    )

    assert paid_per_line(order) == [Decimal("24.00"), Decimal("50.00")]
    assert_adds_up(order)


def test_once_per_order_lowers_the_cheapest_unit() -> None:
    chair, table = a_product(name="Chair"), a_product(name="Table")
    voucher = a_voucher("specific_product", "2.00", apply_once_per_order=True)

    order = a_saleor_order(
        [(table, 1, "50.00"), (chair, 3, "10.00")], discount="2.00", voucher=voucher
    )

    assert paid_per_line(order) == [Decimal("50.00"), Decimal("28.00")]
    assert_adds_up(order)


def test_a_discount_of_everything_leaves_nothing_below_zero() -> None:
    order = a_saleor_order(
        [(a_product(), 2, "10.00")], discount="20.00", voucher=a_voucher("entire_order", "20.00")
    )

    facts = host.current.order_facts(order.pk)

    assert facts is not None
    assert (facts.lines[0].total_net, facts.lines[0].total_gross) == (0, 0)


@pytest.mark.skipif(host.IS_V3, reason="3.x stores the discount in the lines, without the voucher")
def test_a_voucher_that_is_gone_makes_the_share_an_estimate() -> None:
    voucher = a_voucher("shipping", "5.00")
    lines = [(a_product(), 1, "10.00"), (a_product(), 3, "10.00")]
    order = a_saleor_order(lines, shipping="5.00", discount="5.00", voucher=voucher)
    voucher.delete()

    facts = host.current.order_facts(order.pk)

    assert facts is not None
    assert facts.discount_is_estimated
    assert paid_per_line(order) == [Decimal("8.75"), Decimal("26.25")]
    assert_adds_up(order)
