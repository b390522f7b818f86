"""Shipping through the plugin is shipping in Saleor."""

from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import transaction

from saleor_returns_plugin import host
from saleor_returns_plugin.errors import InsufficientStock, InvalidInput, NotFound, ReturnsError
from saleor_returns_plugin.host import FulfilledUnits
from tests.saleor_rows import (
    a_product,
    a_saleor_order,
    a_staff_user,
    a_warehouse,
    allocate,
    events_of,
    order_line,
    stock_of,
)
from tests.saleor_rows.gateway import RecordedGateway

pytestmark = pytest.mark.django_db


def an_open_order(*lines: Any, **values: Any) -> Any:
    return a_saleor_order(list(lines), fulfilled=False, **values)


def units(order: Any, variant: Any, quantity: int, warehouse: Any = None) -> FulfilledUnits:
    return FulfilledUnits(
        order_line(order, variant).pk, quantity, warehouse.pk if warehouse else None
    )


def facts_of(order: Any) -> host.OrderFacts:
    facts = host.current.order_facts(order.pk)
    assert facts is not None
    return facts


def test_units_leave_the_stock_and_the_order_is_fulfilled() -> None:
    chair, table = a_product(stock=5), a_product(stock=5)
    order = an_open_order((chair, 2, "10.00"), (table, 1, "20.00"))

    (first,) = host.current.fulfil(order.pk, [units(order, chair, 2)], "TRACK-1")
    order.refresh_from_db()
    assert order.status == "partially fulfilled"
    (second,) = host.current.fulfil(order.pk, [units(order, table, 1)])
    order.refresh_from_db()

    assert order.status == "fulfilled"
    assert (stock_of(chair), stock_of(table)) == (3, 4)
    facts = facts_of(order)
    assert [line.quantity_fulfilled for line in facts.lines] == [2, 1]
    assert {f.id: f.tracking_number for f in facts.fulfilments} == {first: "TRACK-1", second: ""}


def test_units_leave_from_where_they_are_allocated() -> None:
    main, west = a_warehouse(), a_warehouse("west")
    chair = a_product(stock=5, warehouse=main)
    order = an_open_order((chair, 2, "10.00"))
    host.current.restock([host.RestockedUnits(order_line(order, chair).pk, 2, west.pk)])
    allocate(order, chair, 2, west)

    host.current.fulfil(order.pk, [units(order, chair, 2)])

    assert (stock_of(chair, main), stock_of(chair, west)) == (5, 0)
    assert (
        sum(order_line(order, chair).allocations.values_list("quantity_allocated", flat=True)) == 0
    )


def test_without_allocations_they_leave_from_the_first_stock_with_enough() -> None:
    main, west = a_warehouse(), a_warehouse("west")
    chair = a_product(stock=1, warehouse=main)
    order = an_open_order((chair, 2, "10.00"))
    host.current.restock([host.RestockedUnits(order_line(order, chair).pk, 4, west.pk)])

    host.current.fulfil(order.pk, [units(order, chair, 2)])

    assert (stock_of(chair, main), stock_of(chair, west)) == (1, 2)


def test_units_allocated_in_two_warehouses_make_two_fulfilments() -> None:
    main, west = a_warehouse(), a_warehouse("west")
    chair = a_product(stock=1, warehouse=main)
    order = an_open_order((chair, 3, "10.00"))
    host.current.restock([host.RestockedUnits(order_line(order, chair).pk, 2, west.pk)])
    allocate(order, chair, 1, main)
    allocate(order, chair, 2, west)

    ids = host.current.fulfil(order.pk, [units(order, chair, 3)], "TRACK-1")

    assert {f.id: f.tracking_number for f in facts_of(order).fulfilments} == {
        fulfilment_id: "TRACK-1" for fulfilment_id in ids
    }
    assert len(ids) == 2
    assert stock_of(chair) == 0
    assert facts_of(order).lines[0].quantity_fulfilled == 3


def test_the_named_warehouse_ships() -> None:
    main, west = a_warehouse(), a_warehouse("west")
    chair = a_product(stock=5, warehouse=main)
    order = an_open_order((chair, 2, "10.00"))
    host.current.restock([host.RestockedUnits(order_line(order, chair).pk, 2, west.pk)])
    allocate(order, chair, 2, main)

    host.current.fulfil(order.pk, [units(order, chair, 2, west)])

    assert (stock_of(chair, main), stock_of(chair, west)) == (5, 0)


def test_units_kept_for_others_are_not_shipped() -> None:
    chair = a_product(stock=2)
    other = an_open_order((chair, 2, "10.00"))
    allocate(other, chair, 2)
    order = an_open_order((chair, 1, "10.00"))

    for unit in (units(order, chair, 1), units(order, chair, 1, a_warehouse())):
        with pytest.raises(InsufficientStock) as refused:
            host.current.fulfil(order.pk, [unit])
        assert refused.value.field == "warehouse_id"
    assert stock_of(chair) == 2
    assert not facts_of(order).fulfilments


def test_uncounted_goods_ship_without_being_counted() -> None:
    chair = a_product(stock=0)
    type(chair).objects.filter(pk=chair.pk).update(track_inventory=False)
    order = an_open_order((chair, 1, "10.00"))

    host.current.fulfil(order.pk, [units(order, chair, 1)])

    assert stock_of(chair) == 0
    assert facts_of(order).lines[0].quantity_fulfilled == 1


def test_one_refused_line_ships_nothing() -> None:
    chair, table = a_product(stock=5), a_product(stock=0)
    order = an_open_order((chair, 1, "10.00"), (table, 1, "20.00"))

    with pytest.raises(InsufficientStock) as refused:
        host.current.fulfil(order.pk, [units(order, chair, 1), units(order, table, 1)])

    assert refused.value.index == [1]
    assert stock_of(chair) == 5
    assert not facts_of(order).fulfilments
    assert events_of(order) == []


@pytest.mark.parametrize("quantity", [0, -1, 3, 10**9])
def test_bad_quantities_are_refused(quantity: int) -> None:
    chair = a_product(stock=5)
    order = an_open_order((chair, 2, "10.00"))

    with pytest.raises(InvalidInput) as refused:
        host.current.fulfil(order.pk, [units(order, chair, quantity)])
    assert (refused.value.field, refused.value.index) == ("quantity", [0])
    with pytest.raises(InvalidInput):
        host.current.fulfil(order.pk, [units(order, chair, 1), units(order, chair, 2)])
    with pytest.raises(InvalidInput):
        host.current.fulfil(order.pk, [])
    assert stock_of(chair) == 5


def test_lines_and_warehouses_have_to_exist() -> None:
    chair = a_product(stock=5)
    order, other = an_open_order((chair, 1, "10.00")), an_open_order((chair, 1, "10.00"))
    line_id = order_line(order, chair).pk

    for unit in (
        units(other, chair, 1),
        FulfilledUnits("nonsense", 1),
        FulfilledUnits(line_id, 1, uuid4()),
        FulfilledUnits(line_id, 1, "nonsense"),
    ):
        with pytest.raises(NotFound):
            host.current.fulfil(order.pk, [unit])
    assert stock_of(chair) == 5


def test_an_order_that_is_gone_ships_nothing() -> None:
    order = an_open_order((a_product(), 1, "10.00"), paid=False)
    order_id = order.pk
    order.delete()

    with pytest.raises(NotFound):
        host.current.fulfil(order_id, [FulfilledUnits(order_id, 1)])


def test_a_cancelled_order_ships_nothing() -> None:
    chair = a_product(stock=5)
    order = an_open_order((chair, 1, "10.00"), status="canceled")

    with pytest.raises(InvalidInput):
        host.current.fulfil(order.pk, [units(order, chair, 1)])


def test_a_deleted_product_cannot_be_shipped() -> None:
    chair = a_product()
    order = an_open_order((chair, 1, "10.00"))
    unit = units(order, chair, 1)
    chair.product.delete()

    with pytest.raises(ReturnsError):
        host.current.fulfil(order.pk, [unit])


def test_history_names_who_shipped() -> None:
    chair = a_product(stock=5)
    order = an_open_order((chair, 1, "10.00"))
    staff = a_staff_user()

    host.current.fulfil(order.pk, [units(order, chair, 1)], notify_customer=False, user_id=staff.pk)

    assert events_of(order) == [("fulfillment_fulfilled_items", staff.pk)]


def test_a_rollback_of_ours_takes_it_back(django_capture_on_commit_callbacks: Any) -> None:
    chair = a_product(stock=5)
    order = an_open_order((chair, 1, "10.00"))

    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(RuntimeError),
        transaction.atomic(),
    ):
        host.current.fulfil(order.pk, [units(order, chair, 1)])
        raise RuntimeError

    assert stock_of(chair) == 5
    assert not facts_of(order).fulfilments
    assert not mail.outbox


def test_the_customer_is_told_only_when_asked_and_after_the_commit(
    gateway: type[RecordedGateway], django_capture_on_commit_callbacks: Any
) -> None:
    chair = a_product(stock=5)
    order = an_open_order((chair, 3, "10.00"))

    def told() -> int:
        return len(mail.outbox) + len(gateway.notices)

    with django_capture_on_commit_callbacks(execute=True):
        host.current.fulfil(order.pk, [units(order, chair, 1)], notify_customer=False)
        (fulfilment_id,) = host.current.fulfil(order.pk, [units(order, chair, 1)], "TRACK-1")
        host.current.update_tracking(fulfilment_id, "TRACK-2")
        assert told() == 0
    assert told() == 1
    with django_capture_on_commit_callbacks(execute=True):
        host.current.update_tracking(fulfilment_id, "TRACK-3", notify_customer=True)
    assert told() == 2


def test_tracking_is_added_later() -> None:
    chair = a_product(stock=5)
    order = an_open_order((chair, 1, "10.00"))
    (fulfilment_id,) = host.current.fulfil(order.pk, [units(order, chair, 1)])
    staff = a_staff_user()

    host.current.update_tracking(fulfilment_id, "TRACK-2", user_id=staff.pk)

    assert facts_of(order).fulfilments[0].tracking_number == "TRACK-2"
    assert events_of(order)[-1] == ("tracking_updated", staff.pk)


@pytest.mark.parametrize("fulfilment_id", ["999999", "nonsense", ""])
def test_tracking_of_an_unknown_fulfilment_is_refused(fulfilment_id: str) -> None:
    with pytest.raises(NotFound):
        host.current.update_tracking(fulfilment_id, "TRACK-2")
