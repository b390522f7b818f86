"""What is asked of either host alike."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse
from graphene import Node

from saleor_returns_plugin import host
from tests.gateways.scriptable import GATEWAY_ID

from ..common import Amount
from ..tokens import a_token

BUYER = "ada@example.com"
COUNTRY = "PL"
RATES = (0, 8, 23)
ADDRESS = {
    "firstName": "Ada",
    "lastName": "Lovelace",
    "streetAddress1": "1 Analytical Street",
    "city": "WARSAW",
    "postalCode": "00-001",
    "country": COUNTRY,
}
STOCK = 100_000

Wanted = Sequence[tuple[Any, int]]
"""Variants and how many of each."""


@dataclass(frozen=True)
class Off:
    """A discount that staff give by hand."""

    value: Amount
    percentage: bool = False


class Refused(Exception):
    """Saleor would not do what was asked, and says why."""


class Api:
    """Saleor over HTTP, as a guest or as staff."""

    staff: Any = None

    def do(self, mutation: str, *, as_staff: bool = False, **variables: Any) -> Any:
        """The payload of a mutation of one field."""
        headers = {"HTTP_AUTHORIZATION": f"JWT {a_token(self.staff)}"} if as_staff else {}
        body = json.dumps({"query": mutation, "variables": variables})
        with host.current.allow_writer():
            answer = Client().post(reverse("api"), body, content_type="application/json", **headers)
        payload = answer.json()
        if payload.get("errors"):
            raise Refused(payload["errors"])
        (result,) = payload["data"].values()
        if result["errors"]:
            raise Refused(result["errors"])
        return result


def use_plugin(settings: Any, path: str) -> None:
    if path not in settings.PLUGINS:
        settings.PLUGINS = [*settings.PLUGINS, path]


def gid(kind: str, row: Any) -> str:
    return Node.to_global_id(kind, getattr(row, "pk", row))


def key_of(global_id: str) -> str:
    return Node.from_global_id(global_id)[1]


def lines_input(lines: Wanted) -> list[dict[str, Any]]:
    return [
        {"variantId": gid("ProductVariant", variant), "quantity": quantity}
        for variant, quantity in lines
    ]


def payment_input(total: Any) -> dict[str, Any]:
    return {"gateway": GATEWAY_ID, "token": "token", "amount": str(Decimal(str(total)))}
