"""A decision on what is not so any more is refused, and changes nothing."""

import pytest

from saleor_returns_plugin.domain.requested import ReceivedLine
from saleor_returns_plugin.enums import Condition, Move, ReturnStatus
from saleor_returns_plugin.errors import InvalidTransition, Overtaken
from saleor_returns_plugin.models import Reception, ReturnEvent, VendorReturn
from saleor_returns_plugin.services import receptions, return_requests, vendor_returns
from tests.builders import (
    MERCHANT,
    NOW,
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


def receive(part, units=1, **saw):
    line = ReceivedLine(part.lines.get().pk, units, Condition.GOOD)
    receptions.receive(
        vendor_return_id=part.pk, actor=acts_for(part.vendor), lines=[line], now=NOW, **saw
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

    def test_each_may_stand_elsewhere(self, parts):
        approve(parts[0], vendor_return_ids=[parts[0].pk], expected=REQUESTED)
        cancel(parts[0], expected={parts[0].pk: APPROVED, parts[1].pk: REQUESTED})
        assert {status_of(part) for part in parts} == {"cancelled"}
