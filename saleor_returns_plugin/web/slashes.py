"""Addresses typed without their last slash: the hosts run no APPEND_SLASH here."""

from django.http import HttpRequest, HttpResponsePermanentRedirect


def add_slash(request: HttpRequest) -> HttpResponsePermanentRedirect:
    """To the same address with a slash; what stood behind a question mark is kept."""
    query = request.META.get("QUERY_STRING", "")
    # One slash only: what starts with two would lead to another site.
    path = "/" + request.path.lstrip("/")
    return HttpResponsePermanentRedirect(f"{path}/?{query}" if query else f"{path}/")
