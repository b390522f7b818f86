"""What every page keeps: safe headers, cookies, and a frame that everybody can use."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saleor_returns_plugin.models import ReturnPortal, VendorReturn
from tests.builders import a_request, an_order
from tests.console.conftest import sign_in
from tests.portal.test_way_through import line, signed_in
from tests.saleor_rows import a_product, a_staff_user
from tests.web.browser import Browser, Page

pytestmark = pytest.mark.django_db


def every_page() -> Iterator[Page]:
    """Each page of portal and console once, and those that show what is wrong."""
    record = an_order([(a_product(name="Oak chair"), 2, "10.00")])
    anybody = Browser()
    yield anybody.get(reverse("returns:portal-sign-in"))
    yield anybody.submit("/returns/", order="", email="")
    yield anybody.get("/returns/console/")
    yield anybody.submit("/sign-in/", email="x", password="y")
    shopper = signed_in(record)
    yield shopper.page
    yield shopper.fill("/review/", {line(record, "Oak chair", "quantity"): "9"})
    yield shopper.fill("/review/", {line(record, "Oak chair", "quantity"): "1"})
    yield shopper.submit("/submit/")
    part = VendorReturn.objects.get()
    for name in ("portal-status", "portal-cancel"):
        yield shopper.get(reverse(f"returns:{name}", args=[part.request_id]))
    merchant = sign_in(a_staff_user("staff@example.com").email)
    for name in ("console-home", "console-returns", "console-shipments"):
        yield merchant.get(reverse(f"returns:{name}"))
    yield merchant.get(reverse("returns:console-return", args=[part.pk]))
    yield merchant.submit("/decline/")
    yield merchant.submit("/approve/")
    yield merchant.submit("/accept/")
    address = {"street_address_1": "1 Mill Lane", "city": "Leeds", "country": "GB"}
    yield merchant.fill("/accept/", {f"accept-address-{k}": v for k, v in address.items()})
    yield merchant.fill("/receive/", {f"receive-{part.lines.get().pk}-1-quantity": "9"})
    yield merchant.get("/returns/console/returns/00000000-0000-0000-0000-000000000000/")
    yield merchant.get(reverse("returns:console-shipment", args=[part.shipment_id]))
    yield merchant.submit("/tracking/")
    yield merchant.get(reverse("returns:console-vendors"))
    yield merchant.get(reverse("returns:console-vendor", args=[part.vendor_id]))
    yield merchant.fill(f"{part.vendor_id}/", {"vendor-email": "x"})
    a_request(record)
    yield merchant.get(reverse("returns:console-decide"))
    yield merchant.fill("/decide/", {}, button="decline")
    yield merchant.get(reverse("returns:console-returns") + "?search=x&status=settled")
    yield merchant.get("/returns/console/nothing/")
    yield shopper.get(reverse("returns:portal-tracking", args=[part.request_id, part.pk]))
    yield shopper.fill("/tracking/", {"number": ""})
    yield shopper.fill("/tracking/", {"number": "1Z"})
    yield anybody.get("/returns/open/x")
    yield anybody.get("/returns/order/")
    yield anybody.fill("/sign-in-link/", {"link-email": ""})
    yield anybody.fill("/sign-in-link/", {"link-email": "ada@example.com"})
    yield anybody.get("/returns/nothing/")


def test_every_page_is_safe_and_usable():
    for page in every_page():
        url = page.response.request["PATH_INFO"]
        _check_headers(page, url)
        _check_structure(page, url)


def _check_headers(page: Page, url: str) -> None:
    policy = page.response["Content-Security-Policy"]
    for rule in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert rule in policy, url
    assert "unsafe" not in policy
    # What a form of the portal answered is kept for the Back button.
    is_kept = page.response["Cache-Control"] == "private, no-cache"
    assert page.response["Cache-Control"] == "no-store" or (is_kept and url == "/returns/review/")
    assert page.response["X-Content-Type-Options"] == "nosniff"
    assert page.response["Referrer-Policy"] == "same-origin"
    assert page.response["X-Frame-Options"] == "DENY"


def _check_structure(page: Page, url: str) -> None:
    tags = [tag for tag, _ in page.tags]
    assert "script" not in tags
    assert "style" not in tags
    for _, given in page.tags:
        assert not [name for name in given if name == "style" or name.startswith("on")], url
    html = next(given for tag, given in page.tags if tag == "html")
    assert html["lang"] == "en"
    assert tags.count("h1") == tags.count("main") == tags.count("title") == 1, url
    assert page.headings[0] in (1, 2)
    assert len(page.ids) == len(set(page.ids)), url
    for control in page.controls:
        if control.get("type") != "hidden":
            assert control.get("id") in page.labels_for, (url, control)
        described = control.get("aria-describedby")
        assert described is None or described in page.ids, (url, control)
    for _, given in page.tags:
        target = given.get("href", "")
        if target.startswith("#"):
            assert target[1:] in page.ids, (url, target)
    assert "<<" not in page.text


def test_session_cookies_are_for_this_site_alone():
    record = an_order([(a_product(), 1, "10.00")])
    a_staff_user("staff@example.com")
    browser = Browser(
        HTTP_HOST="testserver",
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_REFERER="https://testserver/returns/",
    )
    browser.get("/returns/")
    browser.submit("/returns/", order=record.number, email=record.email)
    cookies = browser.client.cookies
    assert cookies["returns_portal"]["path"] == "/returns/"
    for name in ("returns_portal", "csrftoken"):
        assert cookies[name]["httponly"]
        assert cookies[name]["secure"]
        assert cookies[name]["samesite"] == "Lax"


def test_signing_in_makes_a_new_csrf_token():
    record = an_order([(a_product(), 1, "10.00")])
    browser = Browser()
    browser.get("/returns/")
    before = browser.client.cookies["csrftoken"].value
    browser.submit("/returns/", order=record.number, email=record.email)
    assert browser.client.cookies["csrftoken"].value != before


def test_colours_come_from_the_store_and_only_colours():
    ReturnPortal.objects.create(
        channel="",
        name="Nordic <Home>",
        colors={"primary": "#123456", "text": "red;}body{display:none", "background": "#fff"},
    )
    page = Browser().get("/returns/")
    assert "Nordic &lt;Home&gt;" in page.html
    response = Browser().client.get(reverse("returns:portal-colours"))
    css = response.content.decode()
    assert response["Content-Type"].startswith("text/css")
    assert "--primary:#123456;" in css
    assert "--background:#fff;" in css
    assert "display" not in css


def test_pictures_of_the_store_are_allowed_and_no_others():
    record = an_order([(a_product(), 1, "10.00")])
    sold = record.shipments.get().lines.get()
    for url, origin in (
        ("https://cdn.example/a.jpg", "https://cdn.example"),
        ("/media/a.jpg", ""),
        ("javascript:alert(1)", ""),
        ("https://a.example; script-src */x.jpg", ""),
    ):
        sold.thumbnail_url = url
        sold.save()
        page = signed_in(record).page
        policy = page.response["Content-Security-Policy"]
        images = re.search(r"img-src ([^;]*);", policy)[1]
        assert images == f"'self' {origin}".strip()
        assert "javascript:" not in page.html
        assert "script-src" not in policy


@pytest.mark.parametrize(
    ("name", "status"),
    [("returns.css", 200), ("../../settings.py", 404), ("nothing.css", 404), ("", 404)],
)
def test_only_our_own_files_are_served(name, status):
    response = Browser().client.get(f"/returns/static/{name}")
    assert response.status_code == status


def test_other_methods_are_refused():
    client = Browser().client
    assert client.put("/returns/").status_code == 405
    response = client.get("/returns/sign-out/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "To the start" in Page(response).text
    assert client.head("/returns/").status_code == 200


@pytest.mark.parametrize(
    "text",
    ["\0", "\ud800", "'", "x" * 100_000, "%", "\u202e"],
    ids=["nul", "surrogate", "quote", "long", "percent", "override"],
)
def test_no_text_breaks_a_page(text):
    record = an_order([(a_product(name="Oak chair"), 2, "10.00")])
    part = a_request(record).vendor_returns.get()
    sent = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    anybody = Browser()
    anybody.get("/returns/")
    anybody.submit("/returns/", order=sent, email=sent)
    assert anybody.page.response.status_code < 500
    anybody.get("/returns/console/")
    anybody.submit("/sign-in/", email=sent, password=sent)
    assert anybody.page.response.status_code < 500
    colours = anybody.client.get(reverse("returns:portal-colours"), {"channel": sent})
    assert colours.status_code < 500
    shopper = signed_in(record)
    fields = ("quantity", "reason", "note", "resolution")
    typed = {line(record, "Oak chair", field): sent for field in fields}
    assert shopper.fill("/review/", {**typed, "note": sent}).response.status_code < 500
    shopper.get(reverse("returns:portal-order"))
    typed[line(record, "Oak chair", "quantity")] = "1"
    typed[line(record, "Oak chair", "reason")] = ""
    assert shopper.fill("/review/", {**typed, "note": sent}).response.status_code < 500
    merchant = sign_in(a_staff_user("staff@example.com").email)
    for name in ("search", "after", "queue"):
        found = merchant.client.get(reverse("returns:console-returns"), {name: sent})
        assert found.status_code < 500
    url = reverse("returns:console-return", args=[part.pk])
    merchant.get(url)
    assert merchant.fill("/decline/", {"decline-reason": sent}).response.status_code < 500
    merchant.client.cookies["returns_console_notice"] = "x"
    assert merchant.get(url).response.status_code == 200
    shopper.get(reverse("returns:portal-status", args=[part.request_id]))
    assert shopper.page.response.status_code == 200
    anybody.get("/returns/")
    assert anybody.fill("/sign-in-link/", {"link-email": sent}).response.status_code < 500
    merchant.get(reverse("returns:console-decide"))
    token = dict(merchant.page.forms[0].fields)["csrfmiddlewaretoken"]
    line_id, vendor = part.lines.get().pk, reverse("returns:console-vendor", args=[part.vendor_id])
    shipment = reverse("returns:console-shipment", args=[part.shipment_id])
    names = ["request", "decision", "decide-reason", "vendor-email", "vendor-return_instructions"]
    names += ["vendor-address-city", "vendor-address-country", "tracking-number", "tracking-url"]
    names += ["reopen-reason", "void-about", "overrule-about", "resolution-about", "approve-note"]
    names += [f"approve-{line_id}-units", f"approve-{line_id}-reason", "delivered-delivered_at"]
    names += [f"fulfil-{part.lines.get().shipment_line_id}-units", "fulfil-number"]
    values = {**dict.fromkeys(names, sent), "csrfmiddlewaretoken": token}
    actions = ("approve", "reopen", "tracking", "close", "void", "overrule", "resolution")
    urls = [reverse("returns:console-decide"), vendor, *(f"{url}{name}/" for name in actions)]
    urls += [f"{shipment}{name}/" for name in ("fulfil", "tracking", "delivered")]
    for address in urls:
        assert merchant.client.post(address, values).status_code < 500, address


def test_lists_cost_the_same_however_long_they_are():
    """Statements do not grow with lines and returns."""
    products = [a_product(name=f"Thing {number}") for number in range(6)]
    small = an_order([(products[0], 1, "10.00")])
    large = an_order([(product, 2, "10.00") for product in products])
    url = reverse("returns:portal-order")
    assert _statements(signed_in(small), url) == _statements(signed_in(large), url)
    merchant = sign_in(a_staff_user("staff@example.com").email)
    lists = [
        reverse(f"returns:{name}")
        for name in ("console-home", "console-returns", "console-shipments")
    ]
    a_request(small)
    before = [_statements(merchant, url) for url in lists]
    for _ in range(2):
        a_request(large)
    assert [_statements(merchant, url) for url in lists] == before


def _statements(browser: Browser, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).response.status_code == 200
    return len(captured)
