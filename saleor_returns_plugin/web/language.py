"""In which language a page answers."""

from django.http import HttpRequest
from django.utils.translation import get_language_from_request

from ..selectors.languages import spoken


def of_request(request: HttpRequest) -> str:
    """The browser's choice, else the store's own, where we speak it; else English."""
    return spoken(get_language_from_request(request))
