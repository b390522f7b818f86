"""What orders, refunds and cancellations post to vendors' statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from saleor_returns_plugin.domain.requested import ReceivedLine, RequestedLine
from saleor_returns_plugin.enums import Condition, Move, RefundMethod, RefundStatus, Source
from saleor_returns_plugin.host import RefundAnswer
from saleor_returns_plugin.models import (
    LedgerEntry,
    OrderRecord,
    Refund,
    RefundPart,
    ReturnPolicy,
    VendorReturn,
    VendorShipmentLine,
)
from saleor_returns_plugin.services import (
    ledger,
    receptions,
    refund_parts,
    refunds,
    return_requests,
    split,
    vendor_returns,
)
from tests.builders import (
    MERCHANT,
    NOW,
    a_return,
    a_vendor,
    acts_for,
    an_order,
    receive_all,
    sells,
    shopper_of,
)
from tests.ledger import by_kind, of_line, total
from tests.saleor_rows import a_product, a_saleor_order, pay

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def gateway(settings: Any) -> Any:
    from tests.saleor_rows.gateway import PATH, RecordedGateway

    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    return RecordedGateway


def pays(part: VendorReturn, **values: Any) -> Refund:
    return refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW, **values)


def a_line(quantity: int = 3, price: str = "3.33", rate: str = "12.5", **order: Any) -> Any:
    vendor = a_vendor(commission_rate=rate)
    variant = sells(vendor, a_product(name="Oak chair", price=price, stock=50))
    record = an_order([(variant, quantity, price)], **order)
    return record.shipments.get(vendor=vendor).lines.get()


def returned(record: OrderRecord, line: VendorShipmentLine, units: int) -> VendorReturn:
    """Asked for, approved, accepted and received."""
    request = return_requests.create(
        actor=shopper_of(record),
        record_id=record.pk,
        lines=[RequestedLine(line.pk, units)],
        source=Source.PORTAL,
        now=NOW,
    )
    part = request.vendor_returns.get()
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    vendor_returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
    return receive_all(VendorReturn.objects.get(pk=part.pk), MERCHANT)


def test_a_paid_line_is_a_sale_less_commission() -> None:
    line = a_line(quantity=2, price="10.00", rate="10")
    commission = (line.total_net * 10 / 100).quantize(D("0.01"))
    assert of_line(line) == {"sale": D("20.000"), "commission": -commission}


def test_an_unpaid_order_posts_once_it_is_paid() -> None:
    vendor = a_vendor()
    variant = sells(vendor, a_product(price="10.00", stock=5))
    order = a_saleor_order([(variant, 1, "10.00")], paid=False)
    split.split_order(order_id=order.pk, now=NOW)
    assert total(vendor) == 0
    pay(order)
    split.split_order(order_id=order.pk, now=NOW)
    assert by_kind(vendor=vendor)["sale"] == D("10.000")


def test_splitting_again_posts_nothing_more() -> None:
    line = a_line()
    before = LedgerEntry.objects.count()
    split.split_order(order_id=line.shipment.record.order_id, now=NOW)
    ledger.follow(line.shipment.record, [line])
    assert LedgerEntry.objects.count() == before == 2


@pytest.mark.parametrize("units", [(3,), (1, 2), (2, 1), (1, 1, 1)])
@pytest.mark.parametrize("rate", ["12.5", "0", "100"])
def test_a_line_that_is_wholly_returned_leaves_exactly_nothing(
    units: tuple[int, ...], rate: str
) -> None:
    line = a_line(rate=rate)
    for count in units:
        part = returned(line.shipment.record, line, count)
        assert pays(part).status == RefundStatus.SUCCEEDED.value
        kinds = of_line(line)
        assert 0 <= kinds.get("commission_reversal", 0) <= -kinds.get("commission", D(0))
        assert 0 <= -kinds["refund"] <= kinds["sale"]
    assert total(line.shipment.vendor) == 0


def test_a_late_failure_leaves_what_was_there_before_and_pays_again() -> None:
    part = a_return(Move.RECEIVE_ALL)
    before = total(part.vendor)
    refund = pays(part, method=RefundMethod.MANUAL, reference="Bank 1")
    paid = total(part.vendor)
    assert paid < before

    def resolve(succeeded: bool, reference: str) -> None:
        refunds.resolve(
            refund_id=refund.pk, succeeded=succeeded, reference=reference, actor=MERCHANT, now=NOW
        )

    for number in range(2):
        resolve(False, "Came back")
        assert total(part.vendor) == before
        assert by_kind(refund_id=refund.pk) == {}
        resolve(True, f"Bank {number + 2}")
        assert total(part.vendor) == paid


def test_an_answer_that_comes_twice_posts_once() -> None:
    part = a_return(Move.RECEIVE_ALL)
    refund = pays(part)
    payment = RefundPart.objects.get(refund=refund)
    entries = LedgerEntry.objects.count()
    answer = RefundAnswer(RefundStatus.SUCCEEDED)
    refund_parts.record(payment, answer, actor=MERCHANT, now=NOW)
    assert LedgerEntry.objects.count() == entries
    failed = RefundAnswer(RefundStatus.FAILED, message="Came back")
    for _ in range(2):
        refund_parts.record(payment, failed, actor=MERCHANT, now=NOW)
        assert LedgerEntry.objects.count() == entries + 2
    assert by_kind(refund_id=refund.pk) == {}


def test_the_backfill_of_an_old_order_posts_what_the_hook_posts() -> None:
    """As an order from before the ledger, with a refund that was paid then."""
    part = a_return(Move.RECEIVE_ALL)
    pays(part)
    posted = by_kind(vendor=part.vendor)
    with _without_trigger():
        LedgerEntry.objects.all()._raw_delete("default")
    OrderRecord.objects.update(paid_at=None)
    Refund.objects.update(postings=0)
    split.split_order(order_id=part.request.record.order_id, now=NOW)
    assert by_kind(vendor=part.vendor) == posted
    split.split_order(order_id=part.request.record.order_id, now=NOW)
    assert by_kind(vendor=part.vendor) == posted


def test_a_cancelled_order_leaves_nothing_once() -> None:
    line = a_line(fulfilled=False)
    order = line.shipment.record.order
    assert total(line.shipment.vendor) > 0
    for _ in range(2):
        order.status = "canceled"
        order.save()
        split.split_order(order_id=order.pk, now=NOW)
        assert total(line.shipment.vendor) == 0
    assert LedgerEntry.objects.filter(idempotency_key__startswith="gone:").count() == 2


def test_units_that_staff_took_back_are_followed_both_ways() -> None:
    line = a_line()
    record = line.shipment.record
    whole = total(line.shipment.vendor)
    sums = []
    for taken in (1, 3, 1, 0):
        VendorShipmentLine.objects.filter(pk=line.pk).update(quantity_taken_back=taken)
        line.refresh_from_db()
        for _ in range(2):
            ledger.follow(record, [line])
        sums.append(total(line.shipment.vendor))
    assert sums[1] == 0
    assert sums[0] == sums[2]
    assert 0 < sums[0] < whole
    assert sums[3] == whole


def test_a_unit_that_staff_took_back_and_the_store_pays_leaves_once() -> None:
    line = a_line()
    record = line.shipment.record
    part = returned(record, line, 3)
    VendorShipmentLine.objects.filter(pk=line.pk).update(quantity_taken_back=1)
    line.refresh_from_db()
    ledger.follow(record, [line])
    refund = pays(part, amount=D("9.99"), reason="All of it")
    assert refund.status == RefundStatus.SUCCEEDED.value
    assert total(line.shipment.vendor) == 0
    payment = RefundPart.objects.get(refund=refund)
    answer = RefundAnswer(RefundStatus.FAILED, message="Came back")
    refund_parts.record(payment, answer, actor=MERCHANT, now=NOW)
    kinds = of_line(line)
    assert kinds["refund"] == D("-3.33")


@pytest.mark.parametrize(("bears", "fee"), [(True, D("-4.50")), (False, D("0.50"))])
def test_who_bears_shipping(bears: bool, fee: D) -> None:
    line = a_line(quantity=1, price="10.00", shipping="5.00")
    ReturnPolicy.objects.create(vendor_bears_shipping=bears, restocking_fee_percent=5)
    refund = pays(returned(line.shipment.record, line, 1))
    assert (refund.shipping_gross, refund.fees_gross) == (D("5.000"), D("0.500"))
    assert by_kind(refund_id=refund.pk)["fee"] == fee


def test_less_than_the_quote_is_the_vendors_and_more_is_the_stores() -> None:
    line = a_line(quantity=2, price="10.00", rate="0")
    less = pays(returned(line.shipment.record, line, 1), amount=D("8.00"), reason="Worn")
    assert by_kind(refund_id=less.pk) == {"refund": D("-10.000"), "fee": D("2.000")}
    more = pays(returned(line.shipment.record, line, 1), amount=D("11.00"), reason="Sorry")
    assert by_kind(refund_id=more.pk) == {"refund": D("-10.000")}


def test_an_entry_is_never_changed() -> None:
    a_line()
    entry = LedgerEntry.objects.first()
    assert entry is not None
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
    for change in (
        lambda: LedgerEntry.objects.update(amount=1),
        lambda: LedgerEntry.objects.filter(pk=entry.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_partly_received_return_reverses_what_it_pays() -> None:
    part = a_return(Move.ACCEPT, units=2)
    line = part.lines.get()
    receptions.receive(
        vendor_return_id=part.pk,
        actor=acts_for(part.vendor),
        lines=[ReceivedLine(line.pk, 1, Condition.GOOD)],
        now=NOW,
    )
    pays(part)
    assert of_line(line.shipment_line)["refund"] == D("-10.000")


@contextmanager
def _without_trigger() -> Iterator[None]:
    """Only to make rows as they were before there was a ledger."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")
