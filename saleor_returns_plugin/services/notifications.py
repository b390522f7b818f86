"""Who is told of what (`domain/notifications.py`), once each, whatever breaks in between.

An event queues `tell`. In one transaction that says "told" for good, leaves the note on Saleor's
order and writes down every mail that follows; each mail is then sent by a task of its own. What a
worker or broker lost on the way, `resend` finds.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from .. import host
from ..conf import setting
from ..domain import notifications as rules
from ..domain.notifications import Audience, Mail
from ..enums import ActorKind, EventKind
from ..models import NotificationLog
from ..selectors import notifications as selectors
from ..selectors.notifications import TOLD, Subject
from . import queue
from .mail_messages import message
from .order_notes import note

logger = logging.getLogger(__name__)

LOST_AFTER = timedelta(minutes=2)
"""An event that nobody was told of for so long is told again; ..."""
UNSENT_AFTER = timedelta(minutes=5)
"""... a mail that was not sent for so long is sent again; ..."""
GIVEN_UP_AFTER = timedelta(days=7)
"""... and both for so long at most: nobody wants older news."""
_AT_ONCE = 1000


@dataclass(frozen=True)
class Resent:
    """How many events and mails were queued anew."""

    events: int
    mails: int


def tell(*, event_id: UUID | str, now: datetime) -> None:
    """Tell everybody whom the event concerns; a second call does nothing.

    The row that says so is written first: a second worker waits for it, and finds it, or is first
    itself when this one fails.
    """
    with transaction.atomic():
        _, is_new = NotificationLog.objects.get_or_create(
            dedupe_key=f"{TOLD}:{event_id}",
            defaults={"kind": TOLD, "subject_id": event_id, "sent_at": now},
        )
        subject = selectors.of_event(event_id) if is_new else None
        if subject is None:
            return
        _leave_note(subject)
        _write_mails(subject)


def notify(kind: str, subject_id: UUID, occasion: str = "") -> None:
    """Mail everybody whom a kind without an event concerns: written in the caller's transaction,
    sent after it; once per `occasion`."""
    mail = rules.KINDS[kind]
    subject = selectors.find(mail.about, subject_id)
    if subject is None or not rules.is_on(mail, _switches()):
        return
    to = selectors.recipients(subject, mail.to)
    _send_after_commit(_rows(mail, subject, subject_id, to, occasion))


def deliver(*, log_id: UUID | str, now: datetime) -> None:
    """Send one mail, once.

    The row stays locked while the mail server answers: a second worker waits and then finds the
    mail sent; a server's error leaves it unsent and is raised, so that the task tries again. A
    crash between the server's answer and the commit sends it twice rather than never, both times
    with the same Message-ID, by which mail servers know a repetition.
    """
    if not settings.EMAIL_BACKEND:
        logger.error("Mail %s was not sent: EMAIL_BACKEND is not set.", log_id)
        return
    with transaction.atomic():
        log = NotificationLog.objects.select_for_update().filter(pk=log_id, sent_at=None).first()
        if log is None:
            return
        mail = rules.KINDS.get(log.kind)
        subject = selectors.find(mail.about, log.subject_id) if mail else None
        if mail is None or subject is None:
            logger.warning("%s: there is no %s any more.", log.kind, log.subject_id)
            log.delete()
            return
        message(mail, subject, log.recipient, key=str(log.pk)).send()
        log.sent_at = now
        log.save(update_fields=["sent_at"])


def resend(*, now: datetime) -> Resent:
    """Queue what was lost: events that nobody was told of, and mails that were not sent.

    Both tasks do nothing when the first try did succeed after all.
    """
    since = now - GIVEN_UP_AFTER
    events = selectors.untold_events(since=since, until=now - LOST_AFTER, limit=_AT_ONCE)
    for event_id in events:
        queue.on_commit("tell", str(event_id))
    mails = []
    if settings.EMAIL_BACKEND:
        mails = selectors.unsent_mails(since=since, until=now - UNSENT_AFTER, limit=_AT_ONCE)
    for log_id in mails:
        queue.on_commit("send_mail", str(log_id))
    return Resent(len(events), len(mails))


def unknown_kinds() -> list[str]:
    """What RETURNS_MAILS names and is no mail."""
    return rules.unknown_kinds(_switches())


def _leave_note(subject: Subject) -> None:
    """In the history of Saleor's order, for its staff; by the member of staff who acted."""
    text = note(subject)
    event, order_id = subject.event, subject.record.order_id
    if not text or order_id is None or event is None:
        return
    is_staff = event.actor_kind == ActorKind.MERCHANT.value and event.actor_id
    host.current.add_order_note(order_id, text, event.actor_id if is_staff else None)


def _write_mails(subject: Subject) -> None:
    event = subject.event
    assert event is not None
    rows: list[NotificationLog] = []
    heard: set[str] = set()
    mails = rules.mails_of(EventKind(event.kind), selectors.happened(subject), _switches())
    for mail in mails:
        to = selectors.recipients(subject, mail.to)
        if mail.to is Audience.VENDOR:
            # A vendor without an address of its own: the merchant has heard of it already.
            to = [each for each in to if each.lower() not in heard]
        elif mail.to is Audience.MERCHANT:
            heard.update(each.lower() for each in to)
        rows += _rows(mail, subject, event.pk, to)
    _send_after_commit(rows)


def _rows(
    mail: Mail, subject: Subject, subject_id: UUID, to: list[str], occasion: str = ""
) -> list[NotificationLog]:
    if not to and mail.to is not Audience.VENDOR:
        logger.warning("Nobody to mail %s of order %s to.", mail.kind, subject.record.number)
    return [
        NotificationLog(
            dedupe_key=_dedupe_key(f"{mail.kind}{occasion}", subject_id, each),
            kind=mail.kind,
            subject_id=subject_id,
            recipient=each,
        )
        for each in to
    ]


def _send_after_commit(rows: list[NotificationLog]) -> None:
    """A row that is there already was written by an earlier call, which sends it."""
    NotificationLog.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        queue.on_commit("send_mail", str(row.pk))


def _switches() -> dict[str, Any]:
    return dict(setting("RETURNS_MAILS"))


def _dedupe_key(kind: str, subject_id: UUID, recipient: str) -> str:
    """Fits its column however long the address is."""
    key = f"{subject_id}:{kind}:{recipient}"
    if len(key) <= NotificationLog._meta.get_field("dedupe_key").max_length:
        return key
    return f"{subject_id}:{kind}:{hashlib.sha256(recipient.encode()).hexdigest()}"
