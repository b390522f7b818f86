"""Our returns against Saleor's own staff operations on the same order: both succeed or one is
refused in words; no deadlock, no unit twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import transaction

from saleor_returns_plugin import host
from saleor_returns_plugin.host import FulfilledUnits, ReturnedUnits
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
        host.current.restock(line.pk, quantity)
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
