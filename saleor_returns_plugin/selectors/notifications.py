"""What a mail is about, to whom it goes, and in which language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import (
    CharField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import get_supported_language_variant

from .. import host
from ..domain import exchange_status
from ..domain.notifications import (
    RULES,
    About,
    Audience,
    Happened,
    had_heard,
    tells_somebody,
)
from ..enums import ActorKind, Condition, EventKind, ExchangeStatus
from ..models import (
    Exchange,
    NotificationLog,
    OrderRecord,
    ReceptionLine,
    ReturnEvent,
    ReturnPortal,
    ReturnRequest,
    Vendor,
    VendorMember,
    VendorReturn,
    VendorShipment,
)
from .branding import portal
from .declined import LET_GO
from .events import REPLACEMENT_CANCELLED
from .exchanges import is_left_to_store, paid_for
from .languages import spoken
from .staff_exchanges import UNASKED, is_unasked

TOLD = "told"
"""The kind of the rows that say: everybody was told of this event."""
ASKED = "sign_in_links_asked"
"""The kind of the rows that say: this address waits for links; whether it has orders is not known."""

TELLING = sorted(kind.value for kind in RULES if tells_somebody(kind))
"""Kinds of events that anybody is told of."""

LONGEST_PAUSE = timedelta(hours=1)
"""Between two tries to send a mail."""

WITH_EXCHANGE = "with_exchange"
"""The code of what staff's new exchange makes of lines that were to be paid back: its mails tell
the shopper, who may be to have none."""
WITH_RETURN = "with_return"
"""The code of events of exchanges that were cancelled by what was done with their return."""

_WITH_MORE = (WITH_RETURN, WITH_EXCHANGE, REPLACEMENT_CANCELLED)

_ENDS = (EventKind.CANCELLED.value, EventKind.EXPIRED.value)
"""A return's exchange may have ended with these."""

_CHANGED = EventKind.RESOLUTION_CHANGED.value

_OF_REPLACEMENTS = (EventKind.EXCHANGE_RELEASED.value, EventKind.EXCHANGE_CANCELLED.value)

REFUSED = (Condition.WRONG_ITEM.value, Condition.NOT_ACCEPTABLE.value)


@dataclass(frozen=True)
class Subject:
    """What a mail is about: an event, and the request or part it happened to; or a shipment; or
    the newest of a shopper's orders; or a member, who is of no order."""

    record: OrderRecord | None
    event: ReturnEvent | None = None
    request: ReturnRequest | None = None
    part: VendorReturn | None = None
    vendor: Vendor | None = None
    shipment: VendorShipment | None = None
    member: VendorMember | None = None
    is_for_vendor: bool = False
    """Its reader is the vendor of the part, who knows of its own goods alone."""

    @property
    def order(self) -> OrderRecord:
        """The record of what is of an order."""
        assert self.record is not None
        return self.record

    @property
    def channel(self) -> str:
        return self.record.channel if self.record is not None else ""


def find(about: About, subject_id: Any) -> Subject | None:
    """The event or row with its surroundings, in one query; None when it is gone."""
    if about is About.SHIPMENT:
        rows = VendorShipment.objects.select_related("record", "vendor")
        shipment = rows.filter(pk=subject_id).first()
        if shipment is None:
            return None
        return Subject(shipment.record, vendor=shipment.vendor, shipment=shipment)
    if about is About.ORDERS:
        record = OrderRecord.objects.filter(pk=subject_id).first()
        return Subject(record) if record is not None else None
    if about is About.MEMBERSHIP:
        members = VendorMember.objects.select_related("vendor").filter(vendor__is_active=True)
        member = members.filter(pk=subject_id).first()
        return Subject(None, vendor=member.vendor, member=member) if member is not None else None
    return of_event(subject_id)


def of_event(event_id: Any) -> Subject | None:
    rows = ReturnEvent.objects.select_related(
        "request__record",
        "vendor_return__shipment",
        "vendor_return__vendor",
    )
    event = rows.filter(pk=event_id).first()
    if event is None:
        return None
    part = event.vendor_return
    if part is not None:
        part.request = event.request
    return Subject(
        event.request.record,
        event=event,
        request=event.request,
        part=part,
        vendor=part.vendor if part is not None else None,
    )


def happened(subject: Subject) -> Happened:
    """What the rules' conditions ask about the event."""
    event = subject.event
    assert event is not None
    waits_for = event.data.get("waits_for")
    exchange = _exchange_of(event)
    unasked = event.data.get("code") == UNASKED or (
        exchange is not None and exchange.is_by_staff and is_unasked(event.request)
    )
    return Happened(
        by=ActorKind(event.actor_kind),
        before=event.from_status,
        after=event.to_status,
        is_in_house=subject.vendor is not None and subject.vendor.is_in_house,
        followed_by=_followed_by(event),
        is_let_go=event.data.get("code") == LET_GO,
        off=frozenset(),
        **_units(event.data.get("reception")),
        waits_for=ActorKind(waits_for) if waits_for else None,
        is_told_with_another="told_with" in event.data,
        is_recorded=bool(event.data.get("is_recorded")),
        is_with_more=event.data.get("code") in _WITH_MORE,
        is_unasked=unasked,
        was_left_to_store=_was_left_to_store(subject, exchange, is_unasked=unasked),
        tells_of_exchange=exchange is None or _tells_of(exchange, subject.channel),
        is_let_go_at_once=exchange is not None and is_let_go_at_once(exchange),
    )


def _was_left_to_store(subject: Subject, exchange: Exchange | None, *, is_unasked: bool) -> bool:
    """Of an exchange that came to nothing and is given up: whether the shopper, who had heard of
    that, was told that the store decides. Of what nobody asked for only an offer is heard of."""
    event, part = subject.event, subject.part
    if event is None or part is None or exchange is None or not is_given_up(event):
        return False
    failures = ReturnEvent.objects.filter(
        vendor_return=part,
        kind=EventKind.EXCHANGE_FAILED.value,
        from_status=ExchangeStatus.AWAITING_PAYMENT.value,
        data__exchange=str(exchange.pk),
    )
    return is_left_to_store(part, exchange) and (not is_unasked or failures.exists())


def is_given_up(event: ReturnEvent) -> bool:
    """Whether an exchange of which nothing was ordered was cancelled with it."""
    is_end = event.kind == EventKind.EXCHANGE_CANCELLED.value
    return is_end and event.from_status == ExchangeStatus.FAILED.value


def replacement_of(event: ReturnEvent) -> Any | None:
    """Saleor's order that is let go or given up with the event."""
    exchange = _exchange_of(event) if event.kind in _OF_REPLACEMENTS else None
    return exchange and exchange.order_id


def _exchange_of(event: ReturnEvent) -> Exchange | None:
    exchange_id = event.data.get("exchange")
    return Exchange.objects.filter(pk=exchange_id).first() if exchange_id else None


def _tells_of(exchange: Exchange, channel: str) -> bool:
    """The exchange's own wish, else the portal's."""
    if exchange.notifies_customer is not None:
        return exchange.notifies_customer
    return portal(channel).notify_exchange_orders


def end_of_told_exchange(event: ReturnEvent, channel: str) -> ReturnEvent | None:
    """Of a return that ended: the end of its exchange just before, in the same act; None where
    there was none, or the shopper had heard of none."""
    end = _end_of_exchange(event) if event.kind in _ENDS else None
    if end is None:
        return None
    exchange = _exchange_of(end)
    tells = exchange is not None and _tells_of(exchange, channel)
    return end if had_heard(end.from_status, tells_of_exchange=tells) else None


def is_difference_to_go_back(event: ReturnEvent) -> bool:
    """Whether an order of an exchange, which the shopper had paid for, ended with this."""
    if event.kind == EventKind.EXCHANGE_CANCELLED.value:
        end: ReturnEvent | None = event
    else:
        end = _end_of_exchange(event) if event.kind in (*_ENDS, _CHANGED) else None
    if end is None or end.from_status not in [status.value for status in exchange_status.ORDERED]:
        return False
    exchange = _exchange_of(end)
    return exchange is not None and bool(paid_for([exchange]))


def _end_of_exchange(event: ReturnEvent) -> ReturnEvent | None:
    """That of the return's exchange, just before in the same act."""
    earlier = ReturnEvent.objects.filter(
        vendor_return=event.vendor_return_id, created_at__lte=event.created_at
    ).exclude(pk=event.pk)
    end = earlier.order_by("created_at", "id").last()
    return end if end is not None and end.data.get("code") == WITH_RETURN else None


def is_let_go_at_once(exchange: Exchange) -> bool:
    """Both are one moment then: that of one act."""
    return exchange.released_at is not None and exchange.released_at == exchange.ordered_at


def untold_events(*, since: datetime, until: datetime, limit: int) -> list[UUID]:
    """Events of that time that nobody was told of and somebody should be.

    Which ones, if there are more, is left to chance: so those that fail each time keep no others
    waiting.
    """
    key = Concat(Value(f"{TOLD}:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    rows = ReturnEvent.objects.filter(
        kind__in=TELLING, created_at__gte=since, created_at__lt=until
    ).filter(~Exists(NotificationLog.objects.filter(dedupe_key=key)))
    return list(rows.order_by("?").values_list("pk", flat=True)[:limit])


def unsent_mails(*, since: datetime, until: datetime, now: datetime, limit: int) -> list[UUID]:
    """Mails that were written down in that time and not sent, the longest untried first.

    Each time it is found the pause doubles, up to an hour: a mail that fails each time keeps no
    others waiting, and one that waits for a mail server goes out soon after that is back.
    """
    half_of_its_age = ExpressionWrapper(
        F("created_at") + (Value(now, DateTimeField()) - F("created_at")) / 2,
        output_field=DateTimeField(),
    )
    rows = NotificationLog.objects.filter(sent_at=None, created_at__gte=since, created_at__lt=until)
    rows = rows.exclude(kind=ASKED)
    rows = rows.annotate(half=half_of_its_age).filter(
        Q(resent_at=None) | Q(resent_at__lte=F("half")) | Q(resent_at__lte=now - LONGEST_PAUSE)
    )
    longest = rows.order_by(Coalesce("resent_at", "created_at"), "created_at")
    return list(longest.values_list("pk", flat=True)[:limit])


def recipients(subject: Subject, audience: Audience) -> list[str]:
    """Addresses, each once; empty only when the store itself has none.

    What is for a vendor without any, or that was deactivated, goes to the merchant.
    """
    if audience is Audience.SHOPPER:
        email = subject.request.email if subject.request else subject.order.email
        return _distinct([email])
    if audience is Audience.MEMBER:
        return _distinct([subject.member.email] if subject.member else [])
    if audience is Audience.VENDOR and subject.vendor is not None and subject.vendor.is_active:
        found = _distinct([subject.vendor.email, *_member_emails(subject.vendor)])
        if found:
            return found
    return _merchant_emails(subject.channel)


def language(subject: Subject, audience: Audience, recipient: str) -> str:
    """The shopper's own, or that of the user with the address, where we speak it; else English.

    The store's own where none is known.
    """
    if audience is Audience.SHOPPER:
        wanted = (subject.request and subject.request.locale) or subject.order.language
    else:
        user = host.current.user_by_email(recipient)
        wanted = user.language if user else ""
    try:
        known = get_supported_language_variant(wanted.replace("_", "-").lower())
    except LookupError:
        known = settings.LANGUAGE_CODE
    return spoken(known)


def _units(reception_id: str | None) -> dict[str, int]:
    if not reception_id:
        return {}
    rows = ReceptionLine.objects.filter(reception=reception_id)
    units = {"units": 0, "refused": 0, "missing": 0}
    for condition, quantity in rows.values_list("condition", "quantity"):
        units["units"] += quantity
        if condition in REFUSED:
            units["refused"] += quantity
        elif condition == Condition.MISSING.value:
            units["missing"] += quantity
    return units


def _followed_by(event: ReturnEvent) -> EventKind | None:
    """What the same act went on to do with the part. The system does that at once after an
    approval; units are declined just before the rest is approved or accepted."""
    is_decline = event.kind == EventKind.UNITS_DECLINED.value
    approving = (EventKind.APPROVED.value, EventKind.REOPENED.value)
    if not is_decline and event.kind not in approving:
        return None
    later = ReturnEvent.objects.filter(
        vendor_return=event.vendor_return_id, created_at__gt=event.created_at
    )
    after = list(later.order_by("created_at", "id")[:2])
    if is_decline and after and after[0].kind == EventKind.ACCEPTED.value:
        return EventKind.ACCEPTED
    if is_decline and after and after[0].kind == EventKind.APPROVED.value:
        after = after[1:]
    if not after or after[0].actor_kind != ActorKind.SYSTEM.value:
        return None
    return EventKind(after[0].kind)


def _member_emails(vendor: Vendor) -> list[str]:
    members = VendorMember.objects.filter(vendor=vendor, user__is_active=True)
    return list(members.order_by("created_at").values_list("user__email", flat=True))


def _merchant_emails(channel: str) -> list[str]:
    """The channel's own list, else the general one, else the store's sender address."""
    rows = ReturnPortal.objects.filter(channel__in={channel, ""}).order_by("-channel")
    for emails in rows.values_list("merchant_emails", flat=True):
        if emails:
            return _distinct(emails)
    return _distinct([host.current.default_email()])


def _distinct(emails: Iterable[str]) -> list[str]:
    """Without blanks and repetitions; the same address in other letters is the same."""
    return list({email.lower(): email for email in emails if email}.values())
