"""Staff send something else, from a return or for goods that nobody returns."""

from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saleor_returns_plugin.enums import (
    ExchangePricing,
    ExchangeStatus,
    Resolution,
    ReturnStatus,
)
from saleor_returns_plugin.models import Exchange, ReturnPortal, VendorReturn, VendorShipment
from saleor_returns_plugin.services import exchanges, refunds, return_requests, vendor_returns
from tests.builders import MERCHANT, NOW, a_request, a_vendor, an_order, sells
from tests.saleor_rows import a_product, a_variant, make_digital, make_gift_card
from tests.services.exchange_shop import Shop, exchange_of, fresh, new_shipment
from tests.web.browser import Browser, Page

from .conftest import a_member

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("exchanges_offered", "writer"),
]

LINK = "New exchange: send something else"
FORM = "/new-exchange/"


def return_page(part: VendorReturn) -> str:
    return reverse("returns:console-return", args=[part.pk])


def shipment_page(shipment: VendorShipment) -> str:
    return reverse("returns:console-shipment", args=[shipment.pk])


def accepted(shirts: Shop, units: int = 1) -> VendorReturn:
    """A return for money."""
    return shirts.accept(a_request(shirts.order(), units).vendor_returns.get())


def opened(browser: Browser, url: str) -> Page:
    page = browser.get(url)
    return browser.get(page.links[LINK])


def row(line: Any, number: int = 1, field: str = "units") -> str:
    return f"exchange-{getattr(line, 'pk', line)}-{number}-{field}"


def has_checkout_page(**values: Any) -> None:
    ReturnPortal.objects.create(checkout_url="https://shop.example/{token}", **values)


def values_of(page: Page) -> dict[str, str]:
    return dict(page.form(FORM).fields)


class TestOfAReturn:
    def test_another_variant_is_sent_instead_of_money(self, shirts, staff):
        part = accepted(shirts)
        line = part.lines.get()
        page = opened(staff, return_page(part))
        assert values_of(page)[row(line)] == "1"
        assert values_of(page)[row(line, field="variant")] == str(shirts.small.pk)
        staff.fill(FORM, {row(line, field="variant"): str(shirts.large.pk)}, "review")
        told = "The shopper is told by mail; Saleor confirms the order by a mail of its own."
        for words in ("1 × Shirt, L", "instead of Shirt", "nothing", shirts.vendor.name, told):
            assert words in staff.page.text
        assert Exchange.objects.count() == 0
        page = staff.submit(FORM, "order")
        assert "Done. What becomes of the replacement stands below." in page.text
        exchange = exchange_of(part)
        assert exchange.status == ExchangeStatus.RELEASED.value
        assert exchange.charges_vendor is False
        assert exchange.notifies_customer is None
        assert f"Order {exchange.order_number}" in page.text
        assert part.lines.get().resolution == Resolution.EXCHANGE.value
        assert LINK not in page.links

    def test_what_the_shopper_waits_for_is_proposed(self, shirts, staff):
        part = shirts.ask(shirts.order())
        stock = apps.get_model("warehouse.Stock").objects.filter(product_variant=shirts.large)
        stock.update(quantity=0)
        part = shirts.accept(part)
        assert exchange_of(part).status == ExchangeStatus.FAILED.value
        line = part.lines.get()
        page = opened(staff, return_page(part))
        # What is wanted is out of stock still, so staff choose.
        assert values_of(page)[row(line, field="variant")] == ""
        page = staff.fill(FORM, {f"exchange-on-{line.pk}": None}, "review")
        assert f'id="exchange-on-{line.pk}-problem"' in page.html
        assert "The shopper waits for something instead of this" in page.text
        stock.update(quantity=5)
        page = opened(staff, return_page(part))
        assert values_of(page)[row(line, field="variant")] == str(shirts.large.pk)
        staff.submit(FORM, "review")
        staff.submit(FORM, "order")
        assert exchange_of(part).status == ExchangeStatus.RELEASED.value

    def test_what_the_shopper_waits_for_and_is_deleted_is_chosen_anew(self, shirts, staff):
        part = shirts.ask(shirts.order())
        shirts.large.delete()
        part = shirts.accept(part)
        page = opened(staff, return_page(part))
        assert values_of(page)[row(part.lines.get(), field="variant")] == ""

    def test_for_what_is_left_of_the_price(self, shirts, staff):
        """The difference to something cheaper was paid; that is cancelled, and nothing more is."""
        shirts.rules(exchange_pricing=ExchangePricing.SETTLED)
        cheap = a_variant(shirts.small, "M", price="7.00")
        part = shirts.receive(shirts.accepted(variant=cheap))
        refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        exchanges.cancel(
            exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="Torn in the store", now=NOW
        )
        page = opened(staff, return_page(part))
        line = part.lines.get()
        staff.fill(FORM, {row(line, field="variant"): str(shirts.large.pk)}, "review")
        page = staff.submit(FORM, "order")
        assert "Done. What becomes of the replacement stands below." in page.text
        assert exchange_of(part).status == ExchangeStatus.RELEASED.value

    def test_all_units_of_a_line_are_replaced_together(self, shirts, staff):
        part = accepted(shirts, units=2)
        line = part.lines.get()
        opened(staff, return_page(part))
        page = staff.fill(FORM, {row(line): "1"}, "review")
        assert page.response.status_code == 422
        assert f'id="{row(line)}-problem"' in page.html
        assert "enter 2 in total" in page.text

    @pytest.mark.parametrize("state", ["asked", "approved", "declined", "settled", "exchanged"])
    def test_a_return_that_has_none_to_give_has_no_link(self, shirts, staff, state):
        part = a_request(shirts.order()).vendor_returns.get()
        if state != "asked":
            return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW)
        if state == "declined":
            vendor_returns.decline(vendor_return_id=part.pk, actor=MERCHANT, reason="Worn", now=NOW)
        if state in ("exchanged", "settled"):
            part = shirts.accepted()
        if state == "settled":
            part = shirts.receive(part)
            assert part.status == ReturnStatus.SETTLED.value
        assert LINK not in staff.get(return_page(part)).links
        page = staff.get(f"{return_page(part)}new-exchange/")
        assert page.response.status_code == 422
        assert f"Nothing of {part.number} can be exchanged now." in page.text

    def test_without_exchanges_there_is_no_link(self, shirts, staff, settings):
        part = accepted(shirts)
        settings.RETURNS_EXCHANGES = False
        assert LINK not in staff.get(return_page(part)).links
        assert LINK not in staff.get(shipment_page(part.shipment)).links
        assert staff.get(f"{return_page(part)}new-exchange/").response.status_code == 422

    def all_of(self, part: VendorReturn) -> dict[str, str]:
        line = part.lines.get()
        return {
            f"exchange-on-{line.pk}": "1",
            row(line): "1",
            row(line, field="variant"): str(line.shipment_line.variant_id),
        }

    def test_a_vendor_has_no_link_and_no_page(self, shirts):
        part = accepted(shirts)
        browser = a_member(shirts.vendor, "oak@example.com")
        for url in (return_page(part), shipment_page(part.shipment)):
            assert LINK not in browser.get(url).links
            assert browser.get(f"{url}new-exchange/").response.status_code == 403
            token = dict(browser.get(reverse("returns:console-home")).forms[0].fields)
            values = {**token, "do": "order", **self.all_of(part)}
            assert browser.post(f"{url}new-exchange/", values).response.status_code == 403
        assert Exchange.objects.count() == 0
        stranger = a_member(a_vendor("Elm"), "elm@example.com")
        for url in (return_page(part), shipment_page(part.shipment)):
            assert stranger.get(f"{url}new-exchange/").response.status_code == 404

    def test_its_vendor_is_not_told_what_opens_the_checkout(self, shirts):
        has_checkout_page()
        shirts.rules(exchange_pricing=ExchangePricing.SETTLED)
        dear = a_variant(shirts.small, "XL", price="12.00")
        part = shirts.accepted(variant=dear)
        exchange = exchange_of(part)
        assert exchange.status == ExchangeStatus.AWAITING_PAYMENT.value
        page = a_member(shirts.vendor, "oak@example.com").get(return_page(part))
        assert str(exchange.pk) in page.html
        assert str(exchange.checkout_token) not in page.html


class TestOfGoodsThatNobodyReturns:
    def test_a_line_is_split_and_an_item_comes_on_top(self, shirts, staff):
        has_checkout_page()
        medium = a_variant(shirts.small, "M")
        belt = sells(shirts.vendor, a_product(name="Belt", sku="BELT-1", price="8.00"))
        shipment = shirts.order(quantity=3).shipments.get()
        line = shipment.lines.get()
        opened(staff, shipment_page(shipment))
        staff.submit(FORM, f"row:{line.pk}")
        page = staff.fill(
            FORM,
            {
                row(line): "2",
                row(line, field="variant"): str(shirts.large.pk),
                row(line, 2): "1",
                row(line, 2, "variant"): str(medium.pk),
                "exchange-search": "belt",
            },
            "search",
        )
        assert "BELT-1 · $8.00 · 10 in stock" in page.text
        page = staff.submit(FORM, f"add:{belt.pk}")
        assert "The item is added below. Say how many." in page.text
        staff.fill(
            FORM,
            {
                row("top", 1): "2",
                row("top", 1, "price"): "3,50",
                "exchange-tell": "no",
                "exchange-charge": "1",
            },
            "review",
        )
        for words in (
            "2 × Shirt, L",
            "1 × Shirt, M",
            "2 × Belt",
            "on top · the shopper pays $3.50 each",
            "The shopper pays $7.00",
            "told by mail of the price and where to pay it, since nobody could pay it otherwise",
            "and if that offer ends; Saleor confirms the order by a mail of its own. We send no other.",
            "The vendor is charged",
        ):
            assert words in staff.page.text
        page = staff.submit(FORM, "edit")
        assert values_of(page)[row("top", 1, "price")] == "3,50"
        assert values_of(page)["exchange-tell"] == "no"
        staff.submit(FORM, "review")
        staff.submit(FORM, "order")
        exchange = Exchange.objects.get()
        assert (exchange.difference, exchange.notifies_customer) == (Decimal(7), False)
        assert exchange.charges_vendor
        assert exchange.status == ExchangeStatus.AWAITING_PAYMENT.value
        units = {each.variant_id: each.quantity for each in exchange.lines.all()}
        assert units == {shirts.large.pk: 2, medium.pk: 1, belt.pk: 2}
        page = staff.get(return_page(VendorReturn.objects.get()))
        assert "Exchange: 2 × Shirt, L, 1 × Shirt, M" in page.text
        assert LINK not in staff.get(shipment_page(shipment)).links

    def test_an_item_of_another_vendor_takes_a_lines_place(self, shirts, staff):
        elm = a_vendor("Elm")
        coat = sells(elm, a_product(name="Coat"))
        shipment = shirts.order().shipments.get()
        line = shipment.lines.get()
        opened(staff, shipment_page(shipment))
        staff.submit(FORM, "search", **{"exchange-search": "coat"})
        page = staff.fill(FORM, {"exchange-place": str(line.pk)}, f"add:{coat.pk}")
        assert "The item is added instead of Shirt." in page.text
        shown = values_of(page)
        assert (shown[row(line)], shown[row(line, 2)]) == ("0", "2")
        page = staff.submit(FORM, "review")
        assert "2 × Coat" in page.text
        assert "Sent by Elm" in page.text
        staff.submit(FORM, "order")
        part = VendorReturn.objects.get()
        assert new_shipment(part).vendor == elm
        assert fresh(part).status == ReturnStatus.SETTLED.value

    def test_units_in_returns_are_not_to_be_had(self, shirts, staff):
        record = shirts.order(quantity=3)
        a_request(record, units=2)
        shipment = record.shipments.get()
        page = opened(staff, shipment_page(shipment))
        assert values_of(page)[row(shipment.lines.get())] == "1"
        a_request(record, units=1)
        assert LINK not in staff.get(shipment_page(shipment)).links

    @pytest.mark.parametrize("make", [make_digital, make_gift_card])
    def test_what_is_no_goods_does_not_stand_there(self, shirts, staff, make):
        card = sells(shirts.vendor, a_product(name="Card", stock=9))
        if not make(card):
            pytest.skip("Saleor sells none.")
        record = an_order([(shirts.small, 1, "10.00"), (card, 1, "5.00")])
        [shipment] = record.shipments.all()
        shirt, file = (shipment.lines.get(product_name=name) for name in ("Shirt", "Card"))
        page = opened(staff, shipment_page(shipment))
        assert row(shirt) in values_of(page)
        assert row(file) not in values_of(page)
        part = shirts.accept(a_request(record).vendor_returns.get())
        page = opened(staff, return_page(part))
        names = values_of(page)
        assert row(part.lines.get(shipment_line=shirt)) in names
        assert row(part.lines.get(shipment_line=file)) not in names

    def test_what_was_not_sent_has_no_link(self, shirts, staff):
        record = an_order([(shirts.small, 2, "10.00")], fulfilled=False)
        assert LINK not in staff.get(shipment_page(record.shipments.get())).links


class TestRefusals:
    @pytest.fixture
    def line(self, shirts, staff):
        """Of a shipment whose page is open, beside a second line that is not ticked."""
        has_checkout_page()
        mug = sells(shirts.vendor, a_product(name="Mug"))
        record = an_order([(shirts.small, 2, "10.00"), (mug, 1, "3.00")])
        shipment = record.shipments.get()
        opened(staff, shipment_page(shipment))
        return shipment.lines.get(product_name="Shirt")

    @pytest.mark.parametrize(
        ("field", "typed", "problem"),
        [
            ("units", "3", "At most 2 can be replaced."),
            ("units", "many", "Enter a whole number."),
            ("units", "-1", "Enter a whole number."),
            ("units", "0", "Enter how many units are sent."),
            ("units", "", "Enter how many units are sent."),
            ("price", "cheap", "Give an amount in USD, such as 12.50."),
            ("price", "-1", "Give an amount in USD, such as 12.50."),
            ("price", "1.001", "Give an amount in USD, such as 12.50."),
            ("price", "9999999999", "This is not a price."),
            ("variant", "", "Choose what is sent."),
            ("variant", "999999", "Choose what is sent."),
            ("variant", "x' OR 1=1", "Choose what is sent."),
        ],
    )
    def test_they_stand_beside_the_field_and_nothing_is_lost(
        self, staff, line, field, typed, problem
    ):
        given = {
            f"exchange-on-{line.pk}": "1",
            row(line): "1",
            row(line, field="price"): "2.50",
            "exchange-tell": "yes",
            "exchange-charge": "1",
            row(line, field=field): typed,
        }
        page = staff.fill(FORM, given, "review")
        assert page.response.status_code == 422
        assert f'id="{row(line, field=field)}-problem"' in page.html
        assert problem in page.text
        shown = values_of(page)
        kept = {name: value for name, value in given.items() if not name.endswith("variant")}
        assert {name: shown[name] for name in kept} == kept
        assert Exchange.objects.count() == 0

    def test_nothing_ticked_is_told(self, staff, line):
        page = staff.submit(FORM, "review")
        assert "Tick what is replaced." in page.text

    def test_one_variant_twice_for_a_line_is_told(self, shirts, staff, line):
        staff.fill(FORM, {f"exchange-on-{line.pk}": "1"}, f"row:{line.pk}")
        variant = str(shirts.large.pk)
        values = {row(line, n, "variant"): variant for n in (1, 2)}
        page = staff.fill(FORM, {**values, row(line, 1): "1", row(line, 2): "1"}, "review")
        assert f'id="{row(line, 2, "variant")}-problem"' in page.html

    def test_what_is_out_of_stock_stands_beside_the_variant(self, shirts, staff, line):
        rare = a_variant(shirts.small, "XL", stock=1)
        values = {f"exchange-on-{line.pk}": "1", row(line, field="variant"): str(rare.pk)}
        page = staff.fill(FORM, values, "review")
        assert f'id="{row(line, field="variant")}-problem"' in page.html
        assert values_of(page)[row(line, field="variant")] == str(rare.pk)

    def test_what_is_gone_by_the_time_of_the_order_leads_back_to_the_form(
        self, shirts, staff, line
    ):
        values = {f"exchange-on-{line.pk}": "1", row(line, field="variant"): str(shirts.large.pk)}
        staff.fill(FORM, values, "review")
        stock = apps.get_model("warehouse.Stock").objects.filter(product_variant=shirts.large)
        stock.update(quantity=0)
        page = staff.submit(FORM, "order")
        assert page.response.status_code == 422
        assert f'id="{row(line, field="variant")}-problem"' in page.html
        assert "Shirt, L · out of stock" in page.html
        assert Exchange.objects.count() == 0

    def test_a_price_without_a_page_to_pay_it_on(self, staff, line):
        values = {f"exchange-on-{line.pk}": "1", row(line, field="price"): "2"}
        staff.fill(FORM, values, "review")
        ReturnPortal.objects.update(checkout_url="")
        page = staff.submit(FORM, "order")
        assert f'id="{row(line, field="price")}-problem"' in page.html
        assert "A price needs a page to pay it on" in page.text
        assert "the portal of the store first needs the address of its checkout page" in page.text

    def test_units_that_were_returned_meanwhile(self, staff, line):
        staff.fill(FORM, {f"exchange-on-{line.pk}": "1", row(line): "2"}, "review")
        a_request(line.shipment.record)
        page = staff.submit(FORM, "order")
        assert f'id="{row(line)}-problem"' in page.html
        assert "At most 1 can be replaced." in page.text

    def test_a_search_that_finds_nothing_says_so(self, staff, line):
        page = staff.submit(FORM, "search", **{"exchange-search": "<script>"})
        assert "No item that is sold here matches “<script>”." in page.text
        assert "<script" not in page.html

    def test_enter_beside_the_search_searches(self, staff, line):
        page = staff.submit(FORM, **{"exchange-search": "mug"})
        assert page.response.status_code == 200
        assert "What you add is sent" in page.text
        page = staff.submit(FORM)
        assert "Tick what is replaced." in page.text


class TestTwice:
    @pytest.fixture
    def part(self, shirts, staff) -> VendorReturn:
        part = accepted(shirts)
        opened(staff, return_page(part))
        staff.submit(FORM, "review")
        return part

    def test_pressed_twice_it_is_ordered_once(self, staff, part):
        form = {**values_of(staff.page), "do": "order"}
        url = f"{return_page(part)}new-exchange/"
        for _ in range(2):
            page = staff.post(url, form)
            assert f"Return {part.number}" in page.text
        assert Exchange.objects.count() == 1

    def test_another_one_from_the_same_page_is_refused(self, shirts, staff):
        shipment = shirts.order(quantity=3).shipments.get()
        line = shipment.lines.get()
        opened(staff, shipment_page(shipment))
        staff.fill(FORM, {row(line): "1"}, "review")
        form = {**values_of(staff.page), "do": "order"}
        url = f"{shipment_page(shipment)}new-exchange/"
        staff.post(url, form)
        page = staff.post(url, {**form, row(line): "2"})
        assert page.response.status_code == 422
        assert "This key was used for another exchange" in page.text
        assert values_of(page)["key"] != form["key"]
        assert Exchange.objects.count() == 1
        staff.submit(FORM, "review")
        staff.submit(FORM, "order")
        assert Exchange.objects.count() == 2


def test_the_page_costs_the_same_however_many_lines(shirts, staff):
    def statements(count: int) -> list[int]:
        goods = [
            (sells(shirts.vendor, a_product(name=f"Lamp {n}", stock=9)), 2, "7.00")
            for n in range(count)
        ]
        record = an_order(goods)
        part = shirts.accept(a_request(record).vendor_returns.get())
        shipment = record.shipments.get()
        return [
            _statements(staff, url)
            for page in (return_page(part), shipment_page(shipment))
            for url in (page, f"{page}new-exchange/")
        ]

    statements(1)
    assert statements(6) == statements(1)


def _statements(browser: Browser, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).response.status_code == 200
    return len(captured)
