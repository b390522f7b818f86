"""One order, bought and shipped through Saleor's GraphQL API, in process."""

import json
from collections.abc import Sequence
from typing import Any

from .seed import MERCHANT, ORDER, PASSWORD, SHOPPER, SHOPPER_ADDRESS

CHECKOUT = """mutation ($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) {
    checkout { id availableShippingMethods { id } }
    errors: checkoutErrors { field message }
  }
}"""
SHIPPING = """mutation ($checkout: ID!, $method: ID!) {
  checkoutShippingMethodUpdate(checkoutId: $checkout, shippingMethodId: $method) {
    errors: checkoutErrors { field message }
  }
}"""
PAYMENT = """mutation ($checkout: ID!, $input: PaymentInput!) {
  checkoutPaymentCreate(checkoutId: $checkout, input: $input) {
    errors: paymentErrors { field message }
  }
}"""
COMPLETE = """mutation ($checkout: ID!) {
  checkoutComplete(checkoutId: $checkout) {
    order { id number lines { id quantity } }
    errors: checkoutErrors { field message }
  }
}"""
FULFIL = """mutation ($order: ID!, $input: OrderFulfillInput!) {
  orderFulfill(order: $order, input: $input) {
    errors: orderErrors { field message }
  }
}"""
TOKEN = """mutation ($email: String!, $password: String!) {
  tokenCreate(email: $email, password: $password) { token errors { field message } }
}"""


class Api:
    """Fails loudly: a seed that half works is worse than none."""

    def __init__(self) -> None:
        from django.test import Client

        self._client = Client()
        self._headers: dict[str, str] = {}

    def __call__(self, query: str, **variables: Any) -> dict[str, Any]:
        response = self._client.post(
            "/graphql/",
            json.dumps({"query": query, "variables": variables}),
            content_type="application/json",
            **self._headers,
        )
        answer = response.json()
        (result,) = (answer.get("data") or {"": None}).values()
        if answer.get("errors") or not result or result["errors"]:
            raise SystemExit(f"Saleor refused while seeding: {json.dumps(answer)}")
        return dict(result)

    def log_in(self, email: str) -> None:
        token = self(TOKEN, email=email, password=PASSWORD)["token"]
        self._headers = {"HTTP_AUTHORIZATION": f"JWT {token}"}


def place(skus: Sequence[str]) -> None:
    """Two of each variant, paid through the dummy gateway and fulfilled."""
    from graphene import Node
    from saleor.product.models import ProductVariant
    from saleor.warehouse.models import Warehouse

    variants = ProductVariant.objects.in_bulk(list(skus), field_name="sku")
    lines = [
        {"variantId": Node.to_global_id("ProductVariant", variants[sku].pk), "quantity": 2}
        for sku in skus
    ]
    api = Api()
    address = {"shippingAddress": SHOPPER_ADDRESS, "billingAddress": SHOPPER_ADDRESS}
    checkout = api(CHECKOUT, input={"email": SHOPPER, "lines": lines, **address})["checkout"]
    method = checkout["availableShippingMethods"][0]["id"]
    api(SHIPPING, checkout=checkout["id"], method=method)
    payment = {"gateway": "mirumee.payments.dummy", "token": "charged"}
    api(PAYMENT, checkout=checkout["id"], input=payment)
    order = api(COMPLETE, checkout=checkout["id"])["order"]
    assert order["number"] == ORDER["number"], order
    api.log_in(MERCHANT)
    warehouse = Node.to_global_id("Warehouse", Warehouse.objects.get().pk)
    shipped = [
        {
            "orderLineId": line["id"],
            "stocks": [{"warehouse": warehouse, "quantity": line["quantity"]}],
        }
        for line in order["lines"]
    ]
    api(FULFIL, order=order["id"], input={"lines": shipped, "notifyCustomer": False})
