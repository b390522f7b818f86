"""What every page tells the browser about its safety."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

_FIXED = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: the browser would then send "Origin: null", and CSRF protection refuses it.
    "Referrer-Policy": "same-origin",
    # Saleor answers cross-origin requests on every URL; these pages are for no other site.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def content_policy(images: Iterable[str] = ()) -> str:
    """Nothing from elsewhere, nothing inline, no script; pictures from where `images` lie."""
    sources = " ".join(["'self'", *sorted({origin for url in images if (origin := _origin(url))})])
    return (
        f"default-src 'none'; style-src 'self'; img-src {sources}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def let_go_back(response: HttpResponse) -> None:
    """Let the browser keep what a form answered for its Back button, and for that alone.

    With no-store it would only say that the page is gone. Signing out clears what was kept.
    """
    response["Cache-Control"] = "private, no-cache"


def clear_kept(response: HttpResponse) -> None:
    response["Clear-Site-Data"] = '"cache"'


def protect(request: HttpRequest, response: HttpResponse) -> None:
    for name, value in _FIXED.items():
        response.setdefault(name, value)
    response.setdefault("Content-Security-Policy", content_policy())
    # Django's own CSRF cookie follows the host's settings, which know nothing of pages.
    for cookie in response.cookies.values():
        cookie["httponly"] = True
        if request.is_secure():
            cookie["secure"] = True


def is_picture(url: str) -> bool:
    """Whether it may stand in an <img>: a path of ours, or http(s)."""
    parts = urlsplit(url)
    return bool(url) and (parts.scheme in ("http", "https") or url.startswith("/"))


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    is_safe = parts.scheme in ("http", "https") and parts.netloc
    # What could end the directive or start another one is no origin.
    if not is_safe or any(sign in parts.netloc for sign in " ;,'\"\t\n@"):
        return ""
    return f"{parts.scheme}://{parts.netloc}"
