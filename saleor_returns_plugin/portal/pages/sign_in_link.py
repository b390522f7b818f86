"""Mail me a link: for who has no order number at hand."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from ...errors import ReturnsError
from ...services import sign_in_links
from ...web.client_address import client_address
from ...web.forms import Problems
from ...web.page import page, render, status_of
from .sign_in import LINK_EMAIL, show, sign_in_url


@dataclass(frozen=True)
class LinkSentView:
    email: str
    sign_in_url: str


@page("GET", "POST")
def sign_in_link(request: HttpRequest) -> HttpResponse:
    """Says the same whether there is an order or not."""
    if request.method != "POST":
        return HttpResponseRedirect(sign_in_url(request))
    email = request.POST.get(LINK_EMAIL, "").strip()
    problems = Problems()
    if not email:
        problems.add(_("Enter the e-mail address that you ordered with."), LINK_EMAIL)
        return show(request, problems, status=422)
    try:
        sign_in_links.request(email=email, address=client_address(request))
    except ReturnsError as error:
        problems.add(error.message, LINK_EMAIL)
        return show(request, problems, status=status_of(error))
    return render(request, "portal/link_sent.html", LinkSentView(email, sign_in_url(request)))
