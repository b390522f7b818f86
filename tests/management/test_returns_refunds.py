"""Refunds that wait for somebody, and how a person clears them up from a shell."""

from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from saleor_returns_plugin.enums import EventKind, Move, RefundStatus
from saleor_returns_plugin.models import Refund, ReturnEvent
from saleor_returns_plugin.services import refunds
from tests.builders import MERCHANT, NOW, a_return
from tests.saleor_rows.gateway import PATH, RecordedGateway, declines, times_out

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def gateway(settings: Any) -> None:
    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()


def run(**options: Any) -> str:
    out = StringIO()
    call_command("returns_refunds", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def a_refund(answer: Any) -> Refund:
    part = a_return(Move.RECEIVE_ALL)
    RecordedGateway.answers_with(answer)
    refund = refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
    RecordedGateway.reset()
    return refund


def test_none() -> None:
    assert "None is open." in run()


@pytest.mark.parametrize(
    ("answer", "status", "advice"),
    [
        (times_out, "UNKNOWN", "Look the payment up at its gateway"),
        (declines, "FAILED", "Try it again"),
    ],
)
def test_what_is_open_with_what_to_do(answer: Any, status: str, advice: str) -> None:
    refund = a_refund(answer)
    told = run()
    part = refund.parts.get()
    for word in (str(refund.pk), status, "10 USD", advice, part.payment_reference, part.message):
        assert word in told
    assert refund.vendor_return.number in told


@pytest.mark.parametrize("succeeded", [True, False])
def test_a_refund_without_an_answer_is_cleared_up(succeeded: bool) -> None:
    refund = a_refund(times_out)
    outcome = {"succeeded": True} if succeeded else {"failed": True}
    status = RefundStatus.SUCCEEDED if succeeded else RefundStatus.FAILED
    assert f"is {status.value} now" in run(resolve=str(refund.pk), reference="re_1", **outcome)
    refund.refresh_from_db()
    assert refund.status == status.value
    event = ReturnEvent.objects.get(kind=EventKind.REFUND_RESOLVED.value)
    assert (event.message, event.actor_name) == ("re_1", "returns_refunds")


def test_what_makes_no_sense_changes_nothing() -> None:
    refund = a_refund(declines)
    for options in (
        {"resolve": str(refund.pk)},
        {"resolve": "1", "failed": True},
        {"resolve": str(uuid4()), "failed": True},
        {"resolve": str(refund.pk), "failed": True},
        {"resolve": str(refund.pk), "succeeded": True},
        {"succeeded": True},
        {"reference": "re_1"},
    ):
        with pytest.raises(CommandError):
            run(**options)
    refund.refresh_from_db()
    assert refund.status == RefundStatus.FAILED.value
