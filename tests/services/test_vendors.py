"""Vendors and their products; the store itself is one, and is always there."""

import copy
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_returns_plugin import startup
from saleor_returns_plugin.errors import NotFound, NotPermitted, NotUnique, VendorInUse
from saleor_returns_plugin.models import Vendor, VendorProduct
from saleor_returns_plugin.services import payouts, split, vendors
from tests.builders import MERCHANT, NOW, a_vendor, acts_for, sells
from tests.saleor_rows import a_product, a_saleor_order

pytestmark = pytest.mark.django_db


def migrated():
    """What happens after `migrate`."""
    startup._make_in_house_vendor(using="default")


def many_products(number):
    """Keys of products that are copies of one."""
    original = a_product().product
    kind = type(original)
    copies = []
    for n in range(number):
        product = copy.copy(original)
        product.pk, product.slug = None, f"{original.slug}-copy-{n}"
        copies.append(product)
    kind.objects.bulk_create(copies)
    slugs = kind.objects.filter(slug__startswith=f"{original.slug}-copy-")
    return list(slugs.values_list("pk", flat=True))


def test_a_fresh_database_has_the_store():
    store = Vendor.objects.get()
    assert (store.is_in_house, store.slug) == (True, "in-house")
    assert store.auto_accept_returns


def test_migrating_again_makes_no_second_one():
    before = Vendor.objects.get()
    migrated()
    assert Vendor.objects.get() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_the_store_is_there_after_a_flush(time):
    """As any test that commits ends with one; on 3.x over both connections."""
    assert Vendor.objects.get().is_in_house


def test_migrating_makes_it_when_it_is_missing():
    Vendor.objects.all().delete()
    migrated()
    assert Vendor.objects.get().is_in_house


def test_migrating_before_our_tables_are_there_does_no_harm():
    table = connection.ops.quote_name(Vendor._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
    migrated()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE elsewhere RENAME TO {table}")
    assert Vendor.objects.count() == 1


def test_a_vendor_cannot_take_the_slug_of_the_store():
    with pytest.raises(NotUnique) as refused:
        a_vendor("Mine", slug="in-house")
    assert refused.value.field == "slug"


def test_the_store_takes_another_slug_when_its_own_is_taken():
    Vendor.objects.all().delete()
    for slug in ("in-house", "in-house-2"):
        a_vendor("Mine", slug=slug)
    order = a_saleor_order(lines=[(a_product(), 1, "10")])
    record = split.split_order(order_id=order.pk, now=NOW)
    assert record.shipments.get().vendor.slug == "in-house-3"
    assert vendors.in_house() == record.shipments.get().vendor
    assert Vendor.objects.filter(is_in_house=True).count() == 1


def test_the_store_is_neither_deleted_nor_switched_off():
    store = vendors.in_house()
    with pytest.raises(VendorInUse):
        vendors.delete(actor=MERCHANT, vendor_id=store.pk)
    assert Vendor.objects.filter(pk=store.pk).exists()


@pytest.mark.parametrize("write", [payouts.pay_out, payouts.adjust])
def test_a_vendor_with_a_statement_is_not_deleted(write):
    oak = a_vendor("Oak")
    write(vendor_id=oak.pk, amount=Decimal(5), currency="USD", note="March", actor=MERCHANT)
    with pytest.raises(VendorInUse):
        vendors.delete(actor=MERCHANT, vendor_id=oak.pk)
    assert Vendor.objects.filter(pk=oak.pk).exists()


def test_products_change_hands():
    oak, elm = a_vendor("Oak"), a_vendor("Elm")
    product = sells(oak, a_product()).product_id
    assign = {"actor": MERCHANT, "product_ids": [product]}
    assert vendors.assign_products(vendor_id=elm.pk, **assign) == 1
    assert VendorProduct.objects.get().vendor == elm
    assert vendors.assign_products(vendor_id=vendors.in_house().pk, **assign) == 1
    assert not VendorProduct.objects.exists()
    vendors.assign_products(vendor_id=oak.pk, **assign)
    assert vendors.unassign_products(**assign) == 1
    assert not VendorProduct.objects.exists()


def test_one_unknown_product_refuses_them_all():
    oak = a_vendor("Oak")
    product = a_product().product_id
    with pytest.raises(NotFound) as refused:
        vendors.assign_products(
            actor=MERCHANT, vendor_id=oak.pk, product_ids=[product, 2**31 - 1, product]
        )
    assert refused.value.index == [1]
    assert not VendorProduct.objects.exists()


def test_only_the_merchant_gives_products_away():
    oak, elm = a_vendor("Oak"), a_vendor("Elm")
    product = sells(oak, a_product()).product_id
    for vendor, refusal in ((elm, NotPermitted), (oak, NotFound)):
        with pytest.raises(refusal):
            vendors.assign_products(actor=acts_for(elm), vendor_id=vendor.pk, product_ids=[product])
    with pytest.raises(NotPermitted):
        vendors.unassign_products(actor=acts_for(oak), product_ids=[product])
    assert VendorProduct.objects.get().vendor == oak


def test_statements_do_not_grow_with_the_products():
    oak, elm = a_vendor("Oak"), a_vendor("Elm")
    counts = []
    for number in (10, 1000):
        keys = many_products(number)
        vendors.assign_products(actor=MERCHANT, vendor_id=oak.pk, product_ids=keys)
        with CaptureQueriesContext(connection) as seen:
            given = vendors.assign_products(actor=MERCHANT, vendor_id=elm.pk, product_ids=keys)
            taken = vendors.unassign_products(actor=MERCHANT, product_ids=keys)
        assert given == taken == number
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] < 20
