import pytest

from saleor_returns_plugin.domain import transitions
from saleor_returns_plugin.enums import ActorKind, Move, RequestStatus, ReturnStatus


def test_every_state_is_reachable():
    reached = {transitions.INITIAL}
    while True:
        further = {r.to for r in transitions.TABLE if r.source in reached and r.to} | reached
        if further == reached:
            break
        reached = further
    assert reached == set(ReturnStatus)


def test_every_state_that_is_not_final_can_be_left():
    assert {row.source for row in transitions.TABLE} >= set(ReturnStatus) - transitions.FINAL


def test_no_state_has_two_answers_to_one_move():
    keys = [(row.source, row.move) for row in transitions.TABLE]
    assert len(keys) == len(set(keys))


def test_every_row_has_an_actor_and_every_move_an_event():
    assert all(row.actors for row in transitions.TABLE)
    assert set(transitions.EVENT_OF_MOVE) == set(Move)


def test_staff_may_do_what_a_vendor_may_and_it_is_an_override():
    row = transitions.find(ReturnStatus.APPROVED, Move.ACCEPT)
    assert transitions.may(row, ActorKind.MERCHANT)
    assert transitions.is_override(row, ActorKind.MERCHANT)
    assert not transitions.is_override(row, ActorKind.VENDOR)


def test_nobody_but_the_system_settles():
    row = transitions.find(ReturnStatus.RECEIVED, Move.SETTLE)
    others = set(ActorKind) - {ActorKind.SYSTEM}
    assert not any(transitions.may(row, who) for who in others)


def test_a_request_follows_its_parts():
    S, R = ReturnStatus, RequestStatus
    assert transitions.request_status([S.SETTLED, S.REQUESTED]) is R.AWAITING_APPROVAL
    assert transitions.request_status([S.SETTLED, S.ACCEPTED]) is R.IN_PROGRESS
    assert transitions.request_status([S.SETTLED, S.DECLINED]) is R.COMPLETED
    assert transitions.request_status([S.CANCELLED, S.DECLINED]) is R.DECLINED
    assert transitions.request_status([ReturnStatus.CANCELLED, ReturnStatus.EXPIRED]) is R.CANCELLED


@pytest.mark.parametrize("source", [ReturnStatus.CANCELLED, ReturnStatus.EXPIRED])
def test_a_parcel_that_comes_after_all_is_received_whole(source):
    """What is not in it is let go, so nothing is left to come."""
    assert transitions.find(source, Move.RECEIVE_PART) is None
    assert transitions.find(source, Move.RECEIVE_ALL).to is ReturnStatus.RECEIVED
