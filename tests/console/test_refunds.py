"""Refunds in the console: what each was for, and what is done about one that did not go well."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import RefundMethod, RefundStatus, ReturnStatus
from saleor_returns_plugin.models import OrderRecord, Refund, ReturnPolicy, VendorReturn
from saleor_returns_plugin.services import refunds, return_requests, vendor_returns
from tests.builders import (
    MERCHANT,
    NOW,
    a_policy_for,
    a_request,
    a_vendor,
    acts_for,
    an_order,
    receive_all,
    sells,
)
from tests.saleor_rows import a_product, a_staff_user
from tests.saleor_rows.gateway import accepts, declines, times_out

from .conftest import a_member, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def part(shop) -> VendorReturn:
    """Two chairs of 10.00, received."""
    request = a_request(shop.record, units=2)
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    part = VendorReturn.objects.get(vendor=shop.oak)
    vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)
    return receive_all(part, acts_for(part.vendor))


def page_of(part: VendorReturn) -> str:
    return reverse("returns:console-return", args=[part.pk])


def refund(part: VendorReturn, **values) -> Refund:
    return refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW, **values)


def policy(**values) -> None:
    ReturnPolicy.objects.create(**values)


def test_a_refund_shows_its_steps_and_which_way_it_went(shop, part):
    refund(part)
    page = shop.merchant().get(page_of(part))
    for words in ("2 × Oak chair", "To the original payment: $20.00", "Paid back"):
        assert words in page.text
    assert not page.has_form("/refund-retry/")


def test_one_that_failed_says_why_and_is_tried_again(shop, part, gateway):
    gateway.answers_with(declines)
    failed = refund(part)
    browser = shop.merchant()
    page = browser.get(page_of(part))
    assert "Card was closed." in page.text
    assert "Try it again; or pay it another way" in page.text
    gateway.answers_with(accepts)
    page = browser.submit("/refund-retry/")
    assert "$20.00 is paid back." in page.text
    failed.refresh_from_db()
    assert failed.status == RefundStatus.SUCCEEDED
    assert len(gateway.calls) == 2


def test_one_that_failed_was_paid_another_way_with_a_reference(shop, part, gateway):
    gateway.answers_with(declines)
    failed = refund(part)
    browser = shop.merchant()
    browser.get(page_of(part))
    name = f"refund-resolve-{failed.pk}-reference"
    page = browser.fill("/refund-resolve/", {}, button="paid")
    assert page.response.status_code == 422
    assert f'id="{name}-problem"' in page.html
    page = browser.fill("/refund-resolve/", {name: "SEPA 4711"}, button="paid")
    failed.refresh_from_db()
    assert (failed.status, failed.paid) == (RefundStatus.SUCCEEDED, D(20))
    assert "By hand: $20.00" in page.text
    assert "went another way since" in page.text
    assert len(gateway.calls) == 1


@pytest.mark.parametrize(
    ("button", "status"),
    [("paid", RefundStatus.SUCCEEDED), ("not_paid", RefundStatus.FAILED)],
)
def test_one_without_an_answer_says_what_to_look_up_and_takes_what_was_found(
    shop, part, gateway, button, status
):
    gateway.answers_with(times_out)
    unknown = refund(part)
    browser = shop.merchant()
    page = browser.get(page_of(part))
    assert f"in the payment of order {shop.record.number}, whether $20.00" in page.text
    assert not page.has_form("/refund-retry/")
    assert not page.has_form("/refund/")
    browser.fill("/refund-resolve/", {}, button=button)
    unknown.refresh_from_db()
    assert unknown.status == status
    assert len(gateway.calls) == 1


def test_one_that_came_back_opens_the_return_again(shop, part):
    paid = refund(part)
    browser = shop.merchant()
    browser.get(page_of(part))
    name = f"refund-resolve-{paid.pk}-reference"
    browser.fill("/refund-resolve/", {name: "Bank letter"}, button="not_paid")
    paid.refresh_from_db()
    part.refresh_from_db()
    assert (paid.status, part.status) == (RefundStatus.FAILED, ReturnStatus.RECEIVED)


def test_units_that_another_refund_paid_are_not_paid_another_way(part, gateway):
    gateway.answers_with(declines)
    failed = refund(part)
    gateway.answers_with(accepts)
    refund(part)
    with pytest.raises(refunds.NothingToRefund):
        refunds.resolve(
            refund_id=failed.pk, succeeded=True, reference="SEPA", actor=MERCHANT, now=NOW
        )
    failed.refresh_from_db()
    assert (failed.status, failed.paid) == (RefundStatus.FAILED, 0)


def test_what_is_paid_since_offers_nothing(shop, part, gateway):
    gateway.answers_with(declines)
    refund(part)
    gateway.answers_with(accepts)
    refund(part)
    page = shop.merchant().get(page_of(part))
    assert not page.has_form("/refund-retry/")
    assert len([form for form in page.forms if form.action.endswith("/refund-resolve/")]) == 1


@pytest.mark.parametrize("is_vendor", [False, True])
def test_one_whose_figures_are_others_by_now_is_refunded_anew(shop, part, gateway, is_vendor):
    payment = host.current.payments(shop.record.order_id)[0]
    host.current.refund(payment.reference, D("4.00"), "staff")
    gateway.answers_with(declines)
    failed = refund(part)
    assert failed.already_refunded == D("4.00")
    browser = a_member(shop.oak, "oak@example.com") if is_vendor else shop.merchant()
    assert browser.get(page_of(part)).has_form("/refund-retry/")
    OrderRecord.objects.filter(pk=shop.record.pk).update(refunded_elsewhere=D("3.00"))
    page = browser.get(page_of(part))
    assert "Something else is to be paid by now: refund what is due instead." in page.text
    assert "Try it again" not in page.text
    assert not page.has_form("/refund-retry/")
    assert not page.has_form("/refund-resolve/")
    assert page.has_form("/refund/")
    failed.refresh_from_db()
    assert failed.status == RefundStatus.FAILED


def test_one_that_was_paid_by_hand_and_came_back_is_paid_by_hand_again(shop, part):
    paid = refund(part, method=RefundMethod.MANUAL, reference="bank 7")
    refunds.resolve(
        refund_id=paid.pk, succeeded=False, reference="letter 3", actor=MERCHANT, now=NOW
    )
    page = shop.merchant().get(page_of(part))
    assert "Pay it by hand again, then say so here" in page.text
    assert page.has_form("/refund-resolve/")
    assert not page.has_form("/refund-retry/")


def test_the_merchant_pays_another_amount_and_says_why(shop, part, gateway):
    browser = shop.merchant()
    browser.get(page_of(part))
    page = browser.fill("/refund/", {"refund-amount": "12,50"})
    assert page.response.status_code == 422
    assert 'id="refund-reason-problem"' in page.html
    assert not Refund.objects.exists()
    page = browser.fill("/refund/", {"refund-reason": "One leg was missing"})
    assert "Changed by the store" in page.text
    assert "One leg was missing" in page.text
    assert gateway.calls == [D("12.50")]


@pytest.mark.parametrize("typed", ["1,000", "twelve", "-5", "1.2.3", "1e3"])
def test_what_is_no_amount_is_told(shop, part, gateway, typed):
    browser = shop.merchant()
    browser.get(page_of(part))
    values = {"refund-amount": typed, "refund-reason": "Because"}
    page = browser.fill("/refund/", values)
    assert page.response.status_code == 422
    assert 'id="refund-amount-problem"' in page.html
    assert not gateway.calls


def test_the_merchant_pays_by_hand_with_a_reference(shop, part, gateway):
    browser = shop.merchant()
    browser.get(page_of(part))
    page = browser.fill("/refund/", {"refund-method": "manual"})
    assert 'id="refund-reference-problem"' in page.html
    page = browser.fill("/refund/", {"refund-reference": "Cash desk 7"})
    assert "By hand: $20.00" in page.text
    assert "Cash desk 7" in page.text
    assert not gateway.calls


def test_a_vendor_reads_that_only_the_store_refunds(shop, part):
    policy(vendor_may_refund=False)
    page = a_member(shop.oak, "oak@example.com").get(page_of(part))
    assert "$20.00 is due. In this store only its staff may refund." in page.text
    assert not page.has_form("/refund/")


@pytest.mark.parametrize(("limit", "may"), [("19.99", False), ("20.00", True)])
def test_a_vendor_reads_its_limit(shop, part, limit, may):
    a_policy_for(shop.record, vendor_refund_limit=D(limit))
    page = a_member(shop.oak, "oak@example.com").get(page_of(part))
    assert f"Above ${limit} only the store's staff may refund." in page.text
    assert page.has_form("/refund/") is may


def test_a_vendor_tries_again_and_settles_nothing_that_is_the_stores(shop, part, gateway):
    gateway.answers_with(declines)
    failed = refund(part)
    browser = a_member(shop.oak, "oak@example.com")
    page = browser.get(page_of(part))
    assert not page.has_form("/refund-resolve/")
    assert "refund-amount" not in page.html
    browser.submit("/refund-retry/")
    failed.refresh_from_db()
    assert len(gateway.calls) == 2
    token = dict(page.forms[0].fields)["csrfmiddlewaretoken"]
    page = browser.post(
        f"{page_of(part)}refund-resolve/",
        {
            "csrfmiddlewaretoken": token,
            "refund-resolve-about": str(failed.pk),
            "refund-resolve-outcome": "paid",
            f"refund-resolve-{failed.pk}-reference": "Mine",
        },
    )
    assert page.response.status_code in (403, 422)
    failed.refresh_from_db()
    assert failed.status == RefundStatus.FAILED


def test_what_staff_refunded_in_saleor_is_a_step(shop, part):
    OrderRecord.objects.filter(pk=shop.record.pk).update(refunded_elsewhere=D("4.00"))
    page = shop.merchant().get(page_of(part))
    assert "Paid back by the store already" in page.text
    assert "Refund $16.00" in page.text


SENTENCE = "Delivery is paid back with the last part of the order, once all of it is returned."


@pytest.mark.parametrize(("rule", "is_said"), [("on_full_return", True), ("proportional", False)])
def test_delivery_that_waits_for_the_rest_is_told_beside_the_steps(rule, is_said):
    policy(shipping_refund=rule)
    oak, clay = a_vendor("Oak & Sons"), a_vendor("Clay Works")
    goods = [(sells(oak, a_product("Chair")), 1, "10.00"), (sells(clay, a_product("Mug")), 1, "3")]
    request = a_request(an_order(goods, shipping="4.90"))
    first, last = request.vendor_returns.order_by("number")
    merchant = sign_in(a_staff_user("staff@example.com").email)
    assert merchant.get(page_of(first)).text.count(SENTENCE) == is_said
    assert SENTENCE not in merchant.get(page_of(last)).text
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    vendor_returns.accept(vendor_return_id=first.pk, actor=acts_for(oak), now=NOW)
    receive_all(first, acts_for(oak))
    page = merchant.get(page_of(first))
    assert page.has_form("/refund/")
    assert page.text.count(SENTENCE) == is_said
    assert page.text.count("Delivery $") == (0 if is_said else 2), "as promised, and due now"
    refund(first)
    assert SENTENCE not in merchant.get(page_of(first)).text
