"""Returned goods go back where they came from."""

from uuid import uuid4

import pytest

from saleor_returns_plugin import host
from saleor_returns_plugin.errors import NotFound
from tests.saleor_rows import a_product, a_saleor_order, a_warehouse, order_line, stock_of

pytestmark = pytest.mark.django_db


def test_units_return_to_the_warehouse_they_left() -> None:
    west = a_warehouse("west")
    chair = a_product(stock=5, warehouse=west)
    line = order_line(a_saleor_order([(chair, 2, "10.00")]), chair)

    assert host.current.restock(line.pk, 2) == west.pk

    assert stock_of(chair, west) == 7


def test_units_go_into_the_named_warehouse() -> None:
    chair = a_product(stock=5)
    line = order_line(a_saleor_order([(chair, 2, "10.00")]), chair)
    outlet = a_warehouse("outlet")

    assert host.current.restock(line.pk, 1, outlet.pk) == outlet.pk

    assert stock_of(chair, outlet) == 1
    assert stock_of(chair) == 6


@pytest.mark.parametrize("warehouse_id", [uuid4(), "nonsense"])
def test_an_unknown_warehouse_is_refused(warehouse_id: object) -> None:
    chair = a_product(stock=5)
    line = order_line(a_saleor_order([(chair, 2, "10.00")]), chair)

    with pytest.raises(NotFound):
        host.current.restock(line.pk, 1, warehouse_id)
    assert stock_of(chair) == 5


def test_a_deleted_variant_cannot_be_restocked() -> None:
    chair = a_product()
    line = order_line(a_saleor_order([(chair, 1, "10.00")]), chair)
    chair.product.delete()

    assert host.current.restock(line.pk, 1) is None


def test_uncounted_stock_stays_uncounted() -> None:
    chair = a_product(stock=5)
    line = order_line(a_saleor_order([(chair, 1, "10.00")]), chair)
    type(chair).objects.filter(pk=chair.pk).update(track_inventory=False)

    assert host.current.restock(line.pk, 1) is None
    assert stock_of(chair) == 5


def test_a_reception_that_never_was_is_taken_out_again() -> None:
    west, outlet = a_warehouse("west"), a_warehouse("outlet")
    chair = a_product(stock=5, warehouse=west)
    line = order_line(a_saleor_order([(chair, 2, "10.00")]), chair)
    host.current.restock(line.pk, 2, outlet.pk)

    assert host.current.unstock(line.pk, 2, outlet.pk)

    assert (stock_of(chair, outlet), stock_of(chair, west)) == (0, 5)


def test_units_that_are_gone_again_stay_gone() -> None:
    main, outlet = a_warehouse(), a_warehouse("outlet")
    chair = a_product(stock=1, warehouse=main)
    line = order_line(a_saleor_order([(chair, 2, "10.00")]), chair)

    assert not host.current.unstock(line.pk, 2, main.pk)
    assert not host.current.unstock(line.pk, 1, outlet.pk)
    assert not host.current.unstock(line.pk, 1, "nonsense")
    assert stock_of(chair) == 1


def test_nothing_is_taken_out_for_a_deleted_variant() -> None:
    chair = a_product(stock=5)
    line = order_line(a_saleor_order([(chair, 1, "10.00")]), chair)
    warehouse = a_warehouse()
    chair.product.delete()

    assert not host.current.unstock(line.pk, 1, warehouse.pk)
