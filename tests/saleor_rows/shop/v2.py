"""A shop of 2.10, whose taxes are those of its own Vatlayer plugin."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings as host_settings
from django.contrib.sites.models import Site
from django_prices_vatlayer.models import VAT
from prices import Money
from saleor.account.models import User
from saleor.discount.models import Sale, Voucher
from saleor.giftcard.models import GiftCard
from saleor.order.models import Order
from saleor.plugins.models import PluginConfiguration
from saleor.product.models import Category, Product, ProductType, ProductVariant
from saleor.shipping import ShippingMethodType
from saleor.shipping.models import ShippingMethod, ShippingZone
from saleor.warehouse.models import Stock

from tests.gateways.scriptable import PATH

from ..common import Amount, next_number
from ..v2 import a_site, a_warehouse
from .common import (
    ADDRESS,
    BUYER,
    COUNTRY,
    STOCK,
    Api,
    Off,
    Wanted,
    gid,
    key_of,
    lines_input,
    payment_input,
    use_plugin,
)

VATLAYER = "saleor.plugins.vatlayer.plugin.VatlayerPlugin"
KINDS = {23: "standard", 8: "books", 0: ""}

CREATE = """mutation ($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) { checkout { id } errors { field message } } }"""
SHIP = """mutation ($id: ID!, $method: ID!) {
  checkoutShippingMethodUpdate(checkoutId: $id, shippingMethodId: $method) {
    errors { field message } } }"""
CODE = """mutation ($id: ID!, $code: String!) {
  checkoutAddPromoCode(checkoutId: $id, promoCode: $code) {
    checkout { totalPrice { gross { amount } } } errors { field message } } }"""
PAY = """mutation ($id: ID!, $input: PaymentInput!) {
  checkoutPaymentCreate(checkoutId: $id, input: $input) {
    checkout { totalPrice { gross { amount } } } errors { field message } } }"""
COMPLETE = """mutation ($id: ID!) {
  checkoutComplete(checkoutId: $id) { order { id } errors { field message } } }"""
DRAFT = """mutation ($input: DraftOrderCreateInput!) {
  draftOrderCreate(input: $input) { order { id } errors { field message } } }"""
DRAFT_COMPLETE = """mutation ($id: ID!) {
  draftOrderComplete(id: $id) { order { id } errors { field message } } }"""
RESHIP = """mutation ($id: ID!, $input: OrderUpdateShippingInput!) {
  orderUpdateShipping(order: $id, input: $input) { order { id } errors { field message } } }"""


class Shop(Api):
    promotions = False

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.zone = ShippingZone.objects.create(name="Reach", countries=[COUNTRY, "US"])
        self.zone.warehouses.add(a_warehouse())
        self.staff = User.objects.create_superuser(f"staff{next_number()}@example.com", "secret")

    @classmethod
    def opened(cls, settings: Any, currency: str = "USD", with_tax: bool | None = None) -> "Shop":
        """`with_tax`: prices are entered with taxes, without, or there are none (None)."""
        assert currency == host_settings.DEFAULT_CURRENCY, "2.10 has one currency"
        use_plugin(settings, PATH)
        settings.MAX_CHECKOUT_LINE_QUANTITY = STOCK
        site = a_site()
        site.settings.include_taxes_in_prices = bool(with_tax)
        site.settings.charge_taxes_on_shipping = True
        site.settings.save()
        Site.objects.clear_cache()
        if with_tax is not None:
            use_plugin(settings, VATLAYER)
            PluginConfiguration.objects.update_or_create(
                identifier="mirumee.taxes.vatlayer",
                defaults={
                    "name": "Vatlayer",
                    "active": True,
                    "configuration": [{"name": "Access key", "value": "key"}],
                },
            )
            rates = {"standard_rate": 23, "reduced_rates": {"books": 8}}
            VAT.objects.update_or_create(country_code=COUNTRY, defaults={"data": rates})
        return cls(currency)

    def sells(self, price: Amount, rate: int = 23, **values: Any) -> ProductVariant:
        number = next_number()
        kind, _ = ProductType.objects.get_or_create(slug="things", defaults={"name": "Things"})
        category, _ = Category.objects.get_or_create(slug="all", defaults={"name": "All"})
        product = Product.objects.create(
            name=f"Product {number}",
            slug=f"sold-{number}",
            price=Money(Decimal(price), self.currency),
            product_type=kind,
            category=category,
            is_published=True,
            charge_taxes=bool(rate),
            metadata={"vatlayer.code": KINDS[rate]},
        )
        variant = ProductVariant.objects.create(product=product, sku=f"SOLD-{number}")
        Stock.objects.create(warehouse=a_warehouse(), product_variant=variant, quantity=STOCK)
        return variant

    def has_sale(self, variants: Sequence[Any], value: Amount, percentage: bool = False) -> None:
        sale = Sale.objects.create(
            name="Sale", type="percentage" if percentage else "fixed", value=Decimal(value)
        )
        sale.products.set([variant.product for variant in variants])

    def lets_a_plugin_tax(self, settings: Any, path: str, plugin_id: str) -> None:
        """Its figures count, whatever the lines say."""
        use_plugin(settings, path)

    def takes_voucher(
        self,
        kind: str,
        value: Amount,
        percentage: bool = False,
        variants: Sequence[Any] = (),
        once_per_order: bool = False,
    ) -> str:
        """Answers its code. `kind`: entire_order, shipping or specific_product."""
        voucher = Voucher.objects.create(
            code=f"CODE{next_number()}",
            type=kind,
            discount_value_type="percentage" if percentage else "fixed",
            discount_value=Decimal(value),
            apply_once_per_order=once_per_order,
        )
        voucher.products.set([variant.product for variant in variants])
        return voucher.code

    def gives_card(self, balance: Amount) -> GiftCard:
        return GiftCard.objects.create(
            code=f"CARD{next_number():08}",
            initial_balance_amount=Decimal(balance),
            current_balance_amount=Decimal(balance),
            currency=self.currency,
        )

    def checkout(self, lines: Wanted, shipping: Amount = "0", codes: Sequence[str] = ()) -> Order:
        return self.buys(self.fills(lines, shipping, codes))

    def fills(self, lines: Wanted, shipping: Amount = "0", codes: Sequence[str] = ()) -> str:
        """A checkout that is left open; answers its id."""
        wanted = {
            "email": BUYER,
            "lines": lines_input(lines),
            "shippingAddress": ADDRESS,
            "billingAddress": ADDRESS,
        }
        checkout = self.do(CREATE, input=wanted)["checkout"]["id"]
        self.ships(checkout, shipping)
        for code in codes:
            self.enters(checkout, code)
        return str(checkout)

    def enters(self, checkout: str, code: str) -> None:
        self.do(CODE, id=checkout, code=code)

    def ships(self, checkout: str, price: Amount) -> None:
        """The shopper chooses a way of shipping an open checkout."""
        self.do(SHIP, id=checkout, method=gid("ShippingMethod", self._ships(price)))

    def asks(self, checkout: str) -> Decimal:
        """What the shopper sees as the total now."""
        return self._total(checkout)

    def buys(self, checkout: str) -> Order:
        """Pays an open checkout in full, and places its order."""
        self.do(PAY, id=checkout, input=payment_input(self._total(checkout)))
        order = self.do(COMPLETE, id=checkout)["order"]["id"]
        return Order.objects.get(pk=key_of(order))

    def draft(
        self,
        lines: Wanted,
        shipping: Amount = "0",
        code: str = "",
        line_discounts: Sequence[tuple[int, Off]] = (),
        order_discounts: Sequence[Off] = (),
        order_first: bool = False,
    ) -> Order:
        """2.10 knows no discounts by hand."""
        wanted = {
            "userEmail": BUYER,
            "lines": lines_input(lines),
            "shippingAddress": ADDRESS,
            "billingAddress": ADDRESS,
            "shippingMethod": gid("ShippingMethod", self._ships(shipping)),
        }
        if code:
            wanted["voucher"] = gid("Voucher", Voucher.objects.get(code=code))
        draft = self.do(DRAFT, as_staff=True, input=wanted)["order"]["id"]
        self.do(DRAFT_COMPLETE, as_staff=True, id=draft)
        return Order.objects.get(pk=key_of(draft))

    def edits(self, order: Order, *, shipping: Amount) -> Order:
        """Staff send a placed order another way, all that 2.10 lets them change of it."""
        method = {"shippingMethod": gid("ShippingMethod", self._ships(shipping))}
        self.do(RESHIP, as_staff=True, id=gid("Order", order), input=method)
        return Order.objects.get(pk=order.pk)

    def _ships(self, price: Amount) -> ShippingMethod:
        return ShippingMethod.objects.create(
            name="Post",
            type=ShippingMethodType.PRICE_BASED,
            price=Money(Decimal(price), self.currency),
            minimum_order_price=Money(0, self.currency),
            shipping_zone=self.zone,
        )

    def _total(self, checkout: str) -> Decimal:
        """What Saleor's own API says is to be paid."""
        from saleor.checkout.models import Checkout
        from saleor.discount.utils import fetch_active_discounts
        from saleor.plugins.manager import get_plugins_manager

        row = Checkout.objects.get(pk=key_of(checkout))
        total = get_plugins_manager().calculate_checkout_total(
            row, list(row), fetch_active_discounts()
        )
        return max(Decimal(0), total.gross.amount - row.get_total_gift_cards_balance().amount)
