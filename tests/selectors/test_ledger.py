"""Balances and statements, with and without closings."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_returns_plugin.enums import LedgerKind
from saleor_returns_plugin.models import LedgerClosing, LedgerEntry, Vendor
from saleor_returns_plugin.selectors import ledger
from saleor_returns_plugin.services import closings, vendors
from tests.builders import a_vendor

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def posted(vendor: Vendor, *amounts: str, currency: str = "USD", start: datetime = START) -> None:
    """One a day, at noon; the first at `start`."""
    rows = [
        LedgerEntry(
            vendor=vendor,
            kind=LedgerKind.ADJUSTMENT.value,
            amount=D(amount),
            currency=currency,
            note="By hand",
            idempotency_key=str(uuid4()),
        )
        for amount in amounts
    ]
    for number, row in enumerate(rows):
        row.created_at = start + number * DAY
    # `auto_now_add` would say now.
    field = LedgerEntry._meta.get_field("created_at")
    field.auto_now_add = False
    try:
        LedgerEntry.objects.bulk_create(rows)
    finally:
        field.auto_now_add = True


@pytest.fixture
def oak() -> Vendor:
    return a_vendor()


@pytest.fixture(params=[False, True], ids=["open", "closed"])
def is_closed(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def close(is_closed: bool, after_days: float = 90) -> None:
    if is_closed:
        assert closings.close_days(now=START + after_days * DAY) > 0


def test_the_statement_of_a_period(oak: Vendor, is_closed: bool) -> None:
    posted(oak, "10.00", "-3.00", "5.50", "-20.00")
    posted(oak, "900", currency="JPY")
    posted(a_vendor("Elm"), "7.00")
    close(is_closed)
    whole = ledger.statement(oak.pk, "USD")
    assert (whole.opening, whole.closing, whole.entries.count()) == (D(0), D("-7.500"), 4)
    middle = ledger.statement(oak.pk, "USD", since=START + DAY, until=START + 3 * DAY)
    assert (middle.opening, middle.closing) == (D(10), D("12.500"))
    assert [row.amount for row in middle.entries] == [D(-3), D("5.500")]
    early = ledger.statement(oak.pk, "USD", until=START)
    assert (early.opening, early.closing, list(early.entries)) == (0, 0, [])
    late = ledger.statement(oak.pk, "USD", since=START + 40 * DAY)
    assert (late.opening, late.closing, list(late.entries)) == (D("-7.500"), D("-7.500"), [])


def test_the_balance_above_each_entry(oak: Vendor, is_closed: bool) -> None:
    posted(oak, "10.00", "-3.00", "5.50", "-20.00")
    close(is_closed, after_days=4)
    above = [ledger.balance_before(row) for row in ledger.statement(oak.pk, "USD").entries]
    assert above == [D(0), D(10), D(7), D("12.500")]


def test_balances_of_many_vendors_with_one_statement(oak: Vendor, is_closed: bool) -> None:
    elm, new = a_vendor("Elm"), a_vendor("New")
    posted(oak, "10.00", "-3.00")
    posted(oak, "900", currency="JPY")
    posted(oak, "1.005", currency="KWD")
    posted(elm, "-4.00")
    close(is_closed)
    posted(oak, "1.00", start=START + 100 * DAY)
    with CaptureQueriesContext(connection) as captured:
        found = ledger.balances([oak.pk, elm.pk, new.pk])
    assert len(captured) == 1
    assert found == {
        oak.pk: {"JPY": D(900), "KWD": D("1.005"), "USD": D(8)},
        elm.pk: {"USD": D(-4)},
        new.pk: {},
    }
    for vendor_id, currency in ledger.accounts(found):
        assert ledger.balance(vendor_id, currency) == found[vendor_id][currency]


def test_what_a_vendor_owes(oak: Vendor) -> None:
    posted(oak, "10.00", "-22.00")
    assert ledger.owes(oak, "USD") == D(12)
    assert ledger.owes(oak, "EUR") == 0
    posted(oak, "12.00")
    assert ledger.owes(oak, "USD") == 0


def test_the_store_owes_itself_nothing() -> None:
    store = vendors.in_house()
    posted(store, "-22.00")
    assert ledger.balance(store.pk, "USD") == D(-22)
    assert ledger.owes(store, "USD") == 0


def test_days_are_closed_once_and_a_day_late(oak: Vendor) -> None:
    posted(oak, "1.00", "2.00", "-4.00")
    assert closings.close_days(now=START + DAY) == 0
    assert closings.close_days(now=START + 2 * DAY) == 1
    assert closings.close_days(now=START + 2 * DAY) == 0
    assert closings.close_days(now=START + 9 * DAY) == 2
    assert closings.close_days(now=START + 90 * DAY) == 0
    rows = LedgerClosing.objects.order_by("until").values_list("until", "balance")
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    assert list(rows) == [
        (midnight, D(1)),
        (midnight + DAY, D(3)),
        (midnight + 2 * DAY, D(-1)),
    ]


def test_a_closed_account_is_read_from_its_closing(oak: Vendor) -> None:
    """Else a long account would cost more each day."""
    posted(oak, *["1.00"] * 30)
    close(True)
    LedgerClosing.objects.order_by("-until").filter(
        pk=LedgerClosing.objects.latest("until").pk
    ).update(balance=D(1000))
    assert ledger.balance(oak.pk, "USD") == D(1000)
    assert ledger.balances([oak.pk])[oak.pk]["USD"] == D(1000)
