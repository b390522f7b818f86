"""In which languages the plugin speaks: English, and those it has a catalogue of."""

from functools import cache
from pathlib import Path

from django.utils.translation import to_locale

_CATALOGUES = Path(__file__).parent.parent / "locale"
_OWN = "en"


def spoken(wanted: str) -> str:
    """The language of that code, or the one it is a variant of, where we speak it; else English.

    Django alone would take any language that it speaks itself: French dates in an English text.
    """
    base = wanted.split("-")[0]
    if base == _OWN or _has_catalogue(wanted):
        return wanted
    return base if _has_catalogue(base) else _OWN


@cache
def _has_catalogue(code: str) -> bool:
    return (_CATALOGUES / to_locale(code) / "LC_MESSAGES" / "django.mo").exists()
