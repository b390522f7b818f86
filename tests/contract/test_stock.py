"""Returned goods go back where they came from."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_returns_plugin import host
from saleor_returns_plugin.errors import NotFound
from saleor_returns_plugin.host import RestockedUnits
from tests.saleor_rows import a_product, a_saleor_order, a_warehouse, order_line, stock_of


def restock(order_line_id: Any, quantity: int, warehouse_id: Any = None) -> Any:
    return host.current.restock([RestockedUnits(order_line_id, quantity, warehouse_id)])[0]


def unstock(order_line_id: Any, quantity: int, warehouse_id: Any) -> bool:
    return host.current.unstock([RestockedUnits(order_line_id, quantity, warehouse_id)])


pytestmark = pytest.mark.django_db


def test_units_return_to_the_warehouse_they_left() -> None:
    west = a_warehouse("west")
    chair = a_product(stock=5, warehouse=west)
    line = order_line(a_saleor_order([(chair, 2, "10.00")]), chair)

    assert restock(line.pk, 2) == west.pk

    assert stock_of(chair, west) == 7


def test_units_go_into_the_named_warehouse() -> None:
    chair = a_product(stock=5)
    line = order_line(a_saleor_order([(chair, 2, "10.00")]), chair)
    outlet = a_warehouse("outlet")

    assert restock(line.pk, 1, outlet.pk) == outlet.pk

    assert stock_of(chair, outlet) == 1
    assert stock_of(chair) == 6


@pytest.mark.parametrize("warehouse_id", [uuid4(), "nonsense"])
def test_an_unknown_warehouse_is_refused(warehouse_id: object) -> None:
    chair = a_product(stock=5)
    line = order_line(a_saleor_order([(chair, 2, "10.00")]), chair)

    with pytest.raises(NotFound):
        restock(line.pk, 1, warehouse_id)
    assert stock_of(chair) == 5


def test_a_deleted_variant_cannot_be_restocked() -> None:
    chair = a_product()
    line = order_line(a_saleor_order([(chair, 1, "10.00")]), chair)
    chair.product.delete()

    assert restock(line.pk, 1) is None


def test_uncounted_stock_stays_uncounted() -> None:
    chair = a_product(stock=5)
    line = order_line(a_saleor_order([(chair, 1, "10.00")]), chair)
    type(chair).objects.filter(pk=chair.pk).update(track_inventory=False)

    assert restock(line.pk, 1) is None
    assert stock_of(chair) == 5


def test_a_reception_that_never_was_is_taken_out_again() -> None:
    west, outlet = a_warehouse("west"), a_warehouse("outlet")
    chair = a_product(stock=5, warehouse=west)
    line = order_line(a_saleor_order([(chair, 2, "10.00")]), chair)
    restock(line.pk, 2, outlet.pk)

    assert unstock(line.pk, 2, outlet.pk)

    assert (stock_of(chair, outlet), stock_of(chair, west)) == (0, 5)


def test_units_that_are_gone_again_stay_gone() -> None:
    main, outlet = a_warehouse(), a_warehouse("outlet")
    chair = a_product(stock=1, warehouse=main)
    line = order_line(a_saleor_order([(chair, 2, "10.00")]), chair)

    assert not unstock(line.pk, 2, main.pk)
    assert not unstock(line.pk, 1, outlet.pk)
    assert not unstock(line.pk, 1, "nonsense")
    assert stock_of(chair) == 1


def test_nothing_is_taken_out_for_a_deleted_variant() -> None:
    chair = a_product(stock=5)
    line = order_line(a_saleor_order([(chair, 1, "10.00")]), chair)
    warehouse = a_warehouse()
    chair.product.delete()

    assert not unstock(line.pk, 1, warehouse.pk)


def test_many_lines_cost_as_much_as_one() -> None:
    goods = [a_product(f"Chair {n}", stock=5) for n in range(6)]
    order = a_saleor_order([(variant, 2, "10.00") for variant in goods])
    units = [RestockedUnits(order_line(order, variant).pk, 1) for variant in goods]

    with CaptureQueriesContext(connection) as one:
        host.current.restock(units[:1])
    with CaptureQueriesContext(connection) as many:
        host.current.restock(units[1:])

    assert len(many) == len(one)
    assert {stock_of(variant) for variant in goods} == {6}


def test_units_of_one_variant_in_two_lines_add_up() -> None:
    chair = a_product(stock=5)
    first, second = (order_line(a_saleor_order([(chair, 1, "10.00")]), chair) for _ in range(2))

    host.current.restock([RestockedUnits(first.pk, 1), RestockedUnits(second.pk, 1)])

    assert stock_of(chair) == 7


def test_an_unknown_warehouse_is_told_by_its_index_and_changes_nothing() -> None:
    chair = a_product(stock=5)
    line = order_line(a_saleor_order([(chair, 2, "10.00")]), chair)

    with pytest.raises(NotFound) as refused:
        host.current.restock([RestockedUnits(line.pk, 1), RestockedUnits(line.pk, 1, uuid4())])
    assert refused.value.index == [1]
    assert stock_of(chair) == 5
