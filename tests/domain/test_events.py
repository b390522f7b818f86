"""Who reads what was said with an event."""

from pathlib import Path

import pytest

import saleor_returns_plugin
from saleor_returns_plugin.domain.events import FOR_SHOPPERS, may_read
from saleor_returns_plugin.domain.notifications import RULES, Audience
from saleor_returns_plugin.enums import ActorKind, EventKind

EMAILS = Path(saleor_returns_plugin.__file__).parent / "templates/saleor_returns_plugin/email"


@pytest.mark.parametrize("kind", [EventKind.APPROVED, EventKind.ACCEPTED, EventKind.REFUND_FAILED])
def test_what_is_said_inside_is_for_store_and_vendor(kind):
    readers = {role for role in ActorKind if may_read(kind, role)}
    assert readers == {ActorKind.MERCHANT, ActorKind.VENDOR}


def test_a_decline_is_for_the_shopper_too():
    assert may_read(EventKind.DECLINED, ActorKind.SHOPPER)


def test_no_mail_to_the_shopper_has_words_that_are_not_for_the_shopper():
    saying = {
        kind
        for kind, rule in RULES.items()
        for mail in rule.mails
        if mail.to is Audience.SHOPPER
        and any("_why." in path.read_text() for path in (EMAILS / mail.kind).iterdir())
    }
    assert saying
    assert saying <= FOR_SHOPPERS
