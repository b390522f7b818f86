"""Two people at once, on real PostgreSQL: one wins, and the other is told why not."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Event

import pytest
from django.db import transaction

from saleor_returns_plugin.enums import Move, RefundStatus, ReturnStatus
from saleor_returns_plugin.errors import (
    InvalidTransition,
    NothingToRefund,
    QuantityExceedsReturnable,
)
from saleor_returns_plugin.models import (
    OrderRecord,
    Refund,
    ReturnLine,
    ReturnRequest,
    Vendor,
    VendorProduct,
    VendorReturn,
    VendorShipment,
    VendorShipmentLine,
)
from saleor_returns_plugin.services import refunds, split, vendors
from saleor_returns_plugin.services.locks import lock_order
from tests.builders import (
    MERCHANT,
    NOW,
    a_request,
    a_return,
    a_vendor,
    acts_for,
    an_order,
    receive_all,
    sells,
)
from tests.saleor_rows import a_product, a_saleor_order, stock_of
from tests.saleor_rows.gateway import accepts

from .together import held_back, in_thread, outcomes

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_requests_for_the_last_unit():
    record = an_order([(a_product("Chair"), 1, "10")])
    with held_back([lambda: a_request(record), lambda: a_request(record)]) as futures:
        lock_order(record.pk)
    (request,), (refused,) = outcomes(futures)
    assert isinstance(refused, QuantityExceedsReturnable)
    assert (refused.code.name, refused.index) == ("QUANTITY_EXCEEDS_RETURNABLE", [0])
    assert ReturnRequest.objects.get() == request
    assert ReturnLine.objects.get().quantity == 1


def test_two_submits_with_one_key_are_one_request():
    record = an_order([(a_product("Chair"), 5, "10")])
    acts = [lambda: a_request(record, idempotency_key="k")] * 2
    with held_back(acts) as futures:
        lock_order(record.pk)
    requests, errors = outcomes(futures)
    assert not errors
    assert {request.pk for request in requests} == {ReturnRequest.objects.get().pk}


def test_two_refunds_of_one_return_call_the_gateway_once(gateway):
    part = a_return(Move.RECEIVE_ALL)
    vendor = acts_for(part.vendor)
    acts = [
        lambda: refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW),
        lambda: refunds.release(vendor_return_id=part.pk, actor=vendor, now=NOW),
    ]
    with held_back(acts) as futures:
        lock_order(part.request.record_id)
    (refund,), (refused,) = outcomes(futures)
    assert isinstance(refused, NothingToRefund | InvalidTransition)
    assert gateway.calls == [Decimal(10)]
    assert Refund.objects.get() == refund
    assert refund.status == RefundStatus.SUCCEEDED.value
    assert VendorReturn.objects.get().status == ReturnStatus.SETTLED.value


def test_a_refund_while_the_gateway_still_thinks(gateway):
    part = a_return(Move.RECEIVE_ALL)
    asked, told = Event(), Event()

    def slowly(information):
        asked.set()
        assert told.wait(30)
        return accepts(information)

    gateway.answers_with(slowly)
    with ThreadPoolExecutor(1) as pool:
        first = in_thread(
            pool, lambda: refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        )
        try:
            assert asked.wait(30)
            # It answers at once: nobody holds a lock while the gateway is asked.
            with pytest.raises(NothingToRefund):
                refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        finally:
            told.set()
        assert first.result(30).status == RefundStatus.SUCCEEDED.value
    assert gateway.calls == [Decimal(10)]


def test_two_refunds_with_one_key_are_one_refund(gateway):
    part = a_return(Move.RECEIVE_ALL)
    acts = [
        lambda: refunds.release(
            vendor_return_id=part.pk, actor=MERCHANT, now=NOW, idempotency_key="k"
        )
    ] * 2
    with held_back(acts) as futures:
        lock_order(part.request.record_id)
    found, errors = outcomes(futures)
    assert not errors
    assert {refund.pk for refund in found} == {Refund.objects.get().pk}
    assert gateway.calls == [Decimal(10)]


def test_two_receptions_of_the_same_units_restock_once():
    part = a_return(Move.ACCEPT)
    variant = part.lines.get().shipment_line.variant
    before = stock_of(variant)
    lines = list(part.lines.all())
    assert [line.expected for line in lines] == [1]
    acts = [
        lambda: receive_all(VendorReturn.objects.get(pk=part.pk), MERCHANT),
        lambda: receive_all(VendorReturn.objects.get(pk=part.pk), acts_for(part.vendor)),
    ]
    with held_back(acts) as futures:
        lock_order(part.request.record_id)
    done, refused = outcomes(futures)
    assert (len(done), len(refused)) == (1, 1)
    assert isinstance(refused[0], QuantityExceedsReturnable | InvalidTransition)
    assert stock_of(variant) == before + 1


def test_two_splits_of_one_order_make_one_set_of_shipments():
    oak = a_vendor("Oak")
    order = a_saleor_order(
        lines=[(sells(oak, a_product("Chair")), 1, "10"), (a_product("Lamp"), 2, "5")]
    )
    acts = [lambda: split.split_order(order_id=order.pk, now=NOW)] * 2
    with held_back(acts) as futures:
        split.split_order(order_id=order.pk, now=NOW)  # holds the order's unique row
    records, errors = outcomes(futures)
    assert not errors
    record = OrderRecord.objects.get()
    assert {each.pk for each in records} == {record.pk}
    numbers = VendorShipment.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"{record.number}-S1", f"{record.number}-S2"]
    assert VendorShipmentLine.objects.count() == 2


def assigning(vendor, *products):
    return lambda: vendors.assign_products(
        actor=MERCHANT, vendor_id=vendor.pk, product_ids=products
    )


def lock_the_store():
    Vendor.objects.select_for_update().get(is_in_house=True)


def test_two_vendors_are_given_the_same_products_and_the_last_one_has_them():
    oak, elm = a_vendor("Oak"), a_vendor("Elm")
    products = [a_product(f"Chair {n}").product_id for n in range(20)]
    acts = [assigning(oak, *products), assigning(elm, *reversed(products))]
    with held_back(acts) as futures:
        lock_the_store()
    counts, errors = outcomes(futures)
    assert not errors
    assert counts == [20, 20]
    owners = list(VendorProduct.objects.values_list("vendor_id", flat=True))
    assert len(owners) == 20
    assert len(set(owners)) == 1, "all of them went to the same vendor"


def test_products_are_given_taken_and_their_vendor_deleted_at_once():
    oak, elm = a_vendor("Oak"), a_vendor("Elm")
    products = [sells(oak, a_product(f"Chair {n}")).product_id for n in range(5)]
    acts = [
        assigning(elm, *products),
        lambda: vendors.unassign_products(actor=MERCHANT, product_ids=products),
        lambda: vendors.delete(actor=MERCHANT, vendor_id=oak.pk),
    ]
    with held_back(acts) as futures:
        lock_the_store()
    _, errors = outcomes(futures)
    assert not errors
    assert not VendorProduct.objects.filter(vendor=oak).exists()


def test_a_split_does_not_wait_for_products_that_change_hands():
    oak = a_vendor("Oak")
    order = a_saleor_order(lines=[(a_product("Lamp"), 1, "5")])
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        assigning(oak, a_product("Chair").product_id)()
        splitting = in_thread(pool, lambda: split.split_order(order_id=order.pk, now=NOW))
        assert splitting.result(30).shipments.count() == 1


def test_the_store_is_made_once():
    Vendor.objects.all().delete()
    with held_back([vendors.in_house] * 3) as futures:
        vendors.in_house()
    stores, errors = outcomes(futures)
    assert not errors
    assert {store.pk for store in stores} == {Vendor.objects.get().pk}
