"""The shopper's way, page by page, over HTTP and without JavaScript."""

import re

import pytest
from django.urls import reverse

from saleor_returns_plugin.enums import ReturnStatus
from saleor_returns_plugin.models import OrderRecord, ReturnReason, ReturnRequest, VendorReturn
from saleor_returns_plugin.services import return_requests, vendor_returns
from tests.builders import MERCHANT, NOW, a_request, a_vendor, acts_for, an_order, sells
from tests.saleor_rows import a_product
from tests.web.browser import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def record() -> OrderRecord:
    """Two oak chairs of one vendor, three mugs of another, a poster of the store's own."""
    oak, clay = a_vendor("Oak & Sons"), a_vendor("Clay Works")
    return an_order(
        [
            (sells(oak, a_product(name="Oak chair")), 2, "10.00"),
            (sells(clay, a_product(name="Mug")), 3, "3.00"),
            (a_product(name="Poster"), 1, "5.00"),
        ],
        email="ada@example.com",
    )


def signed_in(record: OrderRecord) -> Browser:
    browser = Browser()
    browser.get(reverse("returns:portal-sign-in"))
    browser.submit("/returns/", order=record.number, email=record.email)
    assert browser.page.response.status_code == 200, browser.page.text
    return browser


def line(record: OrderRecord, product: str, field: str) -> str:
    for shipment in record.shipments.all():
        for row in shipment.lines.filter(product_name=product):
            return f"line-{row.pk}-{field}"
    raise LookupError(product)


def test_sign_in_shows_the_order_split_by_shipment(record):
    browser = Browser()
    browser.get(reverse("returns:portal-sign-in"))
    page = browser.submit("/returns/", order=f"#{record.number}", email="ADA@example.com ")
    assert page.response.redirect_chain == [(reverse("returns:portal-order"), 302)]
    for shipment in record.shipments.all():
        assert shipment.number in page.text
    for word in ("Oak chair", "Mug", "Poster", "Oak & Sons", "Clay Works"):
        assert word in page.text


def test_a_german_browser_reads_german(record):
    browser = Browser(HTTP_ACCEPT_LANGUAGE="de-DE,de;q=0.9,en;q=0.5")
    page = browser.get(reverse("returns:portal-sign-in"))
    assert "Etwas zurückgeben" in page.text
    page = browser.submit("/returns/", order="nothing", email="ada@example.com")
    assert "Wir haben keine Bestellung mit dieser Nummer" in page.text
    page = browser.submit("/returns/", order=record.number, email=record.email)
    assert '<html lang="de"' in page.html
    assert f"Bestellung {record.number}" in page.text
    assert "Verkauft von Oak & Sons" in page.text
    page = browser.fill("/review/", {line(record, "Oak chair", "quantity"): "1"})
    assert "Insgesamt bekommen Sie zurück 10,00 $" in page.text


@pytest.mark.parametrize("language", ["fr", "fr-CA,fr;q=0.9"])
def test_a_browser_of_a_language_that_is_not_spoken_reads_english(record, language):
    page = Browser(HTTP_ACCEPT_LANGUAGE=language).get(reverse("returns:portal-sign-in"))
    assert '<html lang="en"' in page.html
    assert "Return something" in page.text


def test_review_shows_what_was_chosen_and_stores_nothing(record):
    reason = ReturnReason.objects.create(code="too-big", label="Too big")
    browser = signed_in(record)
    page = browser.fill(
        "/review/",
        {
            line(record, "Oak chair", "quantity"): "1",
            line(record, "Oak chair", "reason"): str(reason.pk),
            line(record, "Oak chair", "note"): "It wobbles",
            line(record, "Mug", "quantity"): "2",
            "note": "Thanks",
        },
    )
    assert page.response.status_code == 200
    for word in ("1 × Oak chair", "2 × Mug", "Too big", "It wobbles", "Thanks", "$16.00"):
        assert word in page.text
    assert "Poster" not in page.text
    assert not ReturnRequest.objects.exists()


def test_submit_makes_one_request_with_a_part_per_shipment(record):
    browser = signed_in(record)
    browser.fill(
        "/review/",
        {line(record, "Oak chair", "quantity"): "1", line(record, "Mug", "quantity"): "2"},
    )
    page = browser.submit("/submit/")
    request = ReturnRequest.objects.get()
    assert request.vendor_returns.count() == 2
    assert request.number in page.text
    assert page.response.redirect_chain[-1][0] == reverse(
        "returns:portal-confirmation", args=[request.pk]
    )


def test_change_something_keeps_what_was_typed(record):
    browser = signed_in(record)
    name = line(record, "Oak chair", "note")
    browser.fill(
        "/review/",
        {line(record, "Oak chair", "quantity"): "2", name: "A <b>note</b>", "note": "All of it"},
    )
    page = browser.fill("/submit/", {}, button=reverse("returns:portal-order"))
    fields = dict(page.form("/review/").fields)
    assert fields[line(record, "Oak chair", "quantity")] == "2"
    assert fields[name] == "A <b>note</b>"
    assert fields["note"] == "All of it"
    assert not ReturnRequest.objects.exists()


def test_submitting_twice_makes_one_request(record):
    browser = signed_in(record)
    browser.fill("/review/", {line(record, "Oak chair", "quantity"): "2"})
    review = browser.page
    browser.submit("/submit/")
    browser.page = review
    page = browser.submit("/submit/")
    assert ReturnRequest.objects.count() == 1
    assert ReturnRequest.objects.get().number in page.text


def test_a_changed_amount_is_shown_before_anything_is_stored(record):
    browser = signed_in(record)
    browser.fill("/review/", {line(record, "Oak chair", "quantity"): "1"})
    page = browser.submit("/submit/", total="99.00")
    assert page.response.status_code == 422
    assert "The amount has changed" in page.text
    assert not ReturnRequest.objects.exists()
    browser.submit("/submit/")
    assert ReturnRequest.objects.count() == 1


def test_status_tells_where_to_send_what(record):
    request = a_request(record)
    part = request.vendor_returns.get(vendor__name="Oak & Sons")
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)
    page = signed_in(record).get(reverse("returns:portal-status", args=[request.pk]))
    for word in (part.number, "1 Mill Lane", "Leeds", "Write the return number on the parcel."):
        assert word in page.text
    assert page.text.count("1 Mill Lane") == 1


def test_status_tells_why_a_part_was_declined(record):
    request = a_request(record)
    return_requests.decline(request_id=request.pk, actor=MERCHANT, reason="Worn & washed", now=NOW)
    page = signed_in(record).get(reverse("returns:portal-status", args=[request.pk]))
    assert "Worn & washed" in page.text
    assert "Worn &amp; washed" in page.html


def test_a_part_can_be_cancelled(record):
    request = a_request(record)
    part = request.vendor_returns.get(vendor__name="Oak & Sons")
    browser = signed_in(record)
    browser.get(reverse("returns:portal-cancel", args=[request.pk]))
    page = browser.fill("/cancel/", {"part": [str(part.pk)]})
    states = dict(request.vendor_returns.values_list("vendor__name", "status"))
    assert states.pop("Oak & Sons") == ReturnStatus.CANCELLED
    assert set(states.values()) == {ReturnStatus.REQUESTED}
    assert page.response.redirect_chain[-1][0] == reverse(
        "returns:portal-status", args=[request.pk]
    )


def test_cancelling_nothing_is_told(record):
    request = a_request(record)
    browser = signed_in(record)
    browser.get(reverse("returns:portal-cancel", args=[request.pk]))
    page = browser.fill("/cancel/", {"part": None})
    assert page.response.status_code == 422
    assert "Choose what you want to cancel." in page.text
    assert set(VendorReturn.objects.values_list("status", flat=True)) == {ReturnStatus.REQUESTED}


def test_a_mail_leads_through_sign_in_to_the_status(record):
    request = a_request(record)
    url = reverse("returns:portal-status", args=[request.pk])
    browser = Browser()
    browser.get(url)
    page = browser.submit("/returns/", order=record.number, email=record.email)
    assert page.response.redirect_chain == [(url, 302)]


def test_sign_out_ends_it(record):
    browser = signed_in(record)
    browser.submit("/sign-out/")
    page = browser.get(reverse("returns:portal-order"))
    assert page.response.redirect_chain == [(f"{reverse('returns:portal-sign-in')}?again=1", 302)]


def test_addresses_carry_no_order_data(record):
    browser = signed_in(record)
    browser.fill("/review/", {line(record, "Oak chair", "quantity"): "1"})
    page = browser.submit("/submit/")
    urls = [url for url, _ in page.response.redirect_chain] + list(page.links.values())
    opaque = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    ours = [opaque.sub("", url) for url in urls if not url.startswith("mailto:")]
    assert ours
    assert not [url for url in ours for word in (record.number, record.email) if word in url]


def test_cancelling_what_has_moved_on_shows_it_first(record):
    request = a_request(record)
    browser = signed_in(record)
    url = reverse("returns:portal-cancel", args=[request.pk])
    browser.get(url)
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    page = browser.submit("/cancel/")
    assert page.response.status_code == 409
    assert "has changed since you looked at it" in page.text
    assert "Approved" in page.text
    assert set(request.vendor_returns.values_list("status", flat=True)) == {"approved"}
    browser.submit("/cancel/")
    assert set(request.vendor_returns.values_list("status", flat=True)) == {"cancelled"}
