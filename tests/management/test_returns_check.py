"""The check finds nothing where all is well, and each figure that somebody changed."""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal as D
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import Move, ShippingRule
from saleor_returns_plugin.models import (
    LedgerClosing,
    LedgerEntry,
    OrderRecord,
    Refund,
    RefundLine,
    RefundPart,
    ReturnLine,
    ReturnPolicy,
    VendorReturn,
    VendorShipmentLine,
)
from saleor_returns_plugin.services import (
    closings,
    payouts,
    refunds,
    return_requests,
    split,
    vendor_returns,
)
from tests.builders import (
    MERCHANT,
    NOW,
    a_policy_for,
    a_request,
    a_return,
    a_vendor,
    an_order,
    receive_all,
    sells,
)
from tests.saleor_rows import a_product
from tests.saleor_rows.gateway import accepts, declines

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def gateway(settings: Any) -> Any:
    from tests.saleor_rows.gateway import PATH, RecordedGateway

    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    return RecordedGateway


def check(**options: Any) -> list[str]:
    """What differs, line by line; empty when all agrees."""
    out, err = StringIO(), StringIO()
    refused: CommandError | None = None
    try:
        call_command("returns_check", stdout=out, stderr=err, **options)
    except CommandError as error:
        refused = error
    found = err.getvalue().splitlines()
    if refused is None:
        assert "every figure agrees" in out.getvalue()
    else:
        assert refused.returncode == 1
        assert str(refused).startswith(f"{len(found)} differences")
    return found


@contextmanager
def behind_the_triggers() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def part() -> VendorReturn:
    """One of two chairs, paid back."""
    part = a_return(Move.RECEIVE_ALL)
    refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
    return part


def test_nothing_differs(part: VendorReturn) -> None:
    a_request(part.request.record)
    payouts.adjust(vendor_id=part.vendor_id, amount=D(1), currency="USD", note="x", actor=MERCHANT)
    closings.close_days(now=timezone.now() + timedelta(days=5))
    assert check() == []
    assert check(order=part.request.record.number) == []
    assert check(since="2020-01-01", batch=1) == []


def test_money_that_the_store_says_came_back_is_no_refund_of_staff(part: VendorReturn) -> None:
    refund = Refund.objects.get()
    wishes: dict[str, Any] = {"refund_id": refund.pk, "actor": MERCHANT, "now": NOW}
    refunds.resolve(succeeded=False, reference="letter 3", **wishes)
    assert check() == []
    refunds.resolve(succeeded=True, reference="bank 7", **wishes)
    assert check() == []


def test_an_order_that_saleor_has_no_more_is_checked_for_the_rest(part: VendorReturn) -> None:
    OrderRecord.objects.update(order_id=None)
    assert check() == []
    Refund.objects.update(paid=0, status="failed")
    assert len(check()) >= 2


@pytest.mark.skipif(host.IS_V3, reason="from 3.x on each line holds its share of a discount")
def test_a_voucher_that_means_other_lines_by_now_is_no_difference() -> None:
    oak = a_vendor()
    record = an_order([(sells(oak, a_product()), 1, "10.00")], shipping="5", discount="2")
    vouchers, orders = apps.get_model("discount.Voucher"), apps.get_model("order.Order")
    voucher = vouchers.objects.create(code="FREE", type="shipping", discount_value=2)
    orders.objects.filter(pk=record.order_id).update(voucher=voucher)
    assert record.discount == 2
    assert check() == []
    with behind_the_triggers():
        OrderRecord.objects.update(shipping_gross=9)
    assert any("comes to 13 USD" in line for line in check())


Change = Callable[[], Any]


def put_on_top(units: int = 1, **figures: Any) -> Change:
    """Figures of the refund, so that they come to its amount as before."""
    return lambda: Refund.objects.update(**figures, adjustment=units)


def ruled(**rules: Any) -> Change:
    """The return was asked for under other rules."""

    def change() -> None:
        for part in VendorReturn.objects.all():
            snapshot = {**part.policy_snapshot, **rules}
            VendorReturn.objects.filter(pk=part.pk).update(policy_snapshot=snapshot)

    return change


FEE = {"fees_gross": 1, "fees_net": 1}
RETURN_FEE = {**FEE, "return_shipping_fee_gross": 1, "return_shipping_fee_net": 1}

CHANGES: list[tuple[Change, str]] = [
    (lambda: VendorShipmentLine.objects.update(total_gross=F("total_gross") + 1), "were paid"),
    (lambda: VendorShipmentLine.objects.update(quantity_fulfilled=1), "units were shipped"),
    (lambda: VendorShipmentLine.objects.update(quantity=3), "Saleor has 2 units"),
    (lambda: VendorShipmentLine.objects.update(quantity_taken_back=1), "staff took"),
    (lambda: VendorShipmentLine.objects.update(order_line_id=None), "in no shipment"),
    (lambda: OrderRecord.objects.update(shipping_gross=9, shipping_net=9), "for shipping"),
    (lambda: OrderRecord.objects.update(shipping_gross=9, shipping_net=9), "comes to"),
    (lambda: OrderRecord.objects.update(is_cancelled=True), "Saleor's order is placed"),
    (lambda: OrderRecord.objects.update(currency="EUR"), "what was sold in EUR"),
    (lambda: OrderRecord.objects.update(paid_at=None), "its sales are not posted"),
    (lambda: OrderRecord.objects.update(refunded_elsewhere=1), "Staff refunded 0 USD"),
    (lambda: ReturnLine.objects.update(positions=[[0, 2]]), "holds 2 units, 1 were accepted"),
    (lambda: ReturnLine.objects.update(positions=[[5, 6]]), "the line does not have"),
    (lambda: ReturnLine.objects.update(positions=[[1, 2]]), "its return does not hold"),
    (lambda: RefundLine.objects.update(positions=[[0, 2]]), "pays 1 units, but names 2"),
    (lambda: RefundLine.objects.update(goods_gross=11), "its units are worth 10 USD"),
    (lambda: RefundLine.objects.update(goods_gross=11), "its lines come to 11 USD"),
    (lambda: Refund.objects.update(steps=[["Chair", "11", "goods"]]), "its steps come to 11 USD"),
    (
        lambda: Refund.objects.update(shipping_gross=20, shipping_net=20, already_refunded=20),
        "20 USD went back for delivery",
    ),
    (put_on_top(**FEE), "it bore 1 USD for restocking, it should be 0 USD"),
    (put_on_top(**FEE), "its steps say 0 USD of restocking, here it is -1 USD"),
    (put_on_top(**RETURN_FEE), "it bore 1 USD for return shipping, it should be 0 USD"),
    (put_on_top(**RETURN_FEE), "its steps say 0 USD of return shipping, here it is -1 USD"),
    (ruled(restocking_fee_percent="10"), "it bore 0 USD for restocking, it should be 1 USD"),
    (ruled(return_shipping_fee="4"), "it bore 0 USD for return shipping, it should be 4 USD"),
    (put_on_top(already_refunded=1), "1 USD were taken off refunds as paid back already, of 0 USD"),
    (put_on_top(already_refunded=1), "0 USD of what was paid back already, here it is -1 USD"),
    (put_on_top(already_refunded=1), "0 USD of what the store changed, here it is 1 USD"),
    (put_on_top(-1, shipping_gross=1), "its steps say 0 USD of delivery, here it is 1 USD"),
    (lambda: RefundPart.objects.update(amount=9), "its parts come to 9 USD"),
    (lambda: RefundPart.objects.update(amount=99), "but Saleor says 10 USD"),
    (lambda: RefundPart.objects.update(amount=99), "99 USD went back of 20 USD"),
    (lambda: RefundPart.objects.update(status="failed"), "by its parts it is failed"),
    (lambda: Refund.objects.update(postings=0), "was never posted"),
    (
        lambda: VendorShipmentLine.objects.update(commission_rate=50),
        "Commission reversal (Oak chair, refund for",
    ),
    (
        lambda: LedgerEntry.objects.filter(kind="sale").update(amount=5),
        "Sale (Oak chair): 5 USD on the statement, it should be 20 USD.",
    ),
    (
        lambda: LedgerEntry.objects.filter(kind="refund")._raw_delete("default"),
        "Refund (Oak chair, refund for",
    ),
    (
        lambda: LedgerEntry.objects.filter(kind="refund").update(kind="fee", refund_id=None),
        "Fee (Oak chair): -10 USD on the statement, it should be 0 USD.",
    ),
    (lambda: LedgerClosing.objects.update(balance=F("balance") + 1), "its entries come to"),
]


@pytest.mark.parametrize(("change", "text"), CHANGES)
def test_what_was_changed_is_named(part: VendorReturn, change: Change, text: str) -> None:
    closings.close_days(now=timezone.now() + timedelta(days=5))
    assert check() == []
    with behind_the_triggers():
        change()
    found = check()
    assert [line for line in found if text in line], found
    about = (f"Order {part.request.record.number}: ", f"Vendor {part.vendor.name}: ")
    assert all(line.startswith(about) for line in found)


def received(record: OrderRecord) -> VendorReturn:
    """One unit more of each line."""
    request = a_request(record)
    part = request.vendor_returns.get()
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    vendor_returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
    return receive_all(part, MERCHANT)


def refunded(part: VendorReturn) -> Refund:
    return refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)


@pytest.mark.parametrize(
    ("rule", "back"),
    [
        (ShippingRule.NEVER, "0"),
        (ShippingRule.ON_FULL_RETURN, "7"),
        (ShippingRule.PROPORTIONAL, "7"),
    ],
)
def test_delivery_that_did_not_go_back_with_the_last_unit(rule: ShippingRule, back: str) -> None:
    ReturnPolicy.objects.create(shipping_refund=rule.value)
    record = an_order([(sells(a_vendor(), a_product()), 2, "10.00")], shipping="7.00")
    refunded(received(record))
    assert check() == []
    last = refunded(received(record))
    assert check() == []
    other = F("shipping_gross") - 1 if D(back) else F("shipping_gross") + 1
    with behind_the_triggers():
        Refund.objects.filter(pk=last.pk).update(
            shipping_gross=other, shipping_net=0, adjustment=F("shipping_gross") - other
        )
    should = f"it should be {back} USD."
    assert [line for line in check() if "All of it is paid back" in line and should in line]


@pytest.mark.parametrize("again", [False, True], ids=["another refund", "tried again"])
def test_fees_and_delivery_of_what_failed_are_the_next_refunds(again: bool, gateway: Any) -> None:
    record = an_order([(sells(a_vendor(), a_product()), 2, "10.01")], shipping="7.00")
    a_policy_for(record, restocking_fee_percent="2.5", return_shipping_fee="3")
    parts = [received(record), received(record)]
    gateway.answers_with(declines)
    failed = refunded(parts[0])
    gateway.answers_with(accepts)
    if again:
        refunds.retry(refund_id=failed.pk, actor=MERCHANT, now=NOW)
        assert check() == []
    refunded(parts[1])
    assert check() == []
    if not again:
        assert refunded(parts[0]).shipping_gross == 7
        assert check() == []


def test_a_fee_that_is_taken_twice() -> None:
    record = an_order([(sells(a_vendor(), a_product()), 2, "10.00")])
    a_policy_for(record, return_shipping_fee="3", restocking_fee_percent="10")
    refunded(received(record))
    assert check() == []
    fee = F("return_shipping_fee_gross")
    with behind_the_triggers():
        Refund.objects.update(
            return_shipping_fee_gross=2 * fee,
            fees_gross=F("fees_gross") + fee,
            adjustment=fee,
        )
    assert any("bore 6 USD for return shipping, it should be 3 USD" in line for line in check())
    assert not any("for restocking" in line for line in check())


def test_what_staff_paid_back_is_taken_off_once() -> None:
    record = an_order([(sells(a_vendor(), a_product()), 2, "10.00")])
    payment = host.current.payments(record.order_id)[0].reference
    host.current.refund(payment, D(4), "staff")
    split.split_order(order_id=record.order_id, now=NOW)
    assert refunded(received(record)).already_refunded == 4
    assert check() == []
    OrderRecord.objects.update(refunded_elsewhere=3)
    assert any("4 USD were taken off refunds" in line for line in check())


def test_a_unit_in_two_returns_and_paid_twice(part: VendorReturn) -> None:
    other = a_request(part.request.record).vendor_returns.get()
    ReturnLine.objects.filter(vendor_return=other).update(positions=[[0, 1]])
    assert any("are in another return, too" in line for line in check())
    line = RefundLine.objects.get()
    refund = Refund.objects.get()
    refund.pk, refund.idempotency_key = other.pk, "another"
    refund.vendor_return = other
    refund._state.adding = True
    refund.save()
    line.pk, line.refund, line.return_line = refund.pk, refund, other.lines.get()
    line._state.adding = True
    line.save()
    assert any("1 units are refunded twice" in line for line in check())


def test_the_database_is_asked_equally_often_however_many_orders() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert check() == []
        return len(captured)

    oak = a_vendor()
    chair = sells(oak, a_product(stock=50))
    an_order([(chair, 1, "10.00")])
    before = asked()
    for _ in range(4):
        record = an_order([(chair, 2, "10.00"), (a_product(stock=5), 1, "3.00")])
    a_request(record)
    in_house = 1  # another vendor's closings are looked at
    assert asked() <= before + 4 * in_house


def test_options_that_make_no_sense() -> None:
    for options in ({"batch": 0}, {"order": "none"}, {"since": "yesterday"}):
        with pytest.raises(CommandError):
            call_command("returns_check", stdout=StringIO(), stderr=StringIO(), **options)
