"""Search, filters, paging, deadlines, and deciding on several requests at once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saleor_returns_plugin.console.waiting import QUEUES
from saleor_returns_plugin.domain import transitions
from saleor_returns_plugin.enums import ReturnStatus
from saleor_returns_plugin.models import (
    OrderRecord,
    ReturnPolicy,
    ReturnRequest,
    VendorReturn,
)
from saleor_returns_plugin.selectors import search
from saleor_returns_plugin.services import return_requests, vendor_returns
from tests.builders import (
    MERCHANT,
    NOW,
    a_refund,
    a_request,
    acts_for,
    an_order,
    put,
    receive_all,
    sells,
)
from tests.saleor_rows import a_product

from .conftest import a_member
from .test_way_through import accepted, approved, of

pytestmark = pytest.mark.django_db

RETURNS = reverse("returns:console-returns")
SHIPMENTS = reverse("returns:console-shipments")
DECIDE = reverse("returns:console-decide")
PROVIDER = "The payment provider confirms the refund"


def numbers(page) -> set[str]:
    every = set(VendorReturn.objects.values_list("number", flat=True))
    return every & set(page.links)


def late(part: VendorReturn) -> VendorReturn:
    VendorReturn.objects.filter(pk=part.pk).update(
        waiting_since=NOW - timedelta(days=9), due_at=NOW - timedelta(days=1)
    )
    return part


class TestSearch:
    @pytest.fixture
    def parts(self, shop):
        a_request(shop.record)
        other = an_order(
            [(sells(shop.oak, a_product(name="Lamp")), 1, "7.00")], email="b@x.example"
        )
        a_request(other)
        return {
            "oak": of(shop, "Clay Works").request.vendor_returns.get(vendor=shop.oak),
            "clay": of(shop, "Clay Works"),
            "lamp": VendorReturn.objects.get(request__record=other),
        }

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            (lambda p: p["clay"].number, {"clay"}),
            (lambda p: f"#{p['lamp'].number.lower()}", {"lamp"}),
            (lambda p: p["clay"].lines.get().shipment_line.sku, {"clay"}),
            (lambda p: "oak CH", {"oak"}),
            (lambda p: "ADA@example", {"oak", "clay"}),
            (lambda p: "b@x.example", {"lamp"}),
            (lambda p: "%", set()),
            (lambda p: "_", set()),
            (lambda p: "' OR 1=1", set()),
        ],
    )
    def test_returns_are_found_by_what_people_know(self, shop, parts, text, found):
        page = shop.merchant().get(f"{RETURNS}?search={text(parts).replace('#', '%23')}")
        assert numbers(page) == {parts[name].number for name in found}

    def test_a_vendor_finds_nobody_by_address(self, shop, parts):
        browser = a_member(shop.clay, "clay@example.com")
        assert numbers(browser.get(f"{RETURNS}?search=ada@example.com")) == set()
        assert numbers(browser.get(f"{RETURNS}?search=Mug")) == {parts["clay"].number}
        assert numbers(browser.get(f"{RETURNS}?search=Oak")) == set()

    def test_an_empty_answer_says_what_was_looked_for(self, shop, parts):
        page = shop.merchant().get(f"{RETURNS}?search=<script>")
        assert "No return matches “<script>”." in page.text
        assert "<script" not in page.html

    def test_shipments_are_found_too(self, shop, parts):
        browser = shop.merchant()
        for text in ("Mug", parts["clay"].shipment.number):
            assert parts["clay"].shipment.number in browser.get(f"{SHIPMENTS}?search={text}").links
        page = browser.get(f"{SHIPMENTS}?search=nothing")
        assert "No shipment matches" in page.text

    def test_an_order_is_found_by_the_stores_own_reference(self, shop, parts):
        OrderRecord.objects.filter(pk=shop.record.pk).update(reference="web-77/ä")
        browser = shop.merchant()
        for text in ("web-77/ä", "%23WEB-77/Ä"):
            page = browser.get(f"{RETURNS}?search={text}")
            assert numbers(page) == {parts["oak"].number, parts["clay"].number}
            assert parts["clay"].shipment.number in browser.get(f"{SHIPMENTS}?search={text}").links
        assert numbers(browser.get(f"{RETURNS}?search=web-7")) == set()
        vendor = a_member(shop.clay, "clay@example.com")
        assert numbers(vendor.get(f"{RETURNS}?search=web-77/ä")) == {parts["clay"].number}

    def test_it_is_found_where_many_rows_have_the_word(self, shop, parts, monkeypatch):
        monkeypatch.setattr(search, "_MANY", 0)
        OrderRecord.objects.filter(pk=shop.record.pk).update(reference="lamp")
        browser = shop.merchant()
        page = browser.get(f"{RETURNS}?search=Lamp")
        assert numbers(page) == {part.number for part in parts.values()}
        assert parts["clay"].shipment.number in browser.get(f"{SHIPMENTS}?search=Lamp").links

    def test_the_reference_is_looked_up_by_its_index(self, parts):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert "returns_record_reference" in search._called("WEB-77").explain()

    def test_status_and_vendor_filter_the_stores_list(self, shop, parts):
        return_requests.approve(request_id=parts["lamp"].request_id, actor=MERCHANT, now=NOW)
        browser = shop.merchant()
        assert numbers(browser.get(f"{RETURNS}?status=approved")) == {parts["lamp"].number}
        page = browser.get(f"{RETURNS}?vendor={shop.clay.pk}")
        assert numbers(page) == {parts["clay"].number}
        assert dict(page.form("/returns/").fields)["vendor"] == str(shop.clay.pk)
        assert numbers(browser.get(f"{RETURNS}?status=nonsense&vendor=x")) == {
            part.number for part in parts.values()
        }

    def test_another_vendor_is_no_filter(self, shop, parts):
        browser = a_member(shop.oak, "oak@example.com")
        page = browser.get(f"{RETURNS}?vendor={shop.clay.pk}")
        assert numbers(page) == {parts["oak"].number, parts["lamp"].number}


class TestPaging:
    def test_pages_lead_forwards_and_back_and_keep_the_search(self, shop, monkeypatch):
        from saleor_returns_plugin.console.pages import returns

        monkeypatch.setattr(returns, "_SIZE", 2)
        record = an_order([(sells(shop.oak, a_product(name="Lamp")), 9, "7.00")])
        for _ in range(5):
            a_request(record)
        browser = shop.merchant()
        shown = [browser.get(f"{RETURNS}?search=Lamp&status=requested")]
        while "Older ones" in shown[-1].links:
            shown.append(browser.get(shown[-1].links["Older ones"]))
        assert [len(numbers(page)) for page in shown] == [2, 2, 1]
        back = shown[-1]
        for page in reversed(shown[:-1]):
            back = browser.get(back.links["Newer ones"])
            assert numbers(back) == numbers(page)
        assert "Newer ones" not in back.links
        assert "search=Lamp" in back.links["Older ones"]

    @pytest.mark.parametrize("cursor", ["x", "2020-01-01_x", "2020-01-01T00:00:00", "_"])
    def test_a_cursor_that_is_none_starts_anew(self, shop, cursor):
        a_request(shop.record)
        browser = shop.merchant()
        for name in ("after", "before"):
            assert len(numbers(browser.get(f"{RETURNS}?{name}={cursor}"))) == 2


class TestDecidingInConflict:
    @pytest.fixture
    def two(self, shop):
        """A request of which staff took goods back in Saleor, and one without any trouble."""
        odd = a_request(shop.record, units=2)
        sold = of(shop, "Oak & Sons").lines.get().shipment_line
        sold.quantity_taken_back = 1
        sold.save()
        lamp = an_order([(sells(shop.clay, a_product(name="Lamp")), 1, "7.00")])
        return odd, a_request(lamp)

    def states(self, *requests: ReturnRequest) -> list[str]:
        return [ReturnRequest.objects.get(pk=each.pk).status for each in requests]

    def test_the_page_marks_it(self, shop, two):
        page = shop.merchant().get(DECIDE)
        assert page.text.count("In conflict") == 1
        assert page.text.index(two[0].number) < page.text.index("In conflict")

    def test_nothing_is_approved_before_it_is_confirmed(self, shop, two):
        browser = shop.merchant()
        browser.get(DECIDE)
        ticked = [str(each.pk) for each in two]
        page = browser.fill("/decide/", {"request": ticked}, "approve")
        assert page.response.status_code == 422
        assert 'id="decide-confirm-problem"' in page.html
        assert [value for name, value in page.form("/decide/").fields if name == "request"] == (
            ticked
        )
        assert self.states(*two) == ["awaiting_approval", "awaiting_approval"]
        browser.fill("/decide/", {"request": ticked, "decide-confirm": "1"}, "approve")
        assert self.states(*two) == ["in_progress", "in_progress"]

    def test_others_and_a_decline_need_none(self, shop, two):
        browser = shop.merchant()
        browser.get(DECIDE)
        browser.fill("/decide/", {"request": str(two[1].pk)}, "approve")
        browser.get(DECIDE)
        values = {"request": str(two[0].pk), "decide-reason": "Taken back"}
        browser.fill("/decide/", values, "decline")
        assert self.states(*two) == ["declined", "in_progress"]

    def test_marking_takes_no_statement_more_per_request(self, shop, two):
        browser = shop.merchant()

        def count() -> int:
            browser.get(DECIDE)  # Saleor keeps its site's settings once they were read
            with CaptureQueriesContext(connection) as seen:
                browser.get(DECIDE)
            return len(seen)

        before = count()
        for _ in range(4):
            a_request(an_order([(sells(shop.oak, a_product(name="Vase")), 1, "7.00")]))
        assert count() == before


class TestDeadlines:
    def test_a_return_says_whose_turn_it_is_until_when(self, shop):
        part = approved(shop)
        browser = shop.merchant()
        page = browser.get(reverse("returns:console-return", args=[part.pk]))
        assert "Waits for Vendor until" in page.text
        assert "Overdue" not in page.text
        page = browser.get(reverse("returns:console-return", args=[late(part).pk]))
        assert "Overdue" in page.text

    def test_overdue_returns_come_first_and_once(self, shop):
        part = late(approved(shop))
        page = shop.merchant().get(reverse("returns:console-home"))
        assert page.text.count(part.number) == 1
        assert page.text.index("Overdue") < page.text.index(part.number)
        assert page.links[part.number]

    def test_the_queue_of_overdue_ones(self, shop):
        part = late(approved(shop))
        assert numbers(shop.merchant().get(f"{RETURNS}?queue=overdue")) == {part.number}
        other = a_member(shop.clay, "clay@example.com")
        assert numbers(other.get(f"{RETURNS}?queue=overdue")) == set()
        own = a_member(shop.oak, "oak@example.com")
        assert numbers(own.get(f"{RETURNS}?queue=overdue")) == {part.number}

    def test_what_others_have_to_do_stands_apart(self, shop):
        part = accepted(shop)
        page = a_member(shop.oak, "oak@example.com").page
        assert "Nothing to do right now." in page.text
        assert page.text.index("Waiting for others") < page.text.index(part.number)

    def test_kept_goods_wait_for_the_refund_and_not_for_the_shopper(self, shop):
        part = approved(shop)
        part.lines.update(send_back=False)
        browser = a_member(shop.oak, "oak@example.com")
        browser.get(reverse("returns:console-return", args=[part.pk]))
        page = browser.submit("/accept/")
        assert "Waits for Vendor" in page.text
        page = browser.get(reverse("returns:console-home"))
        assert "To refund" in page.text
        assert "Waiting for others" not in page.text


def titles(page) -> list[str]:
    """The queues of the start page, from first to last."""
    known = [str(queue.title) for queue in QUEUES]
    found = [title for title in known if f">{title}</h" in page.html]
    return sorted(found, key=lambda title: page.html.index(f">{title}</h"))


class TestQueues:
    @pytest.fixture
    def part(self, shop):
        lamp = sells(shop.oak, a_product(name="Lamp"))
        part = a_request(an_order([(lamp, 1, "7.00")])).vendor_returns.get()
        return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW)
        vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)
        return receive_all(part, acts_for(part.vendor))

    def both(self, shop) -> tuple[list[str], list[str]]:
        home = reverse("returns:console-home")
        vendor = a_member(shop.oak, "oak@example.com")
        return titles(shop.merchant().get(home)), titles(vendor.get(home))

    def test_what_is_received_waits_for_its_vendor_to_pay(self, shop, part):
        assert self.both(shop) == (["With vendors"], ["To refund"])

    @pytest.mark.parametrize("of_vendor", [False, True])
    def test_what_only_the_store_may_pay_waits_for_the_store(self, shop, part, of_vendor):
        ReturnPolicy.objects.create(vendor_may_refund=of_vendor)
        if of_vendor:
            ReturnPolicy.objects.create(vendor=shop.oak, vendor_may_refund=False)
        assert self.both(shop) == (["To refund"], ["With the store"])
        page = a_member(shop.oak, "b@example.com").get(
            reverse("returns:console-return", args=[part.pk])
        )
        assert "Waits for Store" in page.text

    @pytest.mark.parametrize(
        ("refund", "store", "vendor"),
        [
            ("pending", PROVIDER, PROVIDER),
            ("unknown", "Refunds without an answer", "With the store"),
            ("failed", "With vendors", "To refund"),
        ],
    )
    def test_a_refund_under_way_is_nothing_to_pay(self, shop, part, refund, store, vendor):
        a_refund(part, refund)
        assert self.both(shop) == ([store], [vendor])

    @pytest.mark.parametrize(
        ("refund", "who"),
        [("pending", "The payment provider"), ("unknown", "Store until"), ("failed", "Vendor")],
    )
    def test_the_return_says_the_same(self, shop, part, refund, who):
        a_refund(part, refund)
        page = shop.merchant().get(reverse("returns:console-return", args=[part.pk]))
        assert f"Waits for {who}" in page.text

    def test_what_waits_for_an_answer_is_nobodys_delay(self, shop, part):
        a_refund(late(part), "pending")
        assert self.both(shop) == ([PROVIDER], [PROVIDER])

    def test_what_the_shopper_keeps_is_to_be_paid_while_the_rest_is_to_come(self, shop):
        lamp = sells(shop.oak, a_product(name="Lamp"))
        stool = sells(shop.oak, a_product(name="Stool"))
        record = an_order([(lamp, 1, "7.00"), (stool, 1, "3.00")])
        part = a_request(record).vendor_returns.get()
        part.lines.filter(shipment_line__product_name="Lamp").update(send_back=False)
        return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW)
        vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(shop.oak), now=NOW)
        assert self.both(shop) == (
            ["The shopper sends back", "With vendors"],
            ["To refund", "The shopper sends back"],
        )

    def test_every_open_return_stands_somewhere_for_store_and_vendor(self, shop):
        a_request(shop.record)
        part = of(shop, "Oak & Sons")
        home = reverse("returns:console-home")
        store, vendor = shop.merchant(), a_member(shop.oak, "oak@example.com")
        for status in ReturnStatus:
            put(part, status)
            stands = status not in transitions.FINAL
            for browser in (store, vendor):
                assert (part.number in numbers(browser.get(home))) == stands, status


class TestDecidingAtOnce:
    @pytest.fixture
    def requests(self, shop):
        record = an_order([(sells(shop.oak, a_product(name="Lamp")), 9, "7.00")])
        return [a_request(shop.record), *(a_request(record) for _ in range(2))]

    def test_several_are_approved(self, shop, requests):
        browser = shop.merchant()
        browser.get(browser.page.links["Decide on several at once"])
        ids = [str(request.pk) for request in requests[:2]]
        page = browser.fill("/decide/", {"request": ids}, button="approve")
        states = dict(VendorReturn.objects.values_list("number", "status"))
        waiting = {number for number, state in states.items() if state == ReturnStatus.REQUESTED}
        assert waiting == set(requests[2].vendor_returns.values_list("number", flat=True))
        assert "Approved" in page.text
        assert "Could not be decided" not in page.text

    def test_several_are_declined_with_one_reason(self, shop, requests):
        browser = shop.merchant()
        browser.get(DECIDE)
        ids = [str(request.pk) for request in requests]
        page = browser.fill("/decide/", {"request": ids}, button="decline")
        assert page.response.status_code == 422
        assert 'id="decide-reason-problem"' in page.html
        assert [value for name, value in page.form("/decide/").fields if name == "request"]
        browser.fill("/decide/", {"request": ids, "decide-reason": "Too late"}, button="decline")
        assert set(VendorReturn.objects.values_list("decline_reason", flat=True)) == {"Too late"}

    def test_what_could_not_be_decided_is_told_request_by_request(self, shop, requests):
        browser = shop.merchant()
        browser.get(DECIDE)
        return_requests.decline(request_id=requests[0].pk, actor=MERCHANT, reason="No", now=NOW)
        ids = [str(request.pk) for request in requests[:2]] + [str(uuid4()), "x"]
        page = browser.fill("/decide/", {"request": ids}, button="approve")
        number = requests[0].vendor_returns.earliest("number").number
        assert f"Return {number} has changed since you looked at it" in page.text
        assert "A request that is not here" in page.text
        assert requests[1].vendor_returns.get().status != ReturnStatus.REQUESTED

    def test_nothing_ticked_is_told(self, shop, requests):
        browser = shop.merchant()
        browser.get(DECIDE)
        page = browser.fill("/decide/", {}, button="approve")
        assert page.response.status_code == 422
        assert "Tick the requests" in page.text

    def test_a_vendor_decides_on_none(self, shop, requests):
        before = list(ReturnRequest.objects.order_by("pk").values())
        browser = a_member(shop.oak, "oak@example.com")
        page = browser.get(DECIDE)
        assert page.response.status_code == 403
        browser.get(reverse("returns:console-home"))
        token = dict(browser.page.forms[0].fields)
        ids = [str(request.pk) for request in requests]
        values = {**token, "request": ids, "decision": "approve"}
        assert browser.post(DECIDE, values).response.status_code == 403
        assert list(ReturnRequest.objects.order_by("pk").values()) == before


def test_lists_cost_the_same_however_long_they_are(shop):
    browser = shop.merchant()
    record = an_order([(sells(shop.oak, a_product(name=f"Lamp {n}")), 9, "7.00") for n in range(3)])
    a_request(shop.record)
    urls = [DECIDE, f"{RETURNS}?search=a&status=requested", f"{RETURNS}?queue=approve", SHIPMENTS]
    urls += [f"{SHIPMENTS}?search=a", reverse("returns:console-vendors")]
    browser.get(DECIDE)  # Django looks up the site once
    before = [_statements(browser, url) for url in urls]
    for _ in range(3):
        a_request(record)
    assert [_statements(browser, url) for url in urls] == before


def _statements(browser, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).response.status_code == 200
    return len(captured)
