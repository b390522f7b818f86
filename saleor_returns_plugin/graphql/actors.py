"""Who makes this call."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from ..domain.actors import Actor
from ..enums import ActorKind
from ..web.actors import actor_of_request
from . import compat


def actor_of(info: Any, token: str | None = None) -> Actor:
    """The caller of one field; asked of the host once per request and token."""
    known = info.context.__dict__.setdefault("returns_actors", {})
    if token not in known:
        with compat.allow_writer():
            # Until then 3.x has a lazy object there, even around no user at all.
            compat.setup_context_user(info.context)
            known[token] = actor_of_request(info.context, token)
    return known[token]


def denied_unless(allowed: bool) -> None:
    """For queries that name no object; on both hosts Saleor's own refusal."""
    if not allowed:
        raise compat.PermissionDenied()


def sees_vendors(actor: Actor) -> bool:
    return actor.is_merchant or bool(actor.vendor_ids)


def is_known(actor: Actor) -> bool:
    return actor.kind is not ActorKind.NOBODY


def now_of(info: Any) -> datetime:
    """One moment for the whole request, so that fields of one answer agree."""
    return info.context.__dict__.setdefault("returns_now", timezone.now())
