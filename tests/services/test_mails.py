"""What the mails say: amounts, steps, conditions, reasons, in the reader's language."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from babel.dates import format_date
from django.core import mail

from saleor_returns_plugin.domain.notifications import KINDS, About
from saleor_returns_plugin.domain.requested import DeclinedUnits, Tracking
from saleor_returns_plugin.enums import Condition, EventKind, Move, Resolution
from saleor_returns_plugin.models import (
    NotificationLog,
    ReturnEvent,
    ReturnPolicy,
    ReturnPortal,
    ReturnRequest,
)
from saleor_returns_plugin.selectors import ledger, mail_facts
from saleor_returns_plugin.selectors import notifications as selectors
from saleor_returns_plugin.services import (
    deadlines,
    notifications,
    payouts,
    receptions,
    refunds,
    resolutions,
    return_requests,
    vendor_returns,
)
from saleor_returns_plugin.services.mail_examples import FACTS
from saleor_returns_plugin.services.mail_messages import Letters
from tests.builders import (
    MERCHANT as STAFF,
)
from tests.builders import (
    NOW,
    a_request,
    a_return,
    a_vendor,
    acts_for,
    an_order,
    sells,
    shopper_of,
)
from tests.saleor_rows import a_product
from tests.saleor_rows.gateway import PATH, RecordedGateway

from .telling import LOCMEM, a_portal, html_of, last, mails_written_of, sent_of

E = EventKind
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(db: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = LOCMEM
    a_portal()


def a_chair(**values: Any) -> Any:
    """One of two chairs of Oak & Sons, worth 10.00 less 1.00 of a fee."""
    ReturnPolicy.objects.create(restocking_fee_percent=Decimal(10), **values)
    chair = sells(a_vendor(), a_product(name="Chair <Oak>", price="10.00"))
    return an_order([(chair, 2, "10.00")])


def accepted(**values: Any) -> Any:
    """A chair's return that waits for its shopper to send it."""
    chair = sells(a_vendor(), a_product(name="Chair <Oak>", price="10.00"))
    request = a_request(an_order([(chair, 2, "10.00")]), **values)
    part = request.vendor_returns.get()
    return_requests.approve(request_id=request.pk, actor=STAFF, now=NOW)
    return vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)


def test_a_request_says_amounts_steps_and_currency() -> None:
    a_request(a_chair())
    sent = sent_of(last(E.CREATED))
    body = sent["request_received_shopper"].body
    assert "Restocking fee, 10%: -$1.00" in body
    assert "comes back: $9.00" in body
    html = html_of(sent["request_received_shopper"])
    assert "$9.00" in html
    assert "Chair <Oak>" in body
    assert "Chair &lt;Oak&gt;" in html


def test_a_request_that_the_policy_approved_says_so_to_the_merchant() -> None:
    a_request(a_chair(auto_approve=True))
    approved = sent_of(last(E.CREATED))["request_created_merchant"]
    assert "approved by your policy" in approved.subject
    assert "nothing for you to approve" in approved.body


def test_amounts_are_written_in_the_shoppers_language() -> None:
    a_request(a_chair(), locale="de_DE")
    assert "9,00\xa0$" in sent_of(last(E.CREATED))["request_received_shopper"].body


def test_a_german_mail_is_german_from_subject_to_closing() -> None:
    ReturnPortal.objects.update(support_email="hilfe@shop.example")
    part = accepted(locale="de-DE")
    message = sent_of(last(E.ACCEPTED))["return_accepted_shopper"]
    assert message.subject == f"Bitte senden Sie Rücksendung {part.number}"
    due = format_date(part.due_at, "d. MMMM y", locale="de")
    for line in (
        f"Ihre Rücksendung {part.number} zu Bestellung {part.request.record.number} wurde",
        "1 × Chair <Oak>",
        f"mit der Nummer {part.number} auf dem Paket, an:",
        "Vereinigtes Königreich",
        f"Bitte senden Sie sie bis zum {due} und teilen Sie uns die Sendungsnummer mit.",
        "Erstattung, wenn alles zurückkommt: 10,00\xa0$",
        "Ihre Rücksendung ansehen: ",
        "Fragen? Schreiben Sie an hilfe@shop.example.",
    ):
        assert line in message.body
    assert '<html lang="de"' in html_of(message)
    for word in ("Your", "Please", "order", "See", "Refund", "Questions"):
        assert not re.search(rf"\b{word}\b", message.body), word


def test_a_language_without_translations_is_english_throughout() -> None:
    part = accepted(locale="fr")
    message = sent_of(last(E.ACCEPTED))["return_accepted_shopper"]
    assert message.subject == f"Please send return {part.number}"
    due = format_date(part.due_at, "MMM", locale="en")
    assert re.search(rf"Please send them by {due}[a-z.]* \d+, \d{{4}}, and tell us", message.body)
    assert "United Kingdom" in message.body
    assert "$10.00" in message.body
    assert '<html lang="en"' in html_of(message)


def test_an_unknown_language_is_the_stores_own() -> None:
    a_request(a_chair(), locale="klingon; drop")
    assert "$9.00" in sent_of(last(E.CREATED))["request_received_shopper"].body


def test_an_accepted_return_says_where_to_send_it_how_and_until_when() -> None:
    part = a_return(Move.ACCEPT)
    message = sent_of(last(E.ACCEPTED))["return_accepted_shopper"]
    assert message.subject == f"Please send return {part.number}"
    for line in ("Returns desk", "1 Mill Lane", "Leeds", "LS1 1AA", "Write the return number"):
        assert line in message.body
    assert "Please send them by" in message.body


def test_goods_that_stay_are_to_be_kept() -> None:
    ReturnPolicy.objects.create(send_back=False)
    a_return(Move.ACCEPT)
    message = sent_of(last(E.ACCEPTED))["return_accepted_shopper"]
    assert "was accepted" in message.subject
    assert "keep the goods" in message.body
    assert "1 Mill Lane" not in message.body
    assert "comes back" not in message.body


def test_declined_units_are_named_with_why_and_the_rest_is_worth_less() -> None:
    part = a_return(units=2)
    return_requests.approve(
        request_id=part.request_id,
        actor=STAFF,
        declined=[DeclinedUnits(part.lines.get().pk, 1, "On final sale.")],
        now=NOW,
    )
    shopper = sent_of(last(E.UNITS_DECLINED))["units_declined_shopper"].body
    assert "1 × Oak chair" in shopper
    assert "On final sale." in shopper
    vendor = sent_of(last(E.APPROVED))["return_approved_vendor"].body
    assert "1 × Oak chair" in vendor
    assert "comes back: $10.00" in vendor


def declining_one(part: Any) -> list[DeclinedUnits]:
    return [DeclinedUnits(part.lines.get().pk, 1, "On final sale.")]


def test_what_is_accepted_and_what_is_declined_stand_in_one_mail() -> None:
    part = a_return(Move.APPROVE, units=2)
    vendor_returns.accept(
        vendor_return_id=part.pk,
        actor=acts_for(part.vendor),
        declined=declining_one(part),
        now=NOW,
    )
    assert set(sent_of(last(E.UNITS_DECLINED))) == {"units_declined_merchant"}
    message = sent_of(last(E.ACCEPTED))["return_accepted_shopper"]
    for text in (message.body, html_of(message)):
        assert "These items were declined. Please do not send them:" in text
        assert "On final sale." in text
        assert "1 Mill Lane" in text
        assert "$10.00" in text
    assert "Why: On final sale." in message.body
    assert "Reason:" not in message.body


def test_units_that_staff_declined_stand_in_the_mail_that_follows_at_once() -> None:
    part = a_return(units=2)
    part.vendor.auto_accept_returns = True
    part.vendor.save()
    return_requests.approve(
        request_id=part.request_id, actor=STAFF, declined=declining_one(part), now=NOW
    )
    assert sent_of(last(E.UNITS_DECLINED)) == {}
    assert "On final sale." in sent_of(last(E.ACCEPTED))["return_accepted_shopper"].body


def test_acceptance_by_silence_is_told_as_such_to_the_vendor() -> None:
    ReturnPolicy.objects.create(accept_on_silence=True)
    part = a_return(Move.APPROVE)
    deadlines.run(now=part.due_at + timedelta(seconds=1))
    body = sent_of(last(E.ACCEPTED))["return_accepted_vendor"].body
    assert f"You did not answer in time, so return {part.number}" in body
    assert "Why:" not in body


def test_goods_that_are_exchanged_and_kept_ask_nobody_to_pay() -> None:
    ReturnPolicy.objects.create(send_back=False)
    part = a_return(Move.APPROVE)
    part.lines.update(resolution=Resolution.EXCHANGE.value)
    vendor_returns.accept(vendor_return_id=part.pk, actor=STAFF, now=NOW)
    sent = sent_of(last(E.ACCEPTED))
    assert "The shopper keeps the goods" in sent["return_accepted_vendor"].body
    for message in sent.values():
        assert not re.search("[Rr]efund", message.body), message.body


def test_kept_goods_are_to_be_refunded_by_a_day() -> None:
    ReturnPolicy.objects.create(send_back=False)
    part = a_return(Move.APPROVE)
    vendor_returns.accept(vendor_return_id=part.pk, actor=STAFF, now=NOW)
    assert "Please refund them by" in sent_of(last(E.ACCEPTED))["return_accepted_vendor"].body


def test_a_request_says_until_when_and_leads_to_where_it_is_decided() -> None:
    request = of_three_vendors()
    first, second, _ = request.vendor_returns.order_by("number")
    return_requests.approve(
        request_id=request.pk, actor=STAFF, vendor_return_ids=[first.pk], now=NOW
    )
    body = sent_of(last(E.CREATED))["request_created_merchant"].body
    due = format_date(second.due_at, "MMM", locale="en")
    assert re.search(rf"Please approve or decline it by {due}", body)
    assert f"/returns/console/returns/{second.pk}/" in body


@pytest.mark.parametrize("owes", [False, True])
def test_a_vendor_is_told_what_it_owes_once_more_went_back_than_it_sold(
    owes: bool, settings: Any
) -> None:
    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    part = a_return(Move.RECEIVE_ALL)
    paid = ledger.balance(part.vendor_id, "USD") + 3 if owes else Decimal(1)
    payouts.pay_out(vendor_id=part.vendor_id, amount=paid, currency="USD", note="Bank", actor=STAFF)
    refunds.release(vendor_return_id=part.pk, actor=STAFF, now=NOW)
    owed = ledger.owes(part.vendor, "USD")
    assert bool(owed) is owes
    found = sent_of(last(E.REFUND_SUCCEEDED))
    for text in (found["refunded_vendor"].body, html_of(found["refunded_vendor"])):
        assert (f"You now owe the store ${owed:.2f}:" in text) is owes
        assert ("nothing more for you to do" in text) is not owes
    assert "owe" not in found["refunded_shopper"].body


def test_refused_goods_say_what_is_wrong_and_that_the_store_may_overrule() -> None:
    part = a_return(Move.ACCEPT, units=2)
    line = part.lines.get()
    lines = [
        receptions.ReceivedLine(line.pk, 1),
        receptions.ReceivedLine(line.pk, 1, Condition.WRONG_ITEM, note="A lamp of another shop."),
    ]
    receptions.receive(vendor_return_id=part.pk, actor=acts_for(part.vendor), lines=lines, now=NOW)
    sent = sent_of(last(E.RECEIVED))
    assert set(sent) == {"goods_received_shopper", "goods_refused_merchant"}
    assert "We refund next: $10.00" in sent["goods_received_shopper"].body
    for message in sent.values():
        assert "1 × Oak chair: another item than expected" in message.body
        assert "A lamp of another shop." in message.body
    assert "good condition" not in sent["goods_refused_merchant"].body
    assert "nothing more for you to do" not in sent["goods_received_shopper"].body
    assert "overrule" in sent["goods_refused_merchant"].body


def test_what_is_refused_and_what_is_missing_stand_in_one_mail() -> None:
    part = a_return(Move.ACCEPT, units=2)
    line = part.lines.get()
    lines = [
        receptions.ReceivedLine(line.pk, 1, Condition.MISSING),
        receptions.ReceivedLine(line.pk, 1, Condition.NOT_ACCEPTABLE, note="Scratched."),
    ]
    receptions.receive(vendor_return_id=part.pk, actor=acts_for(part.vendor), lines=lines, now=NOW)
    sent = sent_of(last(E.RECEIVED))
    assert set(sent) == {"goods_refused_shopper", "goods_refused_merchant"}
    body = sent["goods_refused_shopper"].body
    assert "Scratched." in body
    assert "count as missing" in body
    assert "1 × Oak chair: missing" in body


def test_tracking_is_a_link() -> None:
    part = a_return(Move.ACCEPT)
    vendor_returns.add_tracking(
        vendor_return_id=part.pk,
        actor=shopper_of(part.request.record),
        tracking=Tracking(carrier="Post", number="RR1", url="https://track.example/RR1"),
        now=NOW,
    )
    message = sent_of(last(E.TRACKING_ADDED))["tracking_added_vendor"]
    assert message.subject == f"Return {part.number} is on its way to you"
    assert "RR1 (Post)" in message.body
    assert 'href="https://track.example/RR1"' in html_of(message)
    vendor_returns.add_tracking(
        vendor_return_id=part.pk,
        actor=shopper_of(part.request.record),
        tracking=Tracking(carrier="Post", number="RR2", url=None),
        now=NOW,
    )
    message = sent_of(last(E.TRACKING_ADDED))["tracking_added_vendor"]
    assert message.subject == f"The tracking of return {part.number} was corrected"
    assert "was corrected. These goods" in message.body
    assert "RR2 (Post)" in message.body


def test_a_changed_resolution_brings_the_new_quote() -> None:
    part = a_return(Move.APPROVE)
    resolutions.change(
        return_line_id=part.lines.get().pk,
        actor=STAFF,
        resolution=Resolution.REFUND,
        send_back=False,
        now=NOW,
    )
    body = sent_of(last(E.RESOLUTION_CHANGED))["resolution_changed_shopper"].body
    assert "please keep it" in body
    assert "Refund for the whole return: $10.00" in body


def test_a_reminder_says_until_when_and_what() -> None:
    part = a_return(Move.ACCEPT)
    deadlines.run(now=part.due_at - timedelta(days=8))
    message = sent_of(last(E.REMINDED))["reminder_shopper"]
    assert "Please send return" in message.subject
    assert "1 Mill Lane" in message.body


def test_an_escalation_says_who_let_the_time_pass() -> None:
    part = a_return(Move.APPROVE)
    deadlines.run(now=part.due_at + timedelta(seconds=1))
    body = sent_of(last(E.OVERDUE))["return_overdue_merchant"].body
    assert f"{part.number}: {part.vendor.name} was to accept or decline it by" in body


def of_three_vendors() -> ReturnRequest:
    goods = [sells(a_vendor(name), a_product(name)) for name in ("Oak & Sons", "Elm", "Ash")]
    return a_request(an_order([(variant, 1, "10.00") for variant in goods]))


def kinds_written() -> list[tuple[str, str]]:
    """Everybody is told of everything, twice; kind and recipient."""
    for event in [*ReturnEvent.objects.all(), *ReturnEvent.objects.all()]:
        mails_written_of(event)
    rows = NotificationLog.objects.exclude(kind="told").order_by("kind", "recipient")
    return list(rows.values_list("kind", "recipient"))


def test_parts_of_a_request_that_are_overdue_together_are_one_mail() -> None:
    request = of_three_vendors()
    for _ in range(2):
        deadlines.run(now=NOW + timedelta(days=30))
    assert [kind for kind, _ in kinds_written()].count("return_overdue_merchant") == 1
    leader = ReturnEvent.objects.filter(kind=E.OVERDUE.value).first()
    assert ReturnEvent.objects.filter(kind=E.OVERDUE.value).count() == 3
    (row,) = NotificationLog.objects.filter(kind="return_overdue_merchant")
    assert row.subject_id == leader.pk
    notifications.deliver(log_ids=[row.pk], now=NOW)
    message = mail.outbox[-1]
    assert message.subject == f"Return {request.number} is overdue"
    for part in request.vendor_returns.all():
        line = f"{part.number}, {part.vendor.name}: you were to approve or decline it by"
        assert line in message.body


def test_a_reminder_is_one_mail_for_each_who_has_to_act() -> None:
    request = of_three_vendors()
    deadlines.run(now=NOW + timedelta(days=2, hours=12))
    assert [kind for kind, _ in kinds_written()].count("reminder_merchant") == 1
    return_requests.approve(request_id=request.pk, actor=STAFF, now=NOW)
    deadlines.run(now=NOW + timedelta(days=4))
    assert [to for kind, to in kinds_written() if kind == "reminder_vendor"] == [
        "ash@vendors.example",
        "elm@vendors.example",
        "oak@vendors.example",
    ]
    for hours, part in enumerate(request.vendor_returns.order_by("number")):
        vendor_returns.accept(
            vendor_return_id=part.pk,
            actor=acts_for(part.vendor),
            now=NOW.replace(hour=10) + timedelta(hours=hours),
        )
    # Half of the first one's time is over; the others are due on the same day.
    first = request.vendor_returns.order_by("waiting_since")[0]
    deadlines.run(now=first.waiting_since + (first.due_at - first.waiting_since) * 0.501)
    (row,) = NotificationLog.objects.filter(pk__in=_written("reminder_shopper"))
    notifications.deliver(log_ids=[row.pk], now=NOW)
    body = mail.outbox[-1].body
    for part in request.vendor_returns.all():
        assert f"The number {part.number} belongs on the parcel" in body


def _written(kind: str) -> list[Any]:
    kinds_written()
    return list(NotificationLog.objects.filter(kind=kind).values_list("pk", flat=True))


def test_a_vendor_is_reminded_of_what_is_due_now() -> None:
    part = a_return(Move.ACCEPT, units=2)
    line = part.lines.get()
    lines = [
        receptions.ReceivedLine(line.pk, 1),
        receptions.ReceivedLine(line.pk, 1, Condition.WRONG_ITEM, note="Another."),
    ]
    receptions.receive(vendor_return_id=part.pk, actor=acts_for(part.vendor), lines=lines, now=NOW)
    deadlines.run(now=NOW + timedelta(days=5))
    body = sent_of(last(E.REMINDED))["reminder_vendor"].body
    assert "the goods have arrived; please refund them by" in body
    assert "To be refunded next: $10.00" in body


def test_a_store_that_hides_its_vendors_hides_them_from_shoppers_only() -> None:
    ReturnPortal.objects.update(show_vendor_names=False)
    part = a_return(Move.APPROVE)
    vendor_returns.decline(
        vendor_return_id=part.pk, actor=acts_for(part.vendor), reason="Worn.", now=NOW
    )
    for event in ReturnEvent.objects.all():
        for kind, message in sent_of(event).items():
            everything = message.subject + message.body + html_of(message)
            is_hidden = "Oak &" not in everything.replace("Oak chair", "")
            assert is_hidden == kind.endswith("_shopper") or kind.endswith("_vendor"), kind


def test_the_sender_bears_the_stores_name() -> None:
    ReturnPortal.objects.update(sender_name="Shop\nBcc: all@example.com", support_email="a@b.co")
    a_return()
    sent = sent_of(last(E.CREATED))
    message = sent["request_received_shopper"]
    assert message.from_email.startswith('"Shop Bcc: all@example.com" <')
    assert message.reply_to == ["a@b.co"]
    assert message.message()["Bcc"] is None
    assert sent["request_created_merchant"].reply_to == []


def test_everybody_is_led_to_their_own_page(settings: Any) -> None:
    settings.RETURNS_PUBLIC_URL = "https://returns.example.com"
    part = a_return(Move.APPROVE)
    asked, approved = sent_of(last(E.CREATED)), sent_of(last(E.APPROVED))
    console = f"https://returns.example.com/returns/console/returns/{part.pk}/"
    assert console in asked["request_created_merchant"].body
    assert console in approved["return_approved_vendor"].body
    status = f"https://returns.example.com/returns/requests/{part.request_id}/"
    assert status in asked["request_received_shopper"].body


def test_a_shipment_says_what_and_where_to() -> None:
    record = a_chair()
    shipment = record.shipments.get()
    notifications.notify("shipment_new_vendor", shipment.pk)
    row = selectors.NotificationLog.objects.get(kind="shipment_new_vendor")
    letters = Letters(selectors.find(About.SHIPMENT, shipment.pk))
    message = notifications.message(KINDS[row.kind], letters, row.recipient, key="k")
    assert message.subject == f"New shipment {shipment.number}"
    assert "2 × Chair <Oak>" in message.body
    assert "1 Analytical Street" in message.body
    assert record.email not in message.body


def test_the_previews_have_the_facts_that_real_mails_have() -> None:
    """Else a preview shows what no mail does."""
    part = a_return(Move.ACCEPT, units=2)
    line = part.lines.get()
    receptions.receive(
        vendor_return_id=part.pk,
        actor=acts_for(part.vendor),
        lines=[receptions.ReceivedLine(line.pk, 1, Condition.WRONG_ITEM, note="Another.")],
        now=NOW,
    )
    subject = selectors.of_event(last(E.CREATED).pk)
    shipment = selectors.find(About.SHIPMENT, part.shipment_id)
    received = selectors.of_event(last(E.RECEIVED).pk)
    assert subject is not None
    assert shipment is not None
    assert received is not None
    for about, found in (
        (About.REQUEST, subject),
        (About.PART, received),
        (About.RECEPTION, received),
        (About.SHIPMENT, shipment),
    ):
        assert set(mail_facts.facts(about, found)) == set(FACTS[about]), about
    assert set(FACTS) == set(About)
