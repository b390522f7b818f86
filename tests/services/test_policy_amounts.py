"""In which currency a policy's amounts are, and for which orders they count (ADR 17)."""

from decimal import Decimal as D
from typing import Any

import pytest

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.requested import RequestedLine
from saleor_returns_plugin.enums import ErrorCode
from saleor_returns_plugin.errors import (
    InvalidInput,
    NotFound,
    NotSupportedByHost,
    ReturnsError,
)
from saleor_returns_plugin.models import OrderRecord, ReturnPolicy
from saleor_returns_plugin.selectors.policies import policies_for
from saleor_returns_plugin.selectors.quotes import of_request
from saleor_returns_plugin.selectors.shipments import returnable_order
from saleor_returns_plugin.services import policies
from tests.builders import MERCHANT, NOW, a_vendor, an_order, sells
from tests.saleor_rows import a_product

pytestmark = pytest.mark.django_db

no_channels = pytest.mark.skipif(host.IS_V3, reason="on 3.x amounts are in a channel's currency")
channels = pytest.mark.skipif(not host.IS_V3, reason="2.10 has no channels")
FEE = {"return_shipping_fee": D("4.50")}
LIMIT = {"vendor_refund_limit": D("50")}


@pytest.fixture
def record() -> OrderRecord:
    return an_order([(sells(a_vendor("Oak"), a_product("Chair", "10")), 1, "10.00")])


def write(policy: ReturnPolicy | None = None, **values: Any) -> ReturnPolicy:
    if policy is None:
        return policies.create(actor=MERCHANT, values=values)
    return policies.update(actor=MERCHANT, policy_id=policy.pk, values=values)


def refused(kind: type[ReturnsError], field: str, *args: Any, **values: Any) -> ReturnsError:
    before = list(ReturnPolicy.objects.values())
    with pytest.raises(kind) as found:
        write(*args, **values)
    assert found.value.field == field
    assert list(ReturnPolicy.objects.values()) == before
    return found.value


def promised_fee(record: OrderRecord) -> D:
    (line,) = record.shipments.get().lines.all()
    order = returnable_order(record, NOW)
    ((_, quote),) = of_request(order, [RequestedLine(line.pk, 1)], {})
    return quote.return_shipping_fee.gross


@no_channels
def test_without_channels_the_stores_one_currency_is_meant(record: OrderRecord) -> None:
    policy = write(**FEE, **LIMIT)
    assert (policy.currency, policy.channel) == (record.currency, "")
    assert promised_fee(record) == D("4.50")


@no_channels
def test_a_policy_without_amounts_names_no_currency() -> None:
    policy = write(window_days=14)
    assert policy.currency == ""
    assert write(policy, **FEE).currency == "USD"
    assert write(policy, window_days=3).currency == "USD"
    assert write(policy, return_shipping_fee=None).currency == ""


@no_channels
def test_a_channel_that_there_cannot_be_is_refused() -> None:
    """Such a row would never count, and its limit would limit nobody."""
    found = refused(NotSupportedByHost, "channel", channel="main", **LIMIT)
    assert found.code is ErrorCode.NOT_SUPPORTED_BY_HOST


@no_channels
def test_for_orders_of_another_currency_the_amounts_do_not_count(record: OrderRecord) -> None:
    write(window_days=14, pays_damaged=False, **FEE, **LIMIT)
    vendor = record.shipments.get().vendor_id
    mine = policies_for([vendor], "", record.currency)[vendor]
    other = policies_for([vendor], "", "EUR")[vendor]
    assert (mine.return_shipping_fee, other.return_shipping_fee) == (D("4.50"), 0)
    assert mine.lets_vendor_refund(D(50))
    assert not mine.lets_vendor_refund(D("50.01"))
    assert not other.lets_vendor_refund(D("0.01")), "nobody knows what 50 USD are"
    assert (other.window_days, other.pays_damaged) == (14, False)
    OrderRecord.objects.update(currency="EUR")
    record.refresh_from_db()
    assert promised_fee(record) == 0


@no_channels
def test_no_amount_goes_over_into_another_currency(settings: Any) -> None:
    policy = write(**FEE, **LIMIT)
    settings.DEFAULT_CURRENCY = "JPY"
    refused(InvalidInput, "vendor_refund_limit", policy, return_shipping_fee=D(500))
    assert write(policy, window_days=3).currency == "USD"
    changed = write(policy, return_shipping_fee=D(500), vendor_refund_limit=D(5000))
    assert changed.currency == "JPY"


@channels
def test_an_amount_needs_a_channel_that_there_is(record: OrderRecord) -> None:
    for amount in (FEE, LIMIT):
        refused(InvalidInput, "channel", **amount)
        refused(NotFound, "channel", channel="nowhere", **amount)
    policy = write(channel=record.channel, **FEE, **LIMIT)
    assert (policy.currency, promised_fee(record)) == ("", D("4.50"))
    refused(InvalidInput, "channel", policy, channel="")


@channels
def test_no_amount_goes_over_into_another_channels_currency(record: OrderRecord) -> None:
    from saleor.channel.models import Channel

    with host.current.allow_writer():
        Channel.objects.create(
            name="Tokyo", slug="tokyo", currency_code="JPY", default_country="JP", is_active=True
        )
    policy = write(channel=record.channel, **FEE, **LIMIT)
    for given in ({}, {"return_shipping_fee": D(500)}):
        left = "vendor_refund_limit" if given else "return_shipping_fee"
        refused(InvalidInput, left, policy, channel="tokyo", **given)
    changed = write(
        policy, channel="tokyo", return_shipping_fee=D(500), vendor_refund_limit=D(5000)
    )
    assert (changed.channel, changed.currency) == ("tokyo", "")


def test_an_amount_is_no_finer_than_its_currency(record: OrderRecord) -> None:
    channel = {"channel": record.channel} if record.channel else {}
    refused(InvalidInput, "return_shipping_fee", **channel, return_shipping_fee=D("4.505"))
    refused(InvalidInput, "vendor_refund_limit", **channel, vendor_refund_limit=D("0.001"))
