"""Our returns against Saleor's own staff operations on the same order: both succeed or one is
refused in words; no deadlock, no unit twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import transaction

from saleor_returns_plugin import host
from saleor_returns_plugin.errors import ReturnsError
from saleor_returns_plugin.host import FulfilledUnits, ReturnedUnits
from saleor_returns_plugin.models import VendorReturn
from saleor_returns_plugin.services import return_requests, shipments, split, vendor_returns
from tests.builders import (
    MERCHANT,
    NOW,
    a_request,
    a_vendor,
    acts_for,
    receive_all,
    sells,
)
from tests.invariants import broken
from tests.saleor_rows import a_product, a_saleor_order, a_warehouse, fulfil, order_line, stock_of

from .together import in_thread

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not host.IS_V3, reason="2.10 knows no returned units"),
]

ROUNDS = 6

CANCEL = """
mutation($id: ID!, $warehouse: ID!) {
  orderFulfillmentCancel(id: $id, input: {warehouseId: $warehouse}) { errors { message } }
}
"""
RETURN = """
mutation($order: ID!, $line: ID!) {
  orderFulfillmentReturnProducts(
    order: $order, input: {fulfillmentLines: [{fulfillmentLineId: $line, quantity: 1}]}
  ) { errors { message } }
}
"""


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    together = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        together.wait()
        with host.current.allow_writer():
            return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        futures = [in_thread(pool, partial(run, act)) for act in acts]
        return [future.result(timeout=60) for future in futures]


def staff(mutation: str, **variables: Any) -> str:
    """What Saleor answers its staff: empty when it did it. A deadlock would be told here."""
    from saleor_returns_plugin.host.v3 import api

    return api.errors_of(mutation, variables)


def global_id(kind: str, row: Any) -> str:
    import graphene

    return graphene.Node.to_global_id(kind, row.pk)


def come_back(order: Any, line: Any, quantity: int) -> int:
    """As a reception does it: Saleor's order first, then the stock."""
    with transaction.atomic():
        moved = host.current.return_products(order.pk, [ReturnedUnits(line.pk, quantity)])
        host.current.restock([host.RestockedUnits(line.pk, quantity)])
    return moved.get(line.pk, 0)


def units_of(order: Any) -> tuple[int, int]:
    facts = host.current.order_facts(order.pk)
    assert facts is not None
    return facts.lines[0].quantity_fulfilled, facts.lines[0].quantity_returned


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_returns_of_the_same_units(round_: int) -> None:
    chair = a_product(stock=5)
    order = a_saleor_order([(chair, 3, "10.00")])
    line = order_line(order, chair)

    moved = at_once(lambda: come_back(order, line, 2), lambda: come_back(order, line, 2))

    assert sorted(moved) == [1, 2]
    assert units_of(order) == (0, 3)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_staff_cancels_the_fulfilment_meanwhile(round_: int) -> None:
    chair = a_product(stock=5)
    order = a_saleor_order([(chair, 2, "10.00")])
    line, fulfilment = order_line(order, chair), order.fulfillments.get()

    moved, _ = at_once(
        lambda: come_back(order, line, 1),
        lambda: staff(
            CANCEL,
            id=global_id("Fulfillment", fulfilment),
            warehouse=global_id("Warehouse", a_warehouse()),
        ),
    )

    assert units_of(order)[1] == moved


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_staff_ships_the_rest_meanwhile(round_: int) -> None:
    chair = a_product(stock=9)
    order = a_saleor_order([(chair, 4, "10.00")], fulfilled=False)
    fulfil(order, {chair: 2})
    line = order_line(order, chair)

    moved, _ = at_once(
        lambda: come_back(order, line, 2),
        lambda: host.current.fulfil(order.pk, [FulfilledUnits(line.pk, 2)]),
    )

    assert moved == 2
    assert units_of(order) == (2, 2)
    assert stock_of(chair) == 9


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_staff_returns_other_units_meanwhile(round_: int) -> None:
    chair, table = a_product(stock=5), a_product(stock=5)
    order = a_saleor_order([(chair, 2, "10.00"), (table, 2, "10.00")])
    line = order_line(order, chair)
    others = order.fulfillments.get().lines.get(order_line=order_line(order, table))

    moved, refusal = at_once(
        lambda: come_back(order, line, 2),
        lambda: staff(
            RETURN, order=global_id("Order", order), line=global_id("FulfillmentLine", others)
        ),
    )

    assert (moved, refusal) == (2, "")
    assert units_of(order) == (0, 2)


# Whole services, under our own lock, against staff in Saleor.


def _received(quantity: int = 2) -> tuple[VendorReturn, Any]:
    """An accepted return of `quantity` of four chairs that left in two parcels, and a clerk."""
    vendor = a_vendor()
    chair = sells(vendor, a_product(stock=9))
    order = a_saleor_order([(chair, 4, "10.00")], fulfilled=False)
    fulfil(order, {chair: 2})
    fulfil(order, {chair: 1})
    record = split.split_order(order_id=order.pk, now=NOW)
    assert record is not None
    request = a_request(record, quantity)
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    part = request.vendor_returns.get()
    vendor_returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
    return part, order


def _receive_and_tell(part: VendorReturn) -> None:
    receive_all(part, MERCHANT)
    shipments.tell_returned(record_id=part.request.record_id, now=NOW)


def _told_the_truth(part: VendorReturn, order: Any) -> None:
    with host.current.allow_writer():
        shipments.tell_returned(record_id=part.request.record_id, now=NOW)
        split.split_order(order_id=order.pk, now=NOW)
        assert broken_but_for_staff() == []
    part.refresh_from_db()
    assert part.status == "received"
    line = part.lines.get().shipment_line
    facts = host.current.order_facts(order.pk)
    assert facts is not None
    assert facts.lines[0].quantity_returned == line.quantity_told + line.quantity_taken_back


def broken_but_for_staff() -> list[str]:
    """Staff may cancel what is in an open return; that is shown as a conflict, not prevented."""
    return [each for each in broken() if " shipped" not in each]


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_reception_while_staff_cancels_a_fulfilment(round_: int) -> None:
    part, order = _received()
    parcel = order.fulfillments.order_by("pk").last()
    cancel = partial(
        staff,
        CANCEL,
        id=global_id("Fulfillment", parcel),
        warehouse=global_id("Warehouse", a_warehouse()),
    )
    at_once(lambda: _receive_and_tell(part), cancel)
    _told_the_truth(part, order)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_reception_while_staff_takes_a_unit_back(round_: int) -> None:
    part, order = _received()
    row = order.fulfillments.order_by("pk").last().lines.get()
    take = partial(
        staff, RETURN, order=global_id("Order", order), line=global_id("FulfillmentLine", row)
    )
    at_once(lambda: _receive_and_tell(part), take)
    _told_the_truth(part, order)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_reception_while_the_rest_is_shipped(round_: int) -> None:
    """By staff in Saleor, and by the vendor through us, of which one finds nothing left."""
    part, order = _received()
    line = order.lines.get()

    def vendor_ships() -> None:
        with suppress(ReturnsError):
            shipments.fulfil(shipment_id=part.shipment_id, actor=acts_for(part.vendor), now=NOW)

    def staff_ships() -> None:
        with suppress(ReturnsError):
            host.current.fulfil(order.pk, [FulfilledUnits(line.pk, 1)])

    at_once(lambda: _receive_and_tell(part), vendor_ships, staff_ships)
    _told_the_truth(part, order)
    assert units_of(order) == (2, 2)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_hooks_and_sweeps_beside_it_all(round_: int) -> None:
    part, order = _received()
    row = order.fulfillments.order_by("pk").last().lines.get()
    at_once(
        lambda: _receive_and_tell(part),
        lambda: split.split_order(order_id=order.pk, now=NOW),
        lambda: shipments.sweep_returned(now=NOW),
        partial(
            staff, RETURN, order=global_id("Order", order), line=global_id("FulfillmentLine", row)
        ),
    )
    _told_the_truth(part, order)
