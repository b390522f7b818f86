"""What the shopper reads of a return on its way, and what they tell of the parcel."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from saleor_returns_plugin.domain.requested import DeclinedUnits, ReceivedLine
from saleor_returns_plugin.enums import Condition, ReturnStatus
from saleor_returns_plugin.models import OrderRecord, ReceptionLine, ReturnLine, VendorReturn
from saleor_returns_plugin.services import (
    deadlines,
    receptions,
    resolutions,
    return_requests,
    vendor_returns,
)
from saleor_returns_plugin.web import formats
from tests.builders import (
    MERCHANT,
    NOW,
    a_refund,
    a_request,
    a_vendor,
    acts_for,
    an_order,
    sells,
)
from tests.saleor_rows import a_product
from tests.web.browser import Browser

from .test_way_through import signed_in

pytestmark = pytest.mark.django_db

EVIL = "<script>alert(1)</script>\"'><img src=x>"


@pytest.fixture
def record() -> OrderRecord:
    oak = a_vendor("Oak & Sons")
    return an_order([(sells(oak, a_product(name="Oak chair")), 3, "10.00")], email="ada@x.example")


@pytest.fixture
def part(record) -> VendorReturn:
    return a_request(record, units=3).vendor_returns.get()


def page_of(part: VendorReturn):
    browser = signed_in(part.request.record)
    return browser.get(reverse("returns:portal-status", args=[part.request_id]))


def tracking_of(part: VendorReturn) -> str:
    return reverse("returns:portal-tracking", args=[part.request_id, part.pk])


def accept(part: VendorReturn, declined: int = 0, reason: str = "Worn") -> VendorReturn:
    line = part.lines.get()
    units = [DeclinedUnits(line.pk, declined, reason)] if declined else []
    return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW, declined=units)
    return vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)


def receive(part: VendorReturn, *units: tuple[int, Condition], note: str = EVIL) -> VendorReturn:
    line = part.lines.get()
    lines = [ReceivedLine(line.pk, count, condition, note=note) for count, condition in units]
    return receptions.receive(
        vendor_return_id=part.pk, actor=acts_for(part.vendor), lines=lines, now=NOW
    )


def test_units_declined_are_told_with_their_reason(part):
    accept(part, declined=1, reason=EVIL)
    page = page_of(part)
    assert "1 of these is declined, because:" in page.text
    assert EVIL in page.text
    assert "<script" not in page.html
    assert "Estimate when you asked" in page.text
    assert "If everything is sent back" in page.text
    assert "$30.00" in page.text
    assert "$20.00" in page.text


def test_every_waiting_state_says_what_comes_next_and_until_when(part):
    assert "The store looks at your request, by" in page_of(part).text
    accept(part)
    page = page_of(part)
    assert "Please send the goods back by" in page.text
    assert page.links["I have sent it: add tracking"] == tracking_of(part)


def test_when_all_is_here_the_page_says_so(part):
    accept(part)
    receive(part, (3, Condition.GOOD))
    assert "Everything is here. The refund comes next, by" in page_of(part).text


def test_all_that_is_kept_is_not_counted_on_being_sent(record):
    elm = sells(a_vendor("Elm"), a_product(name="Table"))
    other = an_order([(elm, 1, "5"), (a_product("Lamp"), 1, "7")], email=record.email)
    request = a_request(other)
    assert "All parts together, if everything is sent back:" in _request_page(request).text
    for line in ReturnLine.objects.filter(vendor_return__request=request):
        resolutions.change(
            return_line_id=line.pk,
            actor=MERCHANT,
            resolution=resolutions.Resolution.REFUND,
            send_back=False,
            now=NOW,
        )
    page = _request_page(request)
    assert "All parts together: $12.00" in page.text
    assert "everything is sent back" not in page.text


def _request_page(request):
    return signed_in(request.record).get(reverse("returns:portal-status", args=[request.pk]))


def test_goods_that_become_kept_or_are_to_be_sent_give_time_anew(part):
    accept(part)
    later = NOW + timedelta(days=10)
    days = []
    for send_back in (False, True):
        resolutions.change(
            return_line_id=part.lines.get().pk,
            actor=MERCHANT,
            resolution=resolutions.Resolution.REFUND,
            send_back=send_back,
            now=later,
        )
        part.refresh_from_db()
        last = timezone.localtime(part.due_at).date()
        days.append((last - timezone.localtime(later).date()).days)
    assert days == [7, 21]


def test_refused_goods_come_with_their_note_and_what_happens(part):
    accept(part)
    receive(part, (1, Condition.GOOD), (2, Condition.NOT_ACCEPTABLE))
    page = page_of(part)
    assert "Not acceptable" in page.text
    assert EVIL in page.text
    assert "<script" not in page.html
    assert "Not paid back. Write to us" in page.text
    assert "To be paid back now" in page.text
    assert "You get back $10.00" in page.text


def test_nothing_payable_says_why(part):
    accept(part)
    receive(part, (3, Condition.WRONG_ITEM))
    page = page_of(part)
    assert "Nothing is paid back for this part" in page.text
    assert "You get back" not in page.text


def test_missing_units_and_the_stores_own_word(part):
    accept(part)
    receive(part, (1, Condition.GOOD))
    receptions.close(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)
    page = page_of(part)
    assert "Everything is here" not in page.text
    assert "something is missing. The refund of the rest comes next, by" in page.text
    assert "Did not arrive, so it is not paid back." in page_of(part).text
    missing = ReceptionLine.objects.get(condition=Condition.MISSING.value)
    receptions.overrule(
        reception_line_id=missing.pk, actor=MERCHANT, reason="The carrier lost it", now=NOW
    )
    assert "the store decided so" in page_of(part).text


def test_an_undone_reception_is_not_shown(part):
    accept(part)
    receive(part, (3, Condition.NOT_ACCEPTABLE))
    reception = part.receptions.get()
    receptions.void(
        reception_id=reception.pk, actor=acts_for(part.vendor), reason="Wrong parcel", now=NOW
    )
    page = page_of(part)
    assert "What arrived" not in page.text
    assert "Please send the goods back by" in page.text


def test_kept_goods_need_no_parcel(part):
    resolutions.change(
        return_line_id=part.lines.get().pk,
        actor=MERCHANT,
        resolution=resolutions.Resolution.REFUND,
        send_back=False,
        now=NOW,
    )
    accept(part)
    page = page_of(part)
    part.refresh_from_db()
    assert (timezone.localtime(part.due_at).date() - timezone.localtime(NOW).date()).days == 7
    day = formats.day(part.due_at)
    assert f"nothing needs to be sent back. The refund comes next, by {day}" in page.text
    assert "sent back:" not in page.text
    assert "everything is sent back" not in page.text
    assert "Send it to" not in page.text
    assert "add tracking" not in page.text


@pytest.mark.parametrize("ending", ["decline", "cancel", "expire"])
def test_what_ended_promises_no_money(part, ending):
    if ending == "decline":
        return_requests.decline(
            request_id=part.request_id, actor=MERCHANT, reason="Too late", now=NOW
        )
    elif ending == "cancel":
        return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
    else:
        accept(part)
        for days in (17, 60):
            deadlines.run(now=NOW + timedelta(days=days))
        part.refresh_from_db()
        assert part.status == ReturnStatus.EXPIRED
    page = page_of(part)
    assert "You get back" not in page.text
    assert "Estimate" not in page.text
    if ending == "expire":
        assert "this return has ended" in page.text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("succeeded", "Paid back the way you paid."),
        ("failed", "The payment did not go through."),
        ("unknown", "has not confirmed it yet"),
        ("pending", "Your refund is on its way."),
    ],
)
def test_refunds_are_told_in_words(part, status, words):
    accept(part)
    receive(part, (3, Condition.GOOD))
    a_refund(part, status, 30)
    page = page_of(part)
    assert words in page.text
    assert "$30.00" in page.text


class TestTracking:
    def test_it_is_added_and_corrected(self, part):
        accept(part)
        browser = signed_in(part.request.record)
        browser.get(tracking_of(part))
        page = browser.fill("/tracking/", {"number": "1Z", "carrier": EVIL})
        part.refresh_from_db()
        assert part.status == ReturnStatus.IN_TRANSIT
        assert "Your tracking number is saved." in page.text
        assert "<script" not in page.html
        browser.get(page.links["Correct the tracking"])
        assert dict(browser.page.form("/tracking/").fields)["number"] == "1Z"
        page = browser.fill("/tracking/", {"number": "2Z", "url": "https://ups.example/2Z"})
        assert page.links["2Z"] == "https://ups.example/2Z"

    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            ("number", " "),
            ("number", "x" * 201),
            ("carrier", "\x01"),
            ("url", "javascript:alert(1)"),
        ],
    )
    def test_what_is_wrong_stands_beside_its_field(self, part, name, typed):
        accept(part)
        browser = signed_in(part.request.record)
        browser.get(tracking_of(part))
        page = browser.fill("/tracking/", {"number": "1Z", name: typed})
        assert page.response.status_code == 422
        assert f'id="{name}-problem"' in page.html
        part.refresh_from_db()
        assert part.status == ReturnStatus.ACCEPTED

    def test_before_acceptance_there_is_nothing_to_track(self, part):
        page = signed_in(part.request.record).get(tracking_of(part))
        assert page.response.status_code == 422
        assert "is to be sent now" in page.text

    def test_strangers_track_nothing(self, part):
        accept(part)
        other = an_order([(a_product(name="Mug"), 1, "3.00")], email="bob@example.com")
        own = a_request(other)
        browser = signed_in(other)
        assert browser.get(tracking_of(part)).response.status_code == 404
        mixed = reverse("returns:portal-tracking", args=[own.pk, part.pk])
        assert browser.get(mixed).response.status_code == 404
        browser.get(reverse("returns:portal-order"))
        token = dict(browser.page.forms[0].fields)["csrfmiddlewaretoken"]
        page = browser.post(tracking_of(part), {"number": "1", "csrfmiddlewaretoken": token})
        assert page.response.status_code == 404
        part.refresh_from_db()
        assert part.tracking is None

    def test_without_session_or_token_nothing_is_tracked(self, part):
        accept(part)
        page = Browser().get(tracking_of(part))
        assert page.response.redirect_chain[-1][0] == f"/returns/?return={part.request_id}"
        assert "Sign in to see your return." in page.text
        browser = signed_in(part.request.record)
        assert browser.post(tracking_of(part), {"number": "1"}).response.status_code == 403
        part.refresh_from_db()
        assert part.tracking is None


class TestOrder:
    def test_why_nothing_can_be_returned_is_said_once(self, record):
        a_request(record, units=3)
        page = signed_in(record).page
        assert "Nothing of this order can be returned now." in page.text
        assert not page.has_form("/review/")

    def test_several_requests_are_listed_with_their_status(self, record):
        first, second = a_request(record), a_request(record)
        return_requests.decline(request_id=first.pk, actor=MERCHANT, reason="No", now=NOW)
        page = signed_in(record).page
        for request in (first, second):
            assert page.links[request.number].endswith(f"{request.pk}/")
        assert "Declined" in page.text
        assert "Waiting for the store" in page.text

    def test_without_reasons_nobody_is_asked_for_one(self, record):
        assert "Why?" not in signed_in(record).page.text
