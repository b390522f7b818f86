"""Many products given to one vendor in one call of the API."""

import json
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from graphene import Node

from .options import Options
from .table import Aim, ms, table

PRODUCTS = (10, 1_000, 10_000)
ROUNDS = 5
ASSIGN = """mutation ($vendor: ID!, $products: [ID!]!) {
  vendorProductsAssign(vendorId: $vendor, products: $products) { count errors { field code } }
}"""


def run(options: Options) -> str:
    from tests.builders import a_vendor
    from tests.saleor_rows import a_site, a_staff_user
    from tests.saleor_rows.tokens import a_token

    sizes, rounds = options.sizes or PRODUCTS, options.rounds or ROUNDS
    a_site()
    headers = {"HTTP_AUTHORIZATION": f"JWT {a_token(a_staff_user('assigns@example.com'))}"}
    vendors = [Node.to_global_id("Vendor", a_vendor(name).pk) for name in ("Yew", "Box")]
    products = _products(max(sizes))

    def assign(vendor: str, size: int) -> float:
        variables = {"vendor": vendor, "products": products[:size]}
        body = json.dumps({"query": ASSIGN, "variables": variables})
        started = time.perf_counter()
        answer = Client().post("/graphql/", body, content_type="application/json", **headers)
        taken = time.perf_counter() - started
        assert answer.json()["data"]["vendorProductsAssign"] == {"count": size, "errors": []}, (
            answer
        )
        return taken

    assign(vendors[0], 1)  # warm
    statements = {}
    for size in sizes:
        with CaptureQueriesContext(connection) as seen:
            assign(vendors[1], size)
        statements[size] = len(seen)
    taken: dict[int, list[float]] = {size: [] for size in sizes}
    for number in range(rounds):
        for size in sizes:
            taken[size].append(assign(vendors[number % 2], size))
    return table(
        "Products given to a vendor, through Saleor's API",
        ["products", "statements", "ms", "ms per 1,000"],
        [
            [
                f"{size:,}",
                str(statements[size]),
                ms(median(taken[size])),
                ms(median(taken[size]) * 1000 / size),
            ]
            for size in sizes
        ],
        f"Medians of {rounds} rounds, in process; each takes all of them from another vendor.",
        [
            Aim(
                "statements constant in products",
                ", ".join(str(n) for n in sorted(set(statements.values()))),
                len(set(statements.values())) == 1,
            )
        ],
    )


def _products(count: int) -> Sequence[Any]:
    """Global ids of copies of one product."""
    from saleor.product.models import Product

    from tests.saleor_rows import a_product

    first = a_product("Bulk").product
    Product.objects.bulk_create(
        [_copy(first, number) for number in range(count)],
        batch_size=2_000,
    )
    keys = Product.objects.filter(slug__startswith="bulk-").values_list("pk", flat=True)
    return [Node.to_global_id("Product", key) for key in keys]


def _copy(product: Any, number: int) -> Any:
    return type(product)(
        name=f"Bulk {number}",
        slug=f"bulk-{number}",
        price=product.price,
        product_type=product.product_type,
        category=product.category,
        is_published=True,
    )
