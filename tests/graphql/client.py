"""Calls over real HTTP, as whoever is calling.

merchant = as_user(staff)
payload = merchant.mutate("vendorReturnDecline", f'id: "{part}", reason: "Worn"', "vendorReturn { status }")
assert codes(payload) == []
"""

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse

from ..saleor_rows.tokens import a_token


@dataclass(frozen=True)
class Caller:
    """`user` signs in anew for every call: tokens expire while a long test runs."""

    given: dict[str, str] = field(default_factory=dict)
    user: Any = None

    @property
    def headers(self) -> dict[str, str]:
        if self.user is None:
            return self.given
        return {**self.given, "HTTP_AUTHORIZATION": f"JWT {a_token(self.user)}"}

    def post(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer, `data` and `errors`."""
        body = json.dumps({"query": query, "variables": variables})
        response = Client().post(
            reverse("api"), body, content_type="application/json", **self.headers
        )
        return response.json()

    def __call__(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of a call in which nothing went wrong on the way."""
        answer = self.post(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def refused(self, query: str, **variables: Any) -> str:
        """Which of Saleor's exceptions a query was refused with."""
        errors = self.post(query, **variables)["errors"]
        return errors[0]["extensions"]["exception"]["code"]

    def mutate(self, name: str, arguments: str, wanted: str = "") -> dict[str, Any]:
        """The payload of one mutation, `errors` in it; `arguments` as GraphQL writes them."""
        return self(f"mutation {{ {name}({arguments}) {{ {wanted} {ERRORS} }} }}")[name]


ERRORS = "errors { field message code index }"


def as_guest(session: str | None = None) -> Caller:
    return Caller({"HTTP_RETURNS_SESSION": session} if session else {})


def as_user(user: Any) -> Caller:
    return Caller(user=user)


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["errors"]]
