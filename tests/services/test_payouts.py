"""What the merchant writes on a vendor's statement by hand."""

from collections.abc import Callable
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest

from saleor_returns_plugin.errors import (
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    NotPermitted,
    Required,
    ReturnsError,
)
from saleor_returns_plugin.models import LedgerEntry, Vendor
from saleor_returns_plugin.selectors import ledger
from saleor_returns_plugin.services import payouts
from tests.builders import MERCHANT, a_vendor, acts_for

pytestmark = pytest.mark.django_db

Write = Callable[..., LedgerEntry]


@pytest.fixture
def oak() -> Vendor:
    return a_vendor()


@pytest.fixture(params=[payouts.pay_out, payouts.adjust])
def write(request: pytest.FixtureRequest, oak: Vendor) -> Write:
    def written(**values: Any) -> LedgerEntry:
        given = {
            "vendor_id": oak.pk,
            "amount": D("12.50"),
            "currency": "USD",
            "note": "March",
            "actor": MERCHANT,
        }
        return request.param(**{**given, **values})

    return written


def test_a_payout_is_less_owed_and_an_adjustment_more(oak: Vendor) -> None:
    given = {"vendor_id": oak.pk, "currency": "USD", "actor": MERCHANT}
    paid = payouts.pay_out(amount=D("12.50"), note="Bank 1", **given)
    assert (paid.kind, paid.amount, paid.note) == ("payout", D("-12.50"), "Bank 1")
    assert paid.actor_name == "Grace"
    assert ledger.owes(oak, "USD") == D("12.50")
    payouts.adjust(amount=D("20"), note="Goodwill", **given)
    assert ledger.balance(oak.pk, "USD") == D("7.50")
    payouts.pay_out(amount=D("-2.50"), note="Paid back", **given)
    payouts.adjust(amount=D("-10"), note="Packaging", **given)
    assert ledger.balance(oak.pk, "USD") == 0


def test_the_same_key_answers_the_same_entry(write: Write) -> None:
    first = write(idempotency_key="k1", amount=D("12.5"))
    assert write(idempotency_key="k1", amount=D("12.500"), note=" March ").pk == first.pk
    assert LedgerEntry.objects.count() == 1
    write()
    write()
    assert LedgerEntry.objects.count() == 3


@pytest.mark.parametrize(
    "other", [{"amount": D(1)}, {"note": "April"}, {"currency": "EUR"}, {"vendor_id": None}]
)
def test_another_use_of_a_key_is_refused(write: Write, other: dict[str, Any]) -> None:
    write(idempotency_key="k1")
    if "vendor_id" in other:
        other = {"vendor_id": a_vendor("Elm").pk}
    with pytest.raises(IdempotencyConflict):
        write(idempotency_key="k1", **other)
    assert LedgerEntry.objects.count() == 1


def test_a_key_is_for_a_payout_or_an_adjustment(oak: Vendor) -> None:
    given = {"vendor_id": oak.pk, "currency": "USD", "actor": MERCHANT, "note": "x"}
    payouts.pay_out(amount=D(-1), idempotency_key="k1", **given)
    with pytest.raises(IdempotencyConflict):
        payouts.adjust(amount=D(1), idempotency_key="k1", **given)


@pytest.mark.parametrize(
    ("values", "error", "field"),
    [
        ({"amount": D(0)}, InvalidInput, "amount"),
        ({"amount": D("NaN")}, InvalidInput, "amount"),
        ({"amount": D("Infinity")}, InvalidInput, "amount"),
        ({"amount": D("1e15")}, InvalidInput, "amount"),
        ({"amount": D("1.005")}, InvalidInput, "amount"),
        ({"amount": D("1.5"), "currency": "JPY"}, InvalidInput, "amount"),
        ({"currency": "XYZ"}, InvalidInput, "currency"),
        ({"currency": "usd"}, InvalidInput, "currency"),
        ({"currency": "US\0"}, InvalidInput, "currency"),
        ({"note": "  "}, Required, "note"),
        ({"note": "\x01"}, InvalidInput, "note"),
        ({"idempotency_key": "x" * 81}, InvalidInput, "idempotency_key"),
        ({"vendor_id": uuid4()}, NotFound, "vendor_id"),
    ],
)
def test_what_cannot_be_written(
    write: Write, values: dict[str, Any], error: type[ReturnsError], field: str
) -> None:
    with pytest.raises(error) as refused:
        write(**values)
    assert refused.value.field == field
    assert not LedgerEntry.objects.exists()


def test_three_decimals_where_the_currency_has_them(write: Write) -> None:
    assert abs(write(amount=D("1.005"), currency="KWD").amount) == D("1.005")


def test_only_the_store_writes(write: Write, oak: Vendor) -> None:
    with pytest.raises(NotPermitted):
        write(actor=acts_for(oak))
    with pytest.raises(NotFound):
        write(actor=acts_for(a_vendor("Elm")))
    assert not LedgerEntry.objects.exists()
