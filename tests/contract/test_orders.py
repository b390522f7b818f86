"""Facts of an order besides its money."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import OrderState
from tests.saleor_rows import a_customer, a_product, a_saleor_order, events_of, fulfil, pay

pytestmark = pytest.mark.django_db


def facts_of(order: Any) -> host.OrderFacts:
    facts = host.current.order_facts(order.pk)
    assert facts is not None
    return facts


def test_an_unknown_order_is_none() -> None:
    order = a_saleor_order([(a_product(), 1, "10.00")], paid=False, fulfilled=False)
    order_id = order.pk
    order.delete()

    assert host.current.order_facts(order_id) is None


def test_names_sku_and_address_are_there_to_be_copied() -> None:
    chair = a_product(name="Chair", sku="CH-1")
    user = a_customer("ada@example.com")
    order = a_saleor_order([(chair, 2, "10.00")], user=user)

    facts = facts_of(order)
    line = facts.lines[0]

    assert (line.product_id, line.variant_id) == (chair.product_id, chair.pk)
    assert (line.product_name, line.sku, line.quantity) == ("Chair", "CH-1", 2)
    assert (facts.email, facts.user_id, facts.language) == ("ada@example.com", user.pk, "en")
    assert facts.shipping_address["name"] == "Ada Lovelace"
    assert facts.shipping_address["country"] == "US"
    assert facts.shipping_address["phone"] == "+12125550100"
    assert facts.number


def test_a_deleted_variant_leaves_the_line_and_its_names() -> None:
    chair = a_product(name="Chair")
    order = a_saleor_order([(chair, 1, "10.00")])
    chair.product.delete()

    line = facts_of(order).lines[0]

    assert (line.product_id, line.variant_id, line.product_name) == (None, None, "Chair")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("draft", OrderState.UNPLACED),
        ("unfulfilled", OrderState.PLACED),
        ("canceled", OrderState.CANCELLED),
    ],
)
def test_status_means_the_same_everywhere(status: str, state: OrderState) -> None:
    order = a_saleor_order([(a_product(), 1, "10.00")], status=status, paid=False, fulfilled=False)

    assert facts_of(order).state == state


def test_only_units_in_a_real_fulfilment_are_shipped() -> None:
    chair, table = a_product(), a_product()
    order = a_saleor_order([(chair, 3, "10.00"), (table, 1, "20.00")], fulfilled=False)
    shipped = fulfil(order, {chair: 2}, tracking_number="TRACK-1")
    cancelled = fulfil(order, {table: 1})
    type(cancelled).objects.filter(pk=cancelled.pk).update(status="canceled")

    facts = facts_of(order)

    assert [line.quantity_fulfilled for line in facts.lines] == [2, 0]
    assert [line.quantity_returned for line in facts.lines] == [0, 0]
    assert [(f.id, f.tracking_number) for f in facts.fulfilments] == [(str(shipped.pk), "TRACK-1")]
    assert facts.fulfilments[0].line_ids == (facts.lines[0].id,)


def test_an_order_is_paid_once_all_of_it_was_captured() -> None:
    order = a_saleor_order([(a_product(), 2, "10.00")], paid=False)
    assert not facts_of(order).is_paid

    pay(order, "5.00")
    assert not facts_of(order).is_paid

    pay(order, "15.00")
    assert facts_of(order).is_paid


def test_statements_do_not_grow_with_the_lines() -> None:
    small = a_saleor_order([(a_product(), 1, "10.00")])
    large = a_saleor_order([(a_product(), 1, "10.00") for _ in range(8)])
    host.current.order_facts(small.pk)

    assert statements_of(small) == statements_of(large)


def statements_of(order: Any) -> int:
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    counted = 0
    with CaptureQueriesContext(connections["default"]) as captured:
        host.current.order_facts(order.pk)
    counted += len(captured)
    return counted


def test_placed_orders_come_in_pages() -> None:
    now = timezone.now()
    orders = [
        a_saleor_order([(a_product(), 1, "10.00")], placed_at=now - timedelta(days=3 - day))
        for day in range(3)
    ]
    a_saleor_order([(a_product(), 1, "10.00")], status="draft", paid=False, fulfilled=False)
    ids = sorted(order.pk for order in orders)

    assert host.current.find_order_ids() == ids
    assert host.current.find_order_ids(limit=2) == ids[:2]
    assert host.current.find_order_ids(after=ids[1]) == ids[2:]
    younger = sorted(order.pk for order in orders[1:])
    assert host.current.find_order_ids(since=now - timedelta(days=2, hours=1)) == younger


def test_an_old_order_that_changed_lately_is_found() -> None:
    now = timezone.now()
    old = a_saleor_order([(a_product(), 1, "10.00")], placed_at=now - timedelta(days=30))
    type(old).objects.filter(pk=old.pk).update(**host_changed_at(old, now - timedelta(days=30)))
    assert host.current.changed_orders(now - timedelta(days=2)) == []

    host.current.add_order_note(old.pk, "completed")
    type(old).objects.get(pk=old.pk).save()

    ((found, changed_at),) = host.current.changed_orders(now - timedelta(days=2))
    assert found == old.pk
    assert changed_at >= now


def host_changed_at(order: Any, moment: datetime) -> dict[str, datetime]:
    """3.x keeps when an order was changed; 2.10 has only its events."""
    return {"updated_at": moment} if hasattr(order, "updated_at") else {"created": moment}


def test_existing_products_are_told_from_deleted_ones() -> None:
    chair, table = a_product(), a_product()
    gone = table.product.pk
    table.product.delete()

    assert host.current.existing_products([chair.product_id, gone]) == {chair.product_id}


def test_an_order_has_the_stores_own_reference() -> None:
    order = a_saleor_order([(a_product(), 1, "10.00")])
    known = hasattr(order, "external_reference")
    assert host.current.order_facts(order.pk).reference == ""
    if known:
        type(order).objects.filter(pk=order.pk).update(external_reference="Erp 7/2026")
    assert host.current.order_facts(order.pk).reference == ("Erp 7/2026" if known else "")


def test_a_note_is_one_row_of_the_orders_history(
    django_capture_on_commit_callbacks: Any,
) -> None:
    order = a_saleor_order([(a_product(), 1, "10.00")], user=a_customer())
    with django_capture_on_commit_callbacks() as callbacks:
        host.current.add_order_note(order.pk, "Came back", user_id=order.user_id)

    assert events_of(order) == [("note_added", order.user_id)]
    assert not callbacks
    assert not mail.outbox


def test_many_orders_are_read_with_as_many_statements_as_one() -> None:
    def asked(ids: list[Any]) -> int:
        with CaptureQueriesContext(connections["default"]) as captured:
            found = host.current.facts_of_orders(ids)
        assert {each.id: each for each in found} == {
            key: host.current.order_facts(key) for key in ids
        }
        return len(captured)

    chair, lamp = a_product(name="Chair", stock=20), a_product(name="Lamp", stock=20)
    ids = [a_saleor_order([(chair, 2, "10.00"), (lamp, 1, "3.33")]).pk for _ in range(4)]
    asked(ids[:1])  # and what Saleor looks up once per process
    assert asked(ids) == asked(ids[:1])
    gone = a_saleor_order([(chair, 1, "10.00")], paid=False, fulfilled=False)
    key = gone.pk
    gone.delete()
    assert host.current.facts_of_orders([key]) == []
