"""What a gateway can do to a refund, through the whole service."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from saleor_returns_plugin.enums import EventKind, RefundStatus, ReturnStatus
from saleor_returns_plugin.errors import InvalidTransition, NothingToRefund
from saleor_returns_plugin.models import LedgerEntry, RefundPart, ReturnEvent, VendorReturn
from saleor_returns_plugin.services import refunds
from tests.builders import MERCHANT, NOW
from tests.gateways.books import Books
from tests.scenarios.together import in_thread

from .scenes import TEN, a_due_part, later, the_refund
from .steps import release

SUCCEEDED, FAILED = RefundStatus.SUCCEEDED.value, RefundStatus.FAILED.value
UNKNOWN, PENDING = RefundStatus.UNKNOWN.value, RefundStatus.PENDING.value


@pytest.mark.parametrize(
    ("answer", "status", "moved"),
    [
        ("accepts", SUCCEEDED, [TEN]),
        ("answers twice", SUCCEEDED, [TEN]),
        ("declines", FAILED, []),
        ("times out before", UNKNOWN, []),
        ("times out after", UNKNOWN, [TEN]),
        ("raises", UNKNOWN, []),
    ],
)
def test_only_an_answer_makes_it_failed(
    answer: str, status: str, moved: list[Decimal], books: Books
) -> None:
    books.script(answer, "accepts")
    part = a_due_part()

    refund = release(part.pk)

    assert (refund.status, books.moved()) == (status, moved)
    assert [later(minutes) for minutes in (3, 16, 60)] == [0, 0, 0], "nothing proves more"
    assert (the_refund().status, books.calls()) == (status, [answer])
    assert LedgerEntry.objects.filter(refund_id=refund.pk).exists() == (status == SUCCEEDED)
    settled = VendorReturn.objects.get().status == ReturnStatus.SETTLED.value
    assert settled == (status == SUCCEEDED)


@pytest.mark.parametrize("answer", ["times out before", "times out after", "raises"])
def test_nothing_is_asked_for_while_it_is_unknown(answer: str, books: Books) -> None:
    books.script(answer, "accepts")
    part = a_due_part()
    refund = release(part.pk)

    with pytest.raises(NothingToRefund):
        release(part.pk)
    with pytest.raises(InvalidTransition):
        refunds.retry(refund_id=refund.pk, actor=MERCHANT, now=NOW)

    assert len(books.calls()) == 1


def test_a_late_answer_is_written_down(books: Books) -> None:
    books.script("hangs")
    part = a_due_part()

    with ThreadPoolExecutor(1) as pool:
        asked = in_thread(pool, partial(release, part.pk))
        books.wait_for_call()
        refund = the_refund()
        assert refund.status == PENDING
        assert later(3) == 0, "its process may live"
        with pytest.raises(InvalidTransition):  # else a retry would ask beside it
            refunds.resolve(refund_id=refund.pk, succeeded=False, actor=MERCHANT, now=NOW)
        assert later(16) == 1
        assert the_refund().status == UNKNOWN
        books.release()
        answer = asked.result(30)

    assert (answer.status, the_refund().status, books.moved()) == (SUCCEEDED, SUCCEEDED, [TEN])
    kinds = [kind.value for kind in (EventKind.REFUND_UNKNOWN, EventKind.REFUND_SUCCEEDED)]
    events = ReturnEvent.objects.filter(kind__in=kinds).order_by("created_at")
    assert [event.kind for event in events] == kinds


def test_a_refusal_of_the_first_attempt_says_nothing_of_the_second(books: Books) -> None:
    from saleor_returns_plugin import host
    from saleor_returns_plugin.services import refund_parts

    books.script("declines", "times out after")
    refund = release(a_due_part().pk)
    first = RefundPart.objects.get()
    refunds.retry(refund_id=refund.pk, actor=MERCHANT, now=NOW + timedelta(minutes=1))

    late = host.RefundAnswer(RefundStatus.FAILED, message="Card was closed.")
    refund_parts.record(first, late, actor=MERCHANT, now=NOW)

    assert (the_refund().status, books.moved()) == (UNKNOWN, [TEN])


def test_a_decline_of_the_first_payment_spares_the_second(books: Books) -> None:
    books.script("declines", "accepts")
    part = a_due_part("4.00", "16.00")

    refund = release(part.pk)
    assert (refund.status, len(books.calls())) == (FAILED, 1)
    refunds.retry(refund_id=refund.pk, actor=MERCHANT, now=NOW)

    assert (the_refund().status, sorted(books.moved())) == (SUCCEEDED, [Decimal(4), Decimal(6)])


@pytest.mark.parametrize("succeeded", [True, False])
def test_silence_of_one_payment_of_two_is_resolved_alone(succeeded: bool, books: Books) -> None:
    books.script("times out after" if succeeded else "times out before", "accepts")
    refund = release(a_due_part("4.00", "16.00").pk)
    assert (refund.status, refund.paid) == (UNKNOWN, Decimal(6))

    refunds.resolve(refund_id=refund.pk, succeeded=succeeded, actor=MERCHANT, now=NOW)
    if not succeeded:
        assert (the_refund().status, the_refund().paid) == (FAILED, Decimal(6))
        refunds.retry(refund_id=refund.pk, actor=MERCHANT, now=NOW)

    assert (the_refund().status, sorted(books.moved())) == (SUCCEEDED, [Decimal(4), Decimal(6)])
