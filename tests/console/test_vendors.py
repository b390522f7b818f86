"""A vendor puts its own house in order."""

import pytest
from django.urls import reverse

from saleor_returns_plugin.enums import VendorRole
from saleor_returns_plugin.models import Vendor, VendorMember
from tests.saleor_rows import a_customer

from .conftest import a_member, sign_in

pytestmark = pytest.mark.django_db

VENDORS = reverse("returns:console-vendors")


def an_owner(vendor: Vendor, email: str = "owner@example.com"):
    user = a_customer(email)
    VendorMember.objects.create(vendor=vendor, user=user, role=VendorRole.OWNER.value)
    return sign_in(email)


def url_of(vendor: Vendor) -> str:
    return reverse("returns:console-vendor", args=[vendor.pk])


def test_an_owner_gives_the_address_that_was_missing(shop):
    Vendor.objects.filter(pk=shop.oak.pk).update(return_address={})
    browser = an_owner(shop.oak)
    page = browser.get(VENDORS)
    assert page.response.redirect_chain == [(url_of(shop.oak), 302)]
    assert "There is no return address" in page.text
    page = browser.fill(f"{shop.oak.pk}/", {"vendor-address-city": "Oslo"})
    assert page.response.status_code == 422
    for name in ("street_address_1", "country"):
        assert f'id="vendor-address-{name}-problem"' in page.html
    page = browser.fill(
        f"{shop.oak.pk}/",
        {
            "vendor-address-street_address_1": "Quay 1",
            "vendor-address-country": "NO",
            "vendor-email": "new@oak.example",
            "vendor-return_instructions": "Ring twice",
            "vendor-auto_accept_returns": "1",
        },
    )
    shop.oak.refresh_from_db()
    assert shop.oak.return_address["street_address_1"] == "Quay 1"
    assert (shop.oak.email, shop.oak.return_instructions) == ("new@oak.example", "Ring twice")
    assert shop.oak.auto_accept_returns
    assert "Saved." in page.text
    assert "There is no return address" not in page.text
    browser.fill(f"{shop.oak.pk}/", {"vendor-auto_accept_returns": None})
    shop.oak.refresh_from_db()
    assert not shop.oak.auto_accept_returns


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("email", "nobody"),
        ("return_instructions", "x" * 10_001),
        ("address-city", "x" * 251),
        ("address-city", "\x01"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(shop, name, typed):
    browser = an_owner(shop.oak)
    browser.get(url_of(shop.oak))
    before = Vendor.objects.filter(pk=shop.oak.pk).values().get()
    page = browser.fill(f"{shop.oak.pk}/", {f"vendor-{name}": typed})
    assert page.response.status_code == 422
    assert f'id="vendor-{name}-problem"' in page.html
    assert Vendor.objects.filter(pk=shop.oak.pk).values().get() == before


def test_a_member_who_is_no_owner_only_reads(shop):
    browser = a_member(shop.oak, "oak@example.com")
    page = browser.get(url_of(shop.oak))
    assert "Leeds" in page.text
    assert not page.has_form(f"{shop.oak.pk}/")
    values = {**dict(page.forms[0].fields), "vendor-email": "x@y.example"}
    assert browser.post(url_of(shop.oak), values).response.status_code == 403
    shop.oak.refresh_from_db()
    assert shop.oak.email != "x@y.example"


def test_another_vendor_does_not_exist(shop):
    browser = an_owner(shop.oak)
    assert browser.get(url_of(shop.clay)).response.status_code == 404
    browser.get(url_of(shop.oak))
    values = {**dict(browser.page.forms[0].fields), "vendor-email": "x@y.example"}
    assert browser.post(url_of(shop.clay), values).response.status_code == 404
    shop.clay.refresh_from_db()
    assert shop.clay.email != "x@y.example"


def test_without_a_csrf_token_nothing_changes(shop):
    browser = an_owner(shop.oak)
    page = browser.post(url_of(shop.oak), {"vendor-email": "x@y.example"})
    assert page.response.status_code == 403
    shop.oak.refresh_from_db()
    assert shop.oak.email != "x@y.example"


def test_the_store_sees_every_vendor_and_which_lacks_an_address(shop):
    Vendor.objects.filter(pk=shop.clay.pk).update(return_address={}, name="<b>Clay</b>")
    page = shop.merchant().get(VENDORS)
    assert "Oak & Sons" in page.text
    assert "<b>" not in page.html
    assert "Missing" in page.text
