"""A first parcel takes nothing from the time for the rest."""

from datetime import timedelta
from typing import Any

import pytest

from saleor_returns_plugin.domain.requested import ReceivedLine, Tracking
from saleor_returns_plugin.enums import EventKind, Move
from saleor_returns_plugin.models import VendorReturn
from saleor_returns_plugin.services import deadlines, receptions, vendor_returns
from tests.builders import NOW, a_return, acts_for, shopper_of

from .telling import LOCMEM, a_portal, last, sent_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(db: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = LOCMEM
    a_portal()


def track(part: VendorReturn, number: str) -> VendorReturn:
    return vendor_returns.add_tracking(
        vendor_return_id=part.pk,
        actor=shopper_of(part.request.record),
        tracking=Tracking("DHL", number),
        now=NOW,
    )


def receive_one(part: VendorReturn, days: int = 1) -> VendorReturn:
    return receptions.receive(
        vendor_return_id=part.pk,
        actor=acts_for(part.vendor),
        lines=[ReceivedLine(part.lines.get().pk, 1)],
        now=NOW + timedelta(days=days),
    )


def test_the_shopper_has_the_promised_time_and_reads_until_when() -> None:
    part = a_return(Move.ACCEPT, units=2)
    until = part.due_at
    assert receive_one(part).due_at == until
    body = sent_of(last(EventKind.RECEIVED))["goods_received_shopper"].body
    assert "We wait for the rest of the return until" in body
    deadlines.run(now=NOW + timedelta(days=17))
    warning = sent_of(last(EventKind.EXPIRY_WARNED))["expiry_warned_shopper"]
    assert "counts as missing" in warning.body
    assert "1 × Oak chair" in warning.body


def test_a_parcel_on_its_way_keeps_the_promised_time_too() -> None:
    part = a_return(Move.ACCEPT, units=2)
    until = part.due_at
    track(part, "1")
    assert receive_one(part).due_at == until


def test_what_arrives_late_leaves_the_days_of_an_inspection() -> None:
    part = a_return(Move.ACCEPT, units=2)
    assert receive_one(part, days=20).due_at > part.due_at


def test_the_second_parcel_can_be_tracked() -> None:
    part = receive_one(a_return(Move.ACCEPT, units=2))
    part = track(part, "2")
    assert (part.status, part.tracking["number"]) == ("partially_received", "2")
