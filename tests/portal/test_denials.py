"""What a shopper may not see or do; the database is the same afterwards."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from saleor_returns_plugin.enums import ReturnStatus
from saleor_returns_plugin.models import ReturnRequest, VendorReturn
from saleor_returns_plugin.services import sessions
from tests.builders import a_request, an_order
from tests.saleor_rows import a_product
from tests.web.browser import Browser

from .test_way_through import line, signed_in

pytestmark = pytest.mark.django_db

SIGN_IN = "/returns/"


@pytest.fixture
def record():
    return an_order([(a_product(name="Oak chair"), 2, "10.00")], email="ada@example.com")


@pytest.fixture
def other():
    return an_order([(a_product(name="Mug"), 1, "3.00")], email="bob@example.com")


def pages_of(request: ReturnRequest) -> list[str]:
    names = ("portal-status", "portal-confirmation", "portal-cancel")
    return [reverse(f"returns:{name}", args=[request.pk]) for name in names]


def cookie(browser: Browser, token: str) -> None:
    browser.client.cookies["returns_portal"] = signing.get_cookie_signer(
        salt="returns_portal" + "saleor_returns_plugin.returns_portal"
    ).sign(token)


def test_without_a_session_every_page_leads_to_the_sign_in(record):
    request = a_request(record)
    names = ("portal-order", "portal-review", "portal-submit")
    for url in [*pages_of(request), *(reverse(f"returns:{name}") for name in names)]:
        page = Browser().get(url)
        assert page.response.redirect_chain[-1][0].partition("?")[0] == SIGN_IN, url
        assert record.number not in page.text
        assert "Oak chair" not in page.text


def test_the_session_of_another_order_finds_nothing(record, other):
    request = a_request(record)
    browser = signed_in(other)
    for url in pages_of(request):
        page = browser.get(url)
        assert page.response.status_code == 404, url
        assert record.number not in page.text
        assert "Oak chair" not in page.text


def test_the_session_of_another_order_cancels_nothing(record, other):
    request = a_request(record)
    own = a_request(other)
    browser = signed_in(other)
    browser.get(reverse("returns:portal-cancel", args=[own.pk]))
    form = browser.page.form("/cancel/")
    part = request.vendor_returns.get()
    form.action = reverse("returns:portal-cancel", args=[request.pk])
    assert browser.fill("/cancel/", {"part": [str(part.pk)]}).response.status_code == 404
    browser.get(reverse("returns:portal-cancel", args=[own.pk]))
    assert browser.fill("/cancel/", {"part": [str(part.pk)]}).response.status_code == 404
    assert set(VendorReturn.objects.values_list("status", flat=True)) == {ReturnStatus.REQUESTED}


def test_lines_of_another_order_cannot_be_returned(record, other):
    browser = signed_in(other)
    page = browser.fill("/review/", {line(record, "Oak chair", "quantity"): "1"})
    assert page.response.status_code == 422
    assert "Oak chair" not in page.text
    assert not ReturnRequest.objects.exists()


def test_a_wrong_number_and_a_wrong_email_answer_alike(record):
    def answer(order: str, email: str) -> str:
        browser = Browser()
        browser.get(SIGN_IN)
        page = browser.submit(SIGN_IN, order=order, email=email)
        assert page.response.status_code == 422
        assert "returns_portal" not in browser.client.cookies
        fields = dict(page.form(SIGN_IN).fields)
        assert (fields["order"], fields["email"]) == (order, email)
        return page.text

    assert answer("999999", record.email) == answer(record.number, "eve@example.com")


def test_guessing_is_throttled(record, settings):
    settings.RETURNS_SIGN_IN_ATTEMPTS = 2
    browser = Browser()
    browser.get(SIGN_IN)
    for _ in range(2):
        browser.submit(SIGN_IN, order=record.number, email="eve@example.com")
    page = browser.submit(SIGN_IN, order=record.number, email=record.email)
    assert page.response.status_code == 429
    assert "returns_portal" not in browser.client.cookies


def test_a_forwarded_address_is_believed_of_trusted_proxies_only(record, settings):
    settings.RETURNS_SIGN_IN_ATTEMPTS = 1

    def try_from(address: str) -> int:
        browser = Browser(HTTP_X_FORWARDED_FOR=address)
        browser.get(SIGN_IN)
        page = browser.submit(SIGN_IN, order=f"9{address[-1]}", email="eve@example.com")
        return page.response.status_code

    assert try_from("203.0.113.1") == 422
    assert try_from("203.0.113.2") == 429
    settings.RETURNS_TRUSTED_PROXIES = 1
    assert try_from("203.0.113.3") == 422
    assert try_from("198.51.100.9, 203.0.113.3") == 429


@pytest.mark.parametrize("form", ["", "order/", "review/", "submit/", "sign-out/"])
def test_a_form_without_its_csrf_token_is_refused(record, form):
    browser = signed_in(record)
    values = {line(record, "Oak chair", "quantity"): "1", "order": record.number}
    page = browser.post(f"/returns/{form}", values)
    assert page.response.status_code == 403
    assert "This form is out of date" in page.text
    assert not ReturnRequest.objects.exists()
    assert browser.get(reverse("returns:portal-order")).response.status_code == 200


def test_cancelling_without_a_csrf_token_is_refused(record):
    request = a_request(record)
    part = request.vendor_returns.get()
    browser = signed_in(record)
    page = browser.post(reverse("returns:portal-cancel", args=[request.pk]), {"part": str(part.pk)})
    assert page.response.status_code == 403
    part.refresh_from_db()
    assert part.status == ReturnStatus.REQUESTED


def test_forged_cookies_open_nothing(record):
    token = sessions.open_for(record=record, now=timezone.now()).token
    browser = Browser()
    for value in (token, f"{token}:x", "x", "", str(record.pk)):
        browser.client.cookies["returns_portal"] = value
        page = browser.get(reverse("returns:portal-order"))
        assert page.response.redirect_chain, value
    # What the cookie's signature covers has to be a token, too.
    cookie(browser, "x")
    assert browser.get(reverse("returns:portal-order")).response.redirect_chain
    cookie(browser, token)
    assert not browser.get(reverse("returns:portal-order")).response.redirect_chain


def test_a_session_that_is_over_opens_nothing(record):
    past = timezone.now() - timedelta(days=1)
    browser = Browser()
    cookie(browser, sessions.open_for(record=record, now=past).token)
    page = browser.get(reverse("returns:portal-order"))
    assert page.response.redirect_chain == [(f"{SIGN_IN}?again=1", 302)]
    assert "Please sign in again." in page.text


def test_the_link_of_a_mail_leads_nowhere_else(record, other):
    foreign = a_request(other)
    for value in (str(foreign.pk), str(uuid4()), "//evil.example", "https://evil.example"):
        browser = Browser()
        browser.get(f"{SIGN_IN}?return={value}")
        page = browser.submit(SIGN_IN, order=record.number, email=record.email)
        assert page.response.redirect_chain == [(reverse("returns:portal-order"), 302)]


def test_more_than_is_returnable_is_refused_beside_its_field(record):
    browser = signed_in(record)
    name = line(record, "Oak chair", "quantity")
    for typed in ("3", "-1", "1.5", "many", "²"):
        page = browser.fill("/review/", {name: typed})
        assert page.response.status_code == 422, typed
        assert f'id="{name}-problem"' in page.html
        assert dict(page.form("/review/").fields)[name] == typed


def test_what_others_typed_is_escaped(record):
    evil = "<script>alert(1)</script>\"'><img src=x>"
    shipment_line = record.shipments.get().lines.get()
    shipment_line.product_name = evil
    shipment_line.save()
    browser = signed_in(record)
    name = f"line-{shipment_line.pk}"
    pages = [browser.page]
    pages.append(
        browser.fill("/review/", {f"{name}-quantity": "1", f"{name}-note": evil, "note": evil})
    )
    pages.append(browser.submit("/submit/"))
    request = ReturnRequest.objects.get()
    pages += [browser.get(url) for url in pages_of(request)]
    for page in pages:
        assert "<script" not in page.html
        assert "<img src=x" not in page.html
    assert "&lt;script&gt;" in pages[-1].html
    assert request.note == evil


def test_a_wrong_sign_in_marks_both_fields_alike(db):
    browser = Browser()
    browser.get(SIGN_IN)
    page = browser.fill("/returns/", {"order": "1", "email": "eve@example.com"})
    marked = [each["name"] for each in page.controls if "aria-invalid" in each]
    assert marked == ["order", "email"]
