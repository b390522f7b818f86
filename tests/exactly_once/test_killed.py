"""A process that is killed at each step of a refund: the money moves once, or nobody says so."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from saleor_returns_plugin.enums import RefundMethod, RefundStatus, ReturnStatus
from saleor_returns_plugin.errors import InvalidTransition
from saleor_returns_plugin.models import Refund, VendorReturn
from saleor_returns_plugin.services import refund_parts, refunds
from tests.builders import MERCHANT, NOW
from tests.gateways.books import Books
from tests.gateways.scriptable import GATEWAY_ID
from tests.saleor_rows import pay

from .scenes import TEN, a_due_part, an_unpaid_order, due_parts, later, the_refund
from .steps import (
    AFTER,
    ANSWERED,
    BEFORE,
    BETWEEN,
    CLAIM,
    INTENT,
    RECORDED,
    RECORDING,
    STEPS,
    killed_at,
    release,
)

MOVED = {AFTER, ANSWERED, RECORDING, RECORDED}
SUCCEEDED, UNKNOWN = RefundStatus.SUCCEEDED.value, RefundStatus.UNKNOWN.value
PENDING, FAILED = RefundStatus.PENDING.value, RefundStatus.FAILED.value
SETTLED = {
    INTENT: SUCCEEDED,  # nobody was asked, so asking is safe
    CLAIM: UNKNOWN,
    BEFORE: UNKNOWN,
    AFTER: UNKNOWN,
    ANSWERED: SUCCEEDED,  # Saleor's row proves it
    RECORDING: SUCCEEDED,
    RECORDED: SUCCEEDED,
}


@pytest.mark.parametrize("step", STEPS)
def test_whoever_is_killed_moves_money_once_or_says_unknown(step: str, books: Books) -> None:
    part = a_due_part()

    killed_at(step, books, partial(release, part.pk))

    assert books.moved() == ([TEN] if step in MOVED else [])
    assert the_refund().status == (SUCCEEDED if step == RECORDED else PENDING)
    for minutes in (1, 3, 16, 17):
        later(minutes)
    assert the_refund().status == SETTLED[step]
    assert books.moved() == ([TEN] if step in MOVED | {INTENT} else [])


@pytest.mark.parametrize("step", [CLAIM, BEFORE, AFTER])
def test_what_nobody_can_prove_the_merchant_says(step: str, books: Books) -> None:
    part = a_due_part()
    killed_at(step, books, partial(release, part.pk))
    later(16)
    has_moved = bool(books.moved())

    refunds.resolve(
        refund_id=the_refund().pk, succeeded=has_moved, reference="seen", actor=MERCHANT, now=NOW
    )
    if not has_moved:
        refunds.retry(refund_id=the_refund().pk, actor=MERCHANT, now=NOW)

    assert (the_refund().status, books.moved()) == (SUCCEEDED, [TEN])


@pytest.mark.parametrize("step", [INTENT, CLAIM, AFTER, ANSWERED])
def test_whoever_takes_it_up_may_be_killed_as_well(step: str, books: Books) -> None:
    part = a_due_part()
    killed_at(INTENT, books, partial(release, part.pk))
    for name in ("arrived", "released"):
        (books.folder / name).unlink(missing_ok=True)

    killed_at(step, books, partial(later, 3))
    for minutes in (6, 20, 40):
        later(minutes)

    assert the_refund().status == SETTLED[step]
    assert len(books.moved()) == (0 if step == CLAIM else 1)


@pytest.mark.parametrize(
    "wishes",
    [
        {"amount": Decimal(0), "reason": "Nothing is left to pay"},
        {"method": RefundMethod.MANUAL, "reference": "bank 7"},
    ],
)
def test_what_asks_no_gateway_is_concluded_after_a_kill(
    wishes: dict[str, Any], books: Books
) -> None:
    part = a_due_part()
    killed_at(INTENT, books, partial(release, part.pk, **wishes))
    assert the_refund().status == PENDING

    assert [later(minutes) for minutes in (1, 3, 4)] == [0, 1, 0]

    assert (the_refund().status, books.calls()) == (SUCCEEDED, [])
    assert VendorReturn.objects.get().status == ReturnStatus.SETTLED.value


def test_one_that_cannot_be_concluded_keeps_no_other_waiting(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = an_unpaid_order(3)
    pay(order, gateway=GATEWAY_ID)
    stuck, free, silent = due_parts(order, parts=3)
    nothing = {"amount": Decimal(0), "reason": "Nothing is left to pay"}
    for part in (stuck, free):
        killed_at(INTENT, books, partial(release, part.pk, **nothing))
        (books.folder / "arrived").unlink()
    killed_at(ANSWERED, books, partial(release, silent.pk))
    conclude = refund_parts.conclude

    def cannot(refund: Refund, **values: Any) -> Refund:
        if refund.vendor_return_id == stuck.pk:
            raise OverflowError("a defect")
        return conclude(refund, **values)

    with monkeypatch.context() as broken:
        broken.setattr(refund_parts, "conclude", cannot)
        assert later(16) == 2

    statuses = {refund.vendor_return_id: refund.status for refund in Refund.objects.all()}
    assert statuses == {stuck.pk: PENDING, free.pk: SUCCEEDED, silent.pk: SUCCEEDED}
    assert later(17) == 1


def test_killed_between_two_payments_the_second_is_taken_up(books: Books) -> None:
    part = a_due_part("4.00", "16.00")
    killed_at(AFTER, books, partial(release, part.pk), first=["accepts"])
    assert the_refund().paid == Decimal("4.00")
    for minutes in (3, 16):
        later(minutes)

    assert books.moved() == [Decimal("4.00"), Decimal("6.00")]
    assert (the_refund().status, the_refund().paid) == (UNKNOWN, Decimal("4.00"))
    refunds.resolve(refund_id=the_refund().pk, succeeded=True, actor=MERCHANT, now=NOW)
    assert the_refund().status == SUCCEEDED


FOUR, SIX = Decimal("4.00"), Decimal("6.00")


def says(succeeded: bool) -> None:
    refunds.resolve(
        refund_id=the_refund().pk, succeeded=succeeded, reference="psp 7", actor=MERCHANT, now=NOW
    )


def second_is(status: str) -> bool:
    """As it stands that nobody was asked for."""
    second = the_refund().parts.get(amount=SIX)
    return (second.status, second.asked_at, second.psp_reference) == (status, None, "")


@pytest.mark.parametrize("succeeded", [True, False])
def test_what_the_merchant_found_says_nothing_of_a_payment_that_nobody_asked(
    succeeded: bool, books: Books
) -> None:
    part = a_due_part("4.00", "16.00")
    books.script("times out after" if succeeded else "times out before")
    killed_at(BETWEEN, books, partial(release, part.pk))
    assert (the_refund().status, second_is(PENDING)) == (UNKNOWN, True)

    says(succeeded)

    refund = the_refund()
    if succeeded:
        assert (refund.status, refund.paid, second_is(PENDING)) == (PENDING, FOUR, True)
        assert refund.failure == ""
        later(3)
    else:
        assert (refund.status, refund.paid, second_is(FAILED)) == (FAILED, 0, True)
        refunds.retry(refund_id=refund.pk, actor=MERCHANT, now=NOW)
    assert (the_refund().status, the_refund().paid) == (SUCCEEDED, FOUR + SIX)
    assert sorted(books.moved()) == [FOUR, SIX]


def test_what_nobody_asked_for_cannot_be_said_to_be_paid_beside_what_was(books: Books) -> None:
    part = a_due_part("4.00", "16.00")
    killed_at(BETWEEN, books, partial(release, part.pk))
    assert (the_refund().status, the_refund().paid) == (PENDING, FOUR)

    with pytest.raises(InvalidTransition):
        says(True)
    assert (the_refund().status, second_is(PENDING)) == (PENDING, True)
    says(False)
    assert (the_refund().status, the_refund().paid, second_is(FAILED)) == (FAILED, FOUR, True)

    refunds.retry(refund_id=the_refund().pk, actor=MERCHANT, now=NOW)
    assert (the_refund().status, sorted(books.moved())) == (SUCCEEDED, [FOUR, SIX])
