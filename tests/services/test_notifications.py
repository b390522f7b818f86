"""Everybody is told once, whatever breaks on the way; and the order says so in Saleor."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from saleor_returns_plugin import host, tasks
from saleor_returns_plugin.enums import Condition, EventKind, Move
from saleor_returns_plugin.models import (
    NotificationLog,
    ReturnEvent,
    ReturnPortal,
    Vendor,
    VendorMember,
)
from saleor_returns_plugin.selectors import notifications as selectors
from saleor_returns_plugin.selectors.notifications import Audience
from saleor_returns_plugin.services import (
    lifecycle,
    notifications,
    queue,
    receptions,
    return_requests,
    vendor_returns,
)
from tests.builders import MERCHANT as STAFF
from tests.builders import a_return, acts_for, receive_all
from tests.saleor_rows import a_customer
from tests.scenarios.together import held_back, in_thread, outcomes, until_waiting

from .telling import LOCMEM, MERCHANT, NOW, SHOPPER, VENDOR, a_portal, last, mails_written_of

pytestmark = pytest.mark.django_db

E = EventKind
BOTH = [("request_created_merchant", MERCHANT), ("request_received_shopper", SHOPPER)]


class BrokenServer(EmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("the mail server is down")


class CountedServer(EmailBackend):
    """Refuses mail for one address; `log` is what it is asked."""

    log: ClassVar[list[str]] = []
    refused = ""

    def open(self) -> bool:
        CountedServer.log.append("open")
        return True

    def close(self) -> None:
        CountedServer.log.append("close")

    def send_messages(self, messages: Any) -> int:
        if messages[0].to == [CountedServer.refused]:
            raise SMTPRecipientsRefused({})
        CountedServer.log.append(messages[0].to[0])
        return super().send_messages(messages)


class SlowServer(EmailBackend):
    """Takes mail only when the test lets it."""

    asked = threading.Event()
    may_answer = threading.Event()

    def send_messages(self, messages: Any) -> int:
        SlowServer.asked.set()
        assert SlowServer.may_answer.wait(20)
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def store(db: None, settings: Any) -> None:
    settings.EMAIL_BACKEND = LOCMEM
    a_portal()


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...]]]:
    """What reached the broker, of which no worker takes anything."""
    found: list[tuple[str, tuple[Any, ...]]] = []
    monkeypatch.setattr(queue, "_send", lambda task, args: found.append((task, args)))
    return found


def resend(**after: float) -> notifications.Resent:
    """The beat task, run so long after everything that happened."""
    return notifications.resend(now=timezone.now() + timedelta(**after))


def work(queued: list[tuple[str, tuple[Any, ...]]]) -> None:
    """Do what the broker holds, and what comes of it."""
    while queued:
        task, keys = queued.pop(0)
        getattr(tasks, task)(*keys)


def got() -> list[tuple[str, str]]:
    """Kind and recipient of what the mail server took, as the log has it."""
    rows = NotificationLog.objects.exclude(kind="told").exclude(sent_at=None)
    assert rows.count() == len(mail.outbox)
    return sorted(rows.values_list("kind", "recipient"))


def test_an_event_is_told_on_commit_and_records_nothing_more(
    queued: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        a_return()
        assert queued == []
        assert NotificationLog.objects.count() == 0
        with transaction.atomic():
            return_requests.cancel(
                request_id=ReturnEvent.objects.get().request_id, actor=STAFF, now=NOW
            )
            transaction.set_rollback(True)
    assert queued == [("tell", (str(ReturnEvent.objects.get().pk),))]


def test_an_event_is_told_once() -> None:
    a_return()
    event = last(E.CREATED)
    first = mails_written_of(event)
    assert [(row.kind, row.recipient) for row in first] == BOTH
    assert mails_written_of(event) == first
    assert len(_notes(event)) == 1


def test_each_parcel_is_told_by_itself(queued: Any) -> None:
    part = a_return(Move.ACCEPT, units=2)
    line = part.lines.get()
    for condition in (Condition.GOOD, Condition.DAMAGED):
        receptions.receive(
            vendor_return_id=part.pk,
            actor=acts_for(part.vendor),
            lines=[receptions.ReceivedLine(line.pk, 1, condition)],
            now=NOW,
        )
    for event in ReturnEvent.objects.filter(kind=E.RECEIVED.value).order_by("created_at"):
        (row,) = mails_written_of(event)
        notifications.deliver(log_ids=[row.pk], now=NOW)
    good, damaged = (message.body for message in mail.outbox[-2:])
    assert "in good condition" in good
    assert "damaged" not in good
    assert "in good condition" not in damaged


def test_a_mail_is_sent_once() -> None:
    a_return()
    row = mails_written_of(last(E.CREATED))[0]
    for _ in range(2):
        notifications.deliver(log_ids=[row.pk], now=NOW)
    assert len(mail.outbox) == 1
    row.refresh_from_db()
    assert row.sent_at == NOW


def test_a_mail_that_is_sent_again_has_the_same_message_id() -> None:
    a_return()
    row = mails_written_of(last(E.CREATED))[0]
    for _ in range(2):  # the worker died after the server's answer, before its own commit
        NotificationLog.objects.exclude(kind="told").update(sent_at=None)
        notifications.deliver(log_ids=[row.pk], now=NOW)
    first, second = (message.message()["Message-ID"] for message in mail.outbox)
    assert first == second
    assert str(row.pk) in first


def test_a_mail_server_that_is_down_leaves_it_to_the_next_try(settings: Any) -> None:
    a_return()
    row = mails_written_of(last(E.CREATED))[0]
    settings.EMAIL_BACKEND = f"{__name__}.BrokenServer"
    with pytest.raises(ConnectionRefusedError):
        notifications.deliver(log_ids=[row.pk], now=NOW)
    row.refresh_from_db()
    assert row.sent_at is None
    settings.EMAIL_BACKEND = LOCMEM
    notifications.deliver(log_ids=[row.pk], now=NOW)
    assert len(mail.outbox) == 1


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[CountedServer]:
    settings.EMAIL_BACKEND = f"{__name__}.CountedServer"
    CountedServer.log.clear()
    monkeypatch.setattr(CountedServer, "refused", "")
    return CountedServer


def test_the_mails_of_an_event_share_a_connection(server: Any) -> None:
    a_return()
    tasks.tell(str(last(E.CREATED).pk))
    assert server.log == ["open", MERCHANT, SHOPPER, "close"]
    tasks.tell(str(last(E.CREATED).pk))
    assert len(server.log) == 4, "nothing to send, nothing to connect for"


def test_a_mail_that_is_refused_keeps_no_other_waiting(server: Any) -> None:
    server.refused = MERCHANT
    a_return()
    event = str(last(E.CREATED).pk)
    with pytest.raises(SMTPRecipientsRefused):
        tasks.tell.run(event)
    assert got() == [BOTH[1]]
    server.refused = ""
    tasks.tell(event)
    assert got() == BOTH


def test_what_tells_nobody_is_not_queued(
    queued: Any, django_capture_on_commit_callbacks: Any
) -> None:
    part = a_return()
    with django_capture_on_commit_callbacks(execute=True):
        for kind in (E.REFUND_REQUESTED, E.SETTLED):
            lifecycle.record_event(
                part.request, kind, actor=STAFF, role=STAFF.kind, vendor_return=part
            )
    assert queued == []
    mails_written_of(last(E.CREATED))
    assert resend(minutes=3).events == 0


def statements_of(event: ReturnEvent) -> int:
    """What the whole task asks of the database."""
    with CaptureQueriesContext(connection) as asked:
        tasks.tell(str(event.pk))
    return len([each for each in asked if "SAVEPOINT" not in each["sql"]])


def test_how_many_statements_a_mail_costs() -> None:
    """By event, with all its mails; three of the second and third are for what the return is worth."""
    part = a_return(Move.RECEIVE_ALL)
    VendorMember.objects.create(
        vendor=part.vendor, user=a_customer("ida@nord.example"), role="staff"
    )
    last_of = [last(kind) for kind in (E.CREATED, E.APPROVED, E.ACCEPTED, E.RECEIVED)]
    tasks.tell(str(last_of[0].pk))  # what a process reads once: the site, the templates
    NotificationLog.objects.all().delete()
    assert [statements_of(event) for event in last_of] == [17, 21, 16, 18]


def test_a_store_without_mail_is_still_told_in_its_orders(settings: Any) -> None:
    settings.EMAIL_BACKEND = ""
    a_return()
    event = last(E.CREATED)
    for row in mails_written_of(event):
        notifications.deliver(log_ids=[row.pk], now=NOW)
    assert mail.outbox == []
    assert len(_notes(event)) == 1
    assert resend(minutes=10).mails == 0


def test_what_is_gone_is_not_mailed_about() -> None:
    part = a_return()
    row = NotificationLog.objects.create(
        dedupe_key="x", kind="shipment_new_vendor", subject_id=part.pk, recipient=VENDOR
    )
    notifications.deliver(log_ids=[row.pk], now=NOW)
    assert mail.outbox == []
    assert not NotificationLog.objects.filter(pk=row.pk).exists()


def test_a_very_long_address_still_has_its_key() -> None:
    part = a_return(Move.APPROVE)
    Vendor.objects.filter(pk=part.vendor_id).update(email=f"{'a' * 64}@{'b' * 180}.example")
    (row,) = mails_written_of(last(E.APPROVED))
    notifications.deliver(log_ids=[row.pk], now=NOW)
    assert len(mail.outbox) == 1


# What a worker, or the broker, loses


def test_a_broker_that_is_down_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any, queued: Any
) -> None:
    with monkeypatch.context() as broken, django_capture_on_commit_callbacks(execute=True):
        broken.setattr(queue, "_send", lambda task, args: None)
        a_return()
    with django_capture_on_commit_callbacks(execute=True):
        resent = resend(minutes=3)
    assert (resent.events, resent.mails) == (1, 0)
    work(queued)
    assert got() == BOTH
    resent = resend(minutes=10)
    assert (resent.events, resent.mails) == (0, 0)


def test_a_worker_killed_between_writing_and_sending_loses_nothing(
    django_capture_on_commit_callbacks: Any, queued: Any
) -> None:
    a_return()
    mails_written_of(last(E.CREATED))
    with django_capture_on_commit_callbacks(execute=True):
        resent = resend(minutes=6)
    assert (resent.events, resent.mails) == (0, 2)
    work(queued)
    assert got() == BOTH


def test_a_worker_killed_while_telling_leaves_nothing_half_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_return()
    event = last(E.CREATED)
    with monkeypatch.context() as killed:
        killed.setattr(notifications, "_write_mails", lambda subject: 1 / 0)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            notifications.tell(event_id=event.pk, now=NOW)
    assert NotificationLog.objects.count() == 0
    assert _notes(event) == []
    assert len(mails_written_of(event)) == 2


def test_mails_that_always_fail_starve_no_others(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any, queued: Any
) -> None:
    monkeypatch.setattr(notifications, "_AT_ONCE", 2)
    a_return()
    rows = [
        NotificationLog.objects.create(
            dedupe_key=f"x{number}", kind="x", subject_id=last(E.CREATED).pk, recipient=VENDOR
        )
        for number in range(3)
    ]
    written = timezone.now()
    for number, row in enumerate(rows):
        row.created_at = written + timedelta(seconds=number)
        row.save()
    tried = []
    for minutes in (6, 12):
        queued.clear()
        with django_capture_on_commit_callbacks(execute=True):
            notifications.resend(now=written + timedelta(minutes=minutes))
        tried.append([key for task, keys in queued if task == "send_mails" for key in keys])
    first, second, third = (str(row.pk) for row in rows)
    assert tried == [[first, second], [third, first]]


def test_the_pause_between_tries_doubles_up_to_an_hour(queued: Any) -> None:
    a_return()
    mails_written_of(last(E.CREATED))
    written = timezone.now()
    NotificationLog.objects.update(created_at=written)
    tried = [
        minutes
        for minutes in range(1, 360)
        if notifications.resend(now=written + timedelta(minutes=minutes)).mails
    ]
    assert tried == [6, 12, 24, 48, 96, 156, 216, 276, 336]


def test_events_that_always_fail_starve_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "_AT_ONCE", 1)
    a_return(Move.ACCEPT)
    tried: list[str] = []
    monkeypatch.setattr(queue, "on_commit", lambda task, key: tried.append(key))
    for _ in range(100):
        resend(minutes=3)
    assert len(tried) == 100
    assert set(tried) == {str(pk) for pk in ReturnEvent.objects.values_list("pk", flat=True)}


def test_what_is_fresh_or_a_week_old_is_left_alone(
    django_capture_on_commit_callbacks: Any, queued: Any
) -> None:
    a_return()
    mails_written_of(last(E.CREATED))
    with django_capture_on_commit_callbacks(execute=True):
        return_requests.approve(request_id=last(E.CREATED).request_id, actor=STAFF, now=NOW)
    queued.clear()
    fresh, old = resend(minutes=1), resend(days=8)
    assert (fresh.events, fresh.mails, old.events, old.mails) == (0, 0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_event_tell_it_once(queued: Any) -> None:
    part = a_return()
    queued.clear()
    event = last(E.CREATED)
    key = f"told:{event.pk}"
    acts = [lambda: notifications.tell(event_id=event.pk, now=NOW)] * 2
    with held_back(acts) as futures:
        # Taken back when both workers wait for it.
        NotificationLog.objects.create(dedupe_key=key, kind="told", sent_at=NOW)
    _, errors = outcomes(futures)
    assert errors == []
    assert len(mails_written_of(event)) == 2
    assert len(_notes(event)) == 1
    assert NotificationLog.objects.filter(kind="told").count() == 1
    assert part.request.events.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_mail_send_it_once(settings: Any, queued: Any) -> None:
    a_return()
    row = mails_written_of(last(E.CREATED))[0]
    settings.EMAIL_BACKEND = f"{__name__}.SlowServer"
    SlowServer.asked.clear()
    SlowServer.may_answer.clear()

    def deliver() -> None:
        notifications.deliver(log_ids=[row.pk], now=NOW)

    with ThreadPoolExecutor(2) as pool:
        first = in_thread(pool, deliver)
        assert SlowServer.asked.wait(20)
        second = in_thread(pool, deliver)
        until_waiting(1, [first, second])
        SlowServer.may_answer.set()
    assert outcomes([first, second])[1] == []
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_the_first_return_tells_everybody_by_itself() -> None:
    part = a_return(Move.ACCEPT)
    receive_all(part, acts_for(part.vendor))
    assert got() == [
        ("goods_received_shopper", SHOPPER),
        BOTH[0],
        BOTH[1],
        ("return_accepted_shopper", SHOPPER),
        ("return_approved_vendor", VENDOR),
    ]


# To whom


def test_vendors_are_mailed_at_their_own_and_their_members_addresses() -> None:
    part = a_return(Move.APPROVE)
    for email in ("ida@nord.example", VENDOR.upper()):
        VendorMember.objects.create(vendor=part.vendor, user=a_customer(email), role="staff")
    found = [row.recipient.lower() for row in mails_written_of(last(E.APPROVED))]
    assert sorted(found) == ["ida@nord.example", VENDOR]


def test_a_merchant_without_a_list_is_mailed_at_the_stores_sender() -> None:
    ReturnPortal.objects.update(merchant_emails=[])
    a_return()
    subject = selectors.of_event(last(E.CREATED).pk)
    assert subject is not None
    (email,) = selectors.recipients(subject, Audience.MERCHANT)
    assert "@" in email
    assert "<" not in email


# Saleor's order


def _notes(event: ReturnEvent) -> list[str]:
    order = apps.get_model(host.current.order_model).objects.get(pk=event.request.record.order_id)
    events = order.events
    rows = events.filter(type__in=["note_added", "NOTE_ADDED"]).order_by("pk")
    return [row.parameters["message"] for row in rows]


def test_every_decision_stands_in_saleors_order() -> None:
    part = a_return(Move.APPROVE, units=2)
    line = part.lines.get()
    vendor_returns.accept(
        vendor_return_id=part.pk,
        actor=acts_for(part.vendor),
        declined=[vendor_returns.DeclinedUnits(line.pk, 1, "On final sale.")],
        now=NOW,
    )
    part.refresh_from_db()
    receive_all(part, acts_for(part.vendor), Condition.DAMAGED)
    for event in ReturnEvent.objects.order_by("created_at"):
        mails_written_of(event)
    request, number = part.request.number, part.number
    assert _notes(event) == [
        f"Return {request} was requested.",
        f"Return {number} was approved.",
        f"1 × Oak chair of return {number} were declined: On final sale.",
        f"Return {number} was accepted.",
        f"Goods of return {number} were received: 1 × Oak chair damaged.",
    ]


def test_a_note_names_money_and_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    part = a_return()
    event = lifecycle.record_event(
        part.request,
        E.REFUND_FAILED,
        actor=STAFF,
        role=STAFF.kind,
        vendor_return=part,
        message="Do not honor {number}\n" + "x " * 300,
        data={"refund": str(part.pk), "amount": "1234.500", "currency": "USD"},
    )
    notifications.tell(event_id=event.pk, now=NOW)
    (text,) = _notes(event)
    assert text.startswith(
        f"The refund of $1,234.50 for return {part.number} failed: Do not honor {{number}} x"
    )
    assert text.endswith("…")
    assert len(text) < 300


def test_an_order_that_is_gone_has_no_note_but_the_mails_go_out() -> None:
    part = a_return()
    record = part.request.record
    record.order_id = None
    record.save()
    assert len(mails_written_of(last(E.CREATED))) == 2
