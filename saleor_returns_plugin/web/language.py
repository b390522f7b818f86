"""In which language a page answers."""

from functools import cache
from pathlib import Path

from django.http import HttpRequest
from django.utils.translation import get_language_from_request, to_locale

_CATALOGUES = Path(__file__).parent.parent / "locale"
_OWN = "en"


def of_request(request: HttpRequest) -> str:
    """The browser's choice among the languages that we speak, else English.

    Django alone would answer with any language that it speaks itself: German dates in an
    English text.
    """
    wanted = get_language_from_request(request)
    for code in (wanted, wanted.split("-")[0]):
        if code == _OWN or _is_spoken(code):
            return code
    return _OWN


@cache
def _is_spoken(code: str) -> bool:
    return (_CATALOGUES / to_locale(code) / "LC_MESSAGES" / "django.mo").exists()
