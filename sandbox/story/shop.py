"""What the story makes in the shop; how, where Saleor 2.10 and 3.x agree, is here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .client import Person
from .narration import Failed

ERRORS = "errors { field message }"
COUNTRY = "US"
ADDRESS = {
    "firstName": "Ada",
    "lastName": "Lovelace",
    "streetAddress1": "1 Analytical Street",
    "city": "New York",
    "postalCode": "10001",
    "country": COUNTRY,
    "countryArea": "NY",
    "phone": "+12125550100",
}


@dataclass(frozen=True)
class Goods:
    name: str
    product_id: str
    variant_id: str


@dataclass(frozen=True)
class Shelf:
    """Where new products stand: their type, category and warehouse."""

    product_type: str
    category: str
    warehouse: str


class Host:
    """Saleor, as the story needs it; `hosts` has one of these per version."""

    version = ""
    mails_of_shipping = False
    """Saleor's own ones; 3.x sends them by an app or a mail server of their own."""

    def __init__(self, merchant: Person, visitor: Person) -> None:
        self.merchant = merchant
        self.visitor = visitor
        self.channel: str | None = None

    def open_market(self, name: str, tag: str, delivery_price: Decimal) -> str:
        """Make a warehouse, and delivery from it; answers the warehouse."""
        raise NotImplementedError

    def make_goods(self, name: str, sku: str, price: Decimal, stock: int, shelf: Shelf) -> Goods:
        raise NotImplementedError

    def make_sizes(
        self, name: str, sku: str, sizes: Mapping[str, tuple[Decimal, int]], shelf: Shelf
    ) -> dict[str, Goods]:
        """One product in these sizes, each with its price and stock; answers them by size."""
        raise NotImplementedError

    def start_checkout(self, email: str, lines: Iterable[tuple[Goods, int]]) -> str:
        """Answers the checkout, with a delivery method chosen."""
        raise NotImplementedError

    def make_voucher(self, code: str, percent: Decimal) -> None:
        """For the entire order."""
        raise NotImplementedError

    def add_voucher(self, checkout: str, code: str) -> None:
        raise NotImplementedError

    def total_of(self, checkout: str, email: str) -> Decimal:
        """What an open checkout asks for now."""
        raise NotImplementedError

    def pay_and_complete(self, checkout: str, gateway: str) -> dict[str, Any]:
        """Answers the order: id and number."""
        raise NotImplementedError

    def before_registering(self) -> None:
        """Let new accounts sign in without a confirmed e-mail, where the API can."""

    def leave(self) -> None:
        """Put back what was changed in the shop's settings."""

    def make_shelf(self, tag: str, warehouse: str) -> Shelf:
        kind = self.make_kind(f"Homeware {tag}", hasVariants=False)
        category = self.merchant.do(
            f"""mutation ($name: String!) {{
              categoryCreate(input: {{name: $name}}) {{ category {{ id }} {ERRORS} }} }}""",
            name=f"Home {tag}",
        )
        return Shelf(kind, category["category"]["id"], warehouse)

    def make_kind(self, name: str, **values: Any) -> str:
        """Answers the product type."""
        made = self.merchant.do(
            f"""mutation ($input: ProductTypeInput!) {{
              productTypeCreate(input: $input) {{ productType {{ id }} {ERRORS} }} }}""",
            input={"name": name, "isShippingRequired": True, **values},
        )
        return made["productType"]["id"]

    def make_warehouse(self, name: str, slug: str, address: dict[str, str]) -> str:
        made = self.merchant.do(
            f"""mutation ($input: WarehouseCreateInput!) {{
              createWarehouse(input: $input) {{ warehouse {{ id }} {ERRORS} }} }}""",
            input={"name": name, "slug": slug, "address": address},
        )
        return made["warehouse"]["id"]

    def make_zone(self, name: str, **values: Any) -> str:
        made = self.merchant.do(
            f"""mutation ($input: ShippingZoneCreateInput!) {{
              shippingZoneCreate(input: $input) {{ shippingZone {{ id }} {ERRORS} }} }}""",
            input={"name": name, "countries": [COUNTRY], **values},
        )
        return made["shippingZone"]["id"]

    def make_delivery(self, **values: Any) -> str:
        made = self.merchant.do(
            f"""mutation ($input: ShippingPriceInput!) {{
              shippingPriceCreate(input: $input) {{ shippingMethod {{ id }} {ERRORS} }} }}""",
            input={"type": "PRICE", **values},
        )
        return made["shippingMethod"]["id"]

    def make_product(self, **values: Any) -> dict[str, Any]:
        made = self.merchant.do(
            f"""mutation ($input: ProductCreateInput!) {{
              productCreate(input: $input) {{ product {{ id variants {{ id }} }} {ERRORS} }} }}""",
            input=values,
        )
        return made["product"]

    def make_variant(self, product: str, sku: str, stock: int, shelf: Shelf, **values: Any) -> str:
        made = self.merchant.do(
            f"""mutation ($input: ProductVariantCreateInput!) {{
              productVariantCreate(input: $input) {{ productVariant {{ id }} {ERRORS} }} }}""",
            input={
                "product": product,
                "sku": sku,
                "attributes": [],
                "trackInventory": True,
                "stocks": [{"warehouse": shelf.warehouse, "quantity": stock}],
                **values,
            },
        )
        return made["productVariant"]["id"]

    def make_checkout(
        self, email: str, lines: Iterable[tuple[Goods, int]], methods: str, **values: Any
    ) -> tuple[str, str]:
        """Answers the checkout and its cheapest delivery method."""
        made = self.visitor.do(
            f"""mutation ($input: CheckoutCreateInput!) {{
              checkoutCreate(input: $input) {{
                checkout {{ id {methods} {{ id price {{ amount }} }} }} {ERRORS} }} }}""",
            input={
                "email": email,
                "lines": [{"variantId": g.variant_id, "quantity": n} for g, n in lines],
                "shippingAddress": ADDRESS,
                "billingAddress": ADDRESS,
                **values,
            },
        )["checkout"]
        if not made[methods]:
            raise Failed("the checkout offers no delivery")
        return made["id"], min(made[methods], key=lambda m: m["price"]["amount"])["id"]
