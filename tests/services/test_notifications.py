"""Mails: who gets them, what they say, and that each goes out once."""

import re
import threading
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction

from saleor_returns_plugin.domain import quotes
from saleor_returns_plugin.domain.money import Taxed
from saleor_returns_plugin.domain.policy import Policy
from saleor_returns_plugin.models import (
    NotificationLog,
    Reception,
    Refund,
    ReturnPortal,
    ReturnRequest,
    Vendor,
    VendorMember,
    VendorProduct,
    VendorReturn,
)
from saleor_returns_plugin.selectors import notifications as selectors
from saleor_returns_plugin.selectors.notifications import Audience
from saleor_returns_plugin.services import notifications, queue
from saleor_returns_plugin.services.split import split_order
from tests.saleor_rows import a_customer, a_product, a_saleor_order

NOW = datetime(2030, 1, 2, 12, 0, tzinfo=UTC)
SHOPPER = "ada@example.com"
VENDOR = "orders@nord.example"
MERCHANT = "returns@shop.example"
ADDRESS = {"name": "Nord & Sons", "street_address_1": "Quay 7", "city": "Oslo", "country": "NO"}


class BrokenServer(EmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("the mail server is down")


class SlowServer(EmailBackend):
    """Takes mail only when the test lets it."""

    asked = threading.Event()
    may_answer = threading.Event()

    def send_messages(self, messages: Any) -> int:
        SlowServer.asked.set()
        assert SlowServer.may_answer.wait(20)
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def locmem(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def a_vendor_return(locale: str = "", **values: Any) -> VendorReturn:
    """One of two chairs of the vendor Nord, worth 10.00 less 1.00 of a fee."""
    ReturnPortal.objects.get_or_create(channel="", defaults={"merchant_emails": [MERCHANT]})
    variant = a_product(name="Chair <Oak>", price="10.00")
    vendor = Vendor.objects.create(slug="nord", name="Nord & Sons", email=VENDOR)
    VendorProduct.objects.create(product=variant.product, vendor=vendor)
    order = a_saleor_order(lines=[(variant, 2, "10.00")], email=SHOPPER)
    record = split_order(order_id=order.pk, now=NOW)
    assert record is not None
    shipment = record.shipments.get()
    request = ReturnRequest.objects.create(
        record=record,
        number=f"{record.number}-R1",
        email=SHOPPER,
        locale=locale,
        source="portal",
        status="awaiting_approval",
    )
    line = shipment.lines.get()
    quote = quotes.quote(
        units=[
            quotes.Units(line.pk, line.product_name, 1, 2, 0, Taxed(Decimal("16"), Decimal("20")))
        ],
        policy=Policy(restocking_fee_percent=Decimal(10)),
        currency=record.currency,
    )
    vendor_return = VendorReturn.objects.create(
        **{
            "request": request,
            "shipment": shipment,
            "vendor": vendor,
            "number": f"{request.number}-S1",
            "status": "requested",
            "policy_snapshot": Policy().snapshot(),
            "quote_snapshot": quotes.snapshot(quote),
            **values,
        }
    )
    vendor_return.lines.create(
        shipment_line=line, quantity=1, resolution="refund", reason_label="Too small"
    )
    return vendor_return


def a_refund(vendor_return: VendorReturn) -> Refund:
    refund = Refund.objects.create(
        vendor_return=vendor_return,
        status="succeeded",
        method="original",
        idempotency_key="one",
        amount=Decimal("9"),
        currency=vendor_return.request.record.currency,
        goods_net=Decimal("8"),
        goods_gross=Decimal("10"),
        fees_gross=Decimal("1"),
        fees_net=Decimal("0.8"),
        steps=[["1 × Chair", "10.00"], ["Restocking fee, 10%", "-1.00"]],
    )
    refund.lines.create(
        return_line=vendor_return.lines.get(), quantity=1, goods_net="8", goods_gross="10"
    )
    return refund


def a_reception(vendor_return: VendorReturn, condition: str = "good") -> Reception:
    reception = Reception.objects.create(vendor_return=vendor_return)
    reception.lines.create(
        return_line=vendor_return.lines.get(),
        quantity=1,
        condition=condition,
        disposition="not_restocked",
    )
    return reception


def subject_of(kind: str, vendor_return: VendorReturn) -> Any:
    model = notifications.KINDS[kind].subject
    if model is Refund:
        return a_refund(vendor_return)
    if model is Reception:
        return a_reception(vendor_return)
    return {
        ReturnRequest: vendor_return.request,
        VendorReturn: vendor_return,
    }.get(model, vendor_return.shipment)


def delivered(kind: str, subject: Any, to: str = SHOPPER) -> mail.EmailMultiAlternatives:
    notifications.deliver(kind=kind, subject_id=str(subject.pk), recipient=to, now=NOW)
    return mail.outbox[-1]


def html_of(message: Any) -> str:
    return str(message.alternatives[0][0])


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(notifications.KINDS))
def test_every_kind_is_a_mail_with_a_subject_a_text_and_a_page(kind: str) -> None:
    vendor_return = a_vendor_return()
    message = delivered(kind, subject_of(kind, vendor_return))
    assert vendor_return.request.record.number in message.subject
    assert re.search("[12] × Chair <Oak>", message.body)
    assert "Chair <Oak>" not in html_of(message)
    assert "{{" not in message.body + html_of(message)


@pytest.mark.django_db
def test_the_request_says_amounts_steps_and_currency() -> None:
    vendor_return = a_vendor_return()
    message = delivered("request_received_shopper", vendor_return.request)
    assert "Restocking fee, 10%: -$1.00" in message.body
    assert "comes back: $9.00" in message.body
    assert "Too small" in message.body
    assert "$9.00" in html_of(message)


@pytest.mark.django_db
def test_an_accepted_return_says_where_to_send_it_and_how() -> None:
    vendor_return = a_vendor_return(
        status="accepted", return_address=ADDRESS, return_instructions="Ring twice.", due_at=NOW
    )
    message = delivered("return_accepted_shopper", vendor_return)
    for line in ("Nord & Sons", "Quay 7", "Oslo", "Ring twice.", "Jan. 2, 2030"):
        assert line in message.body
    assert "Nord &amp; Sons" in html_of(message)


@pytest.mark.django_db
def test_a_declined_return_says_why() -> None:
    vendor_return = a_vendor_return(status="declined", decline_reason="It was worn.")
    assert "It was worn." in delivered("return_declined_shopper", vendor_return).body


@pytest.mark.django_db
def test_each_parcel_is_told_by_itself_with_its_condition() -> None:
    vendor_return = a_vendor_return(status="received")
    damaged, good = (a_reception(vendor_return, which) for which in ("damaged", "good"))
    body = delivered("goods_received_shopper", damaged).body
    assert "1 × Chair <Oak>: damaged" in body
    assert "good condition" not in body
    assert "good condition" in delivered("goods_received_shopper", good).body


@pytest.mark.django_db
def test_a_refund_says_the_amount_and_how_it_came_about() -> None:
    message = delivered("refunded_shopper", a_refund(a_vendor_return()))
    assert "$9.00" in message.subject
    assert "Restocking fee, 10%: -$1.00" in message.body


@pytest.mark.django_db
def test_amounts_are_written_in_the_shoppers_language() -> None:
    vendor_return = a_vendor_return(locale="de_DE")
    body = delivered("request_received_shopper", vendor_return.request).body
    assert "9,00\xa0$" in body


@pytest.mark.django_db
def test_an_unknown_language_is_the_stores_own() -> None:
    vendor_return = a_vendor_return(locale="klingon; drop")
    assert "$9.00" in delivered("request_received_shopper", vendor_return.request).body


@pytest.mark.django_db
def test_a_store_that_hides_its_vendors_hides_them_from_shoppers_only() -> None:
    vendor_return = a_vendor_return()
    ReturnPortal.objects.update(show_vendor_names=False)
    shopper = delivered("request_received_shopper", vendor_return.request)
    merchant = delivered("request_created_merchant", vendor_return.request, MERCHANT)
    assert "Nord" not in shopper.body + html_of(shopper)
    assert "Nord & Sons" in merchant.body


@pytest.mark.django_db
def test_the_sender_bears_the_stores_name() -> None:
    vendor_return = a_vendor_return()
    ReturnPortal.objects.update(sender_name="Shop\nBcc: all@example.com", support_email="a@b.co")
    message = delivered("request_received_shopper", vendor_return.request)
    assert message.from_email.startswith('"Shop Bcc: all@example.com" <')
    assert message.reply_to == ["a@b.co"]
    assert message.message()["Bcc"] is None


@pytest.mark.django_db
def test_vendors_are_mailed_at_their_own_and_their_members_addresses() -> None:
    vendor_return = a_vendor_return()
    vendor = vendor_return.vendor
    for email in ("ida@nord.example", VENDOR.upper()):
        VendorMember.objects.create(vendor=vendor, user=a_customer(email), role="staff")
    subject = selectors.find(VendorReturn, vendor_return.pk)
    assert subject is not None
    found = selectors.recipients(subject, Audience.VENDOR)
    assert sorted(email.lower() for email in found) == ["ida@nord.example", VENDOR]


@pytest.mark.django_db
def test_a_vendor_without_an_address_is_reached_through_the_merchant() -> None:
    vendor_return = a_vendor_return()
    Vendor.objects.filter(pk=vendor_return.vendor_id).update(email="")
    subject = selectors.find(VendorReturn, vendor_return.pk)
    assert subject is not None
    assert selectors.recipients(subject, Audience.VENDOR) == [MERCHANT]


@pytest.mark.django_db
def test_a_merchant_without_a_list_is_mailed_at_the_stores_sender() -> None:
    vendor_return = a_vendor_return()
    ReturnPortal.objects.update(merchant_emails=[])
    subject = selectors.find(ReturnRequest, vendor_return.request_id)
    assert subject is not None
    (email,) = selectors.recipients(subject, Audience.MERCHANT)
    assert "@" in email
    assert "<" not in email


@pytest.mark.django_db
def test_mails_are_queued_on_commit_only(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    vendor_return = a_vendor_return()
    queued: list[Any] = []
    monkeypatch.setattr(queue, "_send", lambda task, args: queued.append((task, args)))
    with django_capture_on_commit_callbacks(execute=True):
        notifications.notify("return_declined_shopper", vendor_return.pk)
        assert queued == []
        with transaction.atomic():
            notifications.notify("return_accepted_shopper", vendor_return.pk)
            transaction.set_rollback(True)
    args = ("return_declined_shopper", str(vendor_return.pk), SHOPPER)
    assert queued == [("send_mail", args)]


@pytest.mark.django_db
def test_a_mail_is_sent_once() -> None:
    vendor_return = a_vendor_return()
    mail.outbox.clear()
    delivered("return_declined_shopper", vendor_return)
    delivered("return_declined_shopper", vendor_return)
    assert len(mail.outbox) == 1
    assert NotificationLog.objects.get(kind="return_declined_shopper").sent_at == NOW


@pytest.mark.django_db
def test_a_mail_server_that_is_down_leaves_it_to_the_next_try(settings: Any) -> None:
    vendor_return = a_vendor_return()
    mail.outbox.clear()
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.BrokenServer"
    with pytest.raises(ConnectionRefusedError):
        delivered("return_declined_shopper", vendor_return)
    assert NotificationLog.objects.get(kind="return_declined_shopper").sent_at is None
    settings.EMAIL_BACKEND = working
    delivered("return_declined_shopper", vendor_return)
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_subject_that_is_gone_is_no_error() -> None:
    vendor_return = a_vendor_return()
    notifications.deliver(
        kind="refunded_shopper", subject_id=str(vendor_return.pk), recipient=SHOPPER, now=NOW
    )


@pytest.mark.django_db
def test_a_very_long_address_still_has_its_key() -> None:
    vendor_return = a_vendor_return()
    delivered("return_declined_shopper", vendor_return, f"{'a' * 64}@{'b' * 180}.example")
    assert NotificationLog.objects.filter(sent_at=NOW).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_mail_send_it_once(settings: Any) -> None:
    vendor_return = a_vendor_return()
    settings.EMAIL_BACKEND = f"{__name__}.SlowServer"
    SlowServer.asked.clear()
    SlowServer.may_answer.clear()
    mail.outbox.clear()
    failures: list[BaseException] = []

    def worker() -> None:
        try:
            delivered("return_declined_shopper", vendor_return)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    first, second = threading.Thread(target=worker), threading.Thread(target=worker)
    first.start()
    assert SlowServer.asked.wait(20)
    second.start()
    second.join(0.5)
    assert second.is_alive(), "the second worker waits for the first one's answer"
    SlowServer.may_answer.set()
    first.join(20)
    second.join(20)
    assert failures == []
    assert len(mail.outbox) == 1
