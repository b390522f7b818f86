"""What shopper, vendor and merchant are told of money: which way, how much, and what failed."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from saleor.giftcard.models import GiftCard

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.actors import SYSTEM
from saleor_returns_plugin.enums import EventKind, RefundMethod, RefundStatus
from saleor_returns_plugin.host import RefundAnswer
from saleor_returns_plugin.models import (
    LedgerEntry,
    NotificationLog,
    OrderRecord,
    Refund,
    ReturnPolicy,
)
from saleor_returns_plugin.selectors import ledger, mail_facts, refund_ways
from saleor_returns_plugin.selectors import notifications as selectors
from saleor_returns_plugin.services import (
    notifications,
    payouts,
    refund_parts,
    refunds,
    return_requests,
    vendors,
)
from saleor_returns_plugin.services.mail_examples import FACTS
from saleor_returns_plugin.services.refund_words import way_label
from tests.builders import ADDRESS, NOW, a_request, an_order, receive_all
from tests.builders import MERCHANT as STAFF
from tests.exactly_once.scenes import an_unpaid_order, due_parts
from tests.saleor_rows import a_product, pay
from tests.saleor_rows.gateway import PATH, RecordedGateway, accepts, declines, times_out
from tests.saleor_rows.gift_cards import a_gift_card, pay_with_cards

from .telling import (
    LOCMEM,
    MERCHANT,
    SHOPPER,
    VENDOR,
    a_portal,
    addressees,
    html_of,
    last,
    mails_about,
    says,
    says_not,
)

E = EventKind
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def store(settings: Any) -> None:
    settings.EMAIL_BACKEND = LOCMEM
    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    a_portal()


def a_part(*, card: str = "", code: str = "", **payment: Any) -> Any:
    """One chair for 10.00, received; paid by a payment, or by that and a gift card."""
    order = an_unpaid_order(units=1)
    if card:
        pay_with_cards(order, [a_gift_card(card, code=code)])
    pay(order, **payment)
    return due_parts(order)[0]


def release(part: Any, actor: Any = STAFF, **wishes: Any) -> Refund:
    return refunds.release(vendor_return_id=part.pk, actor=actor, now=timezone.now(), **wishes)


def resolve(refund: Refund, succeeded: bool, reference: str = "") -> Refund:
    return refunds.resolve(
        refund_id=refund.pk,
        succeeded=succeeded,
        actor=STAFF,
        now=timezone.now(),
        reference=reference,
    )


def comes_back(refund: Refund, way: str = "payment") -> None:
    """The host finds that money it had reported paid did not arrive."""
    part = refund.parts.get(payment_reference__startswith=way, is_replaced=False)
    answer = RefundAnswer(RefundStatus.FAILED, message="Account closed.")
    refund_parts.record(part, answer, actor=SYSTEM, now=timezone.now())


def to_shopper() -> Any:
    return mails_about(E.REFUND_SUCCEEDED)["refunded_shopper"]


def test_the_original_way_is_told_as_such() -> None:
    release(a_part())
    says(to_shopper(), "It goes back the way you paid")
    says_not(to_shopper(), "in parts", "gift card", "By hand")


def test_parts_are_told_with_their_way_and_amount() -> None:
    release(a_part(card="4.00", code="SECRET7F2K"))
    says(
        to_shopper(),
        "It goes back in parts:",
        "To the original payment: $6.00",
        "To the gift card ending in 7F2K: $4.00",
    )
    says_not(to_shopper(), "the way you paid", "SECRET")


def test_two_payments_are_one_way() -> None:
    order = an_unpaid_order(units=1)
    pay(order, "4.00")
    pay(order, "6.00")
    release(due_parts(order)[0])
    says(to_shopper(), "It goes back the way you paid")


def test_all_on_a_gift_card_is_no_matter_for_a_bank() -> None:
    release(a_part(card="10.00", code="SECRET7F2K", amount="0.01"), amount=D("10"), reason="x")
    says(to_shopper(), "gift card ending in 7F2K")


def told(payment: str) -> str:
    row = {"payment": payment, "amount": "4.00", "status": "succeeded", "reference": ""}
    rows = [{**row, "was_asked": True, "message": ""}]
    (way,) = refund_ways.told(rows, OrderRecord(order_id=1))
    return way_label(way)


def test_a_card_is_a_gift_card_also_where_it_is_gone_or_a_transaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endings = {"transaction:1": "7F2K", "transaction:2": ""}
    monkeypatch.setattr(host.current, "gift_card_endings", lambda order_id: endings)
    assert told("transaction:1") == "To the gift card ending in 7F2K"
    assert told("transaction:2") == "To the gift card"
    assert told("gift_card:9") == "To the gift card"
    assert told("transaction:3") == "To the original payment"


def test_by_hand_says_so_with_the_reference() -> None:
    release(a_part(), method=RefundMethod.MANUAL, reference="SEPA <4711>")
    message = to_shopper()
    assert "We pay it back ourselves" in message.body
    assert "The reference: SEPA <4711>" in message.body
    assert "The reference: SEPA &lt;4711&gt;" in html_of(message)
    says_not(message, "the way you paid; your bank")
    vendor = mails_about(E.REFUND_SUCCEEDED)["refunded_vendor"]
    says_not(vendor, "4711")


def test_what_failed_and_was_paid_by_hand_is_not_called_the_original_way() -> None:
    RecordedGateway.answers_with(declines)
    refund = release(a_part())
    assert refund.method == RefundMethod.ORIGINAL.value
    assert addressees(E.REFUND_FAILED) == {"refund_failed_merchant": MERCHANT}
    resolve(refund, True, "bank 7")
    assert addressees(E.REFUND_SUCCEEDED) == {
        "refunded_shopper": SHOPPER,
        "refunded_vendor": VENDOR,
        "refund_recorded_merchant": MERCHANT,
    }
    says(to_shopper(), "We pay it back ourselves", "The reference: bank 7")
    says_not(to_shopper(), "bank may need")
    sent = mails_about(E.REFUND_SUCCEEDED)
    says(
        sent["refund_recorded_merchant"],
        "Grace recorded that the refund of $10.00",
        "By hand (reference bank 7): $10.00",
        "If it is not so",
    )
    says(sent["refunded_vendor"], "was refunded $10.00")
    says_not(sent["refunded_vendor"], "bank 7", "Grace")


def test_what_was_paid_in_part_and_then_by_hand_is_told_in_parts() -> None:
    refund = _paid_in_part(a_part(card="4.00"))
    message = mails_about(E.REFUND_FAILED)["refund_failed_merchant"]
    says(
        message,
        "$4.00 failed, and $6.00 went back.",
        "To the original payment: $6.00, paid back",
        "$4.00, not paid back",
        "What you can do now, on the page of the return:",
        "Try again",
        "It was paid another way",
    )
    says_not(message, "No money went back")
    resolve(refund, True, "bank 7")
    says(
        to_shopper(),
        "To the original payment: $6.00",
        "By hand (reference bank 7): $4.00",
    )
    says_not(to_shopper(), "gift card")


def _paid_in_part(part: Any) -> Refund:
    """The card is no longer in use once it is to be credited."""

    def accepts_and_closes_the_cards(information: Any) -> Any:
        GiftCard.objects.update(is_active=False)
        return accepts(information)

    RecordedGateway.answers_with(accepts_and_closes_the_cards)
    refund = release(part)
    assert (refund.status, refund.paid) == (RefundStatus.FAILED.value, D("6.00"))
    return refund


def test_what_nobody_was_asked_for_is_told_as_such() -> None:
    RecordedGateway.answers_with(declines)
    release(a_part(card="4.00", code="AAAA7F2K"))
    says(
        mails_about(E.REFUND_FAILED)["refund_failed_merchant"],
        "No money went back.",
        "To the original payment: $6.00, not paid back",
        "To the gift card ending in 7F2K: $4.00, not asked for, as another part failed",
    )


def test_a_refund_that_another_one_paid_meanwhile_leaves_nothing_to_do() -> None:
    RecordedGateway.answers_with(declines)
    part = a_part()
    release(part)
    event = last(E.REFUND_FAILED)
    RecordedGateway.answers_with(accepts)
    release(part)
    NotificationLog.objects.filter(subject_id=event.pk, kind="refund_failed_merchant").update(
        sent_at=None
    )
    notifications.deliver_of(event_id=event.pk, now=NOW)
    says(mail.outbox[-1], "There is nothing more for you to do")
    says_not(mail.outbox[-1], "Try again")


def test_nothing_more_to_pay_is_not_called_a_refund() -> None:
    part = a_part()
    reference = host.current.payments(part.request.record.order_id)[0].reference
    host.current.refund(reference, D("10.00"), "staff")
    release(part)
    says(to_shopper(), "There is nothing more to pay back")
    assert "Paid back by the store already: -$10.00" in to_shopper().body
    assert to_shopper().subject.startswith("Nothing more is paid back for return")
    says_not(to_shopper(), "We have refunded", "your bank")


def test_another_amount_says_why() -> None:
    release(a_part(), amount=D("7.00"), reason="A leg is <loose>.")
    for message in mails_about(E.REFUND_SUCCEEDED).values():
        assert "Why another amount: A leg is <loose>." in message.body
        assert "A leg is &lt;loose&gt;." in html_of(message)


def test_money_that_came_back_is_told_to_all_three_each_their_own() -> None:
    part = a_part()
    refund = release(part)
    comes_back(refund)
    assert addressees(E.REFUND_FAILED) == {
        "refund_came_back_merchant": MERCHANT,
        "refund_came_back_vendor": VENDOR,
        "refund_came_back_shopper": SHOPPER,
    }
    sent = mails_about(E.REFUND_FAILED)
    says(
        sent["refund_came_back_shopper"],
        "We told you that we had refunded $10.00",
        "The money came back to us, so you do not have it yet.",
        "write to you once it is paid",
    )
    says_not(sent["refund_came_back_shopper"], "Account closed", "This has reached you")
    says(
        sent["refund_came_back_vendor"],
        "was refunded $10.00, but the money came back to the store.",
        "What this refund put on your statement is taken back.",
        "You can try it again on the page of the return.",
    )
    says_not(sent["refund_came_back_vendor"], "Account closed", SHOPPER)
    says(
        sent["refund_came_back_merchant"],
        "was reported as paid, but came back since",
        "Account closed.",
        "The return stays open until all of it is paid.",
        "Try again",
    )
    says_not(sent["refund_came_back_merchant"], "No money went back", "recorded")
    assert sum(entry.amount for entry in LedgerEntry.objects.exclude(refund_id=None)) == 0


def test_what_was_paid_by_hand_and_came_back_is_not_to_be_tried_again() -> None:
    refund = release(a_part(), method=RefundMethod.MANUAL, reference="bank 7")
    resolve(refund, False, "letter 3")
    sent = mails_about(E.REFUND_FAILED)
    says(sent["refund_came_back_merchant"], "Pay it another way, then record that")
    says_not(sent["refund_came_back_merchant"], "Try again")
    says(sent["refund_came_back_vendor"], "The store sees to it.")


def test_of_parts_only_what_came_back_is_said_to_be_missing() -> None:
    refund = release(a_part(card="4.00", code="AAAA7F2K"))
    comes_back(refund)
    sent = mails_about(E.REFUND_FAILED)
    shopper = sent["refund_came_back_shopper"]
    says(shopper, "$6.00 of it came back to us", "This has reached you:", "7F2K: $4.00")
    says_not(shopper, "original payment:")
    says(sent["refund_came_back_vendor"], "refunded $10.00, but $6.00 of it came back to the store")
    says_not(sent["refund_came_back_vendor"], "7F2K", "$4.00")
    says(
        sent["refund_came_back_merchant"],
        "$6.00 of it came back since",
        "To the original payment: $6.00, not paid back",
        "To the gift card ending in 7F2K: $4.00, paid back",
    )


def test_a_mail_that_waits_tells_what_was_so_at_its_event() -> None:
    refund = release(a_part())
    event = last(E.REFUND_SUCCEEDED)
    resolve(refund, False, "letter 3")
    resolve(refund, True, "bank 7")
    NotificationLog.objects.filter(subject_id=event.pk).exclude(kind="told").update(sent_at=None)
    notifications.deliver_of(event_id=event.pk, now=NOW)
    (message,) = (m for m in mail.outbox[-2:] if m.to == [SHOPPER])
    says(message, "It goes back the way you paid")
    says(to_shopper(), "The reference: bank 7")


def test_what_the_store_records_as_come_back_names_who_and_the_proof_to_the_merchant_alone() -> (
    None
):
    refund = release(a_part())
    resolve(refund, False, "letter 3")
    sent = mails_about(E.REFUND_FAILED)
    assert set(sent) == {
        "refund_came_back_merchant",
        "refund_came_back_vendor",
        "refund_came_back_shopper",
    }
    says(
        sent["refund_came_back_merchant"],
        "Grace recorded this; the payment provider did not report it.",
        "Reference: letter 3",
    )
    for kind in ("refund_came_back_vendor", "refund_came_back_shopper"):
        says_not(sent[kind], "letter 3", "Grace")


@pytest.mark.parametrize("may_refund", [True, False])
def test_silence_that_the_store_finds_unpaid_is_told_to_merchant_and_vendor(
    may_refund: bool,
) -> None:
    RecordedGateway.answers_with(times_out)
    part = a_part()
    refund = release(part)
    says(
        mails_about(E.REFUND_UNKNOWN)["refund_unknown_merchant"],
        "did not say whether the refund of $10.00",
        "“It was paid” or “It was not paid”",
    )
    if not may_refund:
        ReturnPolicy.objects.create(vendor_may_refund=False)
    resolve(refund, False, "no such row")
    sent = mails_about(E.REFUND_FAILED)
    assert set(sent) == {"refund_failed_merchant", "refund_failed_vendor"}
    says(sent["refund_failed_merchant"], "Grace recorded this", "Reference: no such row")
    says_not(sent["refund_failed_merchant"], "payment provider says", "If it fails again")
    vendor = sent["refund_failed_vendor"]
    says(vendor, "the refund of $10.00")
    says_not(vendor, "no such row", "Grace")
    assert ("You can try it again" in vendor.body) is may_refund
    assert ("The store sees to it." in vendor.body) is not may_refund


def test_silence_that_the_store_finds_paid_went_the_original_way() -> None:
    RecordedGateway.answers_with(times_out)
    refund = release(a_part())
    resolve(refund, True, "psp-7")
    says(to_shopper(), "It goes back the way you paid")
    says_not(to_shopper(), "psp-7")
    says(
        mails_about(E.REFUND_SUCCEEDED)["refund_recorded_merchant"],
        "To the original payment: $10.00",
        "Reference: psp-7",
    )


def test_of_silence_about_a_part_only_that_part_is_asked_after() -> None:
    order = an_unpaid_order(units=1)
    pay(order, "4.00")
    pay(order, "6.00")
    part = due_parts(order)[0]
    answers = iter([accepts, times_out])
    RecordedGateway.answers_with(lambda information: next(answers)(information))
    release(part)
    says(
        mails_about(E.REFUND_UNKNOWN)["refund_unknown_merchant"],
        "whether $6.00 of the refund of $10.00",
        "To the original payment: $4.00, paid back",
        "To the original payment: $6.00, no answer yet",
    )


def test_the_store_itself_is_no_vendor_to_be_told() -> None:
    store = vendors.in_house()
    store.return_address = ADDRESS
    store.save()
    request = a_request(an_order([(a_product("Lamp"), 1, "10.00")]))
    part = request.vendor_returns.get()
    return_requests.approve(request_id=request.pk, actor=STAFF, now=NOW)
    comes_back(release(receive_all(part, STAFF)))
    assert set(mails_about(E.REFUND_FAILED)) == {
        "refund_came_back_merchant",
        "refund_came_back_shopper",
    }


def test_a_vendor_that_still_owes_reads_how_much() -> None:
    part = a_part()
    refund = release(part)
    payouts.pay_out(
        vendor_id=part.vendor_id, amount=D("12"), currency="USD", note="Bank", actor=STAFF
    )
    comes_back(refund)
    owed = ledger.owes(part.vendor, "USD")
    assert owed
    says(
        mails_about(E.REFUND_FAILED)["refund_came_back_vendor"],
        f"With that, you owe the store ${owed:.2f}.",
    )


def test_the_previews_have_the_facts_that_real_mails_have() -> None:
    release(a_part())
    subject = selectors.of_event(last(E.REFUND_SUCCEEDED).pk)
    assert subject is not None
    about = mail_facts.About.REFUND
    assert set(mail_facts.facts(about, subject)) == set(FACTS[about])
