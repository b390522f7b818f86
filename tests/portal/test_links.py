"""A link from a mail opens its order, for a while."""

from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse

from saleor_returns_plugin.services import sessions
from tests.builders import NOW, a_request, an_order
from tests.saleor_rows import a_product
from tests.web.browser import Browser

pytestmark = pytest.mark.django_db

ORDER = reverse("returns:portal-order")


@pytest.fixture
def record():
    return an_order([(a_product(name="Oak chair"), 2, "10.00")], email="ada@example.com")


@pytest.fixture
def other():
    return an_order([(a_product(name="Mug"), 1, "3.00")], email="bob@example.com")


def url_of(token: str) -> str:
    return reverse("returns:portal-open", args=[token])


def test_a_link_opens_its_order_and_leaves_the_address(record):
    token = sessions.link_token(record, NOW)
    browser = Browser()
    page = browser.get(url_of(token))
    assert page.response.redirect_chain == [(ORDER, 302)]
    assert "Oak chair" in page.text
    assert token not in page.html
    assert not browser.get(ORDER).response.redirect_chain
    assert browser.client.cookies["returns_portal"]["httponly"]


def test_a_link_leads_to_the_return_it_names(record, other):
    own, foreign = a_request(record), a_request(other)
    url = url_of(sessions.link_token(record, NOW))
    page = Browser().get(f"{url}?return={own.pk}")
    assert page.response.redirect_chain == [(reverse("returns:portal-status", args=[own.pk]), 302)]
    assert Browser().get(f"{url}?return={foreign.pk}").response.redirect_chain == [(ORDER, 302)]


def test_a_link_of_another_order_changes_the_session(record, other):
    browser = Browser()
    browser.get(url_of(sessions.link_token(record, NOW)))
    page = browser.get(url_of(sessions.link_token(other, NOW)))
    assert "Mug" in page.text
    assert "Oak chair" not in page.text


def test_links_that_are_over_or_forged_lead_to_the_sign_in(record, settings):
    settings.RETURNS_LINK_SECONDS = 60
    good = sessions.link_token(record, NOW + timedelta(days=1))
    request = a_request(record)
    bad = [
        sessions.link_token(record, NOW - timedelta(minutes=5)),
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        "x",
        "%00",
        signing.dumps([str(record.pk), 2**40]),
        signing.dumps([str(request.pk), 2**40], salt="saleor_returns_plugin.link"),
        signing.dumps("x", salt="saleor_returns_plugin.link"),
        # A session's token is no link's, nor the other way round.
        sessions.open_for(record=record, now=NOW).token,
    ]
    for token in bad:
        browser = Browser()
        page = browser.get(f"/returns/open/{token}?return={request.pk}")
        assert page.response.status_code == 403, token
        assert "This link no longer works" in page.text
        assert page.links["Sign in"] == f"/returns/?return={request.pk}"
        assert "returns_portal" not in browser.client.cookies
        assert "Oak chair" not in page.text


def test_a_links_token_is_no_session(record):
    browser = Browser()
    browser.client.cookies["returns_portal"] = signing.get_cookie_signer(
        salt="returns_portal" + "saleor_returns_plugin.returns_portal"
    ).sign(sessions.link_token(record, NOW))
    assert browser.get(ORDER).response.redirect_chain


def test_an_expired_link_leaves_a_running_session_alone(record, other):
    browser = Browser()
    browser.get(url_of(sessions.link_token(other, NOW)))
    browser.get(url_of(sessions.link_token(record, NOW - timedelta(days=9))))
    assert "Mug" in browser.get(ORDER).text


class TestAskingForALink:
    URL = "/sign-in-link/"

    def asked(self, email: str):
        browser = Browser()
        browser.get("/returns/")
        return browser.fill(self.URL, {"link-email": email})

    def test_known_and_unknown_addresses_are_answered_alike(self, record):
        known, unknown = self.asked("ada@example.com"), self.asked("eve@example.com")
        assert known.response.status_code == unknown.response.status_code == 200
        assert known.text.replace("ada", "eve") == unknown.text

    @pytest.mark.parametrize("typed", ["", "nobody", "a@b", "x" * 300 + "@example.com"])
    def test_what_is_no_address_is_told_beside_its_field(self, typed):
        page = self.asked(typed)
        assert page.response.status_code == 422
        assert 'id="link-email-problem"' in page.html
        assert "open" in next(given for tag, given in page.tags if tag == "details")

    def test_asking_is_throttled(self, settings):
        settings.RETURNS_SIGN_IN_ATTEMPTS = 2
        codes = [self.asked("ada@example.com").response.status_code for _ in range(3)]
        assert codes == [200, 200, 429]

    def test_without_a_csrf_token_nothing_is_sent(self):
        page = Browser().post("/returns/sign-in-link/", {"link-email": "ada@example.com"})
        assert page.response.status_code == 403

    def test_what_was_typed_is_escaped(self):
        page = self.asked("<script>@example.com")
        assert "<script" not in page.html


def test_addresses_without_their_slash_lead_on_and_unknown_ones_are_our_own_page():
    client = Browser().client
    assert client.get("/returns").headers["Location"] == "/returns/"
    assert client.get("/returns?return=1").headers["Location"] == "/returns/?return=1"
    assert client.get("/returns/console").headers["Location"] == "/returns/console/"
    page = Browser().get("/returns/nope/")
    assert page.response.status_code == 404
    assert "Page not found" in page.text
    assert page.links["To the start"] == "/returns/"


def test_the_start_of_a_signed_in_shopper_is_the_order(record):
    browser = Browser()
    browser.get(url_of(sessions.link_token(record, NOW)))
    assert browser.get("/returns/nope/").links["To the start"] == ORDER
