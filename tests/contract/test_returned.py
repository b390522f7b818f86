"""Saleor's own order says what came back, where it can."""

from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from saleor_returns_plugin import host
from saleor_returns_plugin.errors import NotSupportedByHost
from saleor_returns_plugin.host import ReturnedUnits
from tests.saleor_rows import (
    a_product,
    a_saleor_order,
    a_staff_user,
    demand_return_reasons,
    events_of,
    fulfil,
    order_line,
    pay,
    stock_of,
)
from tests.saleor_rows.gateway import RecordedGateway

pytestmark = pytest.mark.django_db
native = pytest.mark.skipif(
    "not __import__('saleor_returns_plugin.host').host.current.capabilities.native_returns",
    reason="this Saleor knows no returned units",
)


def give_back(order: Any, units: dict[Any, int], **values: Any) -> dict[Any, int]:
    """By variant, as the answer is by order line."""
    lines = {order_line(order, variant).pk: variant for variant in units}
    answer = host.current.return_products(
        order.pk,
        [ReturnedUnits(line_id, units[variant]) for line_id, variant in lines.items()],
        **values,
    )
    return {lines[line_id]: quantity for line_id, quantity in answer.items()}


def units_of(order: Any) -> list[tuple[int, int]]:
    """Shipped and returned units of each line."""
    facts = host.current.order_facts(order.pk)
    assert facts is not None
    return [(line.quantity_fulfilled, line.quantity_returned) for line in facts.lines]


def test_a_saleor_without_returned_units_says_so() -> None:
    if host.current.capabilities.native_returns:
        pytest.skip("this one has them")
    chair = a_product()
    order = a_saleor_order([(chair, 1, "10.00")])

    with pytest.raises(NotSupportedByHost):
        give_back(order, {chair: 1})
    assert units_of(order) == [(1, 0)]


@native
def test_units_move_from_shipped_to_returned() -> None:
    chair, table = a_product(), a_product()
    order = a_saleor_order([(chair, 3, "10.00"), (table, 1, "20.00")])

    assert give_back(order, {chair: 2}) == {chair: 2}

    assert units_of(order) == [(1, 2), (1, 0)]


@native
def test_the_order_becomes_returned_and_nothing_else_happens(
    gateway: type[RecordedGateway], django_capture_on_commit_callbacks: Any
) -> None:
    chair = a_product(stock=5)
    order = a_saleor_order([(chair, 2, "10.00")])
    staff = a_staff_user()

    with django_capture_on_commit_callbacks(execute=True):
        give_back(order, {chair: 1}, user_id=staff.pk)
    order.refresh_from_db()
    assert order.status == "partially_returned"
    with django_capture_on_commit_callbacks(execute=True):
        give_back(order, {chair: 1}, user_id=staff.pk)
    order.refresh_from_db()

    assert order.status == "returned"
    assert events_of(order) == [("fulfillment_returned", staff.pk)] * 2
    assert stock_of(chair) == 5
    assert host.current.payments(order.pk)[0].captured == order.total_gross_amount
    assert not gateway.calls
    assert not mail.outbox
    assert not gateway.notices


@native
def test_each_call_makes_a_fulfilment_of_its_own() -> None:
    chair = a_product()
    order = a_saleor_order([(chair, 3, "10.00")])

    give_back(order, {chair: 1})
    give_back(order, {chair: 1})

    returned = order.fulfillments.filter(status="returned")
    assert [row.lines.get().quantity for row in returned] == [1, 1]


@native
def test_the_oldest_fulfilment_is_emptied_first() -> None:
    chair = a_product()
    order = a_saleor_order([(chair, 3, "10.00")], fulfilled=False)
    older, newer = fulfil(order, {chair: 1}), fulfil(order, {chair: 2})

    assert give_back(order, {chair: 2}) == {chair: 2}

    facts = host.current.order_facts(order.pk)
    assert facts is not None
    assert [fulfilment.id for fulfilment in facts.fulfilments] == [str(newer.pk)]
    assert not order.fulfillments.filter(pk=older.pk).exists()


@native
def test_no_more_is_returned_than_was_shipped() -> None:
    chair = a_product()
    order = a_saleor_order([(chair, 3, "10.00")], fulfilled=False)
    fulfil(order, {chair: 1})
    waiting = fulfil(order, {chair: 1})
    type(waiting).objects.filter(pk=waiting.pk).update(status="waiting_for_approval")

    assert give_back(order, {chair: 3}) == {chair: 1}
    assert give_back(order, {chair: 1}) == {}

    assert units_of(order) == [(0, 1)]


@native
def test_units_that_staff_refunded_are_held_as_returned_already() -> None:
    chair = a_product()
    order = a_saleor_order([(chair, 2, "10.00")], fulfilled=False)
    refunded = fulfil(order, {chair: 1})
    type(refunded).objects.filter(pk=refunded.pk).update(status="refunded")
    fulfil(order, {chair: 1})
    assert units_of(order) == [(1, 1)]

    assert give_back(order, {chair: 2}) == {chair: 1}

    assert units_of(order) == [(0, 2)]
    assert {row.status for row in order.fulfillments.all() if row.lines.exists()} == {
        "returned",
        "refunded_and_returned",
    }


@native
def test_lines_of_another_order_are_left_alone() -> None:
    chair = a_product()
    order, other = a_saleor_order([(chair, 1, "10.00")]), a_saleor_order([(chair, 1, "10.00")])

    units = [ReturnedUnits(order_line(other, chair).pk, 1)]
    assert host.current.return_products(order.pk, units) == {}

    assert units_of(other) == [(1, 0)]


@native
def test_a_rollback_of_ours_takes_it_back() -> None:
    chair = a_product()
    order = a_saleor_order([(chair, 1, "10.00")])

    with pytest.raises(RuntimeError), transaction.atomic():
        give_back(order, {chair: 1})
        raise RuntimeError

    assert units_of(order) == [(1, 0)]


@native
def test_a_shop_that_wants_reasons_of_its_staff_takes_ours() -> None:
    chair = a_product()
    order = a_saleor_order([(chair, 1, "10.00")])
    if not demand_return_reasons():
        pytest.skip("this Saleor cannot ask for reasons")

    assert give_back(order, {chair: 1}, user_id=a_staff_user().pk) == {chair: 1}


@native
def test_an_unpaid_order_can_come_back_too() -> None:
    chair = a_product()
    order = a_saleor_order([(chair, 2, "10.00")], paid=False)
    pay(order, "5.00")

    assert give_back(order, {chair: 1}) == {chair: 1}
