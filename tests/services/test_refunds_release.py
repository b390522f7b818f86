"""What a refund may be: which ways, how much, by whom, and under which key."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import RefundMethod, RefundStatus, ReturnStatus
from saleor_returns_plugin.errors import (
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    NothingToRefund,
    NotPermitted,
    RefundDeclined,
    RefundExceedsCharged,
    Required,
)
from saleor_returns_plugin.models import Refund, RefundPart, ReturnPolicy, VendorReturn
from saleor_returns_plugin.services import refunds
from tests.builders import MERCHANT, a_policy_for, a_vendor, acts_for, shopper_of
from tests.exactly_once.scenes import an_unpaid_order, due_parts
from tests.saleor_rows import pay
from tests.saleor_rows.gateway import PATH, RecordedGateway
from tests.saleor_rows.gift_cards import a_gift_card, balance_of, pay_with_cards

pytestmark = pytest.mark.django_db(transaction=True)

SUCCEEDED = RefundStatus.SUCCEEDED.value


@pytest.fixture(autouse=True)
def gateway(settings: Any) -> type[RecordedGateway]:
    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    return RecordedGateway


def a_part(*amounts: str, units: int = 1, **payment: Any) -> VendorReturn:
    order = an_unpaid_order()
    for amount in amounts or ("20.00",):
        pay(order, amount, **payment)
    return due_parts(order, units=units)[0]


def release(part: VendorReturn, actor: Any = MERCHANT, **wishes: Any) -> Refund:
    return refunds.release(vendor_return_id=part.pk, actor=actor, now=timezone.now(), **wishes)


def test_several_payments_first_captured_first(gateway: Any) -> None:
    refund = release(a_part("4.00", "16.00"))
    assert (refund.status, gateway.calls) == (SUCCEEDED, [D("4.00"), D("6.00")])
    amounts = sorted(refund.parts.values_list("amount", flat=True))
    assert (amounts, refund.paid) == ([D(4), D(6)], D(10))


def test_what_is_not_captured_cannot_go_back(gateway: Any) -> None:
    part = a_part("4.00")
    with pytest.raises(RefundExceedsCharged):
        release(part)
    with pytest.raises(RefundExceedsCharged):
        release(part, method=RefundMethod.MANUAL, reference="bank 7")
    assert (Refund.objects.count(), gateway.calls) == (0, [])
    by_hand = {"method": RefundMethod.MANUAL, "reference": "bank 7", "reason": "Cash"}
    assert release(part, amount=D(4), **by_hand).status == SUCCEEDED


def test_what_staff_paid_back_in_saleor_is_not_paid_again(gateway: Any) -> None:
    part = a_part()
    order_id = part.request.record.order_id
    host.current.refund(host.current.payments(order_id)[0].reference, D("4.00"), "staff")
    refund = release(part)
    assert (refund.amount, refund.already_refunded) == (D(6), D(4))
    assert gateway.calls == [D(4), D(6)]


@pytest.mark.parametrize("gateway_id", ["manual", "gone.gateway"])
def test_a_payment_that_saleor_cannot_refund_is_paid_by_hand(gateway_id: str) -> None:
    part = a_part(gateway=gateway_id)
    with pytest.raises(RefundDeclined):
        release(part)
    refund = release(part, method=RefundMethod.MANUAL, reference="bank 7")
    assert (refund.status, refund.parts.get().payment_reference) == (SUCCEEDED, "manual")
    assert refund.parts.get().psp_reference == "bank 7"
    assert VendorReturn.objects.get().status == ReturnStatus.SETTLED.value


def test_a_gift_cards_share_goes_back_to_the_card(gateway: Any) -> None:
    order = an_unpaid_order()
    card = a_gift_card("15.00")
    pay_with_cards(order, [card])
    pay(order)
    refund = release(due_parts(order, units=2)[0])
    assert (refund.status, gateway.calls, balance_of(card)) == (SUCCEEDED, [D(5)], D(15))
    ways = [row.payment_reference.partition(":")[0] for row in refund.parts.all()]
    assert sorted(ways) == ["gift_card", "payment"]


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-0.01", "1E+15", "1E+999999999"])
def test_what_is_no_amount_is_refused(amount: str, gateway: Any) -> None:
    part = a_part()
    for _ in range(2):  # also for a key that was used before
        with pytest.raises(InvalidInput) as refused:
            release(part, amount=D(amount), reason="Why", idempotency_key="one")
        assert refused.value.field == "amount"
        if not Refund.objects.exists():
            release(part, idempotency_key="one")
    assert gateway.calls == [D(10)]


@pytest.mark.parametrize(
    ("wishes", "error", "field"),
    [
        ({"amount": D("9.999"), "reason": "Why"}, InvalidInput, "amount"),
        ({"amount": D("9.99")}, Required, "reason"),
        ({"amount": D("20.01"), "reason": "Why"}, RefundExceedsCharged, "amount"),
        ({"method": RefundMethod.MANUAL}, Required, "reference"),
        ({"reference": "bank 7"}, InvalidInput, "reference"),
        (
            {"method": RefundMethod.MANUAL, "reference": "x" * 256},
            InvalidInput,
            "reference",
        ),
    ],
)
def test_a_wish_that_cannot_be_granted(
    wishes: Any, error: type[Exception], field: str, gateway: Any
) -> None:
    part = a_part()
    with pytest.raises(error) as refused:
        release(part, **wishes)
    assert refused.value.field == field
    assert (Refund.objects.count(), RefundPart.objects.count(), gateway.calls) == (0, 0, [])


@pytest.mark.parametrize("amount", ["12.50", "7.50", "20.00"])
def test_the_merchant_may_pay_another_amount(amount: str, gateway: Any) -> None:
    refund = release(a_part(), amount=D(amount), reason="Kindness")
    assert (refund.amount, refund.adjustment, gateway.calls) == (
        D(amount),
        D(amount) - 10,
        [D(amount)],
    )
    assert sum(D(step[1]) for step in refund.steps) == D(amount)


def test_nothing_is_an_amount(gateway: Any) -> None:
    refund = release(a_part(), amount=D(0), reason="A voucher was given")
    assert (refund.status, refund.parts.count(), gateway.calls) == (SUCCEEDED, 0, [])
    assert VendorReturn.objects.get().status == ReturnStatus.SETTLED.value


def test_one_key_one_refund() -> None:
    part = a_part()
    first = release(part, idempotency_key="one")
    assert release(part, idempotency_key="one").pk == first.pk
    for other in ({"amount": D(5), "reason": "Why"}, {"method": RefundMethod.MANUAL}):
        with pytest.raises(IdempotencyConflict):
            release(part, idempotency_key="one", **other)
    with pytest.raises(NothingToRefund):
        release(part, idempotency_key="two")


def test_who_may_refund(gateway: Any) -> None:
    part = a_part()
    vendor = acts_for(part.vendor)
    with pytest.raises(NotFound):
        release(part, acts_for(a_vendor("Elm")))
    with pytest.raises(NotPermitted):
        release(part, shopper_of(part.request.record))
    for wish in ({"amount": D(1), "reason": "Why"}, {"method": RefundMethod.MANUAL}):
        with pytest.raises(NotPermitted):
            release(part, vendor, **wish)
    policy = ReturnPolicy.objects.create(
        channel=part.request.record.channel, vendor_may_refund=False
    )
    with pytest.raises(NotPermitted):
        release(part, vendor)
    assert (Refund.objects.count(), gateway.calls) == (0, [])
    policy.vendor_may_refund = True
    policy.save()
    assert release(part, vendor).status == SUCCEEDED


def test_a_vendor_refunds_up_to_its_limit(gateway: Any) -> None:
    part = a_part()
    vendor = acts_for(part.vendor)
    policy = a_policy_for(part.request.record, vendor_refund_limit=D("9.99"))
    with pytest.raises(NotPermitted):
        release(part, vendor)
    assert (Refund.objects.count(), gateway.calls) == (0, [])
    policy.vendor_refund_limit = D("10.00")
    policy.save()
    assert release(part, vendor).status == SUCCEEDED
