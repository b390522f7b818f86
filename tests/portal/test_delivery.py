"""Where delivery comes back only with the last part, the shopper reads so beside the steps."""

import pytest
from django.urls import reverse

from saleor_returns_plugin.enums import ShippingRule
from saleor_returns_plugin.models import OrderRecord, ReturnPolicy, VendorReturn
from saleor_returns_plugin.services import return_requests, vendor_returns
from tests.builders import (
    MERCHANT,
    NOW,
    a_request,
    a_vendor,
    acts_for,
    an_order,
    receive_all,
    sells,
)
from tests.saleor_rows import a_product

from .test_way_through import line, signed_in

pytestmark = pytest.mark.django_db

SENTENCE = "Delivery is paid back with the last part of your order, once all of it is returned."


def an_order_of_two(shipping: str = "4.90") -> OrderRecord:
    oak, clay = a_vendor("Oak & Sons"), a_vendor("Clay Works")
    return an_order(
        [
            (sells(oak, a_product(name="Oak chair")), 2, "10.00"),
            (sells(clay, a_product(name="Mug")), 3, "3.00"),
        ],
        email="ada@example.com",
        shipping=shipping,
    )


def review(record: OrderRecord, **units: int):
    names = {"chairs": "Oak chair", "mugs": "Mug"}
    values = {line(record, names[key], "quantity"): str(count) for key, count in units.items()}
    return signed_in(record).fill("/review/", values)


def status(part: VendorReturn):
    return signed_in(part.request.record).get(
        reverse("returns:portal-status", args=[part.request_id])
    )


def test_before_submitting_a_part_of_the_order():
    assert review(an_order_of_two(), chairs=2).text.count(SENTENCE) == 1


def test_before_submitting_all_of_it_the_first_part_says_so_and_the_last_brings_it():
    page = review(an_order_of_two(), chairs=2, mugs=3)
    assert page.text.count(SENTENCE) == 1
    assert page.text.index(SENTENCE) < page.text.index("Delivery $4.90")


@pytest.mark.parametrize("rule", [ShippingRule.NEVER, ShippingRule.PROPORTIONAL])
def test_other_rules_have_no_such_sentence(rule):
    ReturnPolicy.objects.create(shipping_refund=rule.value)
    assert SENTENCE not in review(an_order_of_two(), chairs=2).text


def test_free_delivery_has_no_such_sentence():
    assert SENTENCE not in review(an_order_of_two("0"), chairs=2).text


def test_it_is_said_in_german():
    browser_page = signed_in(record := an_order_of_two())
    browser_page.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    page = browser_page.get(reverse("returns:portal-order"))
    page = browser_page.fill("/review/", {line(record, "Mug", "quantity"): "1"})
    assert "Die Versandkosten werden mit dem letzten Teil Ihrer Bestellung erstattet" in page.text


def test_the_status_says_so_until_the_rest_is_returned():
    record = an_order_of_two()
    part = a_request(record, 1).vendor_returns.get(vendor__name="Oak & Sons")
    assert status(part).text.count(SENTENCE) == 2, "once for each part"
    part = received(part)
    assert status(part).text.count(SENTENCE) == 2


def received(part: VendorReturn) -> VendorReturn:
    return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW)
    vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)
    return receive_all(part, acts_for(part.vendor))


def test_what_is_over_says_nothing_of_it():
    part = a_request(an_order_of_two(), 1).vendor_returns.get(vendor__name="Oak & Sons")
    return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
    assert SENTENCE not in status(part).text
