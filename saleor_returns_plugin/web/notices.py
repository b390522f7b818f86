"""What the form before this page did, told once: not again when the page is loaded anew."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from .cookies import SignedCookie

_SECONDS = 60


@dataclass(frozen=True)
class Notice:
    """What a page says above all else. Tones: good, plain, bad."""

    text: str
    tone: str = "good"


@dataclass(frozen=True)
class Notices:
    """Known words only: a page looks up what it says by the key."""

    cookie: SignedCookie

    def leave(self, request: HttpRequest, response: HttpResponse, key: str) -> None:
        self.cookie.write(request, response, key, max_age=_SECONDS)

    def of(self, request: HttpRequest) -> str:
        """The key that was left; blank for none."""
        return self.cookie.read(request, max_age=_SECONDS) or ""

    def forget(self, request: HttpRequest, response: HttpResponse) -> None:
        if self.cookie.name in request.COOKIES:
            self.cookie.drop(response)
