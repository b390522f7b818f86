"""A guest's sign-in: order number and e-mail give a signed token for that one order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db.models import Q
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext

from ..conf import setting
from ..domain.actors import Actor
from ..domain.references import email_key, order_numbers, reference_key
from ..enums import ActorKind
from ..errors import NotFound, NotPermitted, Throttled
from ..models import OrderRecord
from . import throttle

_SALT = "saleor_returns_plugin.session"
_LONGEST_EMAIL = 1000


@dataclass(frozen=True)
class Session:
    token: str
    expires_at: datetime
    record: OrderRecord


def sign_in(*, order_number: str, email: str, address: str, now: datetime) -> Session:
    """Open the order to whoever knows its number and e-mail.

    A wrong number and a wrong e-mail cost the same look-up and give the same words. Only failed
    tries count, per client address and per order number. Raises NotFound, Throttled.
    """
    throttle.count("shopper-address", address, field="order_number")
    numbers = order_numbers(order_number)
    # One reference may mean several orders, and each of them is guarded by its own count.
    names = list(dict.fromkeys(number.casefold() for number in numbers))
    guarded = {name: refusal for name in names if (refusal := _one_try_more(name))}
    found = _found([number for number in numbers if number.casefold() not in guarded], email)
    if found is None:
        raise next(iter(guarded.values()), None) or _not_found()
    throttle.give_back("shopper-address", address)
    for name in names:
        throttle.give_back("order", name)
    throttle.forgive("order", found.number.casefold())
    return open_for(record=found, now=now)


def open_for(*, record: OrderRecord, now: datetime) -> Session:
    """A session for an order whose shopper is known."""
    expires_at = now + timedelta(seconds=setting("RETURNS_SESSION_SECONDS"))
    token = signing.dumps([str(record.pk), int(expires_at.timestamp())], salt=_SALT)
    return Session(token, expires_at, record)


def read(*, token: str, now: datetime) -> Actor:
    """The shopper that a token stands for. Raises NotPermitted when forged or over."""
    try:
        record_id, expires = signing.loads(token, salt=_SALT)
        if now.timestamp() > expires:
            raise NotPermitted(gettext("Your session is over; sign in again."), field="token")
        record = OrderRecord.objects.get(pk=UUID(record_id))
    except (signing.BadSignature, OrderRecord.DoesNotExist, ValueError, TypeError) as error:
        raise NotPermitted(
            gettext("Sign in with order number and e-mail."), field="token"
        ) from error
    return shopper_of(record)


def shopper_of(record: OrderRecord) -> Actor:
    """Who has a session for this order."""
    return Actor(kind=ActorKind.SHOPPER, email=record.email, name=record.email, record_id=record.pk)


def _one_try_more(name: str) -> Throttled | None:
    """Count a try for this order number; the refusal when it has had too many."""
    try:
        throttle.count("order", name, field="order_number")
    except Throttled as refusal:
        return refusal
    return None


def _not_found() -> NotFound:
    return NotFound(
        gettext(
            "We found no order with this number and e-mail address. Look at your order "
            "confirmation and try again."
        ),
        field="order_number",
    )


def _found(numbers: Sequence[str], email: str) -> OrderRecord | None:
    """The order that was meant, if the e-mail is its own.

    Here alone a typed reference becomes an order: by our number, else by the store's own
    reference, in any case. The same look-up whatever was typed, and at least one comparison.
    """
    keys = {reference_key(number) for number in numbers}
    rows = OrderRecord.objects.filter(Q(number__in=numbers) | Q(reference__in=keys))
    typed = email_key(email[:_LONGEST_EMAIL])
    places = {number: place for place, number in enumerate(numbers)}
    likeliest_first = sorted(rows, key=lambda row: places.get(row.number, len(places)))
    matching = [row for row in likeliest_first or [_NOBODYS] if _same(row.email, typed)]
    return matching[0] if matching else None


_NOBODYS = OrderRecord()


def _same(stored: str, typed: str) -> bool:
    """A blank e-mail is nobody's: it equals nothing, itself included."""
    known = email_key(stored)
    is_equal = constant_time_compare(_bytes(known), _bytes(typed))
    return is_equal and bool(known)


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


_LINK_SALT = "saleor_returns_plugin.link"


def link_token(record: OrderRecord, now: datetime) -> str:
    """What stands in a link that opens the order: for the shopper's own mailbox, or account."""
    expires_at = now + timedelta(seconds=setting("RETURNS_LINK_SECONDS"))
    return signing.dumps([str(record.pk), int(expires_at.timestamp())], salt=_LINK_SALT)


def open_link(token: str, now: datetime) -> Session:
    """A session as long as any other, from a link. Raises NotPermitted when forged or over."""
    try:
        record_id, expires = signing.loads(token, salt=_LINK_SALT)
        if now.timestamp() > expires:
            raise NotPermitted(
                gettext("This link is over; sign in with your order number."), field="token"
            )
        record = OrderRecord.objects.get(pk=UUID(record_id))
    except (signing.BadSignature, OrderRecord.DoesNotExist, ValueError, TypeError) as error:
        raise NotPermitted(gettext("This link opens nothing."), field="token") from error
    return open_for(record=record, now=now)
