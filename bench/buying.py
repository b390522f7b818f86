"""Buying through Saleor's own API with addresses, delivery and a payment, on either host."""

import json
from collections.abc import Sequence
from typing import Any

from django.test import Client
from graphene import Node

from saleor_returns_plugin import host
from tests.scenarios.shopping import ADDRESS, EMAIL

GATEWAY = "mirumee.payments.dummy"

_ID = "id" if host.IS_V3 else "checkoutId"
_DELIVER = (
    "checkoutDeliveryMethodUpdate(id: $id, deliveryMethodId: $method)"
    if host.IS_V3
    else "checkoutShippingMethodUpdate(checkoutId: $id, shippingMethodId: $method)"
)
CREATE = """mutation ($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) { checkout { id } errors { field message } } }"""
DELIVER = f"""mutation ($id: ID!, $method: ID!) {{
  {_DELIVER} {{ errors {{ field message }} }} }}"""
PAY = f"""mutation ($id: ID!, $input: PaymentInput!) {{
  checkoutPaymentCreate({_ID}: $id, input: $input) {{ errors {{ field message }} }} }}"""
COMPLETE = f"""mutation ($id: ID!) {{
  checkoutComplete({_ID}: $id) {{ order {{ id }} errors {{ field message }} }} }}"""


def fill(variants: Sequence[Any], method: Any) -> str:
    """A checkout of one of each that only has to be completed; answers its global id."""
    wanted: dict[str, Any] = {
        "email": EMAIL,
        "lines": [
            {"variantId": Node.to_global_id("ProductVariant", each.pk), "quantity": 1}
            for each in variants
        ],
        "shippingAddress": ADDRESS,
        "billingAddress": ADDRESS,
    }
    if host.IS_V3:
        wanted["channel"] = "main"
    checkout = str(_ask(CREATE, input=wanted)["checkout"]["id"])
    _ask(DELIVER, id=checkout, method=Node.to_global_id("ShippingMethod", method.pk))
    _ask(PAY, id=checkout, input={"gateway": GATEWAY, "token": "charged"})
    return checkout


def complete(checkout: str) -> Any:
    """Answers the primary key of the order."""
    key = Node.from_global_id(_ask(COMPLETE, id=checkout)["order"]["id"])[1]
    return key if host.IS_V3 else int(key)


def _ask(query: str, **variables: Any) -> dict[str, Any]:
    body = json.dumps({"query": query, "variables": variables})
    answer = Client().post("/graphql/", body, content_type="application/json").json()
    assert not answer.get("errors"), answer
    (payload,) = answer["data"].values()
    assert not payload["errors"], payload
    return dict(payload)
