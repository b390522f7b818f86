"""A shopper who buys through Saleor's own API, on either host. Nothing is shipped.

variant = for_sale("Chair")
order_id = buy([variant])
"""

import json
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from django.test import Client
from graphene import Node

from tests.saleor_rows import a_product, a_site

EMAIL = "ada@example.com"
ADDRESS = {
    "firstName": "Ada",
    "lastName": "Lovelace",
    "streetAddress1": "1 Analytical Street",
    "city": "New York",
    "postalCode": "10001",
    "country": "US",
    "countryArea": "NY",
}
IS_V3 = find_spec("saleor.channel") is not None

CREATE = """mutation ($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) { checkout { id } errors { field message } }
}"""
PAY = """mutation ($id: ID!, $input: PaymentInput!) {
  checkoutPaymentCreate(checkoutId: $id, input: $input) { errors { field message } }
}"""
COMPLETE_V2 = """mutation ($id: ID!) {
  checkoutComplete(checkoutId: $id) { order { id number } errors { field message } }
}"""
COMPLETE_V3 = """mutation ($id: ID!) {
  checkoutComplete(id: $id) { order { id number } errors { field message } }
}"""
COMPLETE = COMPLETE_V3 if IS_V3 else COMPLETE_V2


def for_sale(name: str = "Chair", stock: int = 10) -> Any:
    """A variant that needs no shipping. Free on 3.x, where a newer host has no dummy gateway."""
    from saleor.product.models import ProductType

    a_site()
    variant = a_product(name, price="0" if IS_V3 else "10.00", stock=stock)
    ProductType.objects.update(is_shipping_required=False)
    _sell_to("US")
    return variant


def _sell_to(country: str) -> None:
    """Saleor counts only the stock of warehouses whose shipping zones have the country."""
    from saleor.shipping.models import ShippingZone
    from saleor.warehouse.models import Warehouse

    zone, is_new = ShippingZone.objects.get_or_create(name="World", countries=[country])
    if is_new and IS_V3:
        from saleor.channel.models import Channel
        from saleor.tax.models import TaxConfiguration

        for channel in Channel.objects.all():
            zone.channels.add(channel)
            TaxConfiguration.objects.get_or_create(channel=channel)
    for warehouse in Warehouse.objects.all():
        warehouse.shipping_zones.add(zone)


def fill(variants: Sequence[Any], quantity: int = 1) -> str:
    """A checkout that only has to be completed; answers its global id."""
    lines = [
        {"variantId": Node.to_global_id("ProductVariant", variant.pk), "quantity": quantity}
        for variant in variants
    ]
    wanted = {"email": EMAIL, "lines": lines, "billingAddress": ADDRESS}
    if IS_V3:
        wanted["channel"] = "main"
    checkout = ask(CREATE, input=wanted)["checkout"]["id"]
    if not IS_V3:
        payment = {"gateway": "mirumee.payments.dummy", "token": "charged"}
        ask(PAY, id=checkout, input=payment)
    return str(checkout)


def complete(checkout: str) -> Any:
    """Answers the primary key of the order."""
    order = ask(COMPLETE, id=checkout)["order"]
    key = Node.from_global_id(order["id"])[1]
    return key if IS_V3 else int(key)


def buy(variants: Sequence[Any], quantity: int = 1) -> Any:
    """Answers the primary key of the order."""
    return complete(fill(variants, quantity))


def ask(query: str, **variables: Any) -> dict[str, Any]:
    """The mutation's payload; fails on any error."""
    body = json.dumps({"query": query, "variables": variables})
    answer = Client().post("/graphql/", body, content_type="application/json").json()
    assert not answer.get("errors"), answer
    (payload,) = answer["data"].values()
    assert not payload["errors"], payload
    return dict(payload)
