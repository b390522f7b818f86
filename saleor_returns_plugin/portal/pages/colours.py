"""The store's colours as a stylesheet: the pages' policy allows no inline style."""

import re

from django.http import HttpRequest, HttpResponse

from ...selectors import branding
from ...web.page import page

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


@page("GET")
def colours(request: HttpRequest) -> HttpResponse:
    facts = branding.portal(request.GET.get("channel", "")[:250])
    values = {
        "--primary": facts.primary,
        "--on-primary": facts.on_primary,
        "--background": facts.background,
        "--text": facts.text,
    }
    # Only what is a colour and nothing more: a value could close the block and open another.
    rules = "".join(f"{name}:{value};" for name, value in values.items() if _HEX.fullmatch(value))
    response = HttpResponse(f":root{{{rules}}}", content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=300"
    return response
