"""A guest's sign-in: order number and e-mail give a signed token for that one order."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.core.cache import cache
from django.utils.crypto import constant_time_compare

from ..conf import setting
from ..domain.actors import Actor
from ..domain.references import email_key, order_number
from ..enums import ActorKind
from ..errors import NotFound, NotPermitted, Throttled
from ..models import OrderRecord

_SALT = "saleor_returns_plugin.session"
_WINDOW = 15 * 60


@dataclass(frozen=True)
class Session:
    token: str
    expires_at: datetime
    record: OrderRecord


def sign_in(
    *, order_number: str, email: str, channel: str | None = None, address: str, now: datetime
) -> Session:
    """Open the order to whoever knows its number and e-mail.

    A wrong number and a wrong e-mail cost the same look-up and give the same words. Raises
    NotFound, Throttled.
    """
    number = _number(order_number)
    _throttle("address", address)
    _throttle("order", number)
    found = OrderRecord.objects.filter(number=number).first()
    known = email_key(found.email) if found is not None else "\x00"
    matches = constant_time_compare(known.encode(), email_key(email)[:254].encode())
    if found is None or not matches:
        raise NotFound(
            "We found no order with this number and e-mail address. Look at your order "
            "confirmation and try again.",
            field="order_number",
        )
    _forgive("order", number)
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
            raise NotPermitted("Your session is over; sign in again.", field="token")
        record = OrderRecord.objects.get(pk=UUID(record_id))
    except (signing.BadSignature, OrderRecord.DoesNotExist, ValueError, TypeError) as error:
        raise NotPermitted("Sign in with order number and e-mail.", field="token") from error
    return Actor(kind=ActorKind.SHOPPER, email=record.email, name=record.email, record_id=record.pk)


def _number(text: str) -> str:
    return order_number(text[:100])


def _key(kind: str, value: str) -> str:
    return f"returns-sign-in:{kind}:{hashlib.sha256(value.encode()).hexdigest()[:32]}"


def _throttle(kind: str, value: str) -> None:
    """Count a try; too many within 15 minutes are refused, right ones too."""
    key = _key(kind, value)
    cache.add(key, 0, _WINDOW)
    try:
        tries = cache.incr(key)
    except ValueError:  # it ran out in between
        tries = 1
    if tries > setting("RETURNS_SIGN_IN_ATTEMPTS"):
        raise Throttled("Too many tries. Wait 15 minutes, then try again.", field="order_number")


def _forgive(kind: str, value: str) -> None:
    cache.delete(_key(kind, value))
