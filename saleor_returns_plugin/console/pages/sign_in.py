"""Sign in with the e-mail and password of a Saleor account."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from ... import host
from ...errors import InvalidInput, NotPermitted, ReturnsError
from ...selectors.actors import actor_for_user, inactive_vendor_of
from ...services import throttle
from ...web.client_address import client_address
from ...web.forms import Field, Problems
from ...web.page import page, render, status_of
from .. import session


@dataclass(frozen=True)
class SignInView:
    email: Field
    password: Field
    action: str
    problems: Problems


@page("GET", "POST")
def sign_in(request: HttpRequest) -> HttpResponse:
    problems = Problems()
    if request.method != "POST":
        return _show(request, problems)
    try:
        user = _authenticate(request)
    except ReturnsError as error:
        if isinstance(error, InvalidInput):
            problems.add_together(error.message, "email", "password")
        else:  # nothing is wrong with what was typed
            problems.add(error.message)
        return _show(request, problems, status=status_of(error))
    rotate_token(request)
    response = HttpResponseRedirect(_next(request))
    session.start(request, response, user)
    return response


def _authenticate(request: HttpRequest) -> host.UserFacts:
    email = request.POST.get("email", "").strip()
    password = request.POST.get("password", "")
    account = email.casefold()[:254]
    address = client_address(request)
    throttle.count("member-address", address, field="email")
    throttle.count("account", account, field="email")
    # A password longer than any real one only makes hashing it dear.
    user = host.current.authenticate(email, password) if len(password) <= 1024 else None
    if user is None:
        raise InvalidInput(_("This e-mail address and password do not belong together."))
    # Whatever the account may do here, a right password is no guess.
    throttle.forgive("account", account)
    throttle.give_back("member-address", address)
    if not session.may_enter(actor_for_user(user)):
        raise NotPermitted(_no_entry(user))
    return user


def _no_entry(user: host.UserFacts) -> str:
    vendor = inactive_vendor_of(user)
    if vendor:
        text = _("%(vendor)s is not active at the moment, so nobody acts for it. Ask the store.")
        return text % {"vendor": vendor}
    return _("This account has no part in returns. Ask the store to add you to a vendor.")


def _next(request: HttpRequest) -> str:
    """A page of the console, and nothing else."""
    home = reverse("returns:console-home")
    wanted = request.GET.get("next", "")
    is_ours = wanted.startswith(home) and url_has_allowed_host_and_scheme(wanted, None)
    return wanted if is_ours else home


def _show(request: HttpRequest, problems: Problems, status: int = 200) -> HttpResponse:
    action = reverse("returns:console-sign-in")
    wanted = _next(request)
    if wanted != reverse("returns:console-home"):
        action = f"{action}?{urlencode({'next': wanted})}"
    data = SignInView(
        email=problems.field("email", request.POST.get("email", "")),
        password=problems.field("password"),
        action=action,
        problems=problems,
    )
    return render(request, "console/sign_in.html", data, status=status)
