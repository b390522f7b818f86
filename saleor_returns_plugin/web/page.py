"""What every page is wrapped in: methods, CSRF, language, headers, and refusals as pages."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import decorator_from_middleware
from django.utils.translation import gettext as _

from .. import host
from ..errors import (
    NotFound,
    NotPermitted,
    NotSupportedByHost,
    Overtaken,
    ReturnsError,
    Throttled,
)
from . import engine, headers, language
from .cookies import PORTAL_COOKIE
from .shell import Shell, shell_of

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Message:
    title: str
    text: str


class _CsrfOfPages(CsrfViewMiddleware):
    """The hosts run no CSRF middleware; a refusal is one of our own pages."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        logger.warning("Refused a form of %s: %s", request.path, reason)
        return message(
            request,
            _("This form is out of date"),
            _("Go back, reload the page and send it again. Cookies must be allowed."),
            status=403,
        )


_csrf_protect = decorator_from_middleware(_CsrfOfPages)


def page(*methods: str) -> Callable[[View], View]:
    """Make a view a page that answers `methods` (HEAD with GET)."""
    allowed = [*methods, "HEAD"] if "GET" in methods else list(methods)

    def decorate(view: View) -> View:
        protected = _csrf_protect(_with_refusals(view))

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            is_allowed = request.method in allowed
            answer = protected if is_allowed else _not_allowed(allowed)
            speaking = translation.override(language.of_request(request))
            with speaking, host.current.allow_writer():
                response = answer(request, *args, **kwargs)
            headers.protect(request, response)
            return response

        return guarded

    return decorate


def _not_allowed(allowed: list[str]) -> View:
    """A page, too: an address that only takes forms stays in the address bar after one."""

    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = _("Nothing is shown at this address; it only takes forms.")
        response = message(request, _("Page not found"), text, status=405)
        response["Allow"] = ", ".join(allowed)
        return response

    return answering


def _with_refusals(view: View) -> View:
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _has_nul(request):
            # PostgreSQL cannot even compare it.
            text = _("What was sent holds characters that are no text.")
            return message(request, _("That is not possible"), text, status=400)
        try:
            return view(request, *args, **kwargs)
        except (Http404, NotFound):
            return message(
                request,
                _("Page not found"),
                _("The page does not exist, or it belongs to another order or account."),
                status=404,
            )
        except ReturnsError as error:
            return message(request, _("That is not possible"), error.message, status_of(error))

    return answering


def _has_nul(request: HttpRequest) -> bool:
    return any(
        "\0" in value
        for typed in (request.GET, request.POST)
        for _name, values in typed.lists()
        for value in values
    )


def status_of(error: ReturnsError) -> int:
    """The HTTP status under which a page shows a refusal."""
    if isinstance(error, Throttled):
        return 429
    if isinstance(error, Overtaken):
        return 409
    if isinstance(error, NotSupportedByHost):
        return 501
    return 403 if isinstance(error, NotPermitted) else 422


def render(
    request: HttpRequest,
    template: str,
    data: Any,
    *,
    shell: Shell | None = None,
    status: int = 200,
    images: Iterable[str] = (),
) -> HttpResponse:
    """The template with its frozen view data as `page`, and the shell around it."""
    shell = shell or shell_of()
    around = {"page": data, "shell": shell, "start_url": start_url(request)}
    html = engine.html(request, template, around)
    response = HttpResponse(html, status=status)
    response["Content-Security-Policy"] = headers.content_policy([shell.logo_url, *images])
    return response


def message(request: HttpRequest, title: str, text: str, status: int) -> HttpResponse:
    """A page that only says something, with the way back to the start."""
    return render(request, "web/message.html", Message(title, text), status=status)


def start_url(request: HttpRequest) -> str:
    """Where the reader begins: in the console, at the own order, or at the sign-in."""
    console = reverse("returns:console-home")
    if request.path.startswith(console):
        return console
    # Whether the cookie still holds is seen there; without, that page leads to the sign-in.
    has_order = PORTAL_COOKIE in request.COOKIES
    return reverse("returns:portal-order" if has_order else "returns:portal-sign-in")


@page("GET")
def not_found(request: HttpRequest, rest: str = "") -> HttpResponse:
    """What no other pattern under /returns/ knows."""
    raise Http404
