"""Counts tries in Django's cache, so that neither a password nor an e-mail can be guessed.

A try is counted before its answer is known, so that tries at the same moment count, too; a right
one is given back.
"""

import hashlib
from contextlib import suppress

from django.core.cache import cache
from django.utils.translation import gettext as _

from ..conf import setting
from ..errors import Throttled

_WINDOW = 15 * 60


def count(kind: str, value: str, *, field: str | None = None, times: int = 1) -> None:
    """Raise Throttled after too many tries for this value within 15 minutes: `times` as many as
    may sign in."""
    key = _key(kind, value)
    cache.add(key, 0, _WINDOW)
    try:
        tries = cache.incr(key)
    except ValueError:  # it ran out in between
        tries = 1
    if tries > setting("RETURNS_SIGN_IN_ATTEMPTS") * times:
        raise Throttled(_("Too many tries. Wait 15 minutes, then try again."), field=field)


def forgive(kind: str, value: str) -> None:
    """All tries for this value: it has shown that it is no guess."""
    cache.delete(_key(kind, value))


def give_back(kind: str, value: str) -> None:
    """One try: a whole office may sign in from one address."""
    # It may have run out in between.
    with suppress(ValueError):
        cache.decr(_key(kind, value))


def _key(kind: str, value: str) -> str:
    """Of any text at all, a lone surrogate included."""
    digest = hashlib.sha256(value.encode(errors="surrogatepass")).hexdigest()
    return f"returns-tries:{kind}:{digest[:32]}"
