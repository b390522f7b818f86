"""Refunds that failed, whose figures are others by now: they are not tried again, but made anew."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.core import mail

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.requested import RequestedLine
from saleor_returns_plugin.enums import EventKind, RefundMethod, RefundStatus
from saleor_returns_plugin.errors import InvalidTransition
from saleor_returns_plugin.models import (
    NotificationLog,
    OrderRecord,
    Reception,
    Refund,
    VendorReturn,
)
from saleor_returns_plugin.selectors import checks
from saleor_returns_plugin.services import notifications, receptions, return_requests
from saleor_returns_plugin.services import vendor_returns as parts
from saleor_returns_plugin.services.receptions import ReceivedLine
from tests.builders import (
    MERCHANT,
    NOW,
    a_policy_for,
    a_request,
    a_vendor,
    acts_for,
    an_order,
    receive_all,
    sells,
)
from tests.saleor_rows import a_product
from tests.saleor_rows.gateway import RecordedGateway, accepts, declines

from .telling import LOCMEM, a_portal, last, says, says_not
from .test_refunds_again import declined, resolve, retry
from .test_refunds_release import gateway, release  # noqa: F401

# ruff: noqa: F811
pytestmark = pytest.mark.django_db(transaction=True)

FAILED, SUCCEEDED = RefundStatus.FAILED.value, RefundStatus.SUCCEEDED.value


def of_two(**values: Any) -> OrderRecord:
    """A chair and a table of one vendor, each for 50.00."""
    vendor = a_vendor()
    goods = [sells(vendor, a_product(name)) for name in ("Oak chair", "Oak table")]
    return an_order([(item, 1, "50.00") for item in goods], **values)


def accepted(record: OrderRecord, *numbers: int) -> VendorReturn:
    """A return of these lines of the order."""
    lines = list(record.shipments.get().lines.order_by("product_name"))
    asked = [RequestedLine(shipment_line_id=lines[number].pk, quantity=1) for number in numbers]
    request = a_request(record, lines=asked)
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    part = request.vendor_returns.get()
    return parts.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)


def two_returns(**values: Any) -> list[VendorReturn]:
    record = of_two(**values)
    return [receive_all(accepted(record, number), MERCHANT) for number in (0, 1)]


def receive(part: VendorReturn, number: int) -> None:
    line = part.lines.order_by("shipment_line__product_name")[number]
    received = [ReceivedLine(return_line_id=line.pk, quantity=1)]
    receptions.receive(vendor_return_id=part.pk, actor=MERCHANT, lines=received, now=NOW)


def staff_pay_back(record: OrderRecord, amount: str) -> None:
    host.current.refund(host.current.payments(record.order_id)[0].reference, D(amount), "staff")


def is_refused(refund: Refund) -> None:
    """Nothing is asked for, nor recorded."""
    before = list(Refund.objects.order_by("pk").values()), list(RecordedGateway.calls)
    for again in (lambda: retry(refund), lambda: resolve(refund, True, "bank 7")):
        with pytest.raises(InvalidTransition, match="refund what is due"):
            again()
    assert (list(Refund.objects.order_by("pk").values()), list(RecordedGateway.calls)) == before


def all_paid() -> D:
    assert differences() == []
    return sum((row.paid for row in Refund.objects.all()), D(0))


def differences() -> list[str]:
    return [each.text for each in checks.of_orders(OrderRecord.objects.all())]


def test_delivery_that_only_the_last_refund_pays_is_not_lost() -> None:
    first, second = two_returns(shipping="9.00")
    failed = declined(first)
    assert release(second).shipping_gross == 0, "what failed counts as not returned"
    is_refused(failed)
    anew = release(first)
    assert (anew.amount, anew.shipping_gross, anew.status) == (D(59), D(9), SUCCEEDED)
    assert all_paid() == D(109)


def test_nor_after_the_money_came_back() -> None:
    first, second = two_returns(shipping="9.00")
    returned = resolve(release(first), False, "letter 3")
    release(second)
    is_refused(returned)
    anew = release(first, method=RefundMethod.MANUAL, reference="bank 8")
    assert anew.amount == D(59)
    assert all_paid() == D(109)


def test_delivery_goes_back_but_once() -> None:
    first, second = two_returns(shipping="9.00")
    paid = release(first)
    failed = declined(second)
    assert (paid.shipping_gross, failed.shipping_gross) == (0, D(9))
    returned = resolve(paid, False, "letter 3")
    is_refused(failed)
    assert release(second).amount == D(50)
    is_refused(returned)
    assert release(first, method=RefundMethod.MANUAL, reference="bank 8").amount == D(59)
    assert all_paid() == D(109)


def test_what_staff_paid_back_is_taken_off_once(gateway: Any) -> None:
    first, second = two_returns()
    staff_pay_back(first.request.record, "15.00")
    failed = declined(first)
    assert (failed.amount, failed.already_refunded) == (D(35), D(15))
    assert release(second).amount == D(35)
    is_refused(failed)
    assert release(first).amount == D(50)
    assert all_paid() == D(85), "with the 15.00 of staff it is all"


def test_a_fee_that_is_taken_once_per_return_is_not_taken_twice() -> None:
    record = of_two()
    a_policy_for(record, return_shipping_fee=D(5))
    part = accepted(record, 0, 1)
    receive(part, 0)
    failed = declined(part)
    assert (failed.amount, failed.return_shipping_fee_gross) == (D(45), D(5))
    receptions.void(
        reception_id=Reception.objects.get().pk, actor=MERCHANT, reason="Another's", now=NOW
    )
    receive(part, 1)
    assert release(part).return_shipping_fee_gross == D(5)
    receive(part, 0)
    is_refused(failed)
    anew = release(part)
    assert (anew.amount, anew.fees_gross) == (D(50), 0)
    assert all_paid() == D(95)


def test_what_arrived_since_keeps_nothing_from_being_tried_again() -> None:
    record = of_two(shipping="9.00")
    a_policy_for(record, restocking_fee_percent=D(10), shipping_refund="proportional")
    part = accepted(record, 0, 1)
    receive(part, 0)
    failed = declined(part)
    receive(part, 1)
    assert retry(failed).status == SUCCEEDED
    release(part)
    assert all_paid() == D(99)


def test_another_amount_is_tried_again_while_nothing_else_changed() -> None:
    RecordedGateway.answers_with(declines)
    first, second = two_returns(shipping="9.00")
    failed = release(first, amount=D(40), reason="A leg is loose.")
    other = release(second, amount=D(20), reason="Scratched.")
    RecordedGateway.answers_with(accepts)
    assert (failed.status, retry(failed).paid) == (FAILED, D(40))
    is_refused(other)
    assert release(second).amount == D(59)
    assert differences() == []


def told_anew(event: Any, kind: str) -> Any:
    NotificationLog.objects.filter(subject_id=event.pk, kind=kind).update(sent_at=None)
    notifications.deliver_of(event_id=event.pk, now=NOW)
    return mail.outbox[-1]


ANEW = "on the page of the return you can refund what is due."


@pytest.mark.parametrize("to", ["merchant", "vendor"])
def test_mails_do_not_tell_to_try_again_what_would_be_refused(to: str, settings: Any) -> None:
    settings.EMAIL_BACKEND = LOCMEM
    a_portal()
    first, second = two_returns(shipping="9.00")
    resolve(release(first), False, "letter 3")
    event = last(EventKind.REFUND_FAILED)
    kind = f"refund_came_back_{to}"
    says(told_anew(event, kind), "try it again" if to == "vendor" else "Try again")
    says_not(mail.outbox[-1], ANEW)
    release(second)
    says(told_anew(event, kind), ANEW)
    says_not(mail.outbox[-1], "try it again", "Try again", "nothing for you", "nothing more")


def test_a_vendor_that_may_not_refund_leaves_it_to_the_store(settings: Any) -> None:
    settings.EMAIL_BACKEND = LOCMEM
    a_portal()
    first, second = two_returns(shipping="9.00")
    a_policy_for(first.request.record, vendor_refund_limit=D(55))
    resolve(release(first), False, "letter 3")
    release(second, acts_for(second.vendor))
    message = told_anew(last(EventKind.REFUND_FAILED), "refund_came_back_vendor")
    says(message, "The store sees to it. There is nothing for you to do.")


def test_how_often_the_database_is_asked_does_not_depend_on_how_many_failed(
    django_assert_num_queries: Any,
) -> None:
    from saleor_returns_plugin.selectors.refunds import obstacles

    first, second = two_returns(shipping="9.00")
    declined(first)
    declined(first)
    part = VendorReturn.objects.select_related("request__record").get(pk=first.pk)
    own = list(part.refunds.all())
    with django_assert_num_queries(4):
        assert obstacles(own) == {}
    release(second)
    assert len(obstacles(own)) == 2
    with django_assert_num_queries(0):
        assert obstacles(second.refunds.all().none()) == {}
