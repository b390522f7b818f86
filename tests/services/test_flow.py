"""The way of one return, step by step, through the services."""

from decimal import Decimal as D

import pytest

from saleor_returns_plugin.enums import (
    Action,
    Condition,
    EventKind,
    Move,
    RefundStatus,
    RequestStatus,
    ReturnStatus,
    ShipmentStatus,
)
from saleor_returns_plugin.errors import (
    InvalidInput,
    InvalidTransition,
    NotFound,
    NothingToRefund,
    NotPermitted,
    QuantityExceedsReturnable,
    Required,
)
from saleor_returns_plugin.models import ReturnRequest, VendorReturn, VendorShipment
from saleor_returns_plugin.selectors.vendor_returns import allowed_actions
from saleor_returns_plugin.services import (
    receptions,
    refunds,
    return_requests,
    split,
    vendor_returns,
)
from tests.builders import (
    MERCHANT,
    NOW,
    a_request,
    a_return,
    a_vendor,
    acts_for,
    an_order,
    receive_all,
    sells,
    shopper_of,
)
from tests.saleor_rows import a_product, stock_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def gateway(settings):
    from tests.saleor_rows.gateway import PATH, RecordedGateway

    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    return RecordedGateway


def test_an_order_becomes_one_shipment_per_vendor_and_one_in_house():
    oak, elm = a_vendor("Oak"), a_vendor("Elm")
    chair, table = sells(oak, a_product("Chair")), sells(elm, a_product("Table"))
    lamp, stool = a_product("Lamp"), sells(oak, a_product("Stool"))
    record = an_order([(chair, 1, "10"), (table, 2, "20"), (lamp, 1, "5"), (stool, 1, "7")])
    shipments = record.shipments.order_by("number")
    assert [(s.number, s.vendor.name, s.lines.count()) for s in shipments] == [
        (f"{record.number}-S1", "Oak", 2),
        (f"{record.number}-S2", "Elm", 1),
        (f"{record.number}-S3", "In-house", 1),
    ]
    assert {s.status for s in shipments} == {ShipmentStatus.FULFILLED.value}
    line = shipments[0].lines.get(order_line__product_name=chair.product.name)
    assert (line.quantity, line.total_gross, line.commission_rate) == (1, D(10), D(10))


def test_splitting_twice_changes_nothing():
    record = an_order([(a_product(), 2, "10")])
    before = list(VendorShipment.objects.values())
    split.split_order(order_id=record.order_id, now=NOW)
    assert list(VendorShipment.objects.values()) == before


def test_a_request_has_one_part_per_shipment_and_freezes_its_quote():
    oak = a_vendor("Oak")
    record = an_order([(sells(oak, a_product("Chair")), 3, "10"), (a_product("Lamp"), 1, "5")])
    request = a_request(record, note="too big")
    parts = list(request.vendor_returns.order_by("number"))
    assert request.number == f"{record.number}-R1"
    assert [part.number for part in parts] == [f"{record.number}-R1-S1", f"{record.number}-R1-S2"]
    assert [part.quote_snapshot["refund"] for part in parts] == ["10.00", "5.00"]
    assert request.status == RequestStatus.AWAITING_APPROVAL.value
    assert [event.kind for event in request.events.all()] == [EventKind.CREATED.value]


def test_no_more_units_than_are_left():
    record = an_order([(a_product("Chair"), 2, "10")])
    a_request(record, 2)
    with pytest.raises(QuantityExceedsReturnable):
        a_request(record, 1)
    assert ReturnRequest.objects.count() == 1


def test_a_cancelled_request_frees_its_units():
    record = an_order([(a_product("Chair"), 2, "10")])
    first = a_request(record, 2)
    return_requests.cancel(request_id=first.pk, actor=shopper_of(record), now=NOW)
    assert a_request(record, 2).number.endswith("-R2")


def test_the_same_key_answers_the_same_request():
    record = an_order([(a_product("Chair"), 2, "10")])
    first = a_request(record, 1, idempotency_key="k")
    assert a_request(record, 1, idempotency_key="k").pk == first.pk
    assert ReturnRequest.objects.count() == 1


def test_only_the_merchant_approves():
    part = a_return()
    with pytest.raises(NotPermitted):
        return_requests.approve(request_id=part.request_id, actor=acts_for(part.vendor), now=NOW)
    with pytest.raises(NotFound):
        return_requests.approve(
            request_id=part.request_id, actor=acts_for(a_vendor("Elm")), now=NOW
        )
    part.refresh_from_db()
    assert part.status == ReturnStatus.REQUESTED.value


def test_the_vendor_accepts_and_address_and_instructions_are_frozen():
    part = a_return(Move.ACCEPT)
    vendor = part.vendor
    vendor.return_instructions = "changed later"
    vendor.save()
    part.refresh_from_db()
    assert part.status == ReturnStatus.ACCEPTED.value
    assert part.return_address["city"] == "Leeds"
    assert part.return_instructions == "Write the return number on the parcel."


def test_a_vendor_without_an_address_cannot_accept():
    part = a_return(Move.APPROVE)
    part.vendor.return_address = {}
    part.vendor.save()
    with pytest.raises(Required) as refused:
        vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)
    assert refused.value.field == "return_address"
    part.refresh_from_db()
    assert part.status == ReturnStatus.APPROVED.value


def test_a_decline_needs_a_reason_and_frees_the_units():
    part = a_return(Move.APPROVE, units=2)
    actor = acts_for(part.vendor)
    with pytest.raises(Required):
        vendor_returns.decline(vendor_return_id=part.pk, actor=actor, reason=" ", now=NOW)
    vendor_returns.decline(vendor_return_id=part.pk, actor=actor, reason="Worn", now=NOW)
    part.request.refresh_from_db()
    assert part.request.status == RequestStatus.DECLINED.value
    assert a_request(part.request.record, 2)


def test_good_units_are_restocked_and_damaged_ones_are_not():
    part = a_return(Move.ACCEPT, units=2)
    line = part.lines.get()
    variant = line.shipment_line.variant
    before = stock_of(variant)
    receptions.receive(
        vendor_return_id=part.pk,
        actor=acts_for(part.vendor),
        now=NOW,
        lines=[
            receptions.ReceivedLine(line.pk, 1),
            receptions.ReceivedLine(line.pk, 1, Condition.DAMAGED),
        ],
    )
    line.refresh_from_db()
    part.refresh_from_db()
    assert stock_of(variant) == before + 1
    assert (line.received, line.payable, part.status) == (2, 2, ReturnStatus.RECEIVED.value)


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        ({"quantity": 0}, InvalidInput, "quantity"),
        ({"quantity": 9}, QuantityExceedsReturnable, "quantity"),
        ({"condition": Condition.WRONG_ITEM}, Required, "note"),
    ],
)
def test_a_wrong_reception_changes_nothing(change, error, field):
    part = a_return(Move.ACCEPT)
    line = part.lines.get()
    with pytest.raises(error) as refused:
        receptions.receive(
            vendor_return_id=part.pk,
            actor=acts_for(part.vendor),
            now=NOW,
            lines=[receptions.ReceivedLine(**{"return_line_id": line.pk, "quantity": 1, **change})],
        )
    assert (refused.value.field, refused.value.index) == (field, [0])
    part.refresh_from_db()
    assert part.status == ReturnStatus.ACCEPTED.value
    assert part.receptions.count() == 0


def test_missing_units_alone_settle_without_a_refund():
    part = a_return(Move.ACCEPT)
    receive_all(part, acts_for(part.vendor), Condition.MISSING)
    part.refresh_from_db()
    assert part.status == ReturnStatus.SETTLED.value


def test_actions_follow_the_state():
    part = a_return(Move.APPROVE)
    vendor, shopper = acts_for(part.vendor), shopper_of(part.request.record)
    assert set(allowed_actions(part, vendor)) == {Action.ACCEPT, Action.DECLINE}
    assert allowed_actions(part, shopper) == [Action.CANCEL]
    assert allowed_actions(part, acts_for(a_vendor("Elm"))) == []


def test_nothing_is_refunded_before_goods_arrive():
    part = a_return(Move.ACCEPT)
    with pytest.raises(InvalidTransition):
        refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_refund_goes_through_saleors_payment_and_settles(gateway):
    part = a_return(Move.RECEIVE_ALL)
    refund = refunds.release(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)
    part = VendorReturn.objects.get(pk=part.pk)
    assert (refund.status, refund.amount) == (RefundStatus.SUCCEEDED.value, D(10))
    assert part.status == ReturnStatus.SETTLED.value
    with pytest.raises((NothingToRefund, InvalidTransition)):
        refunds.release(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)
    assert refund.parts.get().amount == D(10)


@pytest.mark.django_db(transaction=True)
def test_a_stranger_cannot_refund():
    part = a_return(Move.RECEIVE_ALL)
    with pytest.raises(NotFound):
        refunds.release(vendor_return_id=part.pk, actor=acts_for(a_vendor("Elm")), now=NOW)
    with pytest.raises(NotPermitted):
        refunds.release(vendor_return_id=part.pk, actor=shopper_of(part.request.record), now=NOW)
    assert part.refunds.count() == 0


def test_a_parcel_that_comes_late_is_taken_while_its_units_are_free():
    part = a_return(Move.ACCEPT, units=2)
    record = part.request.record
    return_requests.cancel(request_id=part.request_id, actor=shopper_of(record), now=NOW)
    newer = a_request(record, 1)
    with pytest.raises(QuantityExceedsReturnable):
        receive_all(part, acts_for(part.vendor))
    return_requests.cancel(request_id=newer.pk, actor=shopper_of(record), now=NOW)
    receive_all(part, acts_for(part.vendor))
    part.refresh_from_db()
    assert part.status == ReturnStatus.RECEIVED.value


def test_delivery_goes_back_with_the_last_unit_of_the_order():
    record = an_order([(a_product("Chair"), 2, "10.00")], shipping="6.00")
    first, second = a_request(record, 1), a_request(record, 1)
    assert D(first.vendor_returns.get().quote_snapshot["refund"]) == D(10)
    assert D(second.vendor_returns.get().quote_snapshot["refund"]) == D(16)
