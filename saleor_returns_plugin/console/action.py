"""What every form of a return or a shipment does: find it, act, and go back to its page."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from ..domain.actors import Actor
from ..errors import NotFound, Overtaken, ReturnsError
from ..models import VendorReturn, VendorShipment
from ..web.forms import Problems
from ..web.page import page, status_of
from . import access, seen
from .forms import Typed
from .pages import shipment as shipment_page
from .pages import vendor_return as return_page
from .session import NOTICES, for_member

Act = Callable[[VendorReturn, Actor, Typed], str | None]
"""Calls one service. Raises ReturnsError, or puts what is wrong into the form's problems; answers
which notice is left, None for that of the form's name."""
ActOnShipment = Callable[[VendorShipment, Actor, Typed], None]


def action(name: str) -> Callable[[Act], Callable[..., HttpResponse]]:
    """Make a page of `act` that takes POST only; its form's fields start with `name`."""

    def decorate(act: Act) -> Callable[..., HttpResponse]:
        @page("GET", "POST")
        @for_member
        @wraps(act)
        def view(request: HttpRequest, actor: Actor, vendor_return_id: UUID) -> HttpResponse:
            url = reverse("returns:console-return", args=[vendor_return_id])
            return _do(
                request, actor, vendor_return_id, name, act, access.part, return_page.show, url
            )

        return view

    return decorate


def shipment_action(name: str) -> Callable[[ActOnShipment], Callable[..., HttpResponse]]:
    """As `action`, for a form of a shipment."""

    def decorate(act: ActOnShipment) -> Callable[..., HttpResponse]:
        @page("GET", "POST")
        @for_member
        @wraps(act)
        def view(request: HttpRequest, actor: Actor, shipment_id: UUID) -> HttpResponse:
            url = reverse("returns:console-shipment", args=[shipment_id])
            return _do(
                request, actor, shipment_id, name, act, access.shipment, shipment_page.show, url
            )

        return view

    return decorate


def _do(
    request: HttpRequest,
    actor: Actor,
    key: UUID,
    name: str,
    act: Callable[[Any, Actor, Typed], str | None],
    find: Callable[[Actor, UUID], Any],
    show: Callable[..., HttpResponse],
    url: str,
) -> HttpResponse:
    row = find(actor, key)
    if request.method != "POST":
        # A reload after a refusal, or after signing in again.
        return HttpResponseRedirect(url)
    typed = Typed(name, request.POST, files=request.FILES)
    status, done = 422, name
    try:
        done = act(row, actor, typed) or name
        if isinstance(row, VendorReturn) and (typed.problems or typed.is_unfinished):
            seen.check(row, typed)
    except NotFound as error:
        if error.index is None:
            raise
        typed.refuse(error)
    except ReturnsError as error:
        status = status_of(error)
        if isinstance(error, Overtaken):
            # What else seems wrong was measured against a state that nobody looked at.
            typed.problems, typed.is_overtaken = Problems(), True
        if not typed.problems:
            typed.refuse(error)
    if typed.problems or typed.is_unfinished:
        status = status if typed.problems else 200
        return show(request, actor, find(actor, key), typed, status)
    response = HttpResponseRedirect(url)
    NOTICES.leave(request, response, f"{key}:{done}")
    return response
