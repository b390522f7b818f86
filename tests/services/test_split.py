"""Shipments follow Saleor's order, whoever tells of it and however often."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from saleor_returns_plugin.enums import ShipmentStatus
from saleor_returns_plugin.models import (
    NotificationLog,
    OrderRecord,
    VendorShipment,
    VendorShipmentLine,
)
from saleor_returns_plugin.services import split
from tests.builders import NOW, a_request, a_vendor, an_order, sells
from tests.saleor_rows import a_product, a_saleor_order, fulfil, order_line, pay, resize_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    """What runs inside is committed as far as mails are concerned."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def again(order):
    return split.split_order(order_id=order.pk, now=timezone.now())


def everything():
    """All that a split writes, but when it looked."""
    models = (OrderRecord, VendorShipment, VendorShipmentLine, NotificationLog)
    rows = [list(model.objects.order_by("pk").values()) for model in models]
    for record in rows[0]:
        del record["followed_at"]
    return rows


def an_unpaid_order(*vendors, quantity=2):
    """One line per vendor, not shipped; answers the order and its variants."""
    variants = [sells(vendor, a_product(f"Chair of {vendor.name}")) for vendor in vendors]
    lines = [(variant, quantity, "10") for variant in variants]
    return a_saleor_order(lines=lines, paid=False, fulfilled=False), variants


def test_a_draft_is_left_alone():
    order = a_saleor_order(lines=[(a_product(), 1, "10")], status="draft", fulfilled=False)
    assert again(order) is None
    assert not OrderRecord.objects.exists()


def test_an_order_that_is_gone_is_left_alone():
    order = a_saleor_order(lines=[(a_product(), 1, "10")], paid=False, fulfilled=False)
    key = order.pk
    order.delete()
    assert split.split_order(order_id=key, now=NOW) is None


def test_a_cancelled_order_cancels_its_shipments_and_stays_so():
    order, _ = an_unpaid_order(a_vendor("Oak"), a_vendor("Elm"))
    record = again(order)
    order.status = "canceled"
    order.save()
    again(order)
    record.refresh_from_db()
    assert record.is_cancelled
    assert {s.status for s in record.shipments.all()} == {ShipmentStatus.CANCELLED.value}
    before = everything()
    again(order)
    assert everything() == before


def test_an_order_cancelled_before_anybody_saw_it_gets_no_shipments():
    order, _ = an_unpaid_order(a_vendor("Oak"))
    order.status = "canceled"
    order.save()
    assert again(order) is None
    assert not VendorShipment.objects.exists()


def test_what_was_shipped_follows_per_vendor():
    oak, elm = a_vendor("Oak"), a_vendor("Elm")
    order, (chair, _) = an_unpaid_order(oak, elm)
    record = again(order)
    of_oak = record.shipments.get(vendor=oak)
    of_elm = record.shipments.get(vendor=elm)
    assert (of_oak.status, of_oak.fulfilled_at) == (ShipmentStatus.OPEN.value, None)

    fulfil(order, {chair: 1}, tracking_number="TRACK-1")
    again(order)
    of_oak.refresh_from_db()
    of_elm.refresh_from_db()
    assert of_oak.status == ShipmentStatus.PARTIALLY_FULFILLED.value
    assert of_oak.fulfilled_at is not None
    assert [parcel["number"] for parcel in of_oak.tracking] == ["TRACK-1"]
    assert of_oak.lines.get().quantity_fulfilled == 1
    assert (of_elm.status, of_elm.tracking) == (ShipmentStatus.OPEN.value, [])

    fulfil(order)
    again(order)
    assert {s.status for s in record.shipments.all()} == {ShipmentStatus.FULFILLED.value}
    assert {line.quantity_fulfilled for line in VendorShipmentLine.objects.all()} == {2}
    before = everything()
    again(order)
    assert everything() == before


def test_a_fulfilment_that_was_cancelled_shipped_nothing():
    order, _ = an_unpaid_order(a_vendor("Oak"))
    parcel = fulfil(order)
    record = again(order)
    assert record.shipments.get().status == ShipmentStatus.FULFILLED.value
    parcel.status = "canceled"
    parcel.save()
    again(order)
    shipment = record.shipments.get()
    assert (shipment.status, shipment.fulfilled_at) == (ShipmentStatus.OPEN.value, None)
    assert shipment.lines.get().quantity_fulfilled == 0


def test_vendors_are_mailed_once_when_the_order_is_paid(committing, mailoutbox):
    order, _ = an_unpaid_order(a_vendor("Oak"), a_vendor("Elm"))
    with committing():
        again(order)
    assert not mailoutbox
    pay(order)
    with committing():
        record = again(order)
        again(order)
    with committing():
        again(order)
    assert sorted(mail.to[0] for mail in mailoutbox) == [
        "elm@vendors.example",
        "oak@vendors.example",
    ]
    logs = NotificationLog.objects.filter(kind="shipment_new_vendor")
    assert (logs.count(), logs.filter(sent_at=None).count()) == (2, 0)
    assert record.vendors_told_at is not None


def test_the_store_is_not_mailed_its_own_shipment(committing, mailoutbox):
    with committing():
        record = an_order([(a_product(), 1, "10")])
    assert record.shipments.get().vendor.is_in_house
    assert not mailoutbox


def test_prices_and_rates_are_those_of_the_first_split():
    oak = a_vendor("Oak", commission_rate="10")
    order, (chair,) = an_unpaid_order(oak)
    again(order)
    line = order_line(order, chair)
    line.unit_price_gross_amount = D(99)
    line.product_name = "Renamed"
    line.save()
    oak.commission_rate = D(50)
    oak.save()
    again(order)
    frozen = VendorShipmentLine.objects.get()
    assert (frozen.total_gross, frozen.commission_rate) == (D(20), D(10))
    assert frozen.product_name == "Chair of Oak"


@pytest.mark.parametrize(("shipped", "numbers"), [(False, ["S1", "S1"]), (True, ["S1", "S2"])])
def test_a_line_that_came_later_joins_an_open_shipment(shipped, numbers):
    oak = a_vendor("Oak")
    order, (chair,) = an_unpaid_order(oak)
    if shipped:
        fulfil(order)
    again(order)
    later = order_line(order, chair)
    later.pk = None
    later._state.adding = True
    later.quantity_fulfilled = 0
    if hasattr(later, "old_id"):
        later.old_id = None
    later.save()
    again(order)
    lines = VendorShipmentLine.objects.select_related("shipment")
    assert [line.shipment.number.rpartition("-")[2] for line in lines] == numbers


def test_a_line_that_is_gone_is_not_to_be_sent(committing, mailoutbox):
    oak, elm = a_vendor("Oak"), a_vendor("Elm")
    order, (_, lamp) = an_unpaid_order(oak, elm)
    record = again(order)
    resize_line(order, lamp, 0)
    pay(order)
    with committing():
        again(order)
    of_elm = record.shipments.get(vendor=elm)
    assert (of_elm.status, of_elm.lines.count()) == (ShipmentStatus.CANCELLED.value, 0)
    assert record.shipments.get(vendor=oak).status == ShipmentStatus.OPEN.value
    assert [mail.to for mail in mailoutbox] == [["oak@vendors.example"]]
    before = everything()
    again(order)
    assert everything() == before


def test_a_line_that_is_gone_leaves_the_rest_of_its_shipment():
    oak = a_vendor("Oak")
    order, (chair, stool) = an_unpaid_order(oak, oak)
    record = again(order)
    resize_line(order, stool, 0)
    fulfil(order, {chair: 2})
    again(order)
    shipment = record.shipments.get()
    assert shipment.status == ShipmentStatus.FULFILLED.value
    assert [line.product_name for line in shipment.lines.all()] == ["Chair of Oak"]


@pytest.mark.parametrize("units", [1, 3])
def test_a_line_is_to_be_sent_as_staff_changed_it(units):
    order, (chair,) = an_unpaid_order(a_vendor("Oak"))
    record = again(order)
    resize_line(order, chair, units)
    again(order)
    line = VendorShipmentLine.objects.get()
    assert (line.quantity, line.total_gross) == (units, D(10 * units))
    fulfil(order)
    again(order)
    assert record.shipments.get().status == ShipmentStatus.FULFILLED.value


def test_what_was_shipped_stays_as_it_was_sold():
    order, (chair,) = an_unpaid_order(a_vendor("Oak"))
    fulfil(order, {chair: 1})
    record = again(order)
    resize_line(order, chair, 1)
    again(order)
    line = VendorShipmentLine.objects.get()
    assert (line.quantity, line.total_gross, line.quantity_fulfilled) == (2, D(20), 1)
    assert record.shipments.get().status == ShipmentStatus.PARTIALLY_FULFILLED.value


@pytest.mark.parametrize("units", [0, 1])
def test_a_line_in_a_return_stays(units):
    """It was shipped once: then the fulfilment was cancelled."""
    oak = a_vendor("Oak")
    chair = sells(oak, a_product("Chair of Oak"))
    order = a_saleor_order(lines=[(chair, 2, "10")])
    record = again(order)
    a_request(record, 2)
    parcel = order.fulfillments.get()
    parcel.status = "canceled"
    parcel.save()
    again(order)
    resize_line(order, chair, units)
    again(order)
    line = VendorShipmentLine.objects.get()
    assert (line.quantity, line.total_gross) == (2, D(20))
    status = record.shipments.get().status
    if units:
        assert (line.order_line_id, status) == (order_line(order, chair).pk, "open")
    else:
        assert (line.order_line_id, status) == (None, "cancelled")


@pytest.mark.parametrize("is_paid_at_once", [True, False])
def test_a_vendor_that_joins_later_is_mailed(committing, mailoutbox, is_paid_at_once):
    oak, elm = a_vendor("Oak"), a_vendor("Elm")
    order, (chair,) = an_unpaid_order(oak)
    pay(order)
    with committing():
        again(order)
    lamp = sells(elm, a_product("Lamp"))
    added = order_line(order, chair)
    added.pk, added._state.adding, added.variant = None, True, lamp
    if hasattr(added, "old_id"):
        added.old_id = None
    added.save()
    if not is_paid_at_once:
        order.total_gross_amount += 20
        order.save()
        with committing():
            again(order)
        assert [mail.to for mail in mailoutbox] == [["oak@vendors.example"]]
        pay(order, "20")
    with committing():
        split.sweep(now=timezone.now())
    with committing():
        again(order)
    assert [mail.to for mail in mailoutbox] == [["oak@vendors.example"], ["elm@vendors.example"]]


def test_the_sweep_finds_recent_orders_that_no_hook_told_of():
    now = timezone.now()
    known = an_order([(a_product(), 1, "10")])
    missed = a_saleor_order(lines=[(a_product(), 1, "10")])
    old = a_saleor_order(lines=[(a_product(), 1, "10")], placed_at=now - timedelta(days=3))
    assert split.sweep(now=now) == 1
    found = set(OrderRecord.objects.values_list("order_id", flat=True))
    assert found == {known.order_id, missed.pk}
    assert old.pk not in found
    assert split.sweep(now=now) == 0


def test_the_sweep_reads_on_past_its_limit():
    for _ in range(5):
        a_saleor_order(lines=[(a_product(), 1, "10")])
    assert split.sweep(now=timezone.now(), limit=2) == 5


def test_one_broken_order_does_not_stop_the_sweep(monkeypatch):
    orders = [a_saleor_order(lines=[(a_product(), 1, "10")]) for _ in range(3)]
    follow = split.follow

    def breaks_on_the_first(record, facts, now):
        if facts.id == orders[0].pk:
            raise RuntimeError("this order is broken")
        follow(record, facts, now)

    monkeypatch.setattr(split, "follow", breaks_on_the_first)
    assert split.sweep(now=timezone.now()) == 2
    assert OrderRecord.objects.count() == 2


def test_the_sweep_tells_vendors_of_a_payment_that_no_hook_told_of(committing, mailoutbox):
    order, _ = an_unpaid_order(a_vendor("Oak"))
    again(order)
    pay(order)
    with committing():
        split.sweep(now=timezone.now())
    assert [mail.to for mail in mailoutbox] == [["oak@vendors.example"]]


@pytest.mark.parametrize("times", ["first", "again"])
def test_statements_do_not_grow_with_the_lines(times):
    an_order([(a_product(), 1, "10")])  # what is made on first use is there
    counts = []
    for size in (1, 20):
        oak = a_vendor(f"Oak{size}")
        lines = [(sells(oak, a_product(f"Chair {n}")), 2, "10") for n in range(size)]
        order = a_saleor_order(lines=[*lines, (a_product("Lamp"), 1, "5")])
        if times == "again":
            again(order)
        with CaptureQueriesContext(connection) as seen:
            again(order)
        counts.append(len(seen))
    assert counts[0] == counts[1], counts
    assert VendorShipmentLine.objects.count() == 24


def test_an_order_that_is_known_is_read_once():
    order, _ = an_unpaid_order(a_vendor("Oak"))
    again(order)
    with CaptureQueriesContext(connection) as seen:
        again(order)
    assert sum('FROM "order_order"' in each["sql"] for each in seen) == 1


def test_the_sweep_looks_again_at_what_changed_since_it_was_looked_at():
    """The hook of a later shipping, cancellation or return may be lost, too."""
    record = an_order([(a_product("Lamp"), 2, "5")])
    line = VendorShipmentLine.objects.get(shipment__record=record)
    line.quantity_fulfilled = 0
    line.save()
    later = timezone.now() + timedelta(minutes=1)
    OrderRecord.objects.update(followed_at=later)
    split.sweep(now=timezone.now())
    line.refresh_from_db()
    assert line.quantity_fulfilled == 0, "nothing changed since"
    OrderRecord.objects.update(followed_at=later - timedelta(days=1))
    split.sweep(now=timezone.now())
    line.refresh_from_db()
    assert line.quantity_fulfilled == 2
