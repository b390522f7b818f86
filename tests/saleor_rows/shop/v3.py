"""A shop of 3.x, with flat tax rates, a channel of its own currency, and promotions."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from saleor.account.models import Group, User
from saleor.channel.models import Channel
from saleor.checkout.models import Checkout
from saleor.core.db.connection import allow_writer
from saleor.discount.models import Voucher
from saleor.giftcard.models import GiftCard
from saleor.order.models import Order
from saleor.permission.models import Permission
from saleor.product import ProductTypeKind
from saleor.product.models import Category, Product, ProductType, ProductVariant
from saleor.product.tasks import (
    recalculate_discounted_price_for_products_task,
    update_variant_relations_for_active_promotion_rules_task,
)
from saleor.shipping import ShippingMethodType
from saleor.shipping.models import ShippingMethod, ShippingZone
from saleor.site.models import SiteSettings
from saleor.tax.models import TaxClass, TaxConfiguration
from saleor.warehouse.models import Stock, Warehouse

from tests.gateways.scriptable import PATH

from ..common import Amount, next_number
from ..v3 import a_site, an_address
from .common import (
    ADDRESS,
    BUYER,
    COUNTRY,
    RATES,
    STOCK,
    Api,
    Off,
    Refused,
    Wanted,
    gid,
    key_of,
    lines_input,
    payment_input,
    use_plugin,
)

CREATE = """mutation ($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) { checkout { id } errors { field message } } }"""
SHIP = """mutation ($id: ID!, $method: ID!) {
  checkoutDeliveryMethodUpdate(id: $id, deliveryMethodId: $method) {
    errors { field message } } }"""
CODE = """mutation ($id: ID!, $code: String!) {
  checkoutAddPromoCode(id: $id, promoCode: $code) {
    checkout { totalPrice { gross { amount } } } errors { field message } } }"""
PAY = """mutation ($id: ID!, $input: PaymentInput!) {
  checkoutPaymentCreate(id: $id, input: $input) { errors { field message } } }"""
COMPLETE = """mutation ($id: ID!) {
  checkoutComplete(id: $id) { order { id } errors { field message } } }"""
TOUCH = """mutation ($id: ID!, $email: String!) {
  checkoutEmailUpdate(id: $id, email: $email) {
    checkout { totalPrice { gross { amount } } } errors { field message } } }"""
DRAFT = """mutation ($input: DraftOrderCreateInput!) {
  draftOrderCreate(input: $input) {
    order { id lines { id } total { gross { amount } } } errors { field message } } }"""
DRAFT_UPDATE = """mutation ($id: ID!, $input: DraftOrderInput!) {
  draftOrderUpdate(id: $id, input: $input) {
    order { total { gross { amount } } } errors { field message } } }"""
LINE_OFF = """mutation ($line: ID!, $input: OrderDiscountCommonInput!) {
  orderLineDiscountUpdate(orderLineId: $line, input: $input) {
    order { total { gross { amount } } } errors { field message } } }"""
ORDER_OFF = """mutation ($order: ID!, $input: OrderDiscountCommonInput!) {
  orderDiscountAdd(orderId: $order, input: $input) {
    order { total { gross { amount } } } errors { field message } } }"""
DRAFT_COMPLETE = """mutation ($id: ID!) {
  draftOrderComplete(id: $id) {
    order { id total { gross { amount } } } errors { field message } } }"""
PROMOTION = """mutation ($input: PromotionCreateInput!) {
  promotionCreate(input: $input) { promotion { id } errors { field message } } }"""
INITIALIZE = """mutation ($id: ID!, $amount: PositiveDecimal!, $gateway: PaymentGatewayToInitialize!) {
  transactionInitialize(id: $id, amount: $amount, paymentGateway: $gateway) {
    transactionEvent { type message } errors { field message } } }"""
TRANSACTION = """mutation ($id: ID!, $input: TransactionCreateInput!) {
  transactionCreate(id: $id, transaction: $input) {
    transaction { id } errors { field message } } }"""
RESHIP = """mutation ($id: ID!, $input: OrderUpdateShippingInput!) {
  orderUpdateShipping(order: $id, input: $input) { %s errors { field message } } }"""
LINE_CHANGE = """mutation ($id: ID!, $input: OrderLineInput!) {
  orderLineUpdate(id: $id, input: $input) { %s errors { field message } } }"""
LINE_GONE = """mutation ($id: ID!) {
  orderLineDelete(id: $id) { %s errors { field message } } }"""
LINES_MORE = """mutation ($id: ID!, $input: [OrderLineCreateInput!]!) {
  orderLinesCreate(id: $id, input: $input) { %s errors { field message } } }"""
UNSEEN, SEEN = "order { id }", "order { id total { gross { amount } } }"
CONFIRM = """mutation ($id: ID!) {
  orderConfirm(id: $id) { order { id } errors { field message } } }"""
IMPORT = """mutation ($orders: [OrderBulkCreateInput!]!) {
  orderBulkCreate(orders: $orders, stockUpdatePolicy: SKIP) {
    results { order { id } errors { path message } } errors { path message } } }"""
CARD_GATEWAY = "saleor.io.gift-card-payment-gateway"


class Shop(Api):
    promotions = True
    """Order promotions, gifts, and discounts by hand."""

    @allow_writer()
    def __init__(self, currency: str, with_tax: bool | None) -> None:
        self.currency = currency
        number = next_number()
        self.channel = Channel.objects.create(
            name=currency,
            slug=f"channel-{number}",
            currency_code=currency,
            default_country=COUNTRY,
            is_active=True,
        )
        self.tax = TaxConfiguration.objects.create(
            channel=self.channel,
            charge_taxes=with_tax is not None,
            prices_entered_with_tax=bool(with_tax),
        )
        self.tax_classes = {rate: TaxClass.objects.create(name=f"{rate} %") for rate in RATES}
        for rate, tax_class in self.tax_classes.items():
            tax_class.country_rates.create(country=COUNTRY, rate=rate)
        self.warehouse = Warehouse.objects.create(
            name="Store", slug=f"store-{number}", address=an_address()
        )
        self.warehouse.channels.add(self.channel)
        self.zone = ShippingZone.objects.create(name="Reach", countries=[COUNTRY])
        self.zone.channels.add(self.channel)
        self.zone.warehouses.add(self.warehouse)
        self.staff = User.objects.create(
            email=f"staff{number}@example.com", is_staff=True, is_superuser=True, is_active=True
        )
        everything = Group.objects.create(name=f"Staff {number}")
        everything.permissions.set(Permission.objects.all())
        self.staff.groups.add(everything)

    @classmethod
    def opened(cls, settings: Any, currency: str = "USD", with_tax: bool | None = None) -> "Shop":
        """`with_tax`: prices are entered with taxes, without, or there are none (None)."""
        use_plugin(settings, PATH)
        a_site()
        with allow_writer():
            SiteSettings.objects.update(limit_quantity_per_checkout=None)
        return cls(currency, with_tax)

    @allow_writer()
    def sells(self, price: Amount, rate: int = 23, **values: Any) -> ProductVariant:
        number, now = next_number(), timezone.now()
        kind, _ = ProductType.objects.get_or_create(
            slug="things", defaults={"name": "Things", "kind": ProductTypeKind.NORMAL}
        )
        category, _ = Category.objects.get_or_create(slug="all", defaults={"name": "All"})
        product = Product.objects.create(
            name=f"Product {number}",
            slug=f"sold-{number}",
            product_type=kind,
            category=category,
            tax_class=self.tax_classes[rate],
        )
        variant = ProductVariant.objects.create(product=product, sku=f"SOLD-{number}")
        product.channel_listings.create(
            channel=self.channel,
            currency=self.currency,
            is_published=True,
            published_at=now,
            visible_in_listings=True,
            available_for_purchase_at=now,
            discounted_price_amount=Decimal(price),
        )
        variant.channel_listings.create(
            channel=self.channel,
            currency=self.currency,
            price_amount=Decimal(price),
            discounted_price_amount=Decimal(price),
        )
        Stock.objects.create(warehouse=self.warehouse, product_variant=variant, quantity=STOCK)
        return variant

    def has_sale(self, variants: Sequence[Any], value: Amount, percentage: bool = False) -> None:
        ids = [gid("Product", variant.product_id) for variant in variants]
        self._promotes(
            "CATALOGUE",
            cataloguePredicate={"productPredicate": {"ids": ids}},
            rewardValueType="PERCENTAGE" if percentage else "FIXED",
            rewardValue=str(value),
        )
        with allow_writer():
            update_variant_relations_for_active_promotion_rules_task()
            recalculate_discounted_price_for_products_task()

    @allow_writer()
    def lets_a_plugin_tax(self, settings: Any, path: str, plugin_id: str) -> None:
        """Its figures count, whatever the lines say."""
        use_plugin(settings, path)
        self.tax.charge_taxes = True
        self.tax.tax_calculation_strategy = "TAX_APP"
        self.tax.tax_app_id = f"plugin:{plugin_id}"
        self.tax.save()

    def promotes_orders(self, value: Amount, percentage: bool = False) -> None:
        """So much off every order's goods."""
        self._promotes(
            "ORDER",
            orderPredicate=ANY_ORDER,
            rewardType="SUBTOTAL_DISCOUNT",
            rewardValueType="PERCENTAGE" if percentage else "FIXED",
            rewardValue=str(value),
        )

    def gives_away(self, variant: Any) -> None:
        """One of it, free, with every order."""
        self._promotes(
            "ORDER",
            orderPredicate=ANY_ORDER,
            rewardType="GIFT",
            gifts=[gid("ProductVariant", variant)],
        )

    @allow_writer()
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
            type=kind,
            discount_value_type="percentage" if percentage else "fixed",
            apply_once_per_order=once_per_order,
        )
        voucher.channel_listings.create(
            channel=self.channel, discount_value=Decimal(value), currency=self.currency
        )
        voucher.products.set([variant.product for variant in variants])
        return voucher.codes.create(code=f"CODE{next_number()}").code

    @allow_writer()
    def gives_card(self, balance: Amount) -> GiftCard:
        return GiftCard.objects.create(
            code=f"CARD{next_number():08}",
            initial_balance_amount=Decimal(balance),
            current_balance_amount=Decimal(balance),
            currency=self.currency,
        )

    def checkout(
        self,
        lines: Wanted,
        shipping: Amount = "0",
        codes: Sequence[str] = (),
        paying_cards: Sequence[tuple[GiftCard, Amount]] = (),
    ) -> Order:
        """`paying_cards` are transactions (3.23 and later), each for its amount."""
        return self.buys(self.fills(lines, shipping, codes), paying_cards)

    def fills(self, lines: Wanted, shipping: Amount = "0", codes: Sequence[str] = ()) -> str:
        """A checkout that is left open; answers its id."""
        wanted = {
            "channel": self.channel.slug,
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
        """The shopper chooses a new way of shipping an open checkout."""
        method = self._ships(price)
        if hasattr(Checkout, "delivery_methods_stale_at"):  # Saleor knows the older ones only
            with allow_writer():
                checkouts = Checkout.objects.filter(pk=key_of(checkout))
                checkouts.update(delivery_methods_stale_at=None)
        self.do(SHIP, id=checkout, method=gid("ShippingMethod", method))

    def asks(self, checkout: str) -> Decimal:
        """What the shopper sees as the total now."""
        priced = self.do(TOUCH, id=checkout, email=BUYER)["checkout"]
        return Decimal(str(priced["totalPrice"]["gross"]["amount"]))

    def buys(self, checkout: str, paying_cards: Sequence[tuple[GiftCard, Amount]] = ()) -> Order:
        """Pays an open checkout in full, and places its order."""
        left = self.asks(checkout)
        for card, amount in paying_cards:
            gateway = {"id": CARD_GATEWAY, "data": {"code": card.code}}
            self.do(INITIALIZE, id=checkout, amount=str(amount), gateway=gateway)
            left -= Decimal(amount)
        if paying_cards and left > 0:
            self.do(TRANSACTION, as_staff=True, id=checkout, input=self._charged(left))
        elif left > 0:
            self.do(PAY, id=checkout, input=payment_input(left))
        order = self.do(COMPLETE, id=checkout)["order"]["id"]
        return self._order(order)

    def draft(
        self,
        lines: Wanted,
        shipping: Amount = "0",
        code: str = "",
        line_discounts: Sequence[tuple[int, Off]] = (),
        order_discounts: Sequence[Off] = (),
        order_first: bool = False,
    ) -> Order:
        """Discounts by hand: of lines, by their place, and of the order; the lines' first."""
        wanted = {
            "channelId": gid("Channel", self.channel),
            "userEmail": BUYER,
            "lines": lines_input(lines),
            "shippingAddress": ADDRESS,
            "billingAddress": ADDRESS,
        }
        order = self.do(DRAFT, as_staff=True, input=wanted)["order"]
        method = {"shippingMethod": gid("ShippingMethod", self._ships(shipping))}
        if code:
            method["voucherCode"] = code
        self.do(DRAFT_UPDATE, as_staff=True, id=order["id"], input=method)
        steps = [
            lambda: self._discount_lines(order["lines"], line_discounts),
            lambda: self._discount_order(order["id"], order_discounts),
        ]
        for step in reversed(steps) if order_first else steps:
            step()
        self.do(DRAFT_COMPLETE, as_staff=True, id=order["id"])
        return self._order(order["id"])

    @allow_writer()
    def waits_for_staff(self) -> None:
        """Orders stay unconfirmed, and may be changed, until staff confirm them."""
        self.channel.automatically_confirm_all_new_orders = False
        self.channel.save()

    def edits(
        self,
        order: Order,
        *,
        quantities: Sequence[tuple[Any, int]] = (),
        more: Wanted = (),
        shipping: Amount | None = None,
        order_discounts: Sequence[Off] = (),
        looks: bool = True,
    ) -> Order:
        """Staff change an unconfirmed order; of `quantities` (by variant) nothing is a line that is
        taken out. Without `looks` nobody asks for the total, so Saleor does not work it out."""
        seen = SEEN if looks else UNSEEN
        number = gid("Order", order)
        lines = {line.variant_id: gid("OrderLine", line) for line in order.lines.all()}
        for variant, quantity in quantities:
            if quantity:
                wanted = {"id": lines[variant.pk], "input": {"quantity": quantity}}
                self.do(LINE_CHANGE % seen, as_staff=True, **wanted)
            else:
                self.do(LINE_GONE % seen, as_staff=True, id=lines[variant.pk])
        if more:
            self.do(LINES_MORE % seen, as_staff=True, id=number, input=lines_input(more))
        if shipping is not None:
            method = {"shippingMethod": gid("ShippingMethod", self._ships(shipping))}
            self.do(RESHIP % seen, as_staff=True, id=number, input=method)
        self._discount_order(number, order_discounts)
        self.do(CONFIRM, as_staff=True, id=number)
        return self._order(number)

    def imports(
        self,
        lines: Sequence[tuple[Any, int, Amount, Amount]],
        shipping: tuple[Amount, Amount] = ("0", "0"),
        *,
        status: str = "UNFULFILLED",
        cards: Sequence[GiftCard] = (),
        order_discounts: Sequence[Off] = (),
        code: str = "",
    ) -> Order:
        """An order of another system, charged in full there. Lines: variant, quantity, gross and
        net of all of them."""
        now = timezone.now().isoformat()
        total = sum((Decimal(gross) for _, _, gross, _ in lines), Decimal(shipping[0]))
        wanted: dict[str, Any] = {
            "channel": self.channel.slug,
            "createdAt": now,
            "status": status,
            "user": {"email": BUYER},
            "billingAddress": ADDRESS,
            "shippingAddress": ADDRESS,
            "currency": self.currency,
            "languageCode": "EN",
            "lines": [self._imported(now, *line) for line in lines],
            "deliveryMethod": {
                "shippingMethodId": gid("ShippingMethod", self._ships(shipping[0])),
                "shippingMethodName": "Post",
                "shippingTaxClassId": gid("TaxClass", self.tax_classes[23]),
                "shippingPrice": _taxed(*shipping),
            },
            "giftCards": [card.code for card in cards],
            "discounts": [_off(off) for off in order_discounts],
            "transactions": [self._charged(total)] if total else [],
        }
        if code:
            wanted["voucherCode"] = code
        (result,) = self.do(IMPORT, as_staff=True, orders=[wanted])["results"]
        if result["errors"]:
            raise Refused(result["errors"])
        return self._order(result["order"]["id"])

    def _imported(
        self, now: str, variant: Any, quantity: int, gross: Amount, net: Amount
    ) -> dict[str, Any]:
        return {
            "variantId": gid("ProductVariant", variant),
            "createdAt": now,
            "isShippingRequired": True,
            "isGiftCard": False,
            "quantity": quantity,
            "totalPrice": _taxed(gross, net),
            "undiscountedTotalPrice": _taxed(gross, net),
            "warehouse": gid("Warehouse", self.warehouse),
            "taxClassId": gid("TaxClass", variant.product.tax_class),
        }

    def _discount_lines(
        self, lines: Sequence[dict[str, str]], discounts: Sequence[tuple[int, Off]]
    ) -> None:
        for index, off in discounts:
            self.do(LINE_OFF, as_staff=True, line=lines[index]["id"], input=_off(off))

    def _discount_order(self, order: str, discounts: Sequence[Off]) -> None:
        for off in discounts:
            self.do(ORDER_OFF, as_staff=True, order=order, input=_off(off))

    def _promotes(self, kind: str, **rule: Any) -> None:
        rule["channels"] = [gid("Channel", self.channel)]
        wanted = {"name": "Promotion", "type": kind, "rules": [rule]}
        self.do(PROMOTION, as_staff=True, input=wanted)

    def _charged(self, amount: Decimal) -> dict[str, Any]:
        return {
            "name": "Card",
            "pspReference": f"charge-{next_number()}",
            "amountCharged": {"amount": str(amount), "currency": self.currency},
        }

    @allow_writer()
    def _ships(self, price: Amount) -> ShippingMethod:
        method = ShippingMethod.objects.create(
            name="Post",
            type=ShippingMethodType.PRICE_BASED,
            shipping_zone=self.zone,
            tax_class=self.tax_classes[23],
        )
        method.channel_listings.create(
            channel=self.channel, price_amount=Decimal(price), currency=self.currency
        )
        return method

    @allow_writer()
    def _order(self, global_id: str) -> Order:
        return Order.objects.get(pk=key_of(global_id))


ANY_ORDER = {"discountedObjectPredicate": {"baseSubtotalPrice": {"range": {"gte": "0"}}}}


def _taxed(gross: Amount, net: Amount) -> dict[str, str]:
    return {"gross": str(gross), "net": str(net)}


def _off(off: Off) -> dict[str, Any]:
    return {"valueType": "PERCENTAGE" if off.percentage else "FIXED", "value": str(off.value)}
