"""Statements follow what staff change of an order after its sale, and orders never paid in full."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from saleor_returns_plugin.enums import RefundMethod, RefundStatus
from saleor_returns_plugin.host import RefundAnswer
from saleor_returns_plugin.models import (
    LedgerEntry,
    OrderRecord,
    Refund,
    RefundLine,
    RefundPart,
    ReturnLine,
    Vendor,
    VendorShipmentLine,
)
from saleor_returns_plugin.selectors import checks, postings
from saleor_returns_plugin.services import ledger, refund_parts, return_requests, split
from tests.builders import MERCHANT, NOW, a_request, a_vendor, sells
from tests.ledger import by_kind, of_line, total
from tests.saleor_rows import a_product, a_saleor_order, fulfil, order_line, pay, resize_line

from .test_ledger import gateway, pays, returned  # noqa: F401

pytestmark = pytest.mark.django_db

PRICE, RATE = D("3.33"), D("12.5")


def again(order: Any) -> OrderRecord:
    record = split.split_order(order_id=order.pk, now=timezone.now())
    assert record is not None
    return record


def an_open_order(*vendors: Vendor, units: int = 3, **values: Any) -> tuple[Any, list[Any]]:
    """One line per vendor, not shipped yet; answers the order and its variants."""
    variants = [sells(vendor, a_product(vendor.name, PRICE, stock=50)) for vendor in vendors]
    lines = [(variant, units, PRICE) for variant in variants]
    return a_saleor_order(lines, fulfilled=False, **values), variants


def differences() -> list[str]:
    """As `returns_check` finds them."""
    return [each.text for each in checks.of_orders(list(OrderRecord.objects.all()))]


def entries() -> list[tuple[str, D]]:
    """Oldest first; those written at once by kind."""
    rows = LedgerEntry.objects.order_by("created_at").values_list("kind", "amount")
    return [(kind, amount) for kind, amount in rows]


def sold(order: Any, variant: Any) -> dict[str, D]:
    """What stands for a line of which so many units are sold, by the host's own prices."""
    line = order_line(order, variant)
    net = line.unit_price_net_amount * line.quantity
    commission = (net * RATE / 100).quantize(D("0.01"), rounding="ROUND_HALF_UP")
    return {"sale": PRICE * line.quantity, "commission": -commission}


@pytest.fixture
def oak() -> Vendor:
    return a_vendor("Oak", commission_rate=RATE)


@pytest.mark.parametrize("units", [(1,), (5,), (2, 4, 3), (1, 3, 1)])
def test_an_edit_after_the_sale_posts_the_difference(oak: Vendor, units: tuple[int, ...]) -> None:
    order, (chair,) = an_open_order(oak)
    again(order)
    for count in units:
        before, was = len(entries()), by_kind()
        resize_line(order, chair, count)
        for _ in range(2):
            again(order)
            assert by_kind() == sold(order, chair)
            assert differences() == []
        difference = {kind: amount - was[kind] for kind, amount in by_kind().items()}
        assert dict(entries()[before:]) == {kind: each for kind, each in difference.items() if each}
    assert {kind for kind, _ in entries()} == {"sale", "commission"}


def test_an_edit_before_it_is_paid_posts_nothing(oak: Vendor) -> None:
    order, (chair,) = an_open_order(oak, paid=False)
    again(order)
    resize_line(order, chair, 1)
    again(order)
    assert entries() == []
    pay(order)
    again(order)
    assert (by_kind(), differences()) == (sold(order, chair), [])


def test_a_line_that_is_taken_out_leaves_nothing(oak: Vendor) -> None:
    elm = a_vendor("Elm", commission_rate=RATE)
    order, (_, lamp) = an_open_order(oak, elm)
    again(order)
    kept = total(oak)
    resize_line(order, lamp, 0)
    for _ in range(2):
        again(order)
        assert (total(oak), total(elm), differences()) == (kept, 0, [])
    assert LedgerEntry.objects.filter(vendor=elm).count() == 4
    assert not VendorShipmentLine.objects.filter(shipment__vendor=elm).exists()


def test_a_line_that_comes_later_is_a_sale_of_its_own(oak: Vendor) -> None:
    order, (chair,) = an_open_order(oak)
    again(order)
    resize_line(order, chair, 0)
    again(order)
    assert (by_kind(), differences()) == ({}, [])
    lamp = sells(oak, a_product("Lamp", PRICE))
    other = a_saleor_order([(lamp, 2, PRICE)], fulfilled=False)
    line = order_line(other, lamp)
    line.order = order
    line.save()
    order.total_net_amount += line.unit_price_net_amount * 2
    order.total_gross_amount += PRICE * 2
    order.save()
    again(order)
    assert (by_kind(), differences()) == (sold(order, lamp), [])


def test_a_line_that_a_return_holds_is_taken_back_as_gone(oak: Vendor) -> None:
    """It was shipped once; then the fulfilment was cancelled, and the line taken out."""
    order, (chair,) = an_open_order(oak)
    fulfil(order)
    record = again(order)
    a_request(record, 2)
    order.fulfillments.update(status="canceled")
    again(order)
    resize_line(order, chair, 0)
    for _ in range(2):
        again(order)
        assert (total(oak), differences()) == (0, [])
    assert len(entries()) == 4
    OrderRecord.objects.update(order_id=None)
    assert differences() == [], "also when Saleor has the order no more"


def test_units_that_were_paid_back_before_leave_once(oak: Vendor) -> None:
    order, (chair,) = an_open_order(oak)
    fulfil(order)
    record = again(order)
    pays(returned(record, VendorShipmentLine.objects.get(), 1))
    order.fulfillments.update(status="canceled")
    again(order)
    resize_line(order, chair, 0)
    again(order)
    assert (by_kind()["sale"], by_kind()["refund"]) == (PRICE * 3, -PRICE * 3)
    assert total(oak) == 0
    statement = [text for text in differences() if "on the statement" in text]
    assert statement == []


def test_a_unit_that_staff_take_back_is_another_than_those_that_were_paid_back(oak: Vendor) -> None:
    """Also where the one that was paid back is the line's last."""
    order, _ = an_open_order(oak, units=2)
    fulfil(order)
    record = again(order)
    declined = a_request(record, 1)
    part = returned(record, VendorShipmentLine.objects.get(), 1)
    return_requests.decline(request_id=declined.pk, actor=MERCHANT, reason="Worn", now=NOW)
    pays(part)
    assert RefundLine.objects.get().positions == [[1, 2]]
    assert total(oak) > 0
    VendorShipmentLine.objects.update(quantity_taken_back=1)
    ledger.follow(record, list(VendorShipmentLine.objects.all()))
    assert (total(oak), differences_on_statement()) == (0, [])


@pytest.mark.parametrize(("is_exchanged", "gone"), [(True, 2), (False, 1)])
def test_of_two_that_staff_take_back_one_that_is_exchanged_was_not_paid_back(
    oak: Vendor, is_exchanged: bool, gone: int
) -> None:
    """Only what it cost more than what came for it was."""
    order, _ = an_open_order(oak, units=2)
    fulfil(order)
    record = again(order)
    line = VendorShipmentLine.objects.get()
    line.quantity_taken_back = 2
    paid = RefundLine(
        return_line=ReturnLine(shipment_line=line),
        positions=[[1, 2]],
        per_unit=1 if is_exchanged else None,
    )
    kinds = {each.kind: each.amount for each in postings.of_line(line, record, [paid])}
    assert kinds["refund"] == -PRICE * gone


def test_an_entry_of_an_edit_is_written_once(oak: Vendor) -> None:
    order, (chair,) = an_open_order(oak)
    again(order)
    resize_line(order, chair, 2)
    again(order)
    keys = set(LedgerEntry.objects.values_list("idempotency_key", flat=True))
    line = VendorShipmentLine.objects.get()
    assert keys == {
        f"sale:{line.pk}:{number}:{kind}" for number in (1, 2) for kind in ("sale", "commission")
    }
    entry = LedgerEntry.objects.order_by("-created_at")[0]
    entry.pk, entry._state.adding = line.pk, True
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()


# Orders that are refunded and were never paid in full.


def a_part_paid_order(oak: Vendor, captured: str = "5.00") -> tuple[Any, VendorShipmentLine]:
    order, _ = an_open_order(oak, paid=False)
    fulfil(order)
    pay(order, captured)
    record = again(order)
    assert record.paid_at is None
    return order, VendorShipmentLine.objects.get()


def test_only_what_goes_back_is_credited_before_an_order_is_paid(oak: Vendor) -> None:
    _, line = a_part_paid_order(oak)
    pays(returned(line.shipment.record, line, 1))
    kinds = of_line(line)
    assert (kinds["sale"], kinds["refund"]) == (PRICE, -PRICE)
    assert kinds["commission"] == -kinds["commission_reversal"]
    assert (total(oak), differences()) == (0, [])


@pytest.mark.parametrize("units", [(1,), (2,), (1, 1)])
def test_each_of_its_refunds_leaves_nothing(oak: Vendor, units: tuple[int, ...]) -> None:
    _, line = a_part_paid_order(oak, "9.98")
    for count in units:
        part = returned(line.shipment.record, line, count)
        pays(part, method=RefundMethod.MANUAL, reference="Cash")
        assert (total(oak), differences()) == (0, [])
    assert of_line(line)["sale"] == PRICE * sum(units)


def test_what_the_shopper_keeps_is_credited_once_it_is_paid(oak: Vendor) -> None:
    order, line = a_part_paid_order(oak)
    pays(returned(line.shipment.record, line, 1))
    pay(order, "4.99")
    for _ in range(2):
        again(order)
        kinds = of_line(line)
        assert (kinds["sale"], kinds["refund"]) == (PRICE * 3, -PRICE)
        assert differences() == []
    (variant,) = [row.variant for row in order.lines.all()]
    assert kinds["commission"] == sold(order, variant)["commission"]


def test_a_refund_that_comes_back_takes_its_sale_along(oak: Vendor) -> None:
    _, line = a_part_paid_order(oak)
    refund = pays(returned(line.shipment.record, line, 1))
    answer = RefundAnswer(RefundStatus.FAILED, message="Came back")
    refund_parts.record(RefundPart.objects.get(refund=refund), answer, actor=MERCHANT, now=NOW)
    assert (of_line(line), differences_on_statement()) == ({}, [])
    assert Refund.objects.get().status == RefundStatus.FAILED.value


def test_units_that_staff_take_back_of_it_are_not_charged(oak: Vendor) -> None:
    """Nothing was credited for them."""
    _, line = a_part_paid_order(oak)
    part = returned(line.shipment.record, line, 1)
    VendorShipmentLine.objects.update(quantity_taken_back=1)
    pays(part)
    assert (total(oak), differences_on_statement()) == (0, [])
    assert of_line(line)["refund"] == -PRICE


def differences_on_statement() -> list[str]:
    """Saleor's own rows are not changed by these tests."""
    return [text for text in differences() if "on the statement" in text]
