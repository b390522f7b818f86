"""A decision on what is not so any more is refused, and changes nothing."""

import pytest

from saleor_returns_plugin.domain.requested import ReceivedLine
from saleor_returns_plugin.enums import Condition, Move, RefundMethod, RefundStatus, ReturnStatus
from saleor_returns_plugin.errors import InvalidTransition, NotPermitted, Overtaken
from saleor_returns_plugin.models import (
    Reception,
    ReceptionLine,
    Refund,
    ReturnEvent,
    VendorReturn,
)
from saleor_returns_plugin.services import receptions, refunds, return_requests, vendor_returns
from tests.builders import (
    MERCHANT,
    NOW,
    a_refund,
    a_request,
    a_return,
    a_vendor,
    acts_for,
    an_order,
    sells,
    shopper_of,
)
from tests.saleor_rows import a_product

pytestmark = pytest.mark.django_db

REQUESTED, APPROVED, ACCEPTED = (
    ReturnStatus.REQUESTED,
    ReturnStatus.APPROVED,
    ReturnStatus.ACCEPTED,
)


def accept(part, **saw):
    vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW, **saw)


def decline(part, **saw):
    vendor_returns.decline(vendor_return_id=part.pk, actor=MERCHANT, reason="Worn", now=NOW, **saw)


def decline_request(part, **saw):
    return_requests.decline(
        request_id=part.request_id, actor=MERCHANT, reason="Worn", now=NOW, **saw
    )


def cancel(part, **saw):
    shopper = shopper_of(part.request.record)
    return_requests.cancel(request_id=part.request_id, actor=shopper, now=NOW, **saw)


def approve(part, **saw):
    return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW, **saw)


def receive(part, units=1, actor=None, **saw):
    line = ReceivedLine(part.lines.get().pk, units, Condition.GOOD)
    actor = actor or acts_for(part.vendor)
    receptions.receive(vendor_return_id=part.pk, actor=actor, lines=[line], now=NOW, **saw)


def receive_in_part(part, condition):
    """One unit of it, in this condition."""
    line = ReceivedLine(part.lines.get().pk, 1, condition, note="Worn")
    return receptions.receive(
        vendor_return_id=part.pk, actor=acts_for(part.vendor), lines=[line], now=NOW
    )


def close(part, **saw):
    receptions.close(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW, **saw)


def void(part, **saw):
    receptions.void(
        reception_id=part.receptions.get().pk,
        actor=acts_for(part.vendor),
        reason="Wrong parcel",
        now=NOW,
        **saw,
    )


def overrule(part, **saw):
    row = ReceptionLine.objects.get(condition=Condition.NOT_ACCEPTABLE.value)
    receptions.overrule(
        reception_line_id=row.pk, actor=MERCHANT, reason="A courtesy", now=NOW, **saw
    )


def reopen(part, **saw):
    vendor_returns.reopen(
        vendor_return_id=part.pk, actor=MERCHANT, reason="A mistake", now=NOW, **saw
    )


def release(part, **saw):
    return refunds.release(
        vendor_return_id=part.pk,
        actor=MERCHANT,
        now=NOW,
        method=RefundMethod.MANUAL,
        reference="In cash",
        **saw,
    )


def status_of(part) -> str:
    return VendorReturn.objects.get(pk=part.pk).status


@pytest.mark.parametrize(
    ("stands", "act", "saw", "after"),
    [
        (Move.APPROVE, accept, APPROVED, "accepted"),
        (Move.APPROVE, decline, APPROVED, "declined"),
        (None, decline_request, REQUESTED, "declined"),
        (None, approve, REQUESTED, "approved"),
        (Move.ACCEPT, cancel, ACCEPTED, "cancelled"),
        (Move.ACCEPT, receive, ACCEPTED, "received"),
    ],
)
def test_what_the_actor_saw_and_still_holds_changes_nothing_of_the_decision(
    stands, act, saw, after
):
    part = a_return(stands)
    act(part, expected=saw)
    assert status_of(part) == after


@pytest.mark.parametrize(
    ("stands", "act", "saw"),
    [
        (Move.APPROVE, accept, REQUESTED),
        (Move.APPROVE, decline, REQUESTED),
        (None, decline_request, APPROVED),
        (None, approve, APPROVED),
        (Move.ACCEPT, cancel, APPROVED),
        (Move.ACCEPT, receive, ReturnStatus.IN_TRANSIT),
    ],
)
def test_a_decision_that_the_table_allows_is_refused_when_the_return_has_moved_on(stands, act, saw):
    part = a_return(stands)
    before, told = status_of(part), ReturnEvent.objects.count()
    with pytest.raises(Overtaken) as refused:
        act(part, expected=saw)
    assert isinstance(refused.value, InvalidTransition)
    assert part.number in refused.value.message
    assert (status_of(part), ReturnEvent.objects.count()) == (before, told)
    assert not Reception.objects.exists()


def test_a_parcel_of_a_return_that_was_cancelled_meanwhile_is_not_received_unseen():
    part = a_return(Move.ACCEPT)
    cancel(part)
    with pytest.raises(Overtaken):
        receive(part, expected=ACCEPTED)
    receive(part, expected=ReturnStatus.CANCELLED)
    assert status_of(part) == "received"


def test_units_that_another_counted_meanwhile_are_not_counted_twice():
    part = a_return(Move.ACCEPT, units=3, quantity=3)
    receive(part, expected_received=0)
    with pytest.raises(Overtaken):
        receive(part, expected=ReturnStatus.PARTIALLY_RECEIVED, expected_received=0)
    receive(part, expected=ReturnStatus.PARTIALLY_RECEIVED, expected_received=1)
    assert part.lines.get().received == 2


def test_a_reception_that_is_sent_twice_is_answered_before_it_is_compared():
    part = a_return(Move.ACCEPT, units=2)
    for _ in range(2):
        receive(part, expected_received=0, idempotency_key="tab-1")
    assert part.lines.get().received == 1


def test_a_reception_that_is_sent_twice_is_answered_to_who_may_record_it():
    part = a_return(Move.ACCEPT, units=2)
    receive(part, idempotency_key="tab-1")
    with pytest.raises(NotPermitted):
        receive(part, idempotency_key="tab-1", actor=shopper_of(part.request.record))
    assert part.lines.get().received == 1


class TestAfterReceptions:
    """Of three units, one has arrived."""

    @pytest.fixture
    def part(self, condition):
        return receive_in_part(a_return(Move.ACCEPT, units=3, quantity=3), condition)

    @pytest.mark.parametrize(
        ("condition", "act", "after"),
        [
            (Condition.GOOD, close, "received"),
            (Condition.GOOD, void, "accepted"),
            (Condition.NOT_ACCEPTABLE, overrule, "partially_received"),
        ],
    )
    def test_an_act_is_for_the_status_that_was_seen(self, part, act, after):
        told = ReturnEvent.objects.count()
        with pytest.raises(Overtaken):
            act(part, expected=ACCEPTED)
        assert (status_of(part), ReturnEvent.objects.count()) == ("partially_received", told)
        act(part, expected=ReturnStatus.PARTIALLY_RECEIVED)
        assert status_of(part) == after
        assert ReturnEvent.objects.count() > told

    @pytest.mark.parametrize("condition", [Condition.GOOD])
    def test_closing_is_about_the_units_that_were_still_to_come(self, part):
        receive_in_part(part, Condition.GOOD)
        with pytest.raises(Overtaken):
            close(part, expected=ReturnStatus.PARTIALLY_RECEIVED, expected_received=1)
        assert part.lines.get().missing == 0
        close(part, expected=ReturnStatus.PARTIALLY_RECEIVED, expected_received=2)
        assert part.lines.get().missing == 1


class TestReopening:
    def test_it_is_for_the_status_that_was_seen(self):
        part = a_return(Move.APPROVE)
        decline(part)
        reopen(part, expected=ReturnStatus.DECLINED)
        decline(part)
        with pytest.raises(Overtaken):
            reopen(part, expected=APPROVED)
        assert status_of(part) == "declined"


class TestRefunding:
    def test_it_is_for_the_status_that_was_seen(self):
        part = a_return(Move.RECEIVE_ALL)
        with pytest.raises(Overtaken):
            release(part, expected=ReturnStatus.PARTIALLY_RECEIVED)
        assert not Refund.objects.exists()
        release(part, expected=ReturnStatus.RECEIVED)
        assert status_of(part) == "settled"

    def test_it_is_for_the_units_that_were_to_be_paid(self):
        part = a_return(Move.ACCEPT, units=3, quantity=3)
        receive_in_part(part, Condition.GOOD)
        receive_in_part(part, Condition.NOT_ACCEPTABLE)
        overrule(part)
        with pytest.raises(Overtaken):
            release(part, expected=ReturnStatus.PARTIALLY_RECEIVED, expected_payable=1)
        assert not Refund.objects.exists()
        assert release(part, expected_payable=2).amount == 20

    def test_one_that_is_sent_twice_is_answered_before_it_is_compared(self):
        part = a_return(Move.RECEIVE_ALL)
        saw = {"expected": ReturnStatus.RECEIVED, "expected_payable": 1}
        first, second = (release(part, idempotency_key="tab-1", **saw) for _ in range(2))
        assert first.pk == second.pk

    def test_what_happened_to_it_is_said_of_the_state_that_was_seen(self):
        part = a_return(Move.RECEIVE_ALL)
        refund = a_refund(part, "succeeded")
        wrong = {"refund_id": refund.pk, "succeeded": False, "reference": "X", "actor": MERCHANT}
        with pytest.raises(Overtaken):
            refunds.resolve(**wrong, now=NOW, expected=RefundStatus.UNKNOWN)
        refund.refresh_from_db()
        assert refund.status == "succeeded"


class TestOfSeveralParts:
    @pytest.fixture
    def parts(self):
        oak, elm = a_vendor("Oak & Sons"), a_vendor("Elm & Co")
        chair = sells(oak, a_product("Chair", price="10"))
        lamp = sells(elm, a_product("Lamp", price="5"))
        request = a_request(an_order([(chair, 1, "10"), (lamp, 1, "5")]))
        return list(request.vendor_returns.order_by("number"))

    def test_all_that_wait_has_to_be_what_the_actor_saw_waiting(self, parts):
        saw = {part.pk: REQUESTED for part in parts}
        decline_request(parts[1], vendor_return_ids=[parts[1].pk])
        with pytest.raises(Overtaken) as refused:
            approve(parts[0], expected=saw)
        assert parts[1].number in refused.value.message
        assert status_of(parts[0]) == "requested"

    def test_a_part_that_the_actor_did_not_see_is_not_decided_on(self, parts):
        with pytest.raises(Overtaken):
            approve(parts[0], expected={parts[0].pk: REQUESTED})
        assert {status_of(part) for part in parts} == {"requested"}

    def test_of_parts_that_are_named_the_others_may_have_moved(self, parts):
        saw = {part.pk: REQUESTED for part in parts}
        decline_request(parts[1], vendor_return_ids=[parts[1].pk])
        approve(parts[0], vendor_return_ids=[parts[0].pk], expected=saw)
        assert status_of(parts[0]) == "approved"

    @pytest.mark.parametrize("decides", ["approve", "decline"])
    def test_of_many_requests_those_that_look_otherwise_by_now_are_left(self, parts, decides):
        vase = sells(parts[0].vendor, a_product("Vase", price="7"))
        other = a_request(an_order([(vase, 1, "7")]))
        saw = {
            parts[0].request_id: {part.pk: REQUESTED for part in parts},
            other.pk: {part.pk: REQUESTED for part in other.vendor_returns.all()},
        }
        decline_request(parts[1], vendor_return_ids=[parts[1].pk])
        given = {"request_ids": list(saw), "actor": MERCHANT, "now": NOW, "expected": saw}
        if decides == "approve":
            results = return_requests.bulk_approve(**given)
        else:
            results = return_requests.bulk_decline(**given, reason="Worn")
        assert [type(result.error) for result in results] == [Overtaken, type(None)]
        assert status_of(parts[0]) == "requested"
        assert status_of(other.vendor_returns.first()) == (
            "approved" if decides == "approve" else "declined"
        )

    def test_each_may_stand_elsewhere(self, parts):
        approve(parts[0], vendor_return_ids=[parts[0].pk], expected=REQUESTED)
        cancel(parts[0], expected={parts[0].pk: APPROVED, parts[1].pk: REQUESTED})
        assert {status_of(part) for part in parts} == {"cancelled"}
