"""Leave the console."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from ...web import headers
from ...web.page import page
from ..session import COOKIE


@page("POST")
def sign_out(request: HttpRequest) -> HttpResponse:
    response = HttpResponseRedirect(reverse("returns:console-sign-in"))
    COOKIE.drop(response)
    headers.clear_kept(response)
    return response
