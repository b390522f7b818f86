"""Who is reminded while a refund has no answer."""

from datetime import timedelta
from typing import Any

import pytest

from saleor_returns_plugin.console.turn import turn_view
from saleor_returns_plugin.enums import EventKind, Move, RefundStatus
from saleor_returns_plugin.models import Refund, ReturnEvent, VendorReturn
from saleor_returns_plugin.services import deadlines
from tests.builders import (
    NOW,
    a_refund,
    a_return,
)

from .telling import LOCMEM, a_portal, last, sent_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(db: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = LOCMEM
    a_portal()


def to_pay(status: RefundStatus) -> VendorReturn:
    part = a_return(Move.RECEIVE_ALL)
    a_refund(part, status.value)
    return part


def test_the_store_finds_out_about_a_refund_without_an_answer() -> None:
    part = to_pay(RefundStatus.UNKNOWN)
    assert turn_view(part, NOW, is_left_to_store=False).who == "Store"
    deadlines.run(now=NOW + timedelta(days=5))
    sent = sent_of(last(EventKind.REMINDED))
    assert list(sent) == ["reminder_merchant"]
    assert "nobody knows yet whether its refund was paid" in sent["reminder_merchant"].body
    deadlines.run(now=NOW + timedelta(days=9))
    overdue = sent_of(last(EventKind.OVERDUE))["return_overdue_merchant"].body
    assert "whether its refund was paid" in overdue
    assert "approve or decline" not in overdue


def test_nobody_is_reminded_while_the_payment_is_on_its_way() -> None:
    part = to_pay(RefundStatus.PENDING)
    assert turn_view(part, NOW, is_left_to_store=False).who == "The payment provider"
    outcome = deadlines.run(now=NOW + timedelta(days=9))
    assert (outcome.reminded, outcome.escalated) == (0, 0)
    Refund.objects.update(status=RefundStatus.FAILED.value)
    assert deadlines.run(now=NOW + timedelta(days=9)).escalated == 1
    assert ReturnEvent.objects.filter(kind=EventKind.OVERDUE.value).exists()
