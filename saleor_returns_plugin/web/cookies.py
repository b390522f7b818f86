"""Signed cookies: the hosts have no session middleware."""

from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

PORTAL_COOKIE = "returns_portal"
"""Holds the session of a shopper; see portal/session.py."""


@dataclass(frozen=True)
class SignedCookie:
    """`home` is the URL name under whose path the cookie is sent; `max_age` in seconds."""

    name: str
    home: str

    def read(self, request: HttpRequest, max_age: int) -> str | None:
        """What was written; None when missing, forged or older than `max_age`."""
        try:
            return request.get_signed_cookie(self.name, salt=self._salt, max_age=max_age)
        except (KeyError, signing.BadSignature):
            return None

    def write(self, request: HttpRequest, response: HttpResponse, value: str, max_age: int) -> None:
        response.set_signed_cookie(
            self.name,
            value,
            salt=self._salt,
            max_age=max_age,
            path=reverse(self.home),
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )

    def drop(self, response: HttpResponse) -> None:
        response.delete_cookie(self.name, path=reverse(self.home), samesite="Lax")

    @property
    def _salt(self) -> str:
        return f"saleor_returns_plugin.{self.name}"
