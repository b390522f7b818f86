"""What a worker would do, at once: tell of events, and send what follows."""

from datetime import UTC, datetime
from html import unescape
from typing import Any

from django.core import mail

from saleor_returns_plugin.enums import EventKind
from saleor_returns_plugin.models import NotificationLog, ReturnEvent, ReturnPortal
from saleor_returns_plugin.services import notifications

NOW = datetime(2030, 1, 2, 12, 0, tzinfo=UTC)
MERCHANT = "returns@shop.example"
SHOPPER = "ada@example.com"
VENDOR = "oak@vendors.example"
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


def a_portal(**values: Any) -> ReturnPortal:
    return ReturnPortal.objects.create(**{"channel": "", "merchant_emails": [MERCHANT], **values})


def last(kind: EventKind) -> ReturnEvent:
    event = ReturnEvent.objects.filter(kind=kind.value).order_by("created_at").last()
    assert event is not None, f"no event {kind}"
    return event


def mails_written_of(event: ReturnEvent) -> list[NotificationLog]:
    """Everybody is told of the event; the rows of the mails that follow."""
    notifications.tell(event_id=event.pk, now=NOW)
    rows = NotificationLog.objects.filter(subject_id=event.pk).exclude(kind="told")
    return list(rows.order_by("kind", "recipient"))


def sent_of(event: ReturnEvent) -> dict[str, mail.EmailMultiAlternatives]:
    """Everybody is told of the event; what the mail server got, by kind."""
    sent = {}
    for row in mails_written_of(event):
        notifications.deliver(log_ids=[row.pk], now=NOW)
        sent[row.kind] = mail.outbox[-1]
    return sent


def html_of(message: Any) -> str:
    return str(message.alternatives[0][0])


def mails_about(kind: EventKind) -> dict[str, Any]:
    """What was sent of the last such event, by kind; tasks run at once where there is no broker."""
    rows = NotificationLog.objects.filter(subject_id=last(kind).pk).exclude(kind="told")
    sent = {
        message.extra_headers.get("Message-ID", "@").split("@")[0][1:]: message
        for message in mail.outbox
    }
    return {row.kind: sent[str(row.pk)] for row in rows}


def addressees(kind: EventKind) -> dict[str, str]:
    return {name: message.to[0] for name, message in mails_about(kind).items()}


def says(message: Any, *texts: str) -> None:
    """In the plain text and in the page."""
    for text in texts:
        assert text in message.body, message.body
        assert text in unescape(html_of(message))


def says_not(message: Any, *texts: str) -> None:
    for text in texts:
        assert text not in message.subject + message.body + html_of(message)
