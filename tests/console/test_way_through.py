"""Merchant and vendors carry a return through the console, over HTTP and without JavaScript."""

import pytest
from django.urls import reverse

from saleor_returns_plugin.enums import Condition, Disposition, RefundStatus, ReturnStatus
from saleor_returns_plugin.models import ReceptionLine, Refund, VendorReturn
from saleor_returns_plugin.services import return_requests, vendor_returns
from tests.builders import MERCHANT, NOW, a_request, acts_for, receive_all

from .conftest import a_member

pytestmark = pytest.mark.django_db


def of(shop, name: str) -> VendorReturn:
    return VendorReturn.objects.get(vendor__name=name)


def page_of(part: VendorReturn) -> str:
    return reverse("returns:console-return", args=[part.pk])


def approved(shop) -> VendorReturn:
    request = a_request(shop.record, units=2)
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    return of(shop, "Oak & Sons")


def accepted(shop) -> VendorReturn:
    part = approved(shop)
    return vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)


def name_of(part: VendorReturn, group: int, field: str) -> str:
    return f"receive-{part.lines.get().pk}-{group}-{field}"


def test_the_merchant_finds_what_waits_and_approves_all_of_it(shop):
    request = a_request(shop.record)
    browser = shop.merchant()
    assert "To approve" in browser.page.text
    part = of(shop, "Oak & Sons")
    browser.get(browser.page.links[part.number])
    page = browser.fill("/approve/", {"approve-all": "1", "approve-note": "Fine"})
    assert set(request.vendor_returns.values_list("status", flat=True)) == {ReturnStatus.APPROVED}
    assert "Approved." in page.text
    assert "Fine" in page.text


def test_approving_one_part_leaves_the_other(shop):
    a_request(shop.record)
    browser = shop.merchant()
    browser.get(page_of(of(shop, "Oak & Sons")))
    browser.submit("/approve/")
    assert of(shop, "Oak & Sons").status == ReturnStatus.APPROVED
    assert of(shop, "Clay Works").status == ReturnStatus.REQUESTED


def test_the_vendor_accepts_with_its_own_address(shop):
    part = approved(shop)
    browser = a_member(shop.oak, "oak@example.com")
    assert "To accept" in browser.page.text
    browser.get(page_of(part))
    assert "1 Mill Lane" in browser.page.text
    browser.submit("/accept/")
    part.refresh_from_db()
    assert part.status == ReturnStatus.ACCEPTED
    assert part.return_address["city"] == "Leeds"
    assert part.return_instructions == "Write the return number on the parcel."


def test_the_vendor_accepts_with_another_address_for_this_return(shop):
    part = approved(shop)
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(page_of(part))
    page = browser.fill("/accept/", {"accept-address-city": "Oslo"})
    assert page.response.status_code == 422
    for name in ("street_address_1", "country"):
        assert f'id="accept-address-{name}-problem"' in page.html
    assert dict(page.form("/accept/").fields)["accept-address-city"] == "Oslo"
    assert "open" in next(given for tag, given in page.tags if tag == "details")
    browser.fill(
        "/accept/",
        {
            "accept-address-street_address_1": "Quay 1",
            "accept-address-country": "NO",
            "accept-return_instructions": "Ring twice",
        },
    )
    part.refresh_from_db()
    assert part.return_address["street_address_1"] == "Quay 1"
    assert part.return_instructions == "Ring twice"


def test_declining_needs_a_reason_and_keeps_the_page(shop):
    part = approved(shop)
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(page_of(part))
    page = browser.submit("/decline/")
    assert page.response.status_code == 422
    assert 'id="decline-reason-problem"' in page.html
    page = browser.fill("/decline/", {"decline-reason": "<script>alert(1)</script>"})
    part.refresh_from_db()
    assert part.status == ReturnStatus.DECLINED
    assert part.decline_reason == "<script>alert(1)</script>"
    assert "<script" not in page.html


def test_units_are_received_by_condition(shop):
    part = accepted(shop)
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(page_of(part))
    browser.fill("/receive/", {name_of(part, 1, "quantity"): "1"}, button=str(part.lines.get().pk))
    assert browser.page.response.status_code == 200
    assert not ReceptionLine.objects.exists()
    page = browser.fill(
        "/receive/",
        {
            name_of(part, 2, "quantity"): "1",
            name_of(part, 2, "condition"): Condition.DAMAGED.value,
            name_of(part, 2, "note"): "Cracked leg",
        },
    )
    assert "The goods are recorded." in page.text
    rows = {row.condition: row for row in ReceptionLine.objects.all()}
    assert rows[Condition.GOOD].disposition == Disposition.RESTOCKED
    assert rows[Condition.DAMAGED].disposition == Disposition.NOT_RESTOCKED
    assert rows[Condition.DAMAGED].note == "Cracked leg"
    part.refresh_from_db()
    assert part.status == ReturnStatus.RECEIVED


def test_too_many_units_are_told_beside_their_field(shop):
    part = accepted(shop)
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(page_of(part))
    name = name_of(part, 1, "quantity")
    page = browser.fill("/receive/", {name: "7", name_of(part, 1, "note"): "Kept"})
    assert page.response.status_code == 422
    assert f'id="{name}-problem"' in page.html
    fields = dict(page.form("/receive/").fields)
    assert (fields[name], fields[name_of(part, 1, "note")]) == ("7", "Kept")
    assert not ReceptionLine.objects.exists()


@pytest.mark.parametrize("typed", ["-1", "1.5", "two", "٣", "9999999"])
def test_what_is_no_number_of_units_is_told(shop, typed):
    part = accepted(shop)
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(page_of(part))
    page = browser.fill("/receive/", {name_of(part, 1, "quantity"): typed})
    assert page.response.status_code == 422
    assert not ReceptionLine.objects.exists()


def test_recording_twice_counts_once(shop):
    part = accepted(shop)
    browser = a_member(shop.oak, "oak@example.com")
    shown = browser.get(page_of(part))
    browser.fill("/receive/", {name_of(part, 1, "quantity"): "1"})
    browser.page = shown
    browser.fill("/receive/", {name_of(part, 1, "quantity"): "1"})
    assert ReceptionLine.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_refund_goes_through_the_payment_once(shop, gateway):
    part = accepted(shop)
    receive_all(part, acts_for(part.vendor))
    browser = a_member(shop.oak, "oak@example.com")
    shown = browser.get(page_of(part))
    assert "Refund $20.00" in shown.text
    page = browser.submit("/refund/")
    refund = Refund.objects.get()
    assert refund.status == RefundStatus.SUCCEEDED
    assert "Paid back" in page.text
    browser.page = shown
    browser.submit("/refund/")
    assert len(gateway.calls) == 1
    part.refresh_from_db()
    assert part.status == ReturnStatus.SETTLED


def test_the_merchant_cancels_for_the_shopper(shop):
    a_request(shop.record)
    browser = shop.merchant()
    part = of(shop, "Oak & Sons")
    browser.get(page_of(part))
    browser.submit("/cancel/")
    part.refresh_from_db()
    assert part.status == ReturnStatus.CANCELLED
    assert of(shop, "Clay Works").status == ReturnStatus.REQUESTED


def test_shipments_show_what_to_send_where(shop):
    shipment = shop.record.shipments.get(vendor=shop.oak)
    browser = a_member(shop.oak, "oak@example.com")
    page = browser.get(reverse("returns:console-shipments"))
    page = browser.get(page.links[shipment.number])
    for word in (shipment.number, "Oak chair", "2 shipped"):
        assert word in page.text
    assert shop.record.shipping_address["city"] in page.text


def test_returns_are_found_by_number_and_paged(shop, monkeypatch):
    from saleor_returns_plugin.console.pages import returns

    monkeypatch.setattr(returns, "_SIZE", 1)
    a_request(shop.record)
    browser = shop.merchant()
    first = browser.get(reverse("returns:console-returns"))
    second = browser.get(first.links["Older ones"])
    assert "Older ones" not in second.links
    numbers = set(VendorReturn.objects.values_list("number", flat=True))
    assert numbers & {*first.links, *second.links} == numbers
    assert not numbers & {*first.links} & {*second.links}
    back = browser.get(second.links["Newer ones"])
    assert numbers & {*back.links} == numbers & {*first.links}
    assert "Newer ones" not in back.links
