"""Signed addresses of labels and packing slips: who asked for one is asked again when it opens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext

from .. import host
from ..conf import setting
from ..domain.actors import Actor
from ..enums import ActorKind, DocumentKind
from ..errors import NotFound
from ..models import OrderRecord, VendorReturn
from . import sessions
from .members import actor_for_user

_SALT = "saleor_returns_plugin.document"
_USER, _SESSION, _APP = "u", "s", "a"
_WITHOUT_END = 0


@dataclass(frozen=True)
class Document:
    """`key` is that of the shipment or vendor return."""

    kind: DocumentKind
    key: UUID
    actor: Actor


def token(kind: DocumentKind, key: UUID, *, actor: Actor, now: datetime) -> str:
    """For this actor and a while: rights that end meanwhile end it, too. An app has them until
    then."""
    expires_at = now + timedelta(seconds=setting("RETURNS_DOCUMENT_SECONDS"))
    return _signed(kind, key, _name_of(actor), int(expires_at.timestamp()))


def mailed_token(part: VendorReturn) -> str:
    """Of the return label, for the shopper's mailbox: it opens as long as something is to be
    sent."""
    name = f"{_SESSION}{part.request.record_id}"
    return _signed(DocumentKind.RETURN_LABEL, part.pk, name, _WITHOUT_END)


def opened(text: str, now: datetime) -> Document:
    """Raises NotFound when forged or over; whether its actor may see it is still to be asked."""
    try:
        kind, key, name, expires = signing.loads(text, salt=_SALT)
        if expires != _WITHOUT_END and now.timestamp() > expires:
            raise _nothing()
        return Document(DocumentKind(kind), UUID(key), _actor_of(name))
    except (signing.BadSignature, OrderRecord.DoesNotExist, ValueError, TypeError) as error:
        raise _nothing() from error


def _signed(kind: DocumentKind, key: UUID, name: str, expires: int) -> str:
    return signing.dumps([kind.value, str(key), name, expires], salt=_SALT)


def _name_of(actor: Actor) -> str:
    if actor.user_id is not None:
        return f"{_USER}{actor.user_id}"
    if actor.record_id is not None:
        return f"{_SESSION}{actor.record_id}"
    if not actor.is_merchant:
        raise ValueError("Nobody has no documents.")
    return _APP


def _actor_of(name: str) -> Actor:
    if name.startswith(_USER):
        return actor_for_user(host.current.user_facts(name[1:]))
    if name.startswith(_SESSION):
        return sessions.shopper_of(OrderRecord.objects.get(pk=UUID(name[1:])))
    return Actor(kind=ActorKind.MERCHANT)


def _nothing() -> NotFound:
    return NotFound(gettext("This link opens nothing."))
