"""The shopper's signed session: one order, for as long as its token holds."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from ..conf import setting
from ..domain.actors import NOBODY, Actor
from ..errors import ReturnsError
from ..selectors.access import visible_records
from ..services import sessions
from ..web.cookies import PORTAL_COOKIE, SignedCookie
from ..web.notices import Notices

COOKIE = SignedCookie(PORTAL_COOKIE, home="returns:portal-sign-in")
NOTICES = Notices(SignedCookie("returns_portal_notice", home="returns:portal-sign-in"))

Page = Callable[..., HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    """The shopper; nobody when the cookie or the token in it is missing, forged or over."""
    token = COOKIE.read(request, max_age=setting("RETURNS_SESSION_SECONDS"))
    if token is None:
        return NOBODY
    try:
        return sessions.read(token=token, now=timezone.now())
    except ReturnsError:
        return NOBODY


def start(request: HttpRequest, response: HttpResponse, session: sessions.Session) -> None:
    seconds = int((session.expires_at - timezone.now()).total_seconds())
    COOKIE.write(request, response, session.token, max_age=max(seconds, 0))


def for_shopper(view: Page) -> Page:
    """Give the view the actor and the order of its session; without one, to the sign-in."""

    @wraps(view)
    def signed_in(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        actor = actor_of(request)
        record = visible_records(actor).filter(pk=actor.record_id).first()
        if record is None:
            return HttpResponseRedirect(_sign_in_url(kwargs.get("request_id")))
        return view(request, actor=actor, record=record, **kwargs)

    return signed_in


def _sign_in_url(request_id: Any) -> str:
    query = {"return": request_id} if request_id else {"again": 1}
    return f"{reverse('returns:portal-sign-in')}?{urlencode(query)}"
