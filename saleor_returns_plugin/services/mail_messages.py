"""Makes one mail: its words in the reader's language, its sender, its links."""

from collections.abc import Mapping
from dataclasses import replace
from email.utils import formataddr, parseaddr
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi, override

from .. import host
from ..conf import setting
from ..domain.events import may_read
from ..domain.notifications import About, Audience, Mail
from ..enums import ActorKind, EventKind
from ..selectors import branding
from ..selectors.branding import PortalFacts
from ..selectors.events import message_of
from ..selectors.foreign_goods import naming_foreign
from ..selectors.mail_facts import facts
from ..selectors.notifications import Subject, language
from . import documents, sessions
from .mail_rendering import render


class Letters:
    """What the mails about one subject share, read once."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.portal = branding.portal(subject.channel)
        self._facts: dict[tuple[About, bool, str], dict[str, Any]] = {}

    def facts(self, mail: Mail) -> dict[str, Any]:
        """As its audience may know them; in the active language, where they are words."""
        is_for_vendor = mail.to is Audience.VENDOR
        key = (mail.about, is_for_vendor, get_language() or "")
        if key not in self._facts:
            subject = replace(self.subject, is_for_vendor=is_for_vendor)
            self._facts[key] = _with_links(facts(mail.about, subject), subject)
        return self._facts[key]


def message(mail: Mail, letters: Letters, recipient: str, key: str) -> EmailMultiAlternatives:
    """`key` makes the Message-ID: the same mail has it again."""
    subject, portal, record = letters.subject, letters.portal, letters.subject.record
    with override(language(subject, mail.to, recipient)):
        found = letters.facts(mail)
        words = render(
            mail.kind,
            context(
                mail,
                portal,
                link=_link(mail, subject, found),
                order_number=record.number if record else "",
                request_number=subject.request.number if subject.request else "",
                shopper_email=subject.request.email if subject.request else "",
                currency=record.currency if record else "",
                by=subject.event.actor_kind if subject.event else "",
                reason=_reason(mail, subject),
                facts=found,
            ),
        )
    is_for_shopper = mail.to is Audience.SHOPPER
    sender = _sender(portal.sender_name or portal.name)
    made = EmailMultiAlternatives(
        subject=words.subject,
        body=words.text,
        from_email=sender,
        to=[recipient],
        reply_to=[portal.support_email] if is_for_shopper and portal.support_email else None,
        headers={"Message-ID": f"<{key}@{_domain(sender)}>"},
    )
    made.attach_alternative(words.html, "text/html")
    return made


def _reason(mail: Mail, subject: Subject) -> str:
    """What was said with the event, if those whom the mail is for may read it."""
    event = subject.event
    if event is None or not may_read(EventKind(event.kind), ActorKind(mail.to.value)):
        return ""
    hides_goods = mail.to is Audience.VENDOR and bool(naming_foreign([event]))
    return message_of(event, hides_goods=hides_goods)


def context(
    mail: Mail,
    portal: PortalFacts,
    *,
    link: str,
    order_number: str,
    request_number: str,
    shopper_email: str,
    currency: str,
    by: str,
    reason: str,
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    """What every mail's templates can name, beside the facts of its own."""
    return {
        "store": portal,
        "is_right_to_left": get_language_bidi(),
        "order_number": order_number,
        "request_number": request_number,
        # No vendor reads whose order it is.
        "shopper_email": shopper_email if mail.to is Audience.MERCHANT else "",
        "currency": currency,
        "by": by,
        "reason": reason,
        # A shopper of a store that hides its vendors reads the store's name alone.
        "names_vendors": portal.show_vendor_names or mail.to is not Audience.SHOPPER,
        "link": link,
        **facts,
    }


def _with_links(found: dict[str, Any], subject: Subject) -> dict[str, Any]:
    """Orders that the mail opens get a link each, good for some days from now; so does a return
    label, which the shopper's mails alone show."""
    if found.get("has_label") and subject.part is not None:
        return {**found, "label_link": _page("document", documents.mailed_token(subject.part))}
    if "orders" not in found:
        return found
    now = timezone.now()
    links = [
        (order, _page("portal-open", sessions.link_token(order.record, now)))
        for order in found["orders"]
    ]
    return {"orders": links}


def _link(mail: Mail, subject: Subject, found: Mapping[str, Any]) -> str:
    """The page where the reader sees it, or acts on it."""
    if mail.about is About.ORDERS:
        return ""  # a link of its own stands beside each order
    if mail.about is About.MEMBERSHIP:
        return _page("console-sign-in")
    if mail.about is About.SHIPMENT:
        return _page("console-shipment", subject.shipment.pk) if subject.shipment else ""
    if mail.to is Audience.SHOPPER:
        return _page("portal-status", subject.request.pk) if subject.request else ""
    if subject.part is not None:
        return _page("console-return", subject.part.pk)
    # Of a whole request: where it is decided on.
    parts = sorted(found["parts"], key=lambda part: not part.is_waiting)
    return _page("console-return", parts[0].id) if parts else ""


def _page(name: str, *args: Any) -> str:
    """Its address; blank when the store does not serve it here."""
    try:
        path = reverse(f"returns:{name}", args=args)
    except NoReverseMatch:
        return ""
    base = setting("RETURNS_PUBLIC_URL") or host.current.public_url()
    return base.rstrip("/") + path


def _sender(name: str) -> str | None:
    """The store's own address, under the name it wants to be known by; None: as Django is set."""
    address = host.current.default_email()
    return formataddr((" ".join(name.split()), address)) if address else None


def _domain(sender: str | None) -> str:
    return parseaddr(sender or "")[1].rpartition("@")[2] or "returns.invalid"
