"""A parcel that comes after its return ended, without some of the units."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from saleor_returns_plugin.domain.requested import ReceivedLine
from saleor_returns_plugin.enums import Condition, EventKind, Move
from saleor_returns_plugin.models import VendorReturn
from saleor_returns_plugin.selectors.declined import declined_units
from saleor_returns_plugin.selectors.events import message_of
from saleor_returns_plugin.services import deadlines, receptions
from tests.builders import NOW, a_return, acts_for

from .telling import LOCMEM, a_portal, html_of, last, sent_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(db: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = LOCMEM
    a_portal()


def came_late(condition: Condition = Condition.GOOD) -> VendorReturn:
    """One of two chairs, a day after the return had expired."""
    part = a_return(Move.ACCEPT, units=2)
    for days in (17, 23):
        deadlines.run(now=NOW + timedelta(days=days))
    lines = [ReceivedLine(part.lines.get().pk, 1, condition, note="Worn")]
    actor = acts_for(part.vendor)
    return receptions.receive(
        vendor_return_id=part.pk, actor=actor, lines=lines, now=NOW + timedelta(days=24)
    )


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        (Condition.GOOD, "goods_received_shopper"),
        (Condition.NOT_ACCEPTABLE, "goods_refused_shopper"),
    ],
)
def test_one_mail_lists_what_came_and_what_did_not(condition: Condition, kind: str) -> None:
    came_late(condition)
    assert sent_of(last(EventKind.UNITS_DECLINED)) == {}
    message = sent_of(last(EventKind.RECEIVED))[kind]
    for text in (message.body, html_of(message)):
        came, _, gone = text.partition("no longer part of it:")
        assert "1 × Oak chair" in came
        assert "1 × Oak chair" in gone


@pytest.mark.parametrize("kind", ["goods_received_shopper", "goods_refused_shopper"])
def test_without_that_mail_one_of_their_own_tells_of_them(kind: str, settings: Any) -> None:
    settings.RETURNS_MAILS = {kind: False}
    came_late(Condition.GOOD if kind == "goods_received_shopper" else Condition.NOT_ACCEPTABLE)
    assert kind not in sent_of(last(EventKind.RECEIVED))
    assert set(sent_of(last(EventKind.UNITS_DECLINED))) == {"units_declined_shopper"}


def test_a_parcel_in_time_lets_nothing_go() -> None:
    part = a_return(Move.ACCEPT, units=2)
    lines = [ReceivedLine(part.lines.get().pk, 1)]
    receptions.receive(vendor_return_id=part.pk, actor=acts_for(part.vendor), lines=lines, now=NOW)
    (message,) = sent_of(last(EventKind.RECEIVED)).values()
    assert "no longer part of it" not in message.body


def test_units_that_did_not_come_are_let_go_by_nobody_in_the_readers_words() -> None:
    part = came_late()
    event = last(EventKind.UNITS_DECLINED)
    with override("de"):
        (units,) = declined_units([part])[part.lines.get().pk]
        assert units.reason.startswith("Sie waren")
        assert message_of(event) == units.reason
