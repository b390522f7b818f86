"""Saleor 3.20 to 3.24."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.sites.models import Site
from django.db.models import F
from django.utils import timezone
from saleor.account.models import Address, User
from saleor.channel.models import Channel
from saleor.core.db.connection import allow_writer
from saleor.discount import VoucherType
from saleor.discount.models import Voucher
from saleor.order import OrderOrigin, OrderStatus
from saleor.order.models import Fulfillment, Order, OrderLine
from saleor.order.utils import update_order_charge_data
from saleor.page.models import PageType
from saleor.payment import ChargeStatus, TransactionKind
from saleor.payment.models import Payment, Transaction
from saleor.permission.models import Permission
from saleor.product import ProductTypeKind
from saleor.product.models import (
    Category,
    Product,
    ProductChannelListing,
    ProductType,
    ProductVariant,
    ProductVariantChannelListing,
)
from saleor.shipping import ShippingMethodType
from saleor.shipping.models import ShippingMethod, ShippingZone
from saleor.site.models import SiteSettings
from saleor.tax.models import TaxConfiguration
from saleor.warehouse.models import Stock, Warehouse

from saleor_returns_plugin.domain import money
from saleor_returns_plugin.domain.money import ZERO

from .common import ADDRESS, PASSWORD, TAX_RATE, Amount, Line, goods_total, net_of, next_number
from .gateway import GATEWAY_ID

CURRENCY = "USD"


@allow_writer()
def a_channel(slug: str = "main") -> Channel:
    channel, _ = Channel.objects.get_or_create(
        slug=slug,
        defaults={
            "name": slug,
            "currency_code": CURRENCY,
            "default_country": "US",
            "is_active": True,
        },
    )
    return channel


@allow_writer()
def a_site() -> Site:
    """The store's site with its settings: made by migrations, and flushed away after every test
    that commits."""
    site, _ = Site.objects.get_or_create(
        pk=settings.SITE_ID, defaults={"domain": "shop.example.com", "name": "Shop"}
    )
    SiteSettings.objects.get_or_create(site=site)
    Site.objects.clear_cache()
    return site


@allow_writer()
def an_address(**values: str) -> Address:
    return Address.objects.create(**{**ADDRESS, **values})


@allow_writer()
def a_customer(email: str = "ada@example.com", password: str = PASSWORD, **values: Any) -> User:
    names = {"first_name": "Ada", "last_name": "Lovelace"}
    return _a_user(email, password, **{**names, **values})


@allow_writer()
def a_staff_user(
    email: str = "staff@example.com", manage_orders: bool = True, password: str = PASSWORD
) -> User:
    user = _a_user(email, password, is_staff=True, first_name="Grace")
    if manage_orders:
        user.user_permissions.add(Permission.objects.get(codename="manage_orders"))
    return user


def _a_user(email: str, password: str, **values: Any) -> User:
    user = User(email=email, **values)
    user.set_password(password)
    user.save()
    return user


@allow_writer()
def a_warehouse(slug: str = "main") -> Warehouse:
    found = Warehouse.objects.filter(slug=slug).first()
    if found:
        return found
    warehouse = Warehouse.objects.create(name=slug, slug=slug, address=an_address())
    warehouse.channels.add(a_channel())
    zone, _ = ShippingZone.objects.get_or_create(name="Reach", defaults={"countries": ["US"]})
    zone.channels.add(a_channel())
    zone.warehouses.add(warehouse)
    return warehouse


@allow_writer()
def a_product(
    name: str = "Chair",
    price: Amount = "10.00",
    stock: int = 10,
    sku: str = "",
    warehouse: Warehouse | None = None,
) -> ProductVariant:
    """A published product with one variant, and `stock` units of it in `warehouse`."""
    number = next_number()
    channel = a_channel()
    kind, _ = ProductType.objects.get_or_create(
        slug="things", defaults={"name": "Things", "kind": ProductTypeKind.NORMAL}
    )
    category, _ = Category.objects.get_or_create(slug="all", defaults={"name": "All"})
    product = Product.objects.create(
        name=name, slug=f"product-{number}", product_type=kind, category=category
    )
    variant = ProductVariant.objects.create(
        product=product, sku=sku or f"SKU-{number}", name="", track_inventory=True
    )
    now = timezone.now()
    ProductChannelListing.objects.create(
        product=product,
        channel=channel,
        currency=CURRENCY,
        is_published=True,
        published_at=now,
        visible_in_listings=True,
        available_for_purchase_at=now,
        discounted_price_amount=Decimal(price),
    )
    ProductVariantChannelListing.objects.create(
        variant=variant,
        channel=channel,
        currency=CURRENCY,
        price_amount=Decimal(price),
        discounted_price_amount=Decimal(price),
    )
    Stock.objects.create(
        warehouse=warehouse or a_warehouse(), product_variant=variant, quantity=stock
    )
    return variant


@allow_writer()
def a_variant(
    of: ProductVariant, name: str, price: Amount | None = None, stock: int = 10
) -> ProductVariant:
    """Another variant of the same product; at the first one's price when none is given."""
    variant = ProductVariant.objects.create(
        product=of.product, sku=f"SKU-{next_number()}", name=name, track_inventory=True
    )
    listing = ProductVariantChannelListing.objects.get(variant=of)
    amount = listing.price_amount if price is None else Decimal(price)
    ProductVariantChannelListing.objects.create(
        variant=variant,
        channel=listing.channel,
        currency=CURRENCY,
        price_amount=amount,
        discounted_price_amount=amount,
    )
    Stock.objects.create(warehouse=a_warehouse(), product_variant=variant, quantity=stock)
    return variant


@allow_writer()
def a_shipping_method(
    name: str = "Post",
    price: Amount = "5.00",
    country: str = "US",
    from_goods_of: Amount = "0",
) -> ShippingMethod:
    """From every warehouse there is; `from_goods_of`: the least that the goods have to cost."""
    channel = a_channel()
    TaxConfiguration.objects.get_or_create(channel=channel)
    zone, _ = ShippingZone.objects.get_or_create(name=country, countries=[country])
    zone.channels.add(channel)
    zone.warehouses.set(Warehouse.objects.all())
    method = ShippingMethod.objects.create(
        name=name, type=ShippingMethodType.PRICE_BASED, shipping_zone=zone
    )
    method.channel_listings.create(
        channel=channel,
        price_amount=Decimal(price),
        minimum_order_price_amount=Decimal(from_goods_of),
        currency=CURRENCY,
    )
    return method


@allow_writer()
def unpublish(variant: ProductVariant) -> None:
    ProductChannelListing.objects.filter(product=variant.product_id).update(is_published=False)


@allow_writer()
def make_digital(variant: ProductVariant) -> bool:
    """False where Saleor knows no digital goods."""
    if not hasattr(ProductType, "is_digital"):
        return False
    kind, _ = ProductType.objects.get_or_create(
        slug="files",
        defaults={
            "name": "Files",
            "kind": ProductTypeKind.NORMAL,
            "is_digital": True,
            "is_shipping_required": False,
        },
    )
    Product.objects.filter(pk=variant.product_id).update(product_type=kind)
    return True


@allow_writer()
def make_gift_card(variant: ProductVariant) -> bool:
    """False where Saleor sells none."""
    kind, _ = ProductType.objects.get_or_create(
        slug="cards", defaults={"name": "Cards", "kind": ProductTypeKind.GIFT_CARD}
    )
    Product.objects.filter(pk=variant.product_id).update(product_type=kind)
    return True


@allow_writer()
def a_voucher(kind: str = "entire_order", value: Amount = "10", **values: Any) -> Voucher:
    """`kind`: entire_order, shipping or specific_product; a fixed `value` off."""
    voucher = Voucher.objects.create(name=f"CODE{next_number()}", type=kind, **values)
    voucher.channel_listings.create(
        channel=a_channel(), discount_value=Decimal(value), currency=CURRENCY
    )
    return voucher


@allow_writer()
def a_saleor_order(
    lines: Sequence[Line],
    email: str = "ada@example.com",
    user: User | None = None,
    paid: bool = True,
    fulfilled: bool = True,
    *,
    shipping: Amount = "0",
    discount: Amount = "0",
    voucher: Voucher | None = None,
    tax_rate: Decimal = TAX_RATE,
    status: str = OrderStatus.UNFULFILLED,
    language: str = "en",
    placed_at: datetime | None = None,
) -> Order:
    """`discount` is what the order's voucher took off; 3.x stores it inside lines and shipping."""
    a_site()
    net, gross = goods_total(lines, tax_rate)
    from_shipping, shares = _shares(lines, Decimal(discount), voucher)
    shipping_gross = Decimal(shipping) - from_shipping
    shipping_net = net_of(shipping_gross, tax_rate)
    totals = [
        Decimal(unit) * quantity - share
        for (_, quantity, unit), share in zip(lines, shares, strict=True)
    ]
    subtotal = sum(totals, ZERO)
    subtotal_net = sum((net_of(total, tax_rate) for total in totals), ZERO)
    values: dict[str, Any] = {}
    if any(field.name == "lines_count" for field in Order._meta.fields):
        values["lines_count"] = len(lines)
    order = Order.objects.create(
        **values,
        channel=a_channel(),
        created_at=placed_at or timezone.now(),
        status=status,
        origin=OrderOrigin.CHECKOUT,
        user=user,
        user_email=user.email if user else email,
        language_code=language,
        currency=CURRENCY,
        should_refresh_prices=False,
        shipping_address=an_address(),
        billing_address=an_address(),
        shipping_price_net_amount=shipping_net,
        shipping_price_gross_amount=shipping_gross,
        base_shipping_price_amount=shipping_net,
        undiscounted_base_shipping_price_amount=net_of(shipping, tax_rate),
        subtotal_net_amount=subtotal_net,
        subtotal_gross_amount=subtotal,
        total_net_amount=subtotal_net + shipping_net,
        total_gross_amount=subtotal + shipping_gross,
        undiscounted_total_net_amount=net + net_of(shipping, tax_rate),
        undiscounted_total_gross_amount=gross + Decimal(shipping),
        voucher=voucher,
    )
    for (variant, quantity, unit), total in zip(lines, totals, strict=True):
        unit_gross = (total / quantity).quantize(Decimal("0.01"))
        order.lines.create(
            variant=variant,
            product_name=variant.product.name,
            variant_name=variant.name,
            product_sku=variant.sku,
            is_shipping_required=True,
            is_gift_card=False,
            quantity=quantity,
            currency=order.currency,
            unit_price_net_amount=net_of(unit_gross, tax_rate),
            unit_price_gross_amount=unit_gross,
            total_price_net_amount=net_of(total, tax_rate),
            total_price_gross_amount=total,
            undiscounted_unit_price_net_amount=net_of(unit, tax_rate),
            undiscounted_unit_price_gross_amount=Decimal(unit),
            undiscounted_total_price_net_amount=net_of(unit, tax_rate) * quantity,
            undiscounted_total_price_gross_amount=Decimal(unit) * quantity,
            tax_rate=tax_rate,
        )
    if paid:
        pay(order)
    if fulfilled:
        fulfil(order)
    if placed_at is not None:  # and nothing happened since
        Order.objects.filter(pk=order.pk).update(updated_at=placed_at)
    return order


def _shares(
    lines: Sequence[Line], discount: Decimal, voucher: Voucher | None
) -> tuple[Decimal, list[Decimal]]:
    """Of the discount: the part of shipping, and that of each line."""
    if voucher is not None and voucher.type == VoucherType.SHIPPING:
        return discount, [ZERO] * len(lines)
    chosen = set(voucher.products.all()) if voucher is not None else set()
    weights = [
        Decimal(unit) * quantity if not chosen or variant.product in chosen else ZERO
        for variant, quantity, unit in lines
    ]
    if voucher is not None and voucher.apply_once_per_order:
        cheapest = min(range(len(lines)), key=lambda index: Decimal(lines[index][2]))
        weights = [Decimal(index == cheapest) for index in range(len(lines))]
    return ZERO, money.allocate(discount, weights, CURRENCY)


@allow_writer()
def order_line(order: Order, variant: ProductVariant) -> OrderLine:
    return order.lines.get(variant=variant)


@allow_writer()
def resize_line(order: Order, variant: ProductVariant, quantity: int) -> None:
    """As staff changed an order line; to no unit deletes it. Order.total follows."""
    line = order_line(order, variant)
    more = quantity - line.quantity
    net, gross = line.unit_price_net_amount * more, line.unit_price_gross_amount * more
    line.quantity = quantity
    line.total_price_net_amount += net
    line.total_price_gross_amount += gross
    if quantity:
        line.save()
    else:
        line.delete()
    order.total_net_amount += net
    order.total_gross_amount += gross
    order.save()


@allow_writer()
def pay(
    order: Order, amount: Amount | None = None, gateway: str = GATEWAY_ID, is_active: bool = True
) -> Payment:
    """A captured payment of `amount`, the whole order by default."""
    captured = order.total_gross_amount if amount is None else Decimal(amount)
    payment = Payment.objects.create(
        gateway=gateway,
        is_active=is_active,
        charge_status=ChargeStatus.FULLY_CHARGED,
        total=captured,
        captured_amount=captured,
        currency=order.currency,
        order=order,
        billing_email=order.user_email,
    )
    Transaction.objects.create(
        payment=payment,
        kind=TransactionKind.CAPTURE,
        is_success=True,
        amount=captured,
        currency=order.currency,
        token=f"capture-{payment.pk}",
        gateway_response={},
    )
    update_order_charge_data(order)
    return payment


@allow_writer()
def fulfil(
    order: Order, quantities: Mapping[Any, int] | None = None, tracking_number: str = ""
) -> Fulfillment:
    """Ship `quantities` by variant, all that is open by default; stock stays as it is."""
    fulfilment = Fulfillment.objects.create(order=order, tracking_number=tracking_number)
    for line in order.lines.all():
        quantity = (
            line.quantity_unfulfilled if quantities is None else quantities.get(line.variant, 0)
        )
        if not quantity:
            continue
        stock = Stock.objects.filter(product_variant=line.variant).first()
        fulfilment.lines.create(order_line=line, quantity=quantity, stock=stock)
        line.quantity_fulfilled += quantity
        line.save(update_fields=["quantity_fulfilled"])
    shipped_all = all(not line.quantity_unfulfilled for line in order.lines.all())
    order.status = OrderStatus.FULFILLED if shipped_all else OrderStatus.PARTIALLY_FULFILLED
    order.save(update_fields=["status"])
    return fulfilment


@allow_writer()
def stock_of(variant: ProductVariant, warehouse: Warehouse | None = None) -> int:
    rows = Stock.objects.filter(product_variant=variant)
    if warehouse:
        rows = rows.filter(warehouse=warehouse)
    return sum(rows.values_list("quantity", flat=True))


@allow_writer()
def allocate(
    order: Order, variant: ProductVariant, quantity: int, warehouse: Warehouse | None = None
) -> None:
    """Keep units for an order, as placing it does; in the first warehouse by default."""
    stocks = Stock.objects.filter(product_variant=variant)
    stock = stocks.get(warehouse=warehouse) if warehouse else stocks.order_by("pk").first()
    order_line(order, variant).allocations.create(stock=stock, quantity_allocated=quantity)
    Stock.objects.filter(pk=stock.pk).update(quantity_allocated=F("quantity_allocated") + quantity)


@allow_writer()
def events_of(order: Order) -> list[tuple[str, Any]]:
    """What Saleor's history of the order says, oldest first: kind, and the user's id."""
    return list(order.events.order_by("pk").values_list("type", "user_id"))


@allow_writer()
def demand_return_reasons() -> bool:
    """Make the shop want a reason of every member of staff; False before 3.23."""
    if not hasattr(SiteSettings, "return_reason_reference_type"):
        return False
    reasons = PageType.objects.create(name="Reasons", slug="reasons")
    SiteSettings.objects.update(return_reason_reference_type=reasons)
    Site.objects.clear_cache()
    return True
