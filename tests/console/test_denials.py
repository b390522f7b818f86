"""Who may not see or do what in the console; the database is the same afterwards."""

import pytest
from django.core import signing
from django.urls import reverse

from saleor_returns_plugin.console.urls import urlpatterns
from saleor_returns_plugin.enums import VendorRole
from saleor_returns_plugin.models import (
    Exchange,
    ReceptionLine,
    Refund,
    ReturnEvent,
    VendorMember,
    VendorReturn,
)
from saleor_returns_plugin.services import return_requests, vendors
from tests.builders import MERCHANT, NOW, a_request
from tests.saleor_rows import a_customer, a_staff_user
from tests.saleor_rows.common import PASSWORD
from tests.web.browser import Browser

from .conftest import a_member, sign_in

pytestmark = pytest.mark.django_db

_RETURN = "returns/<uuid:vendor_return_id>/"
ACTIONS = tuple(
    name
    for path in urlpatterns
    if (name := str(path.pattern).removeprefix(_RETURN).rstrip("/"))
    != str(path.pattern).rstrip("/")
    and name not in ("", "label-file")
)
"""All that can be done with a return, by the ends of their addresses."""
LISTS = ("console-home", "console-returns", "console-shipments")
SIGN_IN = "/returns/console/sign-in/"


@pytest.fixture
def part(shop) -> VendorReturn:
    """The oak vendor's, approved."""
    request = a_request(shop.record, note="Ring twice")
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    return VendorReturn.objects.get(vendor=shop.oak)


def everything() -> list[object]:
    return [
        list(VendorReturn.objects.order_by("pk").values()),
        ReturnEvent.objects.count(),
        ReceptionLine.objects.count(),
        Refund.objects.count(),
        Exchange.objects.count(),
    ]


def with_token(browser: Browser) -> dict[str, str]:
    """A form of this browser's own, so that only the rights can refuse."""
    token = dict(browser.page.forms[0].fields)["csrfmiddlewaretoken"]
    return {"csrfmiddlewaretoken": token}


def typed(part: VendorReturn) -> dict[str, str]:
    return {
        "do": "order",
        "decline-reason": "Because",
        "reopen-reason": "Because",
        "tracking-number": "1Z",
        "resolution-about": str(part.lines.get().pk),
        f"resolution-{part.lines.get().pk}-send_back": "no",
        "approve-all": "1",
        f"receive-{part.lines.get().pk}-1-quantity": "1",
        f"receive-{part.lines.get().pk}-1-condition": "good",
    }


def test_nobody_is_led_to_the_sign_in(part):
    before = everything()
    url = reverse("returns:console-return", args=[part.pk])
    others = [
        f"{url}new-exchange/",
        reverse("returns:console-shipment-new-exchange", args=[part.shipment_id]),
        reverse("returns:console-decide"),
        reverse("returns:console-vendors"),
        reverse("returns:console-vendor", args=[part.vendor_id]),
        reverse("returns:console-shipment", args=[part.shipment_id]),
    ]
    for address in [url, *others, *(reverse(f"returns:{name}") for name in LISTS)]:
        page = Browser().get(address)
        assert page.response.redirect_chain[-1][0].startswith(SIGN_IN)
        assert part.number not in page.text
    for action in ACTIONS:
        browser = Browser()
        browser.get(SIGN_IN)
        page = browser.post(f"{url}{action}/", {**with_token(browser), **typed(part)})
        assert page.response.redirect_chain[-1][0].startswith(SIGN_IN)
    assert everything() == before


def test_another_vendor_finds_nothing(shop, part):
    before = everything()
    browser = a_member(shop.clay, "clay@example.com")
    for name in LISTS:
        page = browser.get(reverse(f"returns:{name}"))
        assert part.number not in page.text
        assert "Oak" not in page.text
    url = reverse("returns:console-return", args=[part.pk])
    assert browser.get(url).response.status_code == 404
    browser.get(reverse("returns:console-home"))
    values = {**with_token(browser), **typed(part)}
    for action in ACTIONS:
        page = browser.post(f"{url}{action}/", values)
        assert page.response.status_code == 404, action
        assert "Oak" not in page.text
    assert everything() == before


def test_a_vendor_sees_nothing_of_the_parts_beside_its_own(shop, part):
    browser = a_member(shop.oak, "oak@example.com")
    page = browser.get(reverse("returns:console-return", args=[part.pk]))
    beside = VendorReturn.objects.get(vendor=shop.clay)
    for word in (beside.number, "Clay Works", "Mug", shop.record.email):
        assert word not in page.html


def test_a_vendor_decides_nothing_that_is_the_stores(shop):
    a_request(shop.record)
    part = VendorReturn.objects.get(vendor=shop.oak)
    before = everything()
    browser = a_member(shop.oak, "oak@example.com")
    url = reverse("returns:console-return", args=[part.pk])
    page = browser.get(url)
    assert not any(page.has_form(f"/{action}/") for action in ACTIONS)
    values = {**with_token(browser), **typed(part)}
    for action in ACTIONS:
        page = browser.post(f"{url}{action}/", values)
        # 404: a reception that does not exist.
        assert page.response.status_code in (403, 404, 422), action
    assert everything() == before


@pytest.mark.parametrize("manage_orders", [False, True])
def test_staff_need_the_permission(part, manage_orders):
    a_staff_user("staff@example.com", manage_orders=manage_orders)
    browser = sign_in("staff@example.com")
    assert ("returns_console" in browser.client.cookies) is manage_orders
    page = browser.get(reverse("returns:console-return", args=[part.pk]))
    assert (part.number in page.text) is manage_orders


def test_a_customer_may_not_enter(part):
    a_customer("ada@example.com")
    browser = sign_in("ada@example.com")
    assert browser.page.response.status_code == 403
    assert "returns_console" not in browser.client.cookies


def test_what_a_member_bought_in_private_is_not_in_the_console(shop, part):
    browser = a_member(shop.clay, "clay@example.com")
    user = VendorMember.objects.get(vendor=shop.clay).user
    shop.record.user = user
    shop.record.save()
    page = browser.get(reverse("returns:console-returns"))
    assert part.number not in page.text
    page = browser.get(reverse("returns:console-return", args=[part.pk]))
    assert page.response.status_code == 404


def test_losing_the_membership_ends_the_session(shop, part):
    browser = a_member(shop.oak, "oak@example.com")
    assert part.number in browser.get(reverse("returns:console-home")).text
    VendorMember.objects.all().delete()
    page = browser.get(reverse("returns:console-home"))
    assert page.response.redirect_chain[-1][0].startswith(SIGN_IN)


def test_a_new_password_ends_what_was_signed_in_with_the_old_one(shop, part):
    browser = a_member(shop.oak, "oak@example.com")
    assert part.number in browser.get(reverse("returns:console-home")).text
    user = VendorMember.objects.get().user
    user.set_password("another one")
    user.save()
    page = browser.get(reverse("returns:console-home"))
    assert page.response.redirect_chain[-1][0].startswith(SIGN_IN)


def test_a_deactivated_user_is_out(shop, part):
    browser = a_member(shop.oak, "oak@example.com")
    user = VendorMember.objects.get().user
    user.is_active = False
    user.save()
    page = browser.get(reverse("returns:console-home"))
    assert page.response.redirect_chain[-1][0].startswith(SIGN_IN)
    assert "returns_console" not in sign_in(user.email).client.cookies


def test_a_deactivated_vendor_is_out(shop, part):
    browser = a_member(shop.oak, "oak@example.com")
    shop.oak.is_active = False
    shop.oak.save()
    page = browser.get(reverse("returns:console-return", args=[part.pk]))
    assert page.response.redirect_chain[-1][0].startswith(SIGN_IN)


def test_an_invitation_by_a_vendor_that_is_no_more_active_says_so_and_stays(shop):
    user = a_customer("kim@example.com")
    vendors.add_member(
        actor=MERCHANT, vendor_id=shop.oak.pk, email=user.email, role=VendorRole.STAFF
    )
    vendors.update(actor=MERCHANT, vendor_id=shop.oak.pk, values={"is_active": False})
    page = sign_in(user.email).page
    assert page.response.status_code == 403
    assert "Oak & Sons is not active at the moment, so nobody acts for it." in page.text
    assert VendorMember.objects.get().joined_at is None
    a_customer("ada@example.com")
    assert "not active" not in sign_in("ada@example.com").page.text
    vendors.update(actor=MERCHANT, vendor_id=shop.oak.pk, values={"is_active": True})
    assert "returns_console" in sign_in(user.email).client.cookies


def test_a_wrong_password_and_an_unknown_email_answer_alike(shop):
    a_member(shop.oak, "oak@example.com")
    first = sign_in("oak@example.com", "wrong").page
    second = sign_in("eve@example.com", "wrong").page
    assert first.response.status_code == second.response.status_code == 422
    assert first.text == second.text
    assert "wrong" not in second.html.replace("wrong items", "")


def test_guessing_a_password_is_throttled(shop, settings):
    settings.RETURNS_SIGN_IN_ATTEMPTS = 2
    a_customer("oak@example.com")
    for _ in range(2):
        sign_in("oak@example.com", "wrong")
    page = sign_in("oak@example.com").page
    assert page.response.status_code == 429


def test_a_whole_office_may_sign_in_from_one_address(shop, settings):
    settings.RETURNS_SIGN_IN_ATTEMPTS = 2
    for number in range(4):
        email = a_staff_user(f"staff-{number}@example.com").email
        assert "returns_console" in sign_in(email).client.cookies


def test_a_right_password_never_counts_whatever_the_account_may_do(shop, settings):
    settings.RETURNS_SIGN_IN_ATTEMPTS = 2
    a_customer("ada@example.com")
    for _ in range(4):
        assert sign_in("ada@example.com").page.response.status_code == 403
    a_staff_user("staff@example.com")
    assert "returns_console" in sign_in("staff@example.com").client.cookies


def test_forged_cookies_open_nothing(shop, part):
    user = a_staff_user("staff@example.com")
    signer = signing.get_cookie_signer(salt="returns_consoleanother")
    # A shopper's cookie is signed with the same key, for another use.
    portal = signing.get_cookie_signer(salt="returns_portalsaleor_returns_plugin.returns_portal")
    for value in (str(user.pk), signer.sign(str(user.pk)), portal.sign(str(user.pk)), ""):
        browser = Browser()
        browser.client.cookies["returns_console"] = value
        page = browser.get(reverse("returns:console-home"))
        assert page.response.redirect_chain[-1][0].startswith(SIGN_IN)


def test_a_session_that_is_over_opens_nothing(part, monkeypatch):
    from saleor_returns_plugin.console import session

    a_staff_user("staff@example.com")
    browser = sign_in("staff@example.com")
    assert browser.page.response.status_code == 200
    monkeypatch.setattr(session, "SECONDS", -1)
    page = browser.get(reverse("returns:console-home"))
    assert page.response.redirect_chain[-1][0].startswith(SIGN_IN)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_form_without_its_csrf_token_is_refused(shop, part, action):
    before = everything()
    browser = shop.merchant()
    url = reverse("returns:console-return", args=[part.pk])
    page = browser.post(f"{url}{action}/", typed(part))
    assert page.response.status_code == 403
    assert everything() == before


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/graphql/", "/returns/console/\\evil.example//"],
)
def test_signing_in_leads_into_the_console_only(shop, wanted):
    a_staff_user("staff@example.com")
    browser = Browser()
    browser.get(f"{SIGN_IN}?next={wanted}")
    page = browser.submit("/sign-in/", email="staff@example.com", password=PASSWORD)
    assert page.response.redirect_chain[0][0].startswith("/returns/console/")


def test_what_others_typed_is_escaped(shop):
    evil = "<script>alert(1)</script>\"'><img src=x>"
    for line in shop.record.shipments.get(vendor=shop.oak).lines.all():
        line.product_name = evil
        line.save()
    shop.oak.name = evil
    shop.oak.save()
    a_request(shop.record, note=evil)
    part = VendorReturn.objects.get(vendor=shop.oak)
    part.lines.update(note=evil, reason_label=evil)
    browser = shop.merchant()
    addresses = [reverse(f"returns:{name}") for name in LISTS]
    for url in [*addresses, reverse("returns:console-return", args=[part.pk])]:
        page = browser.get(url)
        assert page.response.status_code == 200
        assert "<script" not in page.html
        assert "<img src=x" not in page.html
        assert "&lt;script&gt;" in page.html


def test_signing_out_clears_what_the_browser_kept(shop):
    browser = shop.merchant()
    token = dict(browser.page.form("/sign-out/").fields)
    response = browser.client.post(reverse("returns:console-sign-out"), token)
    assert response["Clear-Site-Data"] == '"cache"'
    assert response.cookies["returns_console"]["max-age"] == 0


def test_a_wrong_sign_in_marks_both_fields_and_a_throttled_one_none(shop, settings):
    page = sign_in("nobody@example.com", "wrong").page
    assert {each["name"] for each in page.controls if "aria-invalid" in each} == {
        "email",
        "password",
    }
    assert page.text.count("do not belong together") == 1
    for _ in range(20):
        page = sign_in("nobody@example.com", "wrong").page
    assert page.response.status_code == 429
    assert not [each for each in page.controls if "aria-invalid" in each]
    assert "Too many tries." in page.text
