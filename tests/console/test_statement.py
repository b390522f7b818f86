"""A vendor's statement in the console, its download, and what the store writes on it."""

import csv
from decimal import Decimal as D
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import timezone

from saleor_returns_plugin.models import LedgerEntry, Vendor
from saleor_returns_plugin.selectors import ledger
from saleor_returns_plugin.services import payouts
from saleor_returns_plugin.web.ledger import csv_of
from tests.builders import MERCHANT, a_vendor

from .conftest import a_member
from .test_vendors import an_owner

pytestmark = pytest.mark.django_db


def url_of(vendor: Vendor, name: str = "statement") -> str:
    return reverse(f"returns:console-{name}", args=[vendor.pk])


def paid(vendor: Vendor, amount: str, currency: str = "USD", note: str = "Bank"):
    return payouts.pay_out(
        vendor_id=vendor.pk, amount=D(amount), currency=currency, note=note, actor=MERCHANT
    )


def test_an_owner_reads_entries_with_the_balance_after_each(shop):
    paid(shop.oak, "5.00", note="<b>Bank</b>\n7")
    page = an_owner(shop.oak).get(url_of(shop.oak))
    assert page.response.status_code == 200
    balance = ledger.balance(shop.oak.pk, "USD")
    for word in ("Statement of Oak & Sons", "Sale", "Commission", "Payout", "$20.00", "-$5.00"):
        assert word in page.text
    assert f"Closing balance ${balance:.2f}" in page.text
    assert "<b>" not in page.html
    assert shop.record.number in page.text
    assert "owe" not in page.text
    assert not page.has_form("/payout/")
    assert not page.has_form("/adjustment/")


def test_whoever_owes_is_told_so(shop):
    paid(shop.oak, str(ledger.balance(shop.oak.pk, "USD") + 12))
    assert "You owe the store $12.00." in an_owner(shop.oak).get(url_of(shop.oak)).text
    page = shop.merchant().get(url_of(shop.oak))
    assert "Oak & Sons owes the store $12.00." in page.text


def test_a_period_and_a_currency(shop):
    paid(shop.oak, "100", "JPY")
    browser = an_owner(shop.oak)
    page = browser.get(f"{url_of(shop.oak)}?currency=JPY")
    assert "-¥100" in page.text
    assert "Commission" not in page.text
    page = browser.get(f"{url_of(shop.oak)}?first=&last=2020-01-31&currency=USD")
    assert "Nothing was posted in this time." in page.text
    page = browser.get(f"{url_of(shop.oak)}?first=2999-01-01&currency=USD")
    balance = ledger.balance(shop.oak.pk, "USD")
    assert f"Opening balance ${balance:.2f} Closing balance ${balance:.2f}" in page.text
    for query in ("first=soon", "last=2026-02-30", "first=0001-01-01"):
        page = browser.get(f"{url_of(shop.oak)}?{query}")
        assert page.response.status_code == 200
        assert "Please check this" in page.text


def test_pages_go_on_with_the_balance(shop):
    for number in range(60):
        paid(shop.oak, "0.01", note=f"Number {number}")
    browser = an_owner(shop.oak)
    first = browser.get(f"{url_of(shop.oak)}?first=")
    assert first.html.count('scope="row"') == 50
    second = browser.get(first.links["Later ones"])
    assert second.html.count('scope="row"') == 12
    balance = ledger.balance(shop.oak.pk, "USD")
    assert second.text.count(f"${balance:.2f}") == 2
    assert "Number 0 " in browser.get(second.links["Earlier ones"]).text


def test_the_download(shop):
    paid(shop.oak, "5.00", note="=1+1")
    browser = an_owner(shop.oak)
    page = browser.get(url_of(shop.oak))
    response = browser.client.get(page.links["Download as CSV"])
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    month = timezone.localdate().replace(day=1).isoformat()
    assert f'filename="oak-sons-USD-{month}.csv"' in response["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(b"".join(response.streaming_content).decode())))
    assert [row["Kind"] for row in rows][1:-1] == ["Sale", "Commission", "Payout"]
    assert rows[3]["Note"] == "'=1+1"
    assert D(rows[-1]["Balance"]) == ledger.balance(shop.oak.pk, "USD")


def test_the_download_adds_up_whatever_is_posted_meanwhile(shop):
    lines = csv_of(ledger.statement(shop.oak.pk, "USD"), "USD")
    head = next(lines)
    paid(shop.oak, "5.00")
    rows = list(csv.DictReader(StringIO(head + "".join(lines))))
    assert rows[-2]["Kind"] == "Payout"
    assert D(rows[-1]["Balance"]) == D(rows[-2]["Balance"]) == ledger.balance(shop.oak.pk, "USD")


def test_the_download_is_german_for_german_readers(shop):
    browser = an_owner(shop.oak)
    response = browser.client.get(
        url_of(shop.oak, "statement-csv"), HTTP_ACCEPT_LANGUAGE="de", follow=True
    )
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("Datum,")
    assert "Verkauf" in text


def test_the_store_records_a_payout_once(shop):
    browser = shop.merchant()
    page = browser.get(url_of(shop.oak))
    before = ledger.balance(shop.oak.pk, "USD")
    typed = {
        "payout-amount": "12,50",
        "payout-currency": "usd",
        "payout-note": "Bank transfer 7",
        "payout-towards": "vendor",
    }
    form = {**dict(page.form("/payout/").fields), **typed}
    page = browser.fill("/payout/", typed)
    assert "The payout stands on the statement." in page.text
    assert "Bank transfer 7" in page.text
    # The same form once more, by a second click or by going back.
    browser.post(url_of(shop.oak, "payout"), form)
    assert ledger.balance(shop.oak.pk, "USD") == before - D("12.50")
    entry = LedgerEntry.objects.get(kind="payout")
    assert (entry.note, entry.actor_name != "") == ("Bank transfer 7", True)


@pytest.mark.parametrize(("towards", "sign"), [("vendor", 1), ("store", -1)])
def test_the_store_adjusts(shop, towards, sign):
    browser = shop.merchant()
    browser.get(url_of(shop.oak))
    before = ledger.balance(shop.oak.pk, "USD")
    page = browser.fill(
        "/adjustment/",
        {
            "adjustment-amount": "3",
            "adjustment-note": "Packaging",
            "adjustment-towards": towards,
        },
    )
    assert "The adjustment stands on the statement." in page.text
    assert ledger.balance(shop.oak.pk, "USD") == before + 3 * sign


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("amount", "a lot"),
        ("amount", "0"),
        ("amount", "1,000"),
        ("currency", "XYZ"),
        ("note", " "),
        ("note", "\x01"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(shop, name, typed):
    browser = shop.merchant()
    browser.get(url_of(shop.oak))
    before = LedgerEntry.objects.count()
    given = {"payout-amount": "5", "payout-note": "Bank", f"payout-{name}": typed}
    page = browser.fill("/payout/", given)
    assert page.response.status_code == 422
    assert f'id="payout-{name}-problem"' in page.html
    assert LedgerEntry.objects.count() == before


def test_money_is_for_owners_and_the_store(shop):
    staff = a_member(shop.oak, "staff@oak.example")
    assert "Statement" not in staff.get(reverse("returns:console-vendor", args=[shop.oak.pk])).text
    other = an_owner(shop.clay, "owner@clay.example")
    before = LedgerEntry.objects.count()
    for browser, status in ((staff, 403), (other, 404)):
        for name in ("statement", "statement-csv", "payout", "adjustment"):
            assert browser.get(url_of(shop.oak, name)).response.status_code == status
        token = dict(browser.get(reverse("returns:console-home")).forms[0].fields)
        values = {
            "csrfmiddlewaretoken": token["csrfmiddlewaretoken"],
            "payout-amount": "5",
            "payout-currency": "USD",
            "payout-note": "Mine",
        }
        page = browser.post(url_of(shop.oak, "payout"), values)
        assert page.response.status_code == status
    owner = an_owner(shop.oak)
    owner.get(url_of(shop.oak))
    token = dict(owner.page.forms[0].fields)["csrfmiddlewaretoken"]
    values = {**values, "csrfmiddlewaretoken": token}
    assert owner.post(url_of(shop.oak, "payout"), values).response.status_code == 403
    assert LedgerEntry.objects.count() == before


def test_a_vendor_that_sold_nothing(shop):
    new = a_vendor("New")
    browser = shop.merchant()
    page = browser.get(url_of(new))
    assert "Nothing was sold yet." in page.text
    browser.fill(
        "/payout/",
        {"payout-amount": "5", "payout-currency": "EUR", "payout-note": "In advance"},
    )
    assert ledger.balance(new.pk, "EUR") == -5
    page = browser.get(reverse("returns:console-vendors"))
    assert "-€5.00" in page.text
