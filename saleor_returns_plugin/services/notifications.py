"""Who is told of what (`domain/notifications.py`), once each, whatever breaks in between.

An event queues the task `tell`. In one transaction that says "told" for good, leaves the note on
Saleor's order and writes down every mail that follows; then it sends them. What a worker, a broker
or a mail server lost on the way, `resend` finds.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
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
from .mail_messages import Letters, message
from .order_notes import note

logger = logging.getLogger(__name__)

LOST_AFTER = timedelta(minutes=2)
"""An event that nobody was told of for so long is told again; ..."""
UNSENT_AFTER = timedelta(minutes=5)
"""... a mail that was not sent for so long is sent again; ..."""
GIVEN_UP_AFTER = timedelta(days=7)
"""... and both for so long at most: nobody wants older news."""
_AT_ONCE = 1000
_PER_TASK = 20
"""Mails that one task sends over one connection."""


@dataclass(frozen=True)
class Resent:
    """How many events and mails were queued anew."""

    events: int
    mails: int


def tell(*, event_id: UUID | str, now: datetime) -> Subject | None:
    """Tell everybody whom the event concerns; a second call does nothing, and answers None.

    The row that says so is written first: a second worker waits for it, and finds it, or is first
    itself when this one fails. The mails are written down, for `deliver_of`.
    """
    told = NotificationLog(
        dedupe_key=f"{TOLD}:{event_id}", kind=TOLD, subject_id=event_id, sent_at=now
    )
    with transaction.atomic():
        NotificationLog.objects.bulk_create([told], ignore_conflicts=True)
        is_new = NotificationLog.objects.filter(pk=told.pk).exists()
        subject = selectors.of_event(event_id) if is_new else None
        if subject is not None:
            _leave_note(subject)
            _write_mails(subject)
    return subject


def notify(kind: str, subject_id: UUID, occasion: str = "") -> None:
    """Mail everybody whom a kind without an event concerns: written in the caller's transaction,
    sent after it; once per `occasion`."""
    mail = rules.KINDS[kind]
    subject = selectors.find(mail.about, subject_id)
    if subject is None or not rules.is_on(mail, _switches()):
        return
    to = selectors.recipients(subject, mail.to)
    rows = _rows(mail, subject, subject_id, to, occasion)
    _write(rows)
    _queue_mails([row.pk for row in rows])


def deliver_of(*, event_id: UUID | str, now: datetime, subject: Subject | None = None) -> None:
    """Send the mails that were written of an event and not sent yet; `subject` as `tell` read it."""
    rows = NotificationLog.objects.filter(subject_id=event_id, sent_at=None)
    log_ids = list(rows.order_by("created_at", "id").values_list("pk", flat=True))
    deliver(log_ids=log_ids, now=now, subjects=[subject] if subject else [])


def deliver(
    *, log_ids: Sequence[UUID | str], now: datetime, subjects: Sequence[Subject] = ()
) -> None:
    """Send mails, each once, over one connection; one that fails keeps no other waiting.

    A row stays locked while the mail server answers: a second worker waits and then finds the
    mail sent; a server's error leaves it unsent and is raised at the end, so that the task tries
    again. A crash between the server's answer and the commit sends it twice rather than never,
    both times with the same Message-ID, by which mail servers know a repetition. `subjects` are
    events that were read already.
    """
    if not log_ids:
        return
    if not settings.EMAIL_BACKEND:
        logger.error("Mails %s were not sent: EMAIL_BACKEND is not set.", log_ids)
        return
    failures: list[Exception] = []
    letters = {each.event.pk: Letters(each) for each in subjects if each.event}
    with get_connection() as connection:
        for log_id in log_ids:
            try:
                _deliver(log_id, letters, connection, now)
            except Exception as error:
                failures.append(error)
                # Who knows in which state it is: the next mail opens one of its own.
                connection.close()
    for other in failures[1:]:
        logger.error("A mail was not sent.", exc_info=other)
    if failures:
        raise failures[0]


@transaction.atomic
def _deliver(
    log_id: UUID | str,
    letters: dict[UUID, Letters],
    connection: BaseEmailBackend,
    now: datetime,
) -> None:
    """`letters` keeps, by subject, what its mails share."""
    log = NotificationLog.objects.select_for_update().filter(pk=log_id, sent_at=None).first()
    if log is None:
        return
    mail = rules.KINDS.get(log.kind)
    shared = letters.get(log.subject_id)
    if mail is not None and shared is None:
        subject = selectors.find(mail.about, log.subject_id)
        if subject is not None:
            shared = letters[log.subject_id] = Letters(subject)
    if mail is None or shared is None:
        logger.warning("%s: there is no %s any more.", log.kind, log.subject_id)
        log.delete()
        return
    connection.send_messages([message(mail, shared, log.recipient, key=str(log.pk))])
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
        mails = selectors.unsent_mails(
            since=since, until=now - UNSENT_AFTER, now=now, limit=_AT_ONCE
        )
    NotificationLog.objects.filter(pk__in=mails).update(resent_at=now)
    _queue_mails(mails)
    return Resent(len(events), len(mails))


def unknown_kinds() -> list[str]:
    """What RETURNS_MAILS names and is no mail."""
    return rules.unknown_kinds(_switches())


def _leave_note(subject: Subject) -> None:
    """In the history of Saleor's order, for its staff; by the member of staff who acted."""
    text, event = note(subject), subject.event
    if not text or event is None:
        return
    is_staff = event.actor_kind == ActorKind.MERCHANT.value and event.actor_id
    for order_id in (subject.order.order_id, selectors.replacement_of(event)):
        if order_id is not None:
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
    _write(rows)


def _rows(
    mail: Mail, subject: Subject, subject_id: UUID, to: list[str], occasion: str = ""
) -> list[NotificationLog]:
    if not to and mail.to is not Audience.VENDOR:
        logger.warning("Nobody to mail %s of %s to.", mail.kind, subject_id)
    return [
        NotificationLog(
            dedupe_key=_dedupe_key(f"{mail.kind}{occasion}", subject_id, each),
            kind=mail.kind,
            subject_id=subject_id,
            recipient=each,
        )
        for each in to
    ]


def _write(rows: list[NotificationLog]) -> None:
    """A row that is there already was written by an earlier call, which sends it."""
    if rows:
        NotificationLog.objects.bulk_create(rows, ignore_conflicts=True)


def _queue_mails(log_ids: Sequence[UUID]) -> None:
    """Sent once the caller's transaction is committed."""
    for start in range(0, len(log_ids), _PER_TASK):
        queue.on_commit("send_mails", *map(str, log_ids[start : start + _PER_TASK]))


def _switches() -> dict[str, Any]:
    return dict(setting("RETURNS_MAILS"))


def _dedupe_key(kind: str, subject_id: UUID, recipient: str) -> str:
    """Fits its column however long the address is."""
    key = f"{subject_id}:{kind}:{recipient}"
    if len(key) <= NotificationLog._meta.get_field("dedupe_key").max_length:
        return key
    return f"{subject_id}:{kind}:{hashlib.sha256(recipient.encode()).hexdigest()}"
