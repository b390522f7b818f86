"""To whom a mail about something goes, and in which language."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.utils import parseaddr
from enum import Enum
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.translation import get_supported_language_variant

from .. import host
from ..models import (
    OrderRecord,
    Reception,
    Refund,
    ReturnPortal,
    ReturnRequest,
    Vendor,
    VendorMember,
    VendorReturn,
    VendorShipment,
)


class Audience(Enum):
    MERCHANT = "merchant"
    VENDOR = "vendor"
    SHOPPER = "shopper"


@dataclass(frozen=True)
class Subject:
    """What a mail is about, with whom it concerns; `request` and `vendor` where there is one."""

    row: Any
    record: OrderRecord
    request: ReturnRequest | None = None
    vendor: Vendor | None = None


def _of_request(row: ReturnRequest) -> Subject:
    return Subject(row, row.record, request=row)


def _of_vendor_return(row: VendorReturn) -> Subject:
    return Subject(row, row.request.record, request=row.request, vendor=row.vendor)


def _of_what_happened(row: Reception | Refund) -> Subject:
    part = row.vendor_return
    return Subject(row, part.request.record, request=part.request, vendor=part.vendor)


def _of_shipment(row: VendorShipment) -> Subject:
    return Subject(row, row.record, vendor=row.vendor)


_AROUND_RETURN = (
    "vendor_return__request__record",
    "vendor_return__shipment",
    "vendor_return__vendor",
)

_SUBJECTS: dict[type[Model], tuple[tuple[str, ...], Callable[[Any], Subject]]] = {
    ReturnRequest: (("record",), _of_request),
    VendorReturn: (("request__record", "shipment", "vendor"), _of_vendor_return),
    Reception: (_AROUND_RETURN, _of_what_happened),
    Refund: (_AROUND_RETURN, _of_what_happened),
    VendorShipment: (("record", "vendor"), _of_shipment),
}


def find(model: type[Model], subject_id: Any) -> Subject | None:
    """The row of `model` with its surroundings, in one query; None when it is gone."""
    related, subject_of = _SUBJECTS[model]
    row = model._default_manager.select_related(*related).filter(pk=subject_id).first()
    return subject_of(row) if row is not None else None


def recipients(subject: Subject, audience: Audience) -> list[str]:
    """Addresses, each once; empty only when the store itself has none."""
    if audience is Audience.SHOPPER:
        email = subject.request.email if subject.request else subject.record.email
        return _distinct([email])
    if audience is Audience.VENDOR and subject.vendor is not None:
        found = _distinct([subject.vendor.email, *_member_emails(subject.vendor)])
        if found:
            return found
    return _merchant_emails(subject.record.channel)


def language(subject: Subject, audience: Audience, recipient: str) -> str:
    """A language that Django knows: the shopper's own, or that of the user with the address."""
    if audience is Audience.SHOPPER:
        wanted = (subject.request and subject.request.locale) or subject.record.language
    else:
        user = host.current.user_by_email(recipient)
        wanted = user.language if user else ""
    try:
        return get_supported_language_variant(wanted.replace("_", "-").lower())
    except LookupError:
        return settings.LANGUAGE_CODE


def _member_emails(vendor: Vendor) -> list[str]:
    members = VendorMember.objects.filter(vendor=vendor, user__is_active=True)
    return list(members.order_by("created_at").values_list("user__email", flat=True))


def _merchant_emails(channel: str) -> list[str]:
    """The channel's own list, else the general one, else the store's sender address."""
    rows = ReturnPortal.objects.filter(channel__in={channel, ""}).order_by("-channel")
    for emails in rows.values_list("merchant_emails", flat=True):
        if emails:
            return _distinct(emails)
    return _distinct([parseaddr(host.current.default_email())[1]])


def _distinct(emails: Iterable[str]) -> list[str]:
    """Without blanks and repetitions; the same address in other letters is the same."""
    return list({email.lower(): email for email in emails if email}.values())
