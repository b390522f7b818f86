"""What a shopper can have in exchange, chosen item by item, up to the request."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saleor_returns_plugin.enums import ExchangePricing, Resolution
from saleor_returns_plugin.models import OrderRecord, ReturnLine, ReturnRequest
from saleor_returns_plugin.services import branding, return_requests
from tests.builders import MERCHANT, a_vendor, an_order, sells
from tests.saleor_rows import a_product, a_variant
from tests.services.exchange_shop import Shop
from tests.web.browser import Browser, Page

from .test_way_through import line, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("exchanges_offered")]

EVIL = "<script>alert(1)</script>\"'><img src=x>"


@pytest.fixture
def shop() -> Shop:
    """Shirts of which L costs the same, XL 2.00 more, XS 3.00 less; differences are settled."""
    shop = Shop()
    settles(shop)
    shop.dear = a_variant(shop.small, "XL", price="12.00")
    shop.cheap = a_variant(shop.small, "XS", price="7.00", stock=2)
    return shop


def settles(shop: Shop) -> None:
    """Differences in price are paid, and paid back."""
    shop.rules(exchange_pricing=ExchangePricing.SETTLED)
    url = "https://pay.example/{channel}?checkout={checkout}&token={token}"
    branding.update(actor=MERCHANT, channel=None, values={"checkout_url": url})


def set_stock(units: int, *variants: Any) -> None:
    stocks = apps.get_model("warehouse.Stock").objects
    (stocks.filter(product_variant__in=variants) if variants else stocks).update(quantity=units)


def exchange(record: OrderRecord, variant: Any, units: int = 1) -> dict[str, str]:
    """The fields of the order's shirt, exchanged for this."""
    return {
        line(record, "Shirt", "quantity"): str(units),
        line(record, "Shirt", "resolution"): "exchange",
        line(record, "Shirt", "exchange"): str(variant.pk) if variant else "",
    }


def select(page: Page, name: str) -> dict[str, str]:
    """The attributes of the control of that name; nothing where there is none."""
    return next((each for each in page.controls if each.get("name") == name), {})


def test_each_item_offers_its_variants_with_what_they_cost_more_or_less(shop):
    page = signed_in(shop.order()).page
    for words in (
        "What would you like? Money back Exchange Exchange for",
        "Please choose",
        "Shirt · the same again",
        "Shirt, L",
        "Shirt, XL · + $2.00 each",
        "Shirt, XS · − $3.00 back each · only 2 left",
    ):
        assert words in page.text
    assert "Shirt, L ·" not in page.text


def test_one_unit_has_one_price(shop):
    page = signed_in(shop.order(quantity=1)).page
    assert "Shirt, XL · + $2.00" in page.text
    assert "each" not in page.text


def test_a_german_shopper_reads_german(shop):
    record = shop.order()
    browser = Browser(HTTP_ACCEPT_LANGUAGE="de")
    browser.get(reverse("returns:portal-sign-in"))
    page = browser.submit("/returns/", order=record.number, email=record.email)
    assert "Umtauschen gegen" in page.text
    assert "− 3,00 $ zurück je Stück · nur noch 2 da" in page.text.replace("\xa0", " ")
    page = browser.fill("/review/", exchange(record, shop.dear))
    assert "Sie zahlen 2,00 $, sobald der Shop angenommen hat." in page.text.replace("\xa0", " ")


def test_review_says_what_comes_instead_and_what_it_costs(shop):
    record = shop.order()
    page = signed_in(record)
    page = page.fill("/review/", exchange(record, shop.dear, units=2))
    assert page.response.status_code == 200
    assert "2 × Shirt" in page.text
    assert "Instead you get: 2 × Shirt, XL (+ $4.00)" in page.text
    assert page.text.count("You pay $4.00 once the store has accepted.") == 1
    assert "get back" not in page.text
    assert not ReturnRequest.objects.exists()


def test_what_is_cheaper_goes_back(shop):
    record = shop.order()
    page = signed_in(record).fill("/review/", exchange(record, shop.cheap))
    assert "Instead you get: 1 × Shirt, XS (− $3.00 back)" in page.text
    assert "1 × Shirt, in exchange $3.00" in page.text
    assert "In total you get back $3.00" in page.text
    assert "You pay" not in page.text


def test_what_costs_the_same_moves_no_money(shop):
    record = shop.order()
    page = signed_in(record).fill("/review/", exchange(record, shop.large))
    assert "Instead you get: 1 × Shirt, L" in page.text
    assert "You pay nothing, and nothing is paid back." in page.text
    assert "$" not in page.text


def test_the_choice_survives_the_way_to_review_and_back(shop):
    record = shop.order()
    browser = signed_in(record)
    wanted = exchange(record, shop.dear, units=2)
    browser.fill("/review/", wanted)
    page = browser.fill("/submit/", {}, button=reverse("returns:portal-order"))
    fields = dict(page.form("/review/").fields)
    assert {name: fields[name] for name in wanted} == wanted


def test_a_variant_of_which_the_money_is_wanted_back_after_all_is_forgotten(shop):
    record = shop.order()
    browser = signed_in(record)
    values = exchange(record, shop.dear)
    values[line(record, "Shirt", "resolution")] = "refund"
    page = browser.fill("/review/", values)
    assert "Instead you get" not in page.text
    browser.submit("/submit/")
    asked = ReturnLine.objects.get()
    assert (asked.resolution, asked.exchange_variant_id) == (Resolution.REFUND.value, None)


def test_what_is_wrong_stands_at_the_line(shop):
    record, lamp = shop.order(), a_product(name="Lamp")
    browser = signed_in(record)
    name = line(record, "Shirt", "exchange")
    for values, words in (
        (exchange(record, None), "Choose what you would like in exchange."),
        (exchange(record, lamp), "This is not available any more."),
        ({**exchange(record, None), name: EVIL}, "This is not available any more."),
    ):
        page = browser.fill("/review/", values)
        assert page.response.status_code == 422
        assert page.text.count(words) == 2, words
        assert select(page, name)["aria-describedby"] == f"{name}-problem"
        assert dict(page.form("/review/").fields)[line(record, "Shirt", "resolution")] == "exchange"
        assert "<script" not in page.html


def test_more_than_there_is_left_is_told_at_once(shop):
    record = shop.order(quantity=3)
    page = signed_in(record).fill("/review/", exchange(record, shop.cheap, units=3))
    assert page.response.status_code == 422
    assert "Of Shirt, XS there are only 2 left." in page.text
    assert dict(page.form("/review/").fields)[line(record, "Shirt", "exchange")] == str(
        shop.cheap.pk
    )


def test_what_sold_out_since_the_review_is_told_at_the_line(shop):
    record = shop.order()
    browser = signed_in(record)
    browser.fill("/review/", exchange(record, shop.dear))
    set_stock(0, shop.dear)
    page = browser.submit("/submit/")
    assert page.response.status_code == 422
    name = line(record, "Shirt", "exchange")
    assert "This is not available any more." in page.text
    assert select(page, name)["aria-invalid"] == "true"
    assert "Shirt, XL" not in page.text
    assert not ReturnRequest.objects.exists()
    browser.fill("/review/", {name: str(shop.large.pk)})
    browser.submit("/submit/")
    assert ReturnLine.objects.get().exchange_variant_id == shop.large.pk


def test_what_sells_out_in_the_same_moment_is_told_at_the_line(shop, monkeypatch):
    record = shop.order()
    browser = signed_in(record)
    browser.fill("/review/", exchange(record, shop.dear))
    create = return_requests.create

    def too_late(**values: Any) -> Any:
        set_stock(0, shop.dear)
        return create(**values)

    monkeypatch.setattr(return_requests, "create", too_late)
    page = browser.submit("/submit/")
    assert page.response.status_code == 422
    assert select(page, line(record, "Shirt", "exchange"))["aria-invalid"] == "true"
    assert "Shirt, XL" not in page.text
    assert not ReturnRequest.objects.exists()


def test_once_nothing_is_left_the_money_can_be_had(shop):
    record = shop.order()
    browser = signed_in(record)
    browser.fill("/review/", exchange(record, shop.dear))
    set_stock(0)
    page = browser.submit("/submit/")
    assert page.response.status_code == 422
    name = line(record, "Shirt", "exchange")
    assert page.ids.count(name) == 1
    assert f'href="#{name}"' in page.html
    assert "there is nothing to exchange it for" in page.text
    assert not select(page, name)
    browser.submit("/review/")
    browser.submit("/submit/")
    assert ReturnLine.objects.get().resolution == Resolution.REFUND.value


def test_a_dearer_price_is_shown_before_anything_is_stored(shop):
    record = shop.order()
    browser = signed_in(record)
    browser.fill("/review/", exchange(record, shop.dear))
    page = browser.submit("/submit/", more="1.00")
    assert page.response.status_code == 422
    assert "The amount has changed" in page.text
    assert "You pay $2.00" in page.text
    assert not ReturnRequest.objects.exists()
    browser.submit("/submit/")
    assert ReturnLine.objects.get().exchange_difference == 2


def test_who_only_exchanges_asks_for_the_variant_alone(shop):
    shop.rules(resolutions=[Resolution.EXCHANGE])
    record = shop.order()
    browser = signed_in(record)
    assert not select(browser.page, line(record, "Shirt", "resolution"))
    values = exchange(record, shop.large)
    del values[line(record, "Shirt", "resolution")]
    page = browser.fill("/review/", values)
    assert "Instead you get: 1 × Shirt, L" in page.text


def test_who_only_exchanges_takes_nothing_back_when_there_is_nothing(shop):
    shop.rules(resolutions=[Resolution.EXCHANGE])
    set_stock(0)
    record = shop.order()
    browser = signed_in(record)
    assert "Nothing of this order can be returned now." in browser.page.text
    assert "there is nothing to exchange it for" in browser.page.text
    assert not browser.page.has_form("/review/")
    token = dict(browser.page.forms[0].fields)["csrfmiddlewaretoken"]
    values = {**exchange(record, shop.large), "csrfmiddlewaretoken": token}
    page = browser.post(reverse("returns:portal-review"), values)
    assert page.response.status_code == 422
    assert "there is nothing to exchange it for" in page.text


def test_who_exchanges_nothing_asks_nobody(shop):
    shop.rules(resolutions=[Resolution.REFUND])
    record = shop.order()
    browser = signed_in(record)
    assert "xchange" not in browser.page.text
    page = browser.fill("/review/", exchange(record, shop.large))
    assert page.response.status_code == 422
    assert not ReturnRequest.objects.exists()


def test_one_item_for_money_and_one_for_another_with_two_vendors(shop):
    clay = a_vendor("Clay Works")
    mug = sells(clay, a_product(name="Mug"))
    record = an_order([(shop.small, 2, "10.00"), (mug, 3, "3.00")])
    browser = signed_in(record)
    values = {
        **exchange(record, shop.dear),
        line(record, "Mug", "quantity"): "2",
        line(record, "Mug", "resolution"): "refund",
    }
    page = browser.fill("/review/", values)
    assert "Instead you get: 1 × Shirt, XL (+ $2.00)" in page.text
    assert "In total you get back $6.00" in page.text
    assert page.text.count("You pay $2.00 once the store has accepted.") == 2
    page = browser.submit("/submit/")
    assert "We have your request" in page.text
    assert "What you get in exchange is ordered once the store has accepted." in page.text
    assert "You pay $2.00 once the store has accepted." in page.text
    asked = ReturnLine.objects.values_list("shipment_line__product_name", "resolution")
    assert set(asked) == {("Shirt", "exchange"), ("Mug", "refund")}
    request = ReturnRequest.objects.get()
    page = browser.get(reverse("returns:portal-status", args=[request.pk]))
    assert "Asked for instead: 1 × Shirt, XL (+ $2.00)" in page.text
    assert "You pay $2.00 once the store has accepted." in page.text
    assert "if everything is sent back: $6.00" in page.text


def test_a_refund_alone_says_nothing_of_exchanges(shop):
    record = shop.order()
    browser = signed_in(record)
    assert "xchange" not in browser.fill("/review/", {line(record, "Shirt", "quantity"): "1"}).text
    assert "xchange" not in browser.submit("/submit/").text


def test_names_of_variants_are_escaped(shop):
    evil = a_variant(shop.small, EVIL)
    record = shop.order()
    browser = signed_in(record)
    pages = [browser.page, browser.fill("/review/", exchange(record, evil))]
    pages.append(browser.submit("/submit/"))
    url = reverse("returns:portal-status", args=[ReturnRequest.objects.get().pk])
    pages.append(browser.get(url))
    for page in pages:
        assert "<script" not in page.html
    assert "&lt;script&gt;" in pages[-1].html


def test_more_lines_cost_no_more_statements(shop):
    def asked(products: int) -> int:
        lines = []
        for number in range(products):
            shirt = sells(shop.vendor, a_product(name=f"Shirt {number}"))
            a_variant(shirt, "L")
            lines.append((shirt, 1, "10.00"))
        browser = signed_in(an_order(lines))
        browser.get(reverse("returns:portal-order"))
        with CaptureQueriesContext(connection) as seen:
            page = browser.get(reverse("returns:portal-order"))
        assert page.text.count("Exchange for") == products
        return len(seen)

    assert asked(1) == asked(6)
