"""A signed link, from a mail or an account, opens its order."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.utils import timezone

from ...errors import ReturnsError
from ...services import sessions
from ...web.page import page, render
from .. import session
from .sign_in import after_sign_in, sign_in_url


@dataclass(frozen=True)
class ClosedLinkView:
    sign_in_url: str


@page("GET")
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """The address that the browser shows afterwards holds no token."""
    try:
        opened = sessions.open_link(token, timezone.now())
    except ReturnsError:
        data = ClosedLinkView(sign_in_url(request))
        return render(request, "portal/closed_link.html", data, status=403)
    rotate_token(request)
    response = HttpResponseRedirect(after_sign_in(request, opened.record))
    session.start(request, response, opened)
    return response
