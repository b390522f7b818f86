"""Sign in with order reference and e-mail."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ...errors import ReturnsError, Throttled
from ...models import OrderRecord
from ...services import sessions
from ...web.client_address import client_address
from ...web.forms import Field, Problems, uuid_of
from ...web.notices import Notice
from ...web.page import page, render, status_of
from .. import session

LINK_EMAIL = "link-email"
"""The field of the other form on this page; see sign_in_link.py."""


@dataclass(frozen=True)
class SignInView:
    order: Field
    email: Field
    link_email: Field
    is_link_open: bool
    problems: Problems
    action: str
    notice: Notice | None


@page("GET", "POST")
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _try(request)
    return show(request, Problems())


def _try(request: HttpRequest) -> HttpResponse:
    problems = Problems()
    order = request.POST.get("order", "").strip()
    email = request.POST.get("email", "").strip()
    if not order:
        problems.add(_("Enter the order number from your confirmation."), "order")
    if not email:
        problems.add(_("Enter the e-mail address that you ordered with."), "email")
    if problems:
        return show(request, problems, status=422)
    try:
        opened = sessions.sign_in(
            order_number=order,
            email=email,
            address=client_address(request),
            now=timezone.now(),
        )
    except ReturnsError as error:
        if isinstance(error, Throttled):
            problems.add(error.message)
        else:  # both fields: naming one would tell which of them is right
            problems.add_together(error.message, "order", "email")
        return show(request, problems, status=status_of(error))
    rotate_token(request)
    response = HttpResponseRedirect(after_sign_in(request, opened.record))
    session.start(request, response, opened)
    return response


def after_sign_in(request: HttpRequest, record: OrderRecord) -> str:
    """The return that a mail linked to, when it is of this order; else the order."""
    request_id = _asked_for(request)
    if request_id and record.requests.filter(pk=request_id).exists():
        return reverse("returns:portal-status", args=[request_id])
    return reverse("returns:portal-order")


def sign_in_url(request: HttpRequest) -> str:
    """Of the sign-in, which then leads to the return that was asked for."""
    request_id = _asked_for(request)
    query = f"?{urlencode({'return': request_id})}" if request_id else ""
    return reverse("returns:portal-sign-in") + query


def _asked_for(request: HttpRequest) -> UUID | None:
    return uuid_of(request.GET.get("return", ""))


def show(request: HttpRequest, problems: Problems, status: int = 200) -> HttpResponse:
    typed = request.POST
    data = SignInView(
        order=problems.field("order", typed.get("order", "")),
        email=problems.field("email", typed.get("email", "")),
        link_email=problems.field(LINK_EMAIL, typed.get(LINK_EMAIL, "")),
        is_link_open=LINK_EMAIL in typed,
        problems=problems,
        action=sign_in_url(request),
        notice=_notice(request) if not problems else None,
    )
    return render(request, "portal/sign_in.html", data, status=status)


def _notice(request: HttpRequest) -> Notice | None:
    """Why the reader stands here, and not where they wanted to go."""
    if _asked_for(request):
        return Notice(_("Sign in to see your return."), "plain-notice")
    if request.GET.get("again"):
        text = _("Please sign in again. For your safety a session ends after a while.")
        return Notice(text, "plain-notice")
    return None
