"""Refunds in parts, with fees and tax, in currencies of no decimals and of three.

The orders are bought through Saleor's own API, so that its figures are the host's, and the money
goes back through its gateway.
"""

from decimal import Decimal as D
from typing import Any

import pytest
from django.conf import settings as host_settings
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.money import quantum, rounded
from saleor_returns_plugin.domain.requested import RequestedLine
from saleor_returns_plugin.enums import RefundStatus, ShippingRule, Source
from saleor_returns_plugin.models import (
    LedgerEntry,
    OrderRecord,
    Refund,
    RefundLine,
    ReturnPolicy,
    VendorReturn,
    VendorShipmentLine,
)
from saleor_returns_plugin.selectors import checks, ledger, quotes
from saleor_returns_plugin.services import (
    policies,
    refunds,
    return_requests,
    split,
    vendor_returns,
)
from tests.builders import MERCHANT, a_vendor, receive_all, sells, shopper_of
from tests.gateways.books import Books
from tests.gateways.fixtures import scriptable  # noqa: F401
from tests.ledger import by_kind, of_line
from tests.saleor_rows import fulfil
from tests.saleor_rows.shop import a_shop

# ruff: noqa: F811
pytestmark = pytest.mark.django_db

CURRENCIES = ["JPY", "KWD", "BHD", "RSD", "IQD"] if host.IS_V3 else [host_settings.DEFAULT_CURRENCY]
"""2.10 has one; `tests/contract/test_currencies.py` runs this file again in others."""
GROUPINGS = [
    [(3, 7)],
    [(1, 2), (2, 5)],
    [(0, 7), (3, 0)],
    [(1, 1), (1, 0), (0, 3), (1, 3)],
]
"""Units of the two lines, return by return: all of the order in the end."""
RATE = D("12.5")


def is_payable(amount: D, currency: str) -> bool:
    return rounded(amount, currency) == amount


def bought(settings: Any, currency: str, rule: ShippingRule) -> OrderRecord:
    """Two lines with tax, off by a voucher, with delivery; a vendor sells both, and bears fees."""
    shop, unit = a_shop(settings, currency, with_tax=True), quantum(currency)
    oak = a_vendor(commission_rate=RATE)
    chair, lamp = shop.sells(3337 * unit), shop.sells(1009 * unit, rate=8)
    for variant in (chair, lamp):
        sells(oak, variant)
    code = shop.takes_voucher("entire_order", "7", percentage=True)
    order = shop.checkout([(chair, 3), (lamp, 7)], shipping=499 * unit, codes=[code])
    fulfil(order)
    record = split.split_order(order_id=order.pk, now=timezone.now())
    assert record is not None
    values = {
        "restocking_fee_percent": RATE,
        "return_shipping_fee": 251 * unit,
        "shipping_refund": rule.value,
        "vendor_bears_shipping": True,
    }
    channel = {"channel": record.channel} if record.channel else {}
    policies.create(actor=MERCHANT, values={**values, **channel})
    return record


def returned(record: OrderRecord, units: tuple[int, int]) -> VendorReturn:
    """Asked for as it is promised, and received."""
    now = timezone.now()
    lines = VendorShipmentLine.objects.order_by("-total_gross")
    wanted = [RequestedLine(line.pk, n) for line, n in zip(lines, units, strict=True) if n]
    request = return_requests.create(
        actor=shopper_of(record), record_id=record.pk, lines=wanted, source=Source.PORTAL, now=now
    )
    part = request.vendor_returns.get()
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=now)
    vendor_returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=now)
    return receive_all(VendorReturn.objects.get(pk=part.pk), MERCHANT)


def refunded(part: VendorReturn, books: Books) -> Refund:
    """What was promised is due, is paid, and is posted; all of it can be paid in the currency."""
    due = quotes.due_now(part)
    assert quotes.promised(part).refund == due.refund
    refund = refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=timezone.now())
    assert refund.status == RefundStatus.SUCCEEDED.value
    assert refund.amount == refund.paid == due.refund == books.moved()[-1]
    assert sum(D(amount) for _, amount, _ in refund.steps) == refund.amount
    amounts = [refund.amount]
    for name in ("goods", "shipping", "fees", "return_shipping_fee"):
        net, gross = getattr(refund, f"{name}_net"), getattr(refund, f"{name}_gross")
        assert 0 <= net <= gross
        amounts += [net, gross]
    for line in refund.lines.all():
        amounts += [line.goods_net, line.goods_gross]
    amounts += LedgerEntry.objects.values_list("amount", flat=True)
    assert all(is_payable(amount, refund.currency) for amount in amounts)
    posted = by_kind(refund_id=refund.pk)
    assert posted["refund"] == -refund.goods_gross
    assert posted.get("fee", 0) == refund.fees_gross - refund.shipping_gross
    return refund


def total(name: str, rows: Any) -> D:
    return sum((getattr(row, name) for row in rows), D(0))


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize("groups", GROUPINGS, ids=str)
@pytest.mark.parametrize("rule", [ShippingRule.PROPORTIONAL, ShippingRule.ON_FULL_RETURN])
def test_all_that_goes_back_in_parts_is_all_that_was_paid_less_fees(
    currency: str, groups: list[tuple[int, int]], rule: ShippingRule, settings: Any, scriptable: Any
) -> None:
    record = bought(settings, currency, rule)
    assert record.currency == currency
    lines = list(VendorShipmentLine.objects.all())
    whole = total("total_gross", lines) + record.shipping_gross

    paid = [refunded(returned(record, units), scriptable) for units in groups]

    assert total("goods_gross", paid) + total("shipping_gross", paid) == whole
    assert total("goods_net", RefundLine.objects.all()) == total("total_net", lines)
    assert total("shipping_net", paid) == record.shipping_net
    fees = total("fees_gross", paid)
    fee = ReturnPolicy.objects.get().return_shipping_fee
    assert total("return_shipping_fee_gross", paid) == len(groups) * fee
    restocking = fees - len(groups) * fee
    exact = total("total_gross", lines) * RATE / 100
    assert abs(restocking - exact) <= len(groups) * quantum(currency) / 2
    assert sum(scriptable.moved()) == whole - fees
    payments = host.current.payments(record.order_id)
    assert total("refunded", payments) == whole - fees
    for line in lines:
        kinds = of_line(line)
        assert kinds["refund"] == -kinds["sale"] == -line.total_gross
        assert kinds["commission_reversal"] == -kinds["commission"]
    vendor = lines[0].shipment.vendor
    balance = ledger.balance(vendor.pk, currency)
    assert balance == ledger.statement(vendor.pk, currency).closing
    assert balance == fees - record.shipping_gross
    assert list(checks.of_orders([OrderRecord.objects.get()])) == []


@pytest.mark.parametrize("currency", CURRENCIES)
def test_what_is_kept_stays_with_the_vendor(currency: str, settings: Any, scriptable: Any) -> None:
    """One chair of three and two lamps of seven go back, and no delivery with them."""
    record = bought(settings, currency, ShippingRule.ON_FULL_RETURN)
    refund = refunded(returned(record, (1, 2)), scriptable)

    assert refund.shipping_gross == 0
    left = D(0)
    for line in VendorShipmentLine.objects.all():
        kinds = of_line(line)
        assert 0 < -kinds["refund"] < kinds["sale"]
        assert 0 < kinds["commission_reversal"] < -kinds["commission"]
        left += sum(kinds.values())
    vendor = refund.vendor_return.vendor
    assert ledger.balance(vendor.pk, currency) == left + refund.fees_gross
    assert list(checks.of_orders([OrderRecord.objects.get()])) == []


@pytest.mark.parametrize("currency", CURRENCIES)
def test_no_amount_by_hand_is_finer_than_the_currency(
    currency: str, settings: Any, scriptable: Any
) -> None:
    record = bought(settings, currency, ShippingRule.NEVER)
    part = returned(record, (1, 0))
    unit = quantum(currency)
    with pytest.raises(refunds.InvalidInput):
        refunds.release(
            vendor_return_id=part.pk,
            actor=MERCHANT,
            now=timezone.now(),
            amount=unit / 10,
            reason="Less",
        )
    refund = refunds.release(
        vendor_return_id=part.pk, actor=MERCHANT, now=timezone.now(), amount=unit, reason="Less"
    )
    assert (refund.amount, scriptable.moved()) == (unit, [unit])
    assert list(checks.of_orders([OrderRecord.objects.get()])) == []
