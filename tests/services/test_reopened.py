"""What a vendor reads of a return that was declined and is open again."""

from typing import Any

import pytest

from saleor_returns_plugin.enums import EventKind, Move
from saleor_returns_plugin.services import return_requests, vendor_returns
from tests.builders import MERCHANT, NOW, a_return, acts_for

from .telling import LOCMEM, a_portal, html_of, last, sent_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(db: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = LOCMEM
    a_portal()


def test_a_vendor_reads_that_its_refusal_was_undone_and_why() -> None:
    part = a_return(Move.APPROVE)
    vendor_returns.decline(
        vendor_return_id=part.pk, actor=acts_for(part.vendor), reason="Worn.", now=NOW
    )
    vendor_returns.reopen(
        vendor_return_id=part.pk, actor=MERCHANT, reason="The photos show it unworn.", now=NOW
    )
    message = sent_of(last(EventKind.REOPENED))["return_reopened_vendor"]
    for text in (message.body, html_of(message)):
        assert "had been declined" in text
        assert "The photos show it unworn." in text


def test_a_vendor_reads_what_the_store_noted_at_the_approval() -> None:
    part = a_return()
    return_requests.approve(
        request_id=part.request_id, actor=MERCHANT, note="Handle with care.", now=NOW
    )
    message = sent_of(last(EventKind.APPROVED))["return_approved_vendor"]
    for text in (message.body, html_of(message)):
        assert "Handle with care." in text
