"""A page that another tab, or another person, has overtaken decides nothing."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from saleor_returns_plugin.domain.requested import ReceivedLine, Tracking
from saleor_returns_plugin.enums import Condition, Resolution, ReturnStatus
from saleor_returns_plugin.models import ReceptionLine, Refund, ReturnEvent, VendorReturn
from saleor_returns_plugin.services import (
    receptions,
    refunds,
    resolutions,
    return_requests,
    vendor_returns,
)
from tests.builders import MERCHANT, NOW, a_request, acts_for, an_order, sells
from tests.saleor_rows import a_product
from tests.saleor_rows.gateway import times_out

from .conftest import a_member
from .test_way_through import accepted, approved, name_of, of, page_of

pytestmark = pytest.mark.django_db

CHANGED = "has changed since you looked at it"


def requested(shop) -> VendorReturn:
    a_request(shop.record, units=2)
    return of(shop, "Oak & Sons")


def accepted_vases(shop) -> VendorReturn:
    """Three of them, of 3.00."""
    vase = sells(shop.clay, a_product(name="Vase"))
    part = a_request(an_order([(vase, 3, "3.00")]), units=3).vendor_returns.get()
    return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW)
    return vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)


def refused(page, part: VendorReturn, status: ReturnStatus) -> None:
    """With a message, the page as it is now, and nothing done."""
    assert page.response.status_code == 409
    assert CHANGED in page.text
    assert f"state-{status.value}" in page.html
    part.refresh_from_db()
    assert part.status == status


def test_a_vendor_that_accepted_meanwhile_is_not_declined(shop):
    part = approved(shop)
    store, vendor = shop.merchant(), a_member(shop.oak, "oak@example.com")
    store.get(page_of(part))
    vendor.get(page_of(part))
    vendor.submit("/accept/")
    page = store.fill("/decline/", {"decline-reason": "Too late, sadly"})
    refused(page, part, ReturnStatus.ACCEPTED)
    assert "Too late, sadly" in page.text


def test_what_was_typed_stands_in_the_form_where_it_still_is_and_can_be_sent_again(shop):
    part = requested(shop)
    first, second = shop.merchant(), a_member(shop.oak, "oak@example.com")
    first.get(page_of(part))
    return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW)
    page = first.fill("/decline/", {"decline-reason": "Worn"})
    refused(page, part, ReturnStatus.APPROVED)
    assert dict(page.form("/decline/").fields)["decline-reason"] == "Worn"
    assert "What you had written" not in page.text
    first.submit("/decline/")
    part.refresh_from_db()
    assert part.status == ReturnStatus.DECLINED
    assert "Worn" in second.get(page_of(part)).text


def test_what_the_shopper_cancelled_is_not_accepted_and_the_text_is_not_lost(shop):
    part = approved(shop)
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(page_of(part))
    return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
    values = {
        "accept-note": "Ring <b>twice</b>",
        f"accept-{part.lines.get().pk}-units": "9",
    }
    page = browser.fill("/accept/", values)
    refused(page, part, ReturnStatus.CANCELLED)
    assert not page.has_form("/accept/")
    assert "What you had written Ring <b>twice</b>" in page.text
    # Of the number that is too high nothing is said: it is not the trouble.
    assert "Enter a whole number" not in page.text


@pytest.mark.parametrize("form", ["approve", "cancel"])
def test_the_store_decides_on_what_it_saw(shop, form):
    part = requested(shop)
    browser = shop.merchant()
    browser.get(page_of(part))
    return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW)
    refused(browser.submit(f"/{form}/"), part, ReturnStatus.APPROVED)


def test_approving_all_parts_is_about_those_that_were_shown(shop):
    part = requested(shop)
    other = of(shop, "Clay Works")
    browser = shop.merchant()
    browser.get(page_of(part))
    return_requests.decline(
        request_id=part.request_id,
        actor=MERCHANT,
        reason="No",
        now=NOW,
        vendor_return_ids=[other.pk],
    )
    page = browser.fill("/approve/", {"approve-all": "1"})
    assert other.number in page.text
    refused(page, part, ReturnStatus.REQUESTED)
    browser.submit("/approve/")
    part.refresh_from_db()
    assert part.status == ReturnStatus.APPROVED


class TestReceiving:
    def test_two_people_who_unpack_one_parcel_count_it_once(self, shop):
        part = accepted(shop)
        first, second = a_member(shop.oak, "a@example.com"), a_member(shop.oak, "b@example.com")
        first.get(page_of(part))
        second.get(page_of(part))
        arrived = {name_of(part, 1, "quantity"): "1", name_of(part, 1, "note"): "A scratch"}
        first.fill("/receive/", arrived)
        page = second.fill("/receive/", arrived)
        refused(page, part, ReturnStatus.PARTIALLY_RECEIVED)
        assert dict(page.form("/receive/").fields)[name_of(part, 1, "note")] == "A scratch"
        assert ReceptionLine.objects.count() == 1
        second.submit("/receive/")
        assert ReceptionLine.objects.count() == 2

    def test_the_same_state_with_another_count_is_told_too(self, shop):
        a_request(shop.record, units=2)
        part = of(shop, "Clay Works")
        return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW)
        vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)
        first, second = a_member(shop.clay, "a@example.com"), a_member(shop.clay, "b@example.com")
        first.get(page_of(part))
        second.get(page_of(part))
        first.fill("/receive/", {name_of(part, 1, "quantity"): "1"})
        first.submit("/close/")
        page = second.fill("/receive/", {name_of(part, 1, "quantity"): "2"})
        refused(page, part, ReturnStatus.RECEIVED)
        assert ReceptionLine.objects.filter(condition="good").count() == 1

    def test_asking_for_more_room_tells_it_already(self, shop):
        part = accepted(shop)
        browser = a_member(shop.oak, "oak@example.com")
        browser.get(page_of(part))
        a_member(shop.oak, "b@example.com").get(page_of(part))
        other = a_member(shop.oak, "c@example.com")
        other.get(page_of(part))
        other.fill("/receive/", {name_of(part, 1, "quantity"): "1"})
        page = browser.fill("/receive/", {}, str(part.lines.get().pk))
        refused(page, part, ReturnStatus.PARTIALLY_RECEIVED)
        assert name_of(part, 2, "quantity") in dict(page.form("/receive/").fields)

    @pytest.mark.parametrize("units", ["1", "2"])
    def test_pressing_twice_is_no_conflict(self, shop, units):
        part = accepted(shop)
        browser = a_member(shop.oak, "oak@example.com")
        shown = browser.get(page_of(part))
        values = {name_of(part, 1, "quantity"): units}
        browser.fill("/receive/", values)
        browser.page = shown
        page = browser.fill("/receive/", values)
        assert page.response.status_code == 200
        assert ReceptionLine.objects.count() == 1


def a_fee_of(part: VendorReturn, fee: str) -> None:
    """So much less is due for the same units."""
    part.policy_snapshot["return_shipping_fee"] = fee
    part.save(update_fields=["policy_snapshot"])


def received(part: VendorReturn, *units: tuple[int, Condition]) -> None:
    key = part.lines.get().pk
    receptions.receive(
        vendor_return_id=part.pk,
        actor=acts_for(part.vendor),
        lines=[ReceivedLine(key, count, condition, note="Worn") for count, condition in units],
        now=NOW,
    )


class TestAfterReceiving:
    def test_closing_is_about_the_units_that_were_shown(self, shop):
        part = accepted_vases(shop)
        received(part, (1, Condition.GOOD))
        browser = a_member(shop.clay, "a@example.com")
        browser.get(page_of(part))
        received(part, (1, Condition.GOOD))
        refused(browser.submit("/close/"), part, ReturnStatus.PARTIALLY_RECEIVED)
        assert part.lines.get().missing == 0
        browser.submit("/close/")
        assert part.lines.get().missing == 1

    def test_a_reception_is_undone_as_it_was_shown(self, shop):
        part = accepted_vases(shop)
        received(part, (1, Condition.GOOD))
        browser = a_member(shop.clay, "a@example.com")
        browser.get(page_of(part))
        received(part, (2, Condition.GOOD))
        name = f"void-{part.receptions.earliest('created_at').pk}-reason"
        page = browser.fill("/void/", {name: "Wrong parcel"})
        refused(page, part, ReturnStatus.RECEIVED)
        assert not part.receptions.filter(is_voided=True).exists()
        assert dict(page.form("/void/").fields)[name] == "Wrong parcel"
        assert "What you had written" not in page.text

    def test_units_are_paid_nevertheless_as_they_were_shown(self, shop):
        part = accepted_vases(shop)
        received(part, (1, Condition.NOT_ACCEPTABLE))
        browser = shop.merchant()
        browser.get(page_of(part))
        received(part, (2, Condition.GOOD))
        row = ReceptionLine.objects.get(condition="not_acceptable")
        page = browser.fill("/overrule/", {f"overrule-{row.pk}-reason": "A courtesy"})
        refused(page, part, ReturnStatus.RECEIVED)
        row.refresh_from_db()
        assert not row.is_overruled

    def test_what_is_gone_keeps_its_text(self, shop):
        part = accepted_vases(shop)
        received(part, (1, Condition.GOOD))
        browser = a_member(shop.clay, "a@example.com")
        browser.get(page_of(part))
        reception = part.receptions.get()
        receptions.void(
            reception_id=reception.pk, actor=acts_for(part.vendor), reason="Mine", now=NOW
        )
        page = browser.fill("/void/", {f"void-{reception.pk}-reason": "Wrong parcel"})
        refused(page, part, ReturnStatus.ACCEPTED)
        assert "What you had written Wrong parcel" in page.text


class TestReopening:
    def test_it_is_about_the_decline_that_was_shown(self, shop):
        part = approved(shop)
        vendor_returns.decline(
            vendor_return_id=part.pk, actor=acts_for(part.vendor), reason="Worn", now=NOW
        )
        browser = shop.merchant()
        browser.get(page_of(part))
        vendor_returns.reopen(vendor_return_id=part.pk, actor=MERCHANT, reason="No", now=NOW)
        page = browser.fill("/reopen/", {"reopen-reason": "A mistake"})
        refused(page, part, ReturnStatus.APPROVED)
        assert "What you had written A mistake" in page.text


class TestChanging:
    def test_tracking_that_came_meanwhile_is_not_written_over(self, shop):
        part = accepted(shop)
        browser = shop.merchant()
        browser.get(page_of(part))
        told = Tracking(carrier="DHL", number="SHOPPER-1", url="")
        vendor_returns.add_tracking(
            vendor_return_id=part.pk, actor=MERCHANT, tracking=told, now=NOW
        )
        page = browser.fill("/tracking/", {"tracking-number": "STALE-2"})
        refused(page, part, ReturnStatus.IN_TRANSIT)
        assert part.tracking["number"] == "SHOPPER-1"
        browser.fill("/tracking/", {"tracking-number": "STALE-2"})
        part.refresh_from_db()
        assert part.tracking["number"] == "STALE-2"

    def test_what_becomes_of_an_item_is_changed_from_what_was_shown(self, shop):
        part = requested(shop)
        line = part.lines.get()
        name = f"resolution-{line.pk}-send_back"
        browser = shop.merchant()
        browser.get(page_of(part))
        resolution = Resolution(line.resolution)
        change = {"actor": MERCHANT, "resolution": resolution, "now": NOW}
        resolutions.change(return_line_id=line.pk, send_back=False, **change)
        other = browser.page
        # The same again asks for nothing.
        assert CHANGED not in browser.fill("/resolution/", {name: "no"}).text
        browser.page = other
        refused(browser.fill("/resolution/", {name: "yes"}), part, ReturnStatus.REQUESTED)
        assert not part.lines.get().send_back
        browser.fill("/resolution/", {name: "yes"})
        assert part.lines.get().send_back


class TestDecidingOnMany:
    @pytest.mark.parametrize("decision", ["approve", "decline"])
    def test_a_request_that_looks_otherwise_by_now_is_left_and_named(self, shop, decision):
        part = requested(shop)
        other = a_request(an_order([(sells(shop.clay, a_product(name="Lamp")), 1, "7.00")]))
        browser = shop.merchant()
        browser.get(reverse("returns:console-decide"))
        vendor_returns.decline(
            vendor_return_id=part.request.vendor_returns.get(vendor=shop.clay).pk,
            actor=MERCHANT,
            reason="No",
            now=NOW,
        )
        ticked = {"request": [str(part.request_id), str(other.pk)], "decide-reason": "Worn"}
        page = browser.fill("/decide/", ticked, decision)
        assert CHANGED in page.text
        part.refresh_from_db()
        assert part.status == ReturnStatus.REQUESTED
        done = "approved" if decision == "approve" else "declined"
        assert other.vendor_returns.get().status == done

    def test_asked_again_what_looks_otherwise_is_ticked_no_more(self, shop):
        part = requested(shop)
        other = a_request(an_order([(sells(shop.clay, a_product(name="Lamp")), 1, "7.00")]))
        browser = shop.merchant()
        browser.get(reverse("returns:console-decide"))
        vendor_returns.decline(
            vendor_return_id=part.request.vendor_returns.get(vendor=shop.clay).pk,
            actor=MERCHANT,
            reason="No",
            now=NOW,
        )
        ticked = {"request": [str(part.request_id), str(other.pk)]}
        page = browser.fill("/decide/", ticked, "decline")
        assert page.response.status_code == 422
        fields = page.form("/decide/").fields
        assert [value for name, value in fields if name == "request"] == [str(other.pk)]


@pytest.mark.django_db(transaction=True)
class TestRefunding:
    def test_more_units_than_were_shown_are_not_paid(self, shop, gateway):
        part = accepted_vases(shop)
        received(part, (2, Condition.GOOD), (1, Condition.NOT_ACCEPTABLE))
        vendor, store = a_member(shop.clay, "a@example.com"), shop.merchant()
        vendor.get(page_of(part))
        store.get(page_of(part))
        row = ReceptionLine.objects.get(condition="not_acceptable")
        store.fill("/overrule/", {f"overrule-{row.pk}-reason": "A courtesy"})
        page = vendor.submit("/refund/")
        refused(page, part, ReturnStatus.RECEIVED)
        assert not gateway.calls
        vendor.submit("/refund/")
        assert gateway.calls == [D("9.00")]

    def test_as_many_units_of_another_sum_are_not_paid(self, shop, gateway):
        part = accepted_vases(shop)
        received(part, (2, Condition.GOOD), (1, Condition.NOT_ACCEPTABLE))
        vendor = a_member(shop.clay, "a@example.com")
        vendor.get(page_of(part))
        a_fee_of(part, "1.00")
        page = vendor.submit("/refund/")
        refused(page, part, ReturnStatus.RECEIVED)
        assert not gateway.calls
        vendor.submit("/refund/")
        assert gateway.calls == [D("5.00")]

    def test_another_status_is_told(self, shop, gateway):
        part = accepted_vases(shop)
        received(part, (1, Condition.NOT_ACCEPTABLE), (1, Condition.GOOD))
        browser = a_member(shop.clay, "a@example.com")
        browser.get(page_of(part))
        receptions.close(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        refused(browser.submit("/refund/"), part, ReturnStatus.RECEIVED)
        assert not gateway.calls

    def test_what_became_of_it_is_said_of_the_state_that_was_shown(self, shop, gateway):
        part = accepted_vases(shop)
        received(part, (3, Condition.GOOD))
        gateway.answers_with(times_out)
        browser = shop.merchant()
        browser.get(page_of(part))
        page = browser.submit("/refund/")
        refund = Refund.objects.get()
        refunds.resolve(refund_id=refund.pk, succeeded=True, actor=MERCHANT, now=NOW)
        name = f"refund-resolve-{refund.pk}-reference"
        page = browser.fill("/refund-resolve/", {name: "Statement 7"}, "not_paid")
        refused(page, part, ReturnStatus.SETTLED)
        refund.refresh_from_db()
        assert refund.status == "succeeded"


def test_a_refusal_leaves_no_trace(shop):
    part = requested(shop)
    browser = shop.merchant()
    browser.get(page_of(part))
    return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW)
    before = ReturnEvent.objects.count()
    browser.fill("/decline/", {"decline-reason": "Worn"})
    assert ReturnEvent.objects.count() == before
    # A reload of the refusal is the page itself.
    page = browser.get(reverse("returns:console-decline", args=[part.pk]))
    assert CHANGED not in page.text
