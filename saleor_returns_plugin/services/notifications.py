"""Mails. A new one is a row of KINDS and a folder of templates/saleor_returns_plugin/email/."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr, parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language_bidi, override

from .. import host
from ..conf import setting
from ..models import NotificationLog, Reception, Refund, ReturnRequest, VendorReturn, VendorShipment
from ..selectors import branding, mail_facts
from ..selectors import notifications as selectors
from ..selectors.notifications import Audience, Subject
from . import queue
from .mail_rendering import render

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """A mail: what it is about, who reads it, what it says, and the page that it links to."""

    subject: type[Model]
    audience: Audience
    facts: Callable[[Subject], dict[str, Any]]
    link: Callable[[Subject], str]


def _link(name: str, *args: Any) -> str:
    """The address of a page; blank when the store does not serve it here."""
    try:
        path = reverse(f"returns:{name}", args=args)
    except NoReverseMatch:
        return ""
    base = setting("RETURNS_PUBLIC_URL") or host.current.public_url()
    return base.rstrip("/") + path


def _console_request(subject: Subject) -> str:
    first = subject.row.vendor_returns.order_by("number").first()
    return _link("console-return", first.pk) if first else ""


def _console_return(subject: Subject) -> str:
    return _link("console-return", subject.row.pk)


def _console_shipments(subject: Subject) -> str:
    return _link("console-shipments")


def _status(subject: Subject) -> str:
    return _link("portal-status", subject.request.pk) if subject.request else ""


KINDS: dict[str, Kind] = {
    "request_created_merchant": Kind(
        ReturnRequest, Audience.MERCHANT, mail_facts.request, _console_request
    ),
    "request_received_shopper": Kind(ReturnRequest, Audience.SHOPPER, mail_facts.request, _status),
    "shipment_new_vendor": Kind(
        VendorShipment, Audience.VENDOR, mail_facts.shipment, _console_shipments
    ),
    "return_approved_vendor": Kind(
        VendorReturn, Audience.VENDOR, mail_facts.vendor_return, _console_return
    ),
    "return_declined_shopper": Kind(
        VendorReturn, Audience.SHOPPER, mail_facts.vendor_return, _status
    ),
    "return_accepted_shopper": Kind(
        VendorReturn, Audience.SHOPPER, mail_facts.vendor_return, _status
    ),
    "goods_received_shopper": Kind(Reception, Audience.SHOPPER, mail_facts.reception, _status),
    "refunded_shopper": Kind(Refund, Audience.SHOPPER, mail_facts.refund, _status),
}


def notify(kind: str, subject_id: UUID) -> None:
    """Mail everybody whom `kind` concerns, once the caller's transaction is committed."""
    about = KINDS[kind]
    subject = selectors.find(about.subject, subject_id)
    to = selectors.recipients(subject, about.audience) if subject else []
    if not to:
        logger.warning("Nobody to mail %s of %s to.", kind, subject_id)
    for recipient in to:
        queue.on_commit("send_mail", kind, str(subject_id), recipient)


def deliver(kind: str, subject_id: str, recipient: str, now: datetime) -> None:
    """Send one mail, once.

    The row stays locked while the mail server answers: a second worker waits and then finds the
    mail sent; a server's error leaves it unsent and is raised, so that the task tries again. Only
    a crash between the server's answer and the commit can send twice, rather than never.
    """
    about = KINDS[kind]
    subject = selectors.find(about.subject, subject_id)
    if subject is None:
        logger.warning("%s: there is no %s %s.", kind, about.subject.__name__, subject_id)
        return
    if not settings.EMAIL_BACKEND:
        logger.error("%s was not sent: EMAIL_BACKEND is not set.", kind)
        return
    key = _dedupe_key(kind, subject_id, recipient)
    NotificationLog.objects.get_or_create(
        dedupe_key=key, defaults={"kind": kind, "recipient": recipient}
    )
    with transaction.atomic():
        log = NotificationLog.objects.select_for_update().get(dedupe_key=key)
        if log.sent_at is not None:
            return
        _message(kind, about, subject, recipient).send()
        log.sent_at = now
        log.save(update_fields=["sent_at"])


def _message(kind: str, about: Kind, subject: Subject, recipient: str) -> EmailMultiAlternatives:
    portal = branding.portal(subject.record.channel)
    with override(selectors.language(subject, about.audience, recipient)):
        mail = render(
            kind,
            {
                "store": portal,
                "is_right_to_left": get_language_bidi(),
                "order_number": subject.record.number,
                "request_number": subject.request.number if subject.request else "",
                "shopper_email": subject.request.email if subject.request else "",
                "currency": subject.record.currency,
                # A shopper of a store that hides its vendors reads the store's name alone.
                "names_vendors": portal.show_vendor_names or about.audience is not Audience.SHOPPER,
                "link": about.link(subject),
                **about.facts(subject),
            },
        )
    is_for_shopper = about.audience is Audience.SHOPPER
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=_sender(portal.sender_name or portal.name),
        to=[recipient],
        reply_to=[portal.support_email] if is_for_shopper and portal.support_email else None,
    )
    message.attach_alternative(mail.html, "text/html")
    return message


def _sender(name: str) -> str | None:
    """The store's own address, under the name it wants to be known by; None: as Django is set."""
    address = parseaddr(host.current.default_email())[1]
    return formataddr((" ".join(name.split()), address)) if address else None


def _dedupe_key(kind: str, subject_id: str, recipient: str) -> str:
    """Fits its column however long the address is."""
    key = f"{kind}:{subject_id}:{recipient}"
    if len(key) <= NotificationLog._meta.get_field("dedupe_key").max_length:
        return key
    return f"{kind}:{subject_id}:{hashlib.sha256(recipient.encode()).hexdigest()}"
