"""What every form of a return does: find the part, act, and go back to its page."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from ..domain.actors import Actor
from ..errors import NotFound, ReturnsError
from ..models import VendorReturn
from ..web.page import page, status_of
from . import access
from .forms import Typed
from .pages.vendor_return import show
from .session import for_member

Act = Callable[[VendorReturn, Actor, Typed], None]
"""Calls one service. Raises ReturnsError, or puts what is wrong into the form's problems."""


def action(name: str) -> Callable[[Act], Callable[..., HttpResponse]]:
    """Make a page of `act` that takes POST only; its form's fields start with `name`."""

    def decorate(act: Act) -> Callable[..., HttpResponse]:
        @page("GET", "POST")
        @for_member
        @wraps(act)
        def view(request: HttpRequest, actor: Actor, vendor_return_id: UUID) -> HttpResponse:
            part = access.part(actor, vendor_return_id)
            if request.method != "POST":
                # A reload after a refusal, or after signing in again.
                return _to(part)
            typed = Typed(name, request.POST)
            status = 422
            try:
                act(part, actor, typed)
            except NotFound:
                raise
            except ReturnsError as error:
                status = status_of(error)
                if not typed.problems:
                    typed.refuse(error)
            if typed.problems or typed.is_unfinished:
                status = status if typed.problems else 200
                return show(request, actor, access.part(actor, part.pk), typed, status)
            return _to(part, done=name)

        return view

    return decorate


def _to(part: VendorReturn, done: str = "") -> HttpResponse:
    url = reverse("returns:console-return", args=[part.pk])
    return HttpResponseRedirect(f"{url}?done={done}" if done else url)
