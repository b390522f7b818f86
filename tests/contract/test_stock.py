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

    assert host.current.restock(line.pk, 2)

    assert stock_of(chair, west) == 7


def test_units_go_into_the_named_warehouse() -> None:
    chair = a_product(stock=5)
    line = order_line(a_saleor_order([(chair, 2, "10.00")]), chair)
    outlet = a_warehouse("outlet")

    assert host.current.restock(line.pk, 1, outlet.pk)

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

    assert not host.current.restock(line.pk, 1)


def test_uncounted_stock_stays_uncounted() -> None:
    chair = a_product(stock=5)
    line = order_line(a_saleor_order([(chair, 1, "10.00")]), chair)
    type(chair).objects.filter(pk=chair.pk).update(track_inventory=False)

    assert not host.current.restock(line.pk, 1)
    assert stock_of(chair) == 5
