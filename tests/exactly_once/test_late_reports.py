"""Through a gateway that takes a refund and reports later, as Adyen's plugin of 3.20 to 3.22."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import RefundStatus, ReturnStatus
from saleor_returns_plugin.errors import InvalidTransition
from saleor_returns_plugin.models import Refund, VendorReturn
from saleor_returns_plugin.selectors import checks
from saleor_returns_plugin.services import reconciliation, refunds, split
from tests.builders import MERCHANT
from tests.gateways.books import Books
from tests.gateways.scriptable import GATEWAY_ID, report
from tests.saleor_rows import pay

from .scenes import TEN, an_unpaid_order, due_parts, later, owed_to_vendor, the_refund
from .steps import ANSWERED, killed_at, release

pytestmark = pytest.mark.skipif(not host.IS_V3, reason="2.10 has no such gateway")

SUCCEEDED, FAILED = RefundStatus.SUCCEEDED.value, RefundStatus.FAILED.value
UNKNOWN, PENDING = RefundStatus.UNKNOWN.value, RefundStatus.PENDING.value


@pytest.fixture
def payment(books: Books) -> Any:
    books.script("later")
    order = an_unpaid_order()
    pay(order, gateway=GATEWAY_ID)
    return order.payments.get()


@pytest.fixture
def part(payment: Any) -> VendorReturn:
    return due_parts(payment.order)[0]


def settled() -> bool:
    return VendorReturn.objects.get().status == ReturnStatus.SETTLED.value


def watch() -> int:
    return reconciliation.watch(now=timezone.now())


def resolve(succeeded: bool) -> None:
    refunds.resolve(
        refund_id=the_refund().pk,
        succeeded=succeeded,
        reference="Seen there",
        actor=MERCHANT,
        now=timezone.now(),
    )


def retry() -> Refund:
    return refunds.retry(refund_id=the_refund().pk, actor=MERCHANT, now=timezone.now())


def nothing_is_held_as_the_stores(payment: Any) -> bool:
    record = split.split_order(order_id=payment.order_id, now=timezone.now())
    assert record is not None
    assert [each.text for each in checks.of_orders([record])] == []
    return record.refunded_elsewhere == 0


def test_what_it_has_taken_stays_on_its_way(part: VendorReturn, payment: Any, books: Books) -> None:
    assert release(part.pk).status == PENDING
    assert [later(16), later(60 * 24 * 9)] == [0, 0]
    assert (the_refund().status, books.calls()) == (PENDING, ["later"])

    report("REFUND", payment, TEN, "refund-1")
    report("REFUND", payment, TEN, "refund-1")

    assert [later(1), later(2)] == [1, 0]
    assert (the_refund().status, settled(), books.moved()) == (SUCCEEDED, True, [TEN])
    assert nothing_is_held_as_the_stores(payment)


@pytest.mark.parametrize("event", ["REFUND_FAILED", "REFUND refused"])
def test_what_it_could_not_pay_is_tried_again(
    event: str, part: VendorReturn, payment: Any, books: Books
) -> None:
    release(part.pk)
    report(event.split()[0], payment, TEN, "refund-1", is_success=event == "REFUND_FAILED")

    assert later(1) == 1
    assert (the_refund().status, the_refund().paid, books.moved()) == (FAILED, 0, [])
    assert nothing_is_held_as_the_stores(payment)
    assert retry().status == PENDING
    report("REFUND", payment, TEN, "refund-2")
    later(1)
    assert (the_refund().status, settled(), books.moved()) == (SUCCEEDED, True, [TEN])
    assert nothing_is_held_as_the_stores(payment)


@pytest.mark.parametrize("event", ["REFUND_FAILED", "REFUNDED_REVERSED"])
def test_a_failure_after_success_takes_everything_back(
    event: str, part: VendorReturn, payment: Any, books: Books
) -> None:
    release(part.pk)
    report("REFUND", payment, TEN, "refund-1")
    later(1)
    assert (the_refund().status, settled(), watch()) == (SUCCEEDED, True, 0)

    report(event, payment, TEN, "refund-1")

    assert [watch(), watch()] == [1, 0]
    assert (the_refund().status, the_refund().paid, settled()) == (FAILED, 0, False)
    assert owed_to_vendor() == Decimal("18.40"), "the sale less its commission"
    assert nothing_is_held_as_the_stores(payment)
    books.script("accepts")
    assert (retry().status, settled()) == (SUCCEEDED, True)
    assert nothing_is_held_as_the_stores(payment)


def test_a_part_that_came_back_changes_nothing_by_itself(part: VendorReturn, payment: Any) -> None:
    release(part.pk)
    report("REFUND", payment, TEN, "refund-1")
    later(1)
    report("REFUNDED_REVERSED", payment, Decimal(4), "refund-1")
    assert (watch(), the_refund().status) == (0, SUCCEEDED)


def test_a_report_on_another_refund_says_nothing_of_ours(part: VendorReturn, payment: Any) -> None:
    release(part.pk)
    host.current.refund(f"payment:{payment.pk}", TEN, "staff")
    report("REFUND_FAILED", payment, TEN, "refund-2")
    assert (later(16), the_refund().status) == (0, PENDING)
    report("REFUND", payment, TEN, "refund-1")
    assert (later(16), the_refund().status) == (1, SUCCEEDED)


def test_whoever_is_killed_before_the_answer_is_written_down(
    part: VendorReturn, payment: Any, books: Books
) -> None:
    killed_at(ANSWERED, books, partial(release, part.pk))
    assert (later(3), later(16), the_refund().status) == (0, 0, PENDING)
    assert the_refund().parts.get().psp_reference == "refund-1"
    report("REFUND", payment, TEN, "refund-1")
    assert (later(17), the_refund().status, books.calls()) == (1, SUCCEEDED, ["later"])


def test_it_was_paid_on_the_merchants_word_and_failed_after_all(
    part: VendorReturn, payment: Any
) -> None:
    release(part.pk)
    resolve(True)
    report("REFUND_FAILED", payment, TEN, "refund-1")
    assert (watch(), the_refund().status, settled()) == (1, FAILED, False)


def test_it_was_not_paid_on_the_merchants_word_and_was_after_all(
    part: VendorReturn, payment: Any, books: Books
) -> None:
    """Money that nobody here waits for any more is the store's: a new refund allows for it."""
    release(part.pk)
    resolve(False)
    report("REFUND", payment, TEN, "refund-1")
    with pytest.raises(InvalidTransition):
        retry()
    again = release(part.pk)
    assert (again.status, again.amount, again.already_refunded) == (SUCCEEDED, 0, TEN)
    assert (settled(), books.moved()) == (True, [TEN])
