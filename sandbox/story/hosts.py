"""Where the API of Saleor 2.10 and of 3.x differ. Nothing else here knows which one it talks to."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from .client import Person
from .narration import Failed
from .shop import ADDRESS, COUNTRY, ERRORS, Goods, Host, Shelf


class Saleor2(Host):
    version = "2.10"
    mails_of_shipping = True

    def open_market(self, name: str, tag: str, delivery_price: Decimal) -> str:
        place = {
            key: value
            for key, value in ADDRESS.items()
            if key not in ("firstName", "lastName", "companyName")
        }
        warehouse = self.make_warehouse(name, f"story-{tag}", place)
        zone = self.make_zone(f"{name} {tag}", addWarehouses=[warehouse])
        self.make_delivery(name=f"Parcel {tag}", price=delivery_price, shippingZone=zone)
        return warehouse

    def make_goods(self, name: str, sku: str, price: Decimal, stock: int, shelf: Shelf) -> Goods:
        product = self.make_product(
            name=name,
            productType=shelf.product_type,
            category=shelf.category,
            basePrice=price,
            isPublished=True,
            sku=sku,
            trackInventory=True,
            stocks=[{"warehouse": shelf.warehouse, "quantity": stock}],
        )
        return Goods(name, product["id"], product["variants"][0]["id"])

    def make_sizes(
        self, name: str, sku: str, sizes: Mapping[str, tuple[Decimal, int]], shelf: Shelf
    ) -> dict[str, Goods]:
        # A variant is named by its attributes here.
        size = self.merchant.do(
            f"""mutation ($input: AttributeCreateInput!) {{
              attributeCreate(input: $input) {{ attribute {{ id }} {ERRORS} }} }}""",
            input={"name": f"Size of {sku}", "values": [{"name": each} for each in sizes]},
        )["attribute"]["id"]
        kind = self.make_kind(f"In sizes: {sku}", hasVariants=True, variantAttributes=[size])
        product = self.make_product(
            name=name,
            productType=kind,
            category=shelf.category,
            basePrice=min(price for price, _ in sizes.values()),
            isPublished=True,
        )["id"]
        return {
            each: Goods(
                name,
                product,
                self.make_variant(
                    product,
                    f"{sku}-{each}",
                    stock,
                    shelf,
                    priceOverride=price,
                    attributes=[{"id": size, "values": [each]}],
                ),
            )
            for each, (price, stock) in sizes.items()
        }

    def start_checkout(self, email: str, lines: Iterable[tuple[Goods, int]]) -> str:
        checkout, method = self.make_checkout(email, lines, "availableShippingMethods")
        self.visitor.do(
            f"""mutation ($checkout: ID!, $method: ID!) {{
              checkoutShippingMethodUpdate(checkoutId: $checkout, shippingMethodId: $method) {{
                checkout {{ id }} {ERRORS} }} }}""",
            checkout=checkout,
            method=method,
        )
        return checkout

    def make_voucher(self, code: str, percent: Decimal) -> None:
        self.merchant.do(
            f"""mutation ($input: VoucherInput!) {{
              voucherCreate(input: $input) {{ voucher {{ id }} {ERRORS} }} }}""",
            input={
                "type": "ENTIRE_ORDER",
                "name": code,
                "code": code,
                "discountValueType": "PERCENTAGE",
                "discountValue": percent,
            },
        )

    def add_voucher(self, checkout: str, code: str) -> None:
        self.visitor.do(
            f"""mutation ($checkout: ID!, $code: String!) {{
              checkoutAddPromoCode(checkoutId: $checkout, promoCode: $code) {{
                checkout {{ id }} {ERRORS} }} }}""",
            checkout=checkout,
            code=code,
        )

    def total_of(self, checkout: str, email: str) -> Decimal:
        touched = self.visitor.do(
            f"""mutation ($checkout: ID!, $email: String!) {{
              checkoutEmailUpdate(checkoutId: $checkout, email: $email) {{
                checkout {{ totalPrice {{ gross {{ amount }} }} }} {ERRORS} }} }}""",
            checkout=checkout,
            email=email,
        )
        return Decimal(touched["checkout"]["totalPrice"]["gross"]["amount"])

    def pay_and_complete(self, checkout: str, gateway: str) -> dict[str, Any]:
        self.visitor.do(
            f"""mutation ($checkout: ID!, $input: PaymentInput!) {{
              checkoutPaymentCreate(checkoutId: $checkout, input: $input) {{
                payment {{ id }} {ERRORS} }} }}""",
            checkout=checkout,
            input={"gateway": gateway, "token": "a-card-of-the-story"},
        )
        return self.visitor.do(
            f"""mutation ($checkout: ID!) {{
              checkoutComplete(checkoutId: $checkout) {{ order {{ id number }} {ERRORS} }} }}""",
            checkout=checkout,
        )["order"]


class Saleor3(Host):
    version = "3.x"

    def __init__(self, merchant: Person, visitor: Person) -> None:
        super().__init__(merchant, visitor)
        self._channel_id = ""
        self._asks_for_confirmation = False

    def open_market(self, name: str, tag: str, delivery_price: Decimal) -> str:
        warehouse = self.make_warehouse(name, f"story-{tag}", ADDRESS)
        self.channel = f"story-{tag}"
        self._channel_id = self.merchant.do(
            f"""mutation ($input: ChannelCreateInput!) {{
              channelCreate(input: $input) {{ channel {{ id }} {ERRORS} }} }}""",
            input={
                "name": f"Story {tag}",
                "slug": self.channel,
                "currencyCode": "USD",
                "defaultCountry": COUNTRY,
                "isActive": True,
                "addWarehouses": [warehouse],
                "orderSettings": {"automaticallyConfirmAllNewOrders": True},
            },
        )["channel"]["id"]
        zone = self.make_zone(
            f"{name} {tag}", addChannels=[self._channel_id], addWarehouses=[warehouse]
        )
        method = self.make_delivery(name=f"Parcel {tag}", shippingZone=zone)
        self.merchant.do(
            f"""mutation ($id: ID!, $input: ShippingMethodChannelListingInput!) {{
              shippingMethodChannelListingUpdate(id: $id, input: $input) {{ {ERRORS} }} }}""",
            id=method,
            input={"addChannels": [{"channelId": self._channel_id, "price": delivery_price}]},
        )
        return warehouse

    def make_goods(self, name: str, sku: str, price: Decimal, stock: int, shelf: Shelf) -> Goods:
        product = self._on_sale(name, shelf.product_type, shelf)
        return Goods(name, product, self._priced(product, sku, price, stock, shelf))

    def make_sizes(
        self, name: str, sku: str, sizes: Mapping[str, tuple[Decimal, int]], shelf: Shelf
    ) -> dict[str, Goods]:
        kind = self.make_kind(f"In sizes: {sku}", hasVariants=True)
        product = self._on_sale(name, kind, shelf)
        return {
            each: Goods(
                name,
                product,
                self._priced(product, f"{sku}-{each}", price, stock, shelf, name=each),
            )
            for each, (price, stock) in sizes.items()
        }

    def _on_sale(self, name: str, kind: str, shelf: Shelf) -> str:
        product: str = self.make_product(name=name, productType=kind, category=shelf.category)["id"]
        self.merchant.do(
            f"""mutation ($id: ID!, $input: ProductChannelListingUpdateInput!) {{
              productChannelListingUpdate(id: $id, input: $input) {{ {ERRORS} }} }}""",
            id=product,
            input={
                "updateChannels": [
                    {
                        "channelId": self._channel_id,
                        "isPublished": True,
                        "isAvailableForPurchase": True,
                    }
                ]
            },
        )
        return product

    def _priced(
        self, product: str, sku: str, price: Decimal, stock: int, shelf: Shelf, **values: Any
    ) -> str:
        variant = self.make_variant(product, sku, stock, shelf, **values)
        self.merchant.do(
            f"""mutation ($id: ID!, $input: [ProductVariantChannelListingAddInput!]!) {{
              productVariantChannelListingUpdate(id: $id, input: $input) {{ {ERRORS} }} }}""",
            id=variant,
            input=[{"channelId": self._channel_id, "price": price}],
        )
        return variant

    def start_checkout(self, email: str, lines: Iterable[tuple[Goods, int]]) -> str:
        checkout, method = self.make_checkout(email, lines, "shippingMethods", channel=self.channel)
        self.visitor.do(
            f"""mutation ($checkout: ID!, $method: ID!) {{
              checkoutDeliveryMethodUpdate(id: $checkout, deliveryMethodId: $method) {{
                checkout {{ id }} {ERRORS} }} }}""",
            checkout=checkout,
            method=method,
        )
        return checkout

    def make_voucher(self, code: str, percent: Decimal) -> None:
        voucher = self.merchant.do(
            f"""mutation ($input: VoucherInput!) {{
              voucherCreate(input: $input) {{ voucher {{ id }} {ERRORS} }} }}""",
            input={
                "type": "ENTIRE_ORDER",
                "name": code,
                "addCodes": [code],
                "discountValueType": "PERCENTAGE",
            },
        )["voucher"]["id"]
        self.merchant.do(
            f"""mutation ($id: ID!, $input: VoucherChannelListingInput!) {{
              voucherChannelListingUpdate(id: $id, input: $input) {{ {ERRORS} }} }}""",
            id=voucher,
            input={"addChannels": [{"channelId": self._channel_id, "discountValue": percent}]},
        )

    def add_voucher(self, checkout: str, code: str) -> None:
        self.visitor.do(
            f"""mutation ($checkout: ID!, $code: String!) {{
              checkoutAddPromoCode(id: $checkout, promoCode: $code) {{
                checkout {{ id }} {ERRORS} }} }}""",
            checkout=checkout,
            code=code,
        )

    def total_of(self, checkout: str, email: str) -> Decimal:
        touched = self.visitor.do(
            f"""mutation ($checkout: ID!, $email: String!) {{
              checkoutEmailUpdate(id: $checkout, email: $email) {{
                checkout {{ totalPrice {{ gross {{ amount }} }} }} {ERRORS} }} }}""",
            checkout=checkout,
            email=email,
        )
        return Decimal(touched["checkout"]["totalPrice"]["gross"]["amount"])

    def pay_and_complete(self, checkout: str, gateway: str) -> dict[str, Any]:
        self.visitor.do(
            f"""mutation ($checkout: ID!, $input: PaymentInput!) {{
              checkoutPaymentCreate(id: $checkout, input: $input) {{
                payment {{ id }} {ERRORS} }} }}""",
            checkout=checkout,
            input={"gateway": gateway, "token": "a-card-of-the-story"},
        )
        return self.visitor.do(
            f"""mutation ($checkout: ID!) {{
              checkoutComplete(id: $checkout) {{ order {{ id number }} {ERRORS} }} }}""",
            checkout=checkout,
        )["order"]

    def before_registering(self) -> None:
        shop = self.merchant.ask("{ shop { enableAccountConfirmationByEmail } }")["shop"]
        self._asks_for_confirmation = bool(shop["enableAccountConfirmationByEmail"])
        if self._asks_for_confirmation:
            self._ask_for_confirmation(False)

    def leave(self) -> None:
        if self._asks_for_confirmation:
            self._ask_for_confirmation(True)

    def _ask_for_confirmation(self, value: bool) -> None:
        self.merchant.do(
            f"""mutation ($value: Boolean!) {{
              shopSettingsUpdate(input: {{enableAccountConfirmationByEmail: $value}}) {{
                {ERRORS} }} }}""",
            value=value,
        )


def host_of(merchant: Person, visitor: Person) -> Host:
    """By what the schema has: 2.10.1 calls itself "dev". Raises Failed without the plugin."""
    types = visitor.ask(
        '{ a: __type(name: "Channel") { name } b: __type(name: "VendorReturn") { name } }'
    )
    if types["b"] is None:
        raise Failed("this Saleor has no VendorReturn: is saleor_returns_plugin installed?")
    return (Saleor3 if types["a"] else Saleor2)(merchant, visitor)
