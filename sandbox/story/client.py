"""A person at the shop's HTTP door."""

import json
import time
import urllib.error
import urllib.request
from decimal import Decimal
from typing import Any

from .narration import Failed

# A token of Saleor lives five minutes by default.
TOKEN_SECONDS = 120

SIGN_IN = """
mutation ($email: String!, $password: String!) {
  tokenCreate(email: $email, password: $password) { token errors { field message } }
}"""


class Person:
    """Speaks GraphQL: as a visitor, as a user with e-mail and password, or as a guest's session."""

    def __init__(
        self, name: str, url: str, *, email: str = "", password: str = "", session: str = ""
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.email = email
        self.password = password
        self.session = session
        self._token = ""
        self._token_since = float("-inf")

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The answer's data. Raises Failed for any error outside a mutation's own list."""
        answer = self._post({"query": query, "variables": variables}, self._headers())
        errors = answer.get("errors")
        if errors:
            raise Failed(f"{self.name}: {errors[0].get('message', errors[0])}")
        return answer["data"]

    def attempt(self, mutation: str, **variables: Any) -> dict[str, Any]:
        """The payload of one mutation, with whatever errors it lists."""
        (payload,) = self.ask(mutation, **variables).values()
        if payload is None:
            raise Failed(f"{self.name}: the mutation answered null")
        for error in payload["errors"]:
            # A breakdown is no refusal, whatever the step hoped for.
            if error.get("code") == "INTERNAL":
                raise Failed(f"{self.name}: {error['message']}")
        return payload

    def do(self, mutation: str, **variables: Any) -> dict[str, Any]:
        """The payload of one mutation that must succeed."""
        payload = self.attempt(mutation, **variables)
        for error in payload["errors"]:
            raise Failed(f"{self.name}: {error['field'] or 'error'}: {error['message']}")
        return payload

    def can_sign_in(self) -> bool:
        answer = self._post({"query": SIGN_IN, "variables": self._credentials()}, {})
        found = (answer.get("data") or {}).get("tokenCreate") or {}
        self._token = found.get("token") or ""
        self._token_since = time.monotonic()
        return bool(self._token)

    def page(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        request = urllib.request.Request(self.url + path, headers={"Accept": "text/html"})
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")
        except OSError as error:
            raise Failed(f"{self.url}{path} does not answer: {error}") from error

    def _credentials(self) -> dict[str, str]:
        return {"email": self.email, "password": self.password}

    def _headers(self) -> dict[str, str]:
        headers = {"Returns-Session": self.session} if self.session else {}
        if self.password:
            if time.monotonic() - self._token_since > TOKEN_SECONDS and not self.can_sign_in():
                raise Failed(f"{self.name} ({self.email}) cannot sign in")
            headers["Authorization"] = f"JWT {self._token}"
        return headers

    def _post(self, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        request = urllib.request.Request(
            self.url + "/graphql/",
            data=json.dumps(body, default=str).encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                text = response.read().decode()
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
        except OSError as error:
            raise Failed(f"{request.full_url} does not answer: {error}") from error
        try:
            return json.loads(text, parse_float=Decimal)
        except json.JSONDecodeError:
            raise Failed(f"{request.full_url} answered no JSON: {text[:200]!r}") from None
