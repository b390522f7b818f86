"""Counts sign-ins to the console, so that a password cannot be guessed."""

import hashlib

from django.core.cache import cache
from django.utils.translation import gettext as _

from ..conf import setting
from ..errors import Throttled

_WINDOW = 15 * 60


def count(kind: str, value: str) -> None:
    """Raise Throttled after too many tries for this value within 15 minutes, right ones too."""
    key = _key(kind, value)
    cache.add(key, 0, _WINDOW)
    try:
        tries = cache.incr(key)
    except ValueError:  # it ran out in between
        tries = 1
    if tries > setting("RETURNS_SIGN_IN_ATTEMPTS"):
        raise Throttled(_("Too many tries. Wait 15 minutes, then try again."), field="email")


def forgive(kind: str, value: str) -> None:
    cache.delete(_key(kind, value))


def _key(kind: str, value: str) -> str:
    return f"returns-console:{kind}:{hashlib.sha256(value.encode()).hexdigest()[:32]}"
