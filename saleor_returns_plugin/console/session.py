"""Who is signed in to the console: a user of Saleor, looked up anew for every page."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from .. import host
from ..domain.actors import NOBODY, Actor
from ..services.members import actor_for_user
from ..web.cookies import SignedCookie
from ..web.notices import Notices

COOKIE = SignedCookie("returns_console", home="returns:console-home")
NOTICES = Notices(SignedCookie("returns_console_notice", home="returns:console-home"))
SECONDS = 8 * 3600
"""A working day; rights are read from Saleor on every page, so losing them does not wait."""

Page = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Me:
    """What the frame of every console page shows of the reader."""

    name: str
    is_merchant: bool
    here: str = ""


def may_enter(actor: Actor) -> bool:
    """Staff who manage orders, and members of an active vendor."""
    return actor.is_merchant or bool(actor.vendor_ids)


def actor_of(request: HttpRequest) -> Actor:
    """Nobody when the cookie is missing, forged or over, the password is another one by now, or
    the user may not enter any more."""
    user_id, _, mark = (COOKIE.read(request, max_age=SECONDS) or "").partition(":")
    user = host.current.user_facts(user_id) if user_id else None
    if user is None or not constant_time_compare(mark, user.password_mark):
        return NOBODY
    actor = actor_for_user(user)
    return actor if may_enter(actor) else NOBODY


def start(request: HttpRequest, response: HttpResponse, user: host.UserFacts) -> None:
    """From here on the browser is this user, until the password changes or the day is over."""
    COOKIE.write(request, response, f"{user.id}:{user.password_mark}", max_age=SECONDS)


def for_member(view: Page) -> Page:
    """Give the view its actor; without one, to the sign-in and back."""

    @wraps(view)
    def signed_in(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        actor = actor_of(request)
        if not may_enter(actor):
            url = reverse("returns:console-sign-in")
            # After a form there is nothing to come back to.
            query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
            return HttpResponseRedirect(f"{url}?{query}" if query else url)
        return view(request, actor=actor, **kwargs)

    return signed_in


def me(actor: Actor, here: str = "") -> Me:
    return Me(actor.name or actor.email, actor.is_merchant, here)
