"""A parcel that comes after its return ended, without some of the units."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from saleor_returns_plugin.domain.requested import ReceivedLine
from saleor_returns_plugin.enums import EventKind, Move
from saleor_returns_plugin.selectors.declined import declined_units
from saleor_returns_plugin.selectors.events import message_of
from saleor_returns_plugin.services import deadlines, receptions
from tests.builders import NOW, a_return, acts_for

from .telling import LOCMEM, a_portal, last, sent_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(db: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = LOCMEM
    a_portal()


def test_units_that_did_not_come_are_let_go_by_nobody_in_the_readers_words() -> None:
    part = a_return(Move.ACCEPT, units=2)
    for days in (17, 23):
        deadlines.run(now=NOW + timedelta(days=days))
    lines = [ReceivedLine(part.lines.get().pk, 1)]
    actor = acts_for(part.vendor)
    receptions.receive(
        vendor_return_id=part.pk, actor=actor, lines=lines, now=NOW + timedelta(days=24)
    )
    event = last(EventKind.UNITS_DECLINED)
    sent = sent_of(event)
    assert list(sent) == ["units_declined_shopper"]
    assert "no longer part of it" in sent["units_declined_shopper"].body
    assert "were declined" not in sent["units_declined_shopper"].body
    with override("de"):
        (units,) = declined_units([part])[part.lines.get().pk]
        assert units.reason.startswith("Sie waren")
        assert message_of(event) == units.reason
