"""Through a payment app of 3.x over HTTP: late, twice, in part, out of order, or never."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import RefundStatus, ReturnStatus
from saleor_returns_plugin.errors import RefundDeclined
from saleor_returns_plugin.models import VendorReturn
from saleor_returns_plugin.selectors import checks
from saleor_returns_plugin.services import reconciliation, refunds, split
from tests.builders import MERCHANT
from tests.gateways.books import Books
from tests.gateways.payment_app import PaymentApp

from .scenes import TEN, an_unpaid_order, due_parts, later, owed_to_vendor, the_refund
from .steps import ANSWERED, CLAIM, INTENT, RECORDING, killed_at, release

pytestmark = pytest.mark.skipif(not host.IS_V3, reason="2.10 has payments only")

SUCCEEDED, FAILED = RefundStatus.SUCCEEDED.value, RefundStatus.FAILED.value
UNKNOWN, PENDING = RefundStatus.UNKNOWN.value, RefundStatus.PENDING.value


@pytest.fixture
def item(payment_app: PaymentApp) -> Any:
    return payment_app.charge(an_unpaid_order(), Decimal("20.00"))


@pytest.fixture
def part(item: Any) -> VendorReturn:
    return due_parts(item.order)[0]


def watch() -> int:
    return reconciliation.watch(now=timezone.now())


def settled() -> bool:
    return VendorReturn.objects.get().status == ReturnStatus.SETTLED.value


def test_a_late_answer(part: VendorReturn, item: Any, payment_app: PaymentApp) -> None:
    assert release(part.pk).status == PENDING
    later(16)
    assert the_refund().status == PENDING, "the app has it: it is on its way, for days"

    payment_app.report(item, "REFUND_SUCCESS", TEN, "psp-1")
    later(1)

    assert (the_refund().status, len(payment_app.calls), settled()) == (SUCCEEDED, 1, True)


def test_what_is_on_its_way_leaves_the_rest_to_be_paid(item: Any, payment_app: PaymentApp) -> None:
    """Saleor takes it off what is charged as soon as it is asked for."""
    first, second = due_parts(item.order, parts=2)
    assert release(first.pk).status == PENDING
    assert release(second.pk).status == PENDING
    assert [Decimal(str(call["action"]["value"])) for call in payment_app.calls] == [TEN, TEN]


def test_an_answer_that_comes_twice(part: VendorReturn, item: Any, payment_app: PaymentApp) -> None:
    payment_app.script("success")
    release(part.pk)
    owed = owed_to_vendor()

    payment_app.report(item, "REFUND_SUCCESS", TEN, "psp-1")

    assert [later(1), watch()] == [0, 0]
    assert (the_refund().status, the_refund().paid, owed_to_vendor()) == (SUCCEEDED, TEN, owed)


@pytest.mark.parametrize("kind", ["REFUND_FAILURE", "REFUND_REVERSE"])
def test_a_failure_after_success_takes_everything_back(
    kind: str, part: VendorReturn, item: Any, payment_app: PaymentApp
) -> None:
    payment_app.script("success")
    release(part.pk)

    payment_app.report(item, kind, TEN, "psp-1")
    watch()

    assert (the_refund().status, the_refund().paid, settled()) == (FAILED, 0, False)
    sold = Decimal("20.00") - Decimal("1.60")
    assert owed_to_vendor() == sold, "the sale less its commission"
    payment_app.script("success")
    refunds.retry(refund_id=the_refund().pk, actor=MERCHANT, now=timezone.now())
    assert (the_refund().status, settled()) == (SUCCEEDED, True)
    assert owed_to_vendor() == sold / 2


def test_a_report_of_a_refund_nobody_knows(
    part: VendorReturn, item: Any, payment_app: PaymentApp
) -> None:
    release(part.pk)
    payment_app.report(item, "REFUND_SUCCESS", Decimal(1), "nobody-knows")
    assert [later(1), watch()] == [0, 0]
    assert the_refund().status == PENDING


def test_a_part_of_the_amount_is_for_a_person(part: VendorReturn, payment_app: PaymentApp) -> None:
    payment_app.script("partial success")
    assert release(part.pk).status == UNKNOWN
    later(16)
    assert (the_refund().status, len(payment_app.calls)) == (UNKNOWN, 1)


@pytest.mark.parametrize("answer", ["silence", "lost", "silence after", "lost after", "nonsense"])
def test_no_answer_is_unknown_and_asked_again_only_on_the_merchants_word(
    answer: str, part: VendorReturn, payment_app: PaymentApp
) -> None:
    payment_app.script(answer, "success")
    refund = release(part.pk)
    later(16)
    assert (the_refund().status, len(payment_app.calls)) == (UNKNOWN, 1)
    has_moved = bool(payment_app.moved)

    refunds.resolve(refund_id=refund.pk, succeeded=has_moved, actor=MERCHANT, now=timezone.now())
    if not has_moved:
        refunds.retry(refund_id=refund.pk, actor=MERCHANT, now=timezone.now())

    assert (the_refund().status, payment_app.moved) == (SUCCEEDED, [TEN])


def test_a_refusal_then_a_late_success_is_never_paid_twice(
    part: VendorReturn, item: Any, payment_app: PaymentApp
) -> None:
    payment_app.script("failure", "success")
    refund = release(part.pk)
    assert refund.status == FAILED
    late = timezone.now() + timezone.timedelta(seconds=9)
    payment_app.report(item, "REFUND_SUCCESS", TEN, "psp-1", time=late)

    with pytest.raises(refunds.InvalidTransition):  # Saleor holds it as paid back
        refunds.retry(refund_id=refund.pk, actor=MERCHANT, now=timezone.now())

    assert len(payment_app.calls) == 1


def test_a_late_success_of_one_part_of_several_is_never_paid_another_way(
    payment_app: PaymentApp,
) -> None:
    order = an_unpaid_order()
    _first, second, _third = (
        payment_app.charge(order, Decimal(amount)) for amount in ("4", "6", "10")
    )
    payment_app.script("success", "failure", "success")
    refund = release(due_parts(order)[0].pk)
    assert (refund.status, refund.paid) == (FAILED, Decimal(4))
    late = timezone.now() + timezone.timedelta(seconds=9)
    payment_app.report(second, "REFUND_SUCCESS", Decimal(6), "psp-2", time=late)

    refunds.retry(refund_id=refund.pk, actor=MERCHANT, now=timezone.now())

    assert (the_refund().status, the_refund().paid) == (SUCCEEDED, TEN)
    assert len(payment_app.calls) == 2


def test_an_app_that_never_reports_leaves_the_word_to_the_merchant(
    part: VendorReturn, payment_app: PaymentApp
) -> None:
    refund = release(part.pk)
    later(60 * 24 * 30)
    assert the_refund().status == PENDING
    refunds.resolve(refund_id=refund.pk, succeeded=False, actor=MERCHANT, now=timezone.now())
    assert (the_refund().status, len(payment_app.calls)) == (FAILED, 1)


def test_what_the_store_says_came_back_is_asked_for_under_a_new_key(
    part: VendorReturn, item: Any, payment_app: PaymentApp
) -> None:
    """Under the old one Saleor would say that it was paid."""
    payment_app.script("success")
    refund = release(part.pk)
    refunds.resolve(
        refund_id=refund.pk,
        succeeded=False,
        reference="letter 3",
        actor=MERCHANT,
        now=timezone.now(),
    )

    refunds.retry(refund_id=refund.pk, actor=MERCHANT, now=timezone.now())

    assert (the_refund().status, payment_app.moved) == (SUCCEEDED, [TEN, TEN])
    assert part.request.record.refunded_elsewhere == 0


def resolve(succeeded: bool, reference: str = "Seen there") -> None:
    refunds.resolve(
        refund_id=the_refund().pk,
        succeeded=succeeded,
        reference=reference,
        actor=MERCHANT,
        now=timezone.now(),
    )


def retry() -> None:
    refunds.retry(refund_id=the_refund().pk, actor=MERCHANT, now=timezone.now())


def refunded_elsewhere(item: Any) -> Decimal:
    """As it is kept once Saleor's order was looked at; and the check finds nothing."""
    record = split.split_order(order_id=item.order_id, now=timezone.now())
    assert record is not None
    assert [each.text for each in checks.of_orders([record])] == []
    return record.refunded_elsewhere


@pytest.fixture
def never_answered(part: VendorReturn, payment_app: PaymentApp) -> VendorReturn:
    """The app took the request, and was not heard of for days."""
    assert release(part.pk).status == PENDING
    for days in (1, 9):
        later(60 * 24 * days)
    assert (the_refund().status, len(payment_app.calls)) == (PENDING, 1)
    return part


def test_it_was_paid_on_the_merchants_word_and_on_the_apps(
    never_answered: VendorReturn, item: Any, payment_app: PaymentApp
) -> None:
    resolve(True)
    assert (the_refund().status, the_refund().paid, settled()) == (SUCCEEDED, TEN, True)
    owed = owed_to_vendor()
    assert refunded_elsewhere(item) == 0

    payment_app.report(item, "REFUND_SUCCESS", TEN, "psp-1")

    assert [later(1), watch()] == [0, 0]
    assert (the_refund().status, the_refund().paid, owed_to_vendor()) == (SUCCEEDED, TEN, owed)
    assert (refunded_elsewhere(item), len(payment_app.calls)) == (0, 1)


def test_it_was_paid_on_the_merchants_word_and_the_app_denies_it(
    never_answered: VendorReturn, item: Any, payment_app: PaymentApp
) -> None:
    resolve(True)
    payment_app.report(item, "REFUND_FAILURE", TEN, "psp-1")
    assert watch() == 1
    assert (the_refund().status, the_refund().paid, settled()) == (FAILED, 0, False)
    assert (owed_to_vendor(), refunded_elsewhere(item)) == (Decimal("18.40"), 0)
    payment_app.script("success")
    retry()
    assert (the_refund().status, settled(), payment_app.moved) == (SUCCEEDED, True, [TEN])
    assert refunded_elsewhere(item) == 0


def test_it_was_not_paid_on_the_merchants_word_and_is_tried_again(
    never_answered: VendorReturn, item: Any, payment_app: PaymentApp
) -> None:
    """Saleor holds the first request as on its way for ever; nobody was paid by it."""
    resolve(False)
    assert (the_refund().status, refunded_elsewhere(item)) == (FAILED, 0)
    payment_app.script("success")
    retry()
    assert (the_refund().status, the_refund().paid, settled()) == (SUCCEEDED, TEN, True)
    assert (len(payment_app.calls), payment_app.moved) == (2, [TEN])
    assert refunded_elsewhere(item) == 0

    payment_app.report(item, "REFUND_FAILURE", TEN, "psp-1")

    assert [later(1), watch()] == [0, 0]
    assert (the_refund().status, refunded_elsewhere(item)) == (SUCCEEDED, 0)


def test_it_was_not_paid_on_the_merchants_word_and_is_paid_another_way(
    never_answered: VendorReturn, item: Any
) -> None:
    resolve(False)
    resolve(True, "Bank 7")
    assert (the_refund().status, the_refund().paid, settled()) == (SUCCEEDED, TEN, True)
    assert the_refund().parts.get(is_replaced=False).payment_reference == "manual"
    assert refunded_elsewhere(item) == 0


def test_all_of_it_under_way_leaves_saleor_nothing_to_pay_with(
    item: Any, payment_app: PaymentApp
) -> None:
    release(due_parts(item.order, units=2)[0].pk)
    resolve(False)
    with pytest.raises(RefundDeclined):
        retry()
    assert (the_refund().status, len(payment_app.calls)) == (FAILED, 1)
    resolve(True, "Bank 7")
    assert (the_refund().status, the_refund().paid) == (SUCCEEDED, Decimal("20.00"))


def test_it_was_not_paid_on_the_merchants_word_but_the_app_says_it_was(
    never_answered: VendorReturn, item: Any, payment_app: PaymentApp
) -> None:
    """Money that nobody here waits for any more is the store's: a new refund allows for it."""
    resolve(False)
    payment_app.report(item, "REFUND_SUCCESS", TEN, "psp-1")
    assert [later(1), watch()] == [0, 0]
    assert (the_refund().status, refunded_elsewhere(item)) == (FAILED, TEN)
    with pytest.raises(refunds.InvalidTransition):
        retry()
    again = release(never_answered.pk)
    assert (again.status, again.amount, again.already_refunded) == (SUCCEEDED, 0, TEN)
    assert (settled(), len(payment_app.calls)) == (True, 1)


def test_what_was_paid_twice_on_a_wrong_word_is_known(
    never_answered: VendorReturn, item: Any, payment_app: PaymentApp
) -> None:
    resolve(False)
    payment_app.script("success")
    retry()
    payment_app.report(item, "REFUND_SUCCESS", TEN, "psp-1")
    assert [later(1), watch()] == [0, 0]
    assert (the_refund().status, the_refund().paid) == (SUCCEEDED, TEN)
    assert refunded_elsewhere(item) == TEN


@pytest.mark.parametrize(
    ("step", "calls", "status"),
    [
        (INTENT, 1, SUCCEEDED),
        (CLAIM, 0, FAILED),  # Saleor has no grant: it was never asked, which is an answer
        (ANSWERED, 1, SUCCEEDED),
        (RECORDING, 1, SUCCEEDED),
    ],
)
def test_whoever_is_killed(
    step: str, calls: int, status: str, part: VendorReturn, books: Books, payment_app: PaymentApp
) -> None:
    payment_app.script("success")
    killed_at(step, books, partial(release, part.pk))
    for minutes in (3, 16, 17):
        later(minutes)

    assert (the_refund().status, len(payment_app.calls)) == (status, calls)
    if status == FAILED:
        refunds.retry(refund_id=the_refund().pk, actor=MERCHANT, now=timezone.now())
        assert the_refund().status == SUCCEEDED
    assert payment_app.moved == [TEN]
