"""The store's colours, for every page."""

from django.http import HttpRequest, HttpResponse

from ...selectors import branding
from ...web.colours import css_of
from ...web.page import page


@page("GET")
def colours(request: HttpRequest) -> HttpResponse:
    facts = branding.portal(request.GET.get("channel", "")[:250])
    response = HttpResponse(css_of(facts), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=300"
    return response
