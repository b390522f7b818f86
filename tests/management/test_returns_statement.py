"""A vendor's statement on a terminal and as CSV."""

import csv
from decimal import Decimal as D
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from saleor_returns_plugin.enums import Move
from saleor_returns_plugin.models import VendorReturn
from saleor_returns_plugin.services import payouts
from tests.builders import MERCHANT, a_return

pytestmark = pytest.mark.django_db


@pytest.fixture
def part() -> VendorReturn:
    return a_return(Move.ACCEPT)


def printed(part: VendorReturn, **options: Any) -> str:
    out = StringIO()
    given = {"currency": "usd", **options}
    call_command("returns_statement", part.vendor.slug, stdout=out, **given)
    return out.getvalue()


def test_a_statement(part: VendorReturn) -> None:
    given = {"vendor_id": part.vendor_id, "currency": "USD", "actor": MERCHANT}
    payouts.pay_out(amount=D("5"), note="Bank transfer 7", **given)
    lines = printed(part).splitlines()
    number = part.request.record.number
    assert "Opening balance" in lines[0]
    assert ("Sale" in lines[1], "20.00 USD" in lines[1], number in lines[1]) == (True, True, True)
    assert "-5.00 USD  Bank transfer 7" in lines[3]
    balance = D(lines[-1].split()[2])
    assert balance == D(20) - 5 + D(lines[2].split()[3])
    assert len(lines) == 5


def test_csv_for_a_spreadsheet(part: VendorReturn) -> None:
    """What starts like a formula is text there; amounts are numbers."""
    given = {"vendor_id": part.vendor_id, "currency": "USD", "actor": MERCHANT}
    payouts.pay_out(amount=D("1234.5"), note='=HYPERLINK("http://x.example")', **given)
    rows = list(csv.DictReader(StringIO(printed(part, csv=True))))
    assert [row["Kind"] for row in rows] == [
        "Opening balance",
        "Sale",
        "Commission",
        "Payout",
        "Closing balance",
    ]
    assert rows[3]["Note"] == '\'=HYPERLINK("http://x.example")'
    assert (rows[3]["Amount"], rows[3]["By"]) == ("-1234.50", "Grace")
    assert rows[1]["Balance"] == "20.00"
    assert rows[3]["Balance"] == rows[4]["Balance"]


def test_a_period(part: VendorReturn) -> None:
    today = timezone.localdate().isoformat()
    assert len(printed(part, since=today, until=today).splitlines()) == 4
    assert len(printed(part, until="2020-01-31").splitlines()) == 2
    later = printed(part, since="2999-01-01").splitlines()
    assert later[0].split()[2] == later[1].split()[2] != "0.00"


def test_what_makes_no_sense(part: VendorReturn) -> None:
    for options in ({"since": "soon"}, {"until": "2026-02-30"}, {"since": "0001-01-01"}):
        with pytest.raises(CommandError):
            printed(part, **options)
    with pytest.raises(CommandError):
        call_command("returns_statement", "nobody", currency="USD", stdout=StringIO())
