"""Decisions in part, and what takes a decision or a reception back."""

import pytest
from django.urls import reverse

from saleor_returns_plugin.domain.requested import DeclinedUnits, ReceivedLine
from saleor_returns_plugin.enums import Condition, EventKind, ReturnStatus
from saleor_returns_plugin.models import Reception, ReceptionLine, ReturnEvent, VendorReturn
from saleor_returns_plugin.services import receptions, return_requests, vendor_returns
from tests.builders import (
    MERCHANT,
    NOW,
    a_refund,
    a_request,
    acts_for,
)

from .conftest import a_member
from .test_way_through import accepted, approved, of, page_of

pytestmark = pytest.mark.django_db

EVIL = "<script>alert(1)</script>\"'><img src=x>"


def field(form: str, part: VendorReturn, name: str) -> str:
    return f"{form}-{part.lines.get().pk}-{name}"


def received(shop, *units: tuple[int, Condition]) -> VendorReturn:
    part = accepted(shop)
    line = part.lines.get()
    return receptions.receive(
        vendor_return_id=part.pk,
        actor=acts_for(part.vendor),
        now=NOW,
        lines=[ReceivedLine(line.pk, count, condition, note=EVIL) for count, condition in units],
    )


class TestInPart:
    def test_the_merchant_declines_some_units_and_approves_the_rest(self, shop):
        a_request(shop.record, units=2)
        part = of(shop, "Oak & Sons")
        browser = shop.merchant()
        browser.get(page_of(part))
        values = {field("approve", part, "units"): "1", field("approve", part, "reason"): EVIL}
        page = browser.fill("/approve/", values)
        part.refresh_from_db()
        assert part.status == ReturnStatus.APPROVED
        assert part.lines.get().declined == 1
        assert "1 declined, because:" in page.text
        assert EVIL in page.text
        assert "<script" not in page.html

    def test_the_vendor_accepts_less_than_was_approved(self, shop):
        part = approved(shop)
        browser = a_member(shop.oak, "oak@example.com")
        browser.get(page_of(part))
        values = {field("accept", part, "units"): "1", field("accept", part, "reason"): "Worn"}
        browser.fill("/accept/", values)
        part.refresh_from_db()
        assert part.status == ReturnStatus.ACCEPTED
        assert part.lines.get().accepted == 1

    def test_declining_every_unit_says_that_all_is_declined(self, shop):
        part = approved(shop)
        browser = a_member(shop.oak, "oak@example.com")
        browser.get(page_of(part))
        values = {field("accept", part, "units"): "2", field("accept", part, "reason"): "Worn"}
        page = browser.fill("/accept/", values)
        part.refresh_from_db()
        assert part.status == ReturnStatus.DECLINED
        assert "Declined. The shopper is told why." in page.text

    @pytest.mark.parametrize(
        ("units", "reason", "wrong"),
        [
            ("3", "Worn", "units"),
            ("-1", "Worn", "units"),
            ("two", "Worn", "units"),
            ("", "Worn", "units"),
            ("1", " ", "reason"),
            ("1", "\x01", "reason"),
        ],
    )
    def test_what_is_wrong_stands_beside_its_field(self, shop, units, reason, wrong):
        part = approved(shop)
        browser = a_member(shop.oak, "oak@example.com")
        browser.get(page_of(part))
        values = {field("accept", part, "units"): units, field("accept", part, "reason"): reason}
        page = browser.fill("/accept/", values)
        assert page.response.status_code == 422
        assert f'id="{field("accept", part, wrong)}-problem"' in page.html
        assert "Oak chair" in page.text
        part.refresh_from_db()
        assert (part.status, part.lines.get().declined) == (ReturnStatus.APPROVED, 0)


class TestReopening:
    def declined(self, shop) -> VendorReturn:
        part = approved(shop)
        return vendor_returns.decline(
            vendor_return_id=part.pk, actor=acts_for(part.vendor), reason="Worn", now=NOW
        )

    def test_the_merchant_reopens_what_was_declined(self, shop):
        part = self.declined(shop)
        browser = shop.merchant()
        page = browser.get(page_of(part))
        assert "Worn" in page.text
        page = browser.submit("/reopen/")
        assert page.response.status_code == 422
        assert 'id="reopen-reason-problem"' in page.html
        page = browser.fill("/reopen/", {"reopen-reason": EVIL})
        part.refresh_from_db()
        assert part.status == ReturnStatus.APPROVED
        assert "Reopened." in page.text
        assert "<script" not in page.html

    def test_a_notice_is_told_once(self, shop):
        browser = shop.merchant()
        part = self.declined(shop)
        browser.get(page_of(part))
        page = browser.fill("/reopen/", {"reopen-reason": "A mistake"})
        assert "Reopened. " in page.text
        assert not [given for _, given in browser.get(page_of(part)).tags if "role" in given]

    def test_units_in_a_newer_return_are_told(self, shop):
        part = self.declined(shop)
        browser = shop.merchant()
        browser.get(page_of(part))
        a_request(shop.record, units=1)
        page = browser.fill("/reopen/", {"reopen-reason": "A mistake"})
        assert page.response.status_code == 422
        assert "newer return" in page.text

    def test_a_vendor_does_not(self, shop):
        part = self.declined(shop)
        page = a_member(shop.oak, "oak@example.com").get(page_of(part))
        assert not page.has_form("/reopen/")


class TestReceptions:
    def test_closing_counts_the_rest_as_missing(self, shop):
        part = received(shop, (1, Condition.GOOD))
        browser = a_member(shop.oak, "oak@example.com")
        browser.get(page_of(part))
        page = browser.submit("/close/")
        part.refresh_from_db()
        assert part.status == ReturnStatus.RECEIVED
        assert part.lines.get().missing == 1
        assert "1 missing" in page.text
        assert "Missing" in page.text

    def test_a_reception_is_undone_with_a_reason(self, shop):
        part = received(shop, (2, Condition.GOOD))
        reception = Reception.objects.get()
        browser = a_member(shop.oak, "oak@example.com")
        browser.get(page_of(part))
        page = browser.submit("/void/")
        assert page.response.status_code == 422
        assert f'id="void-{reception.pk}-reason-problem"' in page.html
        page = browser.fill("/void/", {f"void-{reception.pk}-reason": "Wrong parcel"})
        part.refresh_from_db()
        reception.refresh_from_db()
        assert reception.is_voided
        assert part.status == ReturnStatus.ACCEPTED
        assert "Undone" in page.text
        assert not page.has_form("/void/")

    def test_what_is_paid_back_cannot_be_undone(self, shop):
        part = received(shop, (2, Condition.GOOD))
        browser = a_member(shop.oak, "oak@example.com")
        shown = browser.get(page_of(part))
        assert shown.has_form("/void/")
        a_refund(part, "succeeded", 20).lines.create(
            return_line=part.lines.get(),
            quantity=2,
            positions=[[0, 2]],
            goods_net=16,
            goods_gross=20,
        )
        assert not browser.get(page_of(part)).has_form("/void/")
        browser.page = shown
        page = browser.fill("/void/", {f"void-{Reception.objects.get().pk}-reason": "Wrong"})
        assert page.response.status_code == 422
        assert not Reception.objects.get().is_voided

    def test_refused_goods_are_shown_and_paid_nevertheless(self, shop):
        part = received(shop, (1, Condition.GOOD), (1, Condition.NOT_ACCEPTABLE))
        refused = ReceptionLine.objects.get(condition=Condition.NOT_ACCEPTABLE.value)
        browser = shop.merchant()
        page = browser.get(page_of(part))
        assert "Not acceptable · Not into stock · not paid" in page.text
        assert EVIL in page.text
        assert "<script" not in page.html
        page = browser.submit("/overrule/")
        assert f'id="overrule-{refused.pk}-reason-problem"' in page.html
        page = browser.fill("/overrule/", {f"overrule-{refused.pk}-reason": "A courtesy"})
        refused.refresh_from_db()
        assert refused.is_overruled
        assert part.lines.get().payable == 2
        assert "paid nevertheless" in page.text

    def test_only_the_store_overrules(self, shop):
        part = received(shop, (2, Condition.NOT_ACCEPTABLE))
        page = a_member(shop.oak, "oak@example.com").get(page_of(part))
        assert "not paid" in page.text
        assert not page.has_form("/overrule/")


class TestChanges:
    def test_the_store_lets_the_shopper_keep_the_goods(self, shop):
        part = approved(shop)
        browser = shop.merchant()
        browser.get(page_of(part))
        page = browser.fill("/resolution/", {field("resolution", part, "send_back"): "no"})
        assert not part.lines.get().send_back
        assert "the shopper keeps it" in page.text
        page = browser.submit("/accept/")
        part.refresh_from_db()
        assert part.status == ReturnStatus.ACCEPTED
        assert "Refund $20.00" in page.text

    def test_a_vendor_is_not_asked(self, shop):
        page = a_member(shop.oak, "oak@example.com").get(page_of(approved(shop)))
        assert not page.has_form("/resolution/")

    @pytest.mark.parametrize("typed", ["maybe", "store_credit"])
    def test_what_is_not_offered_is_told(self, shop, typed):
        part = approved(shop)
        browser = shop.merchant()
        browser.get(page_of(part))
        name = "send_back" if typed == "maybe" else "resolution"
        page = browser.fill("/resolution/", {field("resolution", part, name): typed})
        assert page.response.status_code == 422
        assert not ReturnEvent.objects.filter(kind=EventKind.RESOLUTION_CHANGED.value).exists()

    def test_staff_write_down_the_shoppers_tracking(self, shop):
        part = accepted(shop)
        browser = shop.merchant()
        browser.get(page_of(part))
        page = browser.submit("/tracking/")
        assert 'id="tracking-number-problem"' in page.html
        page = browser.fill(
            "/tracking/", {"tracking-number": "1Z", "tracking-url": "javascript:alert(1)"}
        )
        assert 'id="tracking-url-problem"' in page.html
        page = browser.fill(
            "/tracking/", {"tracking-url": "https://ups.example/1Z", "tracking-carrier": EVIL}
        )
        part.refresh_from_db()
        assert part.status == ReturnStatus.IN_TRANSIT
        assert page.links["1Z"] == "https://ups.example/1Z"
        assert "in place of the vendor or shopper" in page.text
        assert "<script" not in page.html


class TestConflicts:
    def waiting(self, shop) -> VendorReturn:
        """Of two chairs that are asked for, staff took one back in Saleor."""
        a_request(shop.record, units=2)
        part = of(shop, "Oak & Sons")
        sold = part.lines.get().shipment_line
        sold.quantity_taken_back = 1
        sold.save()
        return part

    def test_approving_one_asks_first(self, shop):
        part = self.waiting(shop)
        browser = shop.merchant()
        browser.get(page_of(part))
        page = browser.fill("/approve/", {"approve-note": "Fine"})
        assert page.response.status_code == 422
        assert 'id="approve-confirm-problem"' in page.html
        assert dict(page.form("/approve/").fields)["approve-note"] == "Fine"
        assert of(shop, "Oak & Sons").status == ReturnStatus.REQUESTED
        browser.fill("/approve/", {"approve-confirm": "1"})
        assert of(shop, "Oak & Sons").status == ReturnStatus.APPROVED

    def test_approving_all_parts_asks_for_the_others_too(self, shop):
        self.waiting(shop)
        browser = shop.merchant()
        browser.get(page_of(of(shop, "Clay Works")))
        page = browser.fill("/approve/", {"approve-all": "1"})
        assert 'id="approve-confirm-problem"' in page.html
        assert dict(page.form("/approve/").fields)["approve-all"] == "1"
        page = browser.fill("/approve/", {"approve-all": None})
        assert page.response.status_code == 200
        assert of(shop, "Clay Works").status == ReturnStatus.APPROVED
        assert of(shop, "Oak & Sons").status == ReturnStatus.REQUESTED

    def test_what_is_in_no_conflict_asks_nothing(self, shop):
        a_request(shop.record, units=2)
        page = shop.merchant().get(page_of(of(shop, "Oak & Sons")))
        assert "approve-confirm" not in page.html

    def test_units_taken_back_in_saleor_are_shown(self, shop):
        part = approved(shop)
        sold = part.lines.get().shipment_line
        browser = shop.merchant()
        assert "Staff took units back" not in browser.get(page_of(part)).text
        sold.quantity_taken_back = 1
        sold.save()
        assert "Staff took units back in Saleor itself" in browser.get(page_of(part)).text

    def test_a_cancelled_order_is_shown(self, shop):
        part = approved(shop)
        shop.record.is_cancelled = True
        shop.record.save()
        page = a_member(shop.oak, "oak@example.com").get(page_of(part))
        assert "The order was cancelled in Saleor." in page.text


def test_the_words_of_a_refund_follow_what_became_of_it(shop, monkeypatch):
    from saleor_returns_plugin.console.pages.vendor_return import _of_refund

    part = received(shop, (2, Condition.GOOD))
    for status, tone in [("failed", "bad"), ("succeeded", "good"), ("unknown", "warn")]:
        a_refund(part, status, 20)
        assert _of_refund(part).tone == tone


def test_units_declined_by_service_show_their_reason(shop):
    a_request(shop.record, units=2)
    part = of(shop, "Oak & Sons")
    return_requests.approve(
        request_id=part.request_id,
        actor=MERCHANT,
        now=NOW,
        declined=[DeclinedUnits(part.lines.get().pk, 1, "Worn")],
    )
    page = a_member(shop.oak, "oak@example.com").get(page_of(part))
    assert "1 declined, because: Worn" in page.text
    assert reverse("returns:console-shipment", args=[part.shipment_id]) in page.links.values()
