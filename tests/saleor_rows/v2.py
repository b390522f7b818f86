"""Saleor 2.10."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.sites.models import Site
from django.utils import timezone
from prices import Money
from saleor.account.models import Address, User
from saleor.discount.models import Voucher
from saleor.order import OrderStatus
from saleor.order.models import Fulfillment, Order, OrderLine
from saleor.payment import ChargeStatus, TransactionKind
from saleor.payment.models import Payment, Transaction
from saleor.product.models import Category, Product, ProductType, ProductVariant
from saleor.shipping import ShippingMethodType
from saleor.shipping.models import ShippingMethod, ShippingZone
from saleor.site.models import SiteSettings
from saleor.warehouse.models import Stock, Warehouse

from .common import ADDRESS, PASSWORD, TAX_RATE, Amount, Line, goods_total, net_of, next_number
from .gateway import GATEWAY_ID


def a_site() -> Site:
    """The store's site with its settings: made by migrations, and flushed away after every test
    that commits."""
    site, _ = Site.objects.get_or_create(
        pk=settings.SITE_ID, defaults={"domain": "shop.example.com", "name": "Shop"}
    )
    SiteSettings.objects.get_or_create(site=site)
    Site.objects.clear_cache()
    return site


def an_address(**values: str) -> Address:
    return Address.objects.create(**{**ADDRESS, **values})


def a_customer(email: str = "ada@example.com", password: str = PASSWORD, **values: Any) -> User:
    names = {"first_name": "Ada", "last_name": "Lovelace"}
    return User.objects.create_user(email, password, **{**names, **values})


def a_staff_user(
    email: str = "staff@example.com", manage_orders: bool = True, password: str = PASSWORD
) -> User:
    user = User.objects.create_user(email, password, is_staff=True, first_name="Grace")
    if manage_orders:
        user.user_permissions.add(Permission.objects.get(codename="manage_orders"))
    return user


def a_warehouse(slug: str = "main") -> Warehouse:
    found = Warehouse.objects.filter(slug=slug).first()
    return found or Warehouse.objects.create(name=slug, slug=slug, address=an_address())


def a_product(
    name: str = "Chair",
    price: Amount = "10.00",
    stock: int = 10,
    sku: str = "",
    warehouse: Warehouse | None = None,
) -> ProductVariant:
    """A published product with one variant, and `stock` units of it in `warehouse`."""
    number = next_number()
    kind, _ = ProductType.objects.get_or_create(slug="things", defaults={"name": "Things"})
    category, _ = Category.objects.get_or_create(slug="all", defaults={"name": "All"})
    product = Product.objects.create(
        name=name,
        slug=f"product-{number}",
        price=Money(Decimal(price), settings.DEFAULT_CURRENCY),
        product_type=kind,
        category=category,
        is_published=True,
    )
    variant = ProductVariant.objects.create(
        product=product, sku=sku or f"SKU-{number}", name="", track_inventory=True
    )
    Stock.objects.create(
        warehouse=warehouse or a_warehouse(), product_variant=variant, quantity=stock
    )
    return variant


def a_variant(
    of: ProductVariant, name: str, price: Amount | None = None, stock: int = 10
) -> ProductVariant:
    """Another variant of the same product; at the product's price when none is given."""
    variant = ProductVariant.objects.create(
        product=of.product,
        sku=f"SKU-{next_number()}",
        name=name,
        track_inventory=True,
        price_override_amount=None if price is None else Decimal(price),
    )
    Stock.objects.create(warehouse=a_warehouse(), product_variant=variant, quantity=stock)
    return variant


def a_shipping_method(
    name: str = "Post",
    price: Amount = "5.00",
    country: str = "US",
    from_goods_of: Amount = "0",
) -> ShippingMethod:
    """From every warehouse there is; `from_goods_of`: the least that the goods have to cost."""
    zone, _ = ShippingZone.objects.get_or_create(name=country, countries=[country])
    zone.warehouses.set(Warehouse.objects.all())
    return ShippingMethod.objects.create(
        name=name,
        type=ShippingMethodType.PRICE_BASED,
        price=Money(Decimal(price), settings.DEFAULT_CURRENCY),
        minimum_order_price=Money(Decimal(from_goods_of), settings.DEFAULT_CURRENCY),
        shipping_zone=zone,
    )


def unpublish(variant: ProductVariant) -> None:
    Product.objects.filter(pk=variant.product_id).update(is_published=False)


def make_digital(variant: ProductVariant) -> bool:
    """False where Saleor knows no digital goods."""
    kind, _ = ProductType.objects.get_or_create(
        slug="files", defaults={"name": "Files", "is_digital": True, "is_shipping_required": False}
    )
    Product.objects.filter(pk=variant.product_id).update(product_type=kind)
    return True


def make_gift_card(variant: ProductVariant) -> bool:
    """False: 2.10 sells none."""
    return False


def a_voucher(kind: str = "entire_order", value: Amount = "10", **values: Any) -> Voucher:
    """`kind`: entire_order, shipping or specific_product; a fixed `value` off."""
    code = f"CODE{next_number()}"
    return Voucher.objects.create(
        code=code, name=code, type=kind, discount_value=Decimal(value), **values
    )


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
    """`discount` is Order.discount_amount: it left the total once, net and gross alike."""
    a_site()
    net, gross = goods_total(lines, tax_rate)
    shipping_net = net_of(shipping, tax_rate)
    order = Order.objects.create(
        created=placed_at or timezone.now(),
        status=status,
        user=user,
        user_email=user.email if user else email,
        language_code=language,
        currency=settings.DEFAULT_CURRENCY,
        shipping_address=an_address(),
        billing_address=an_address(),
        shipping_price_net_amount=shipping_net,
        shipping_price_gross_amount=Decimal(shipping),
        total_net_amount=net + shipping_net - Decimal(discount),
        total_gross_amount=gross + Decimal(shipping) - Decimal(discount),
        discount_amount=Decimal(discount),
        voucher=voucher,
    )
    for variant, quantity, unit_gross in lines:
        order.lines.create(
            variant=variant,
            product_name=variant.product.name,
            variant_name=variant.name,
            product_sku=variant.sku,
            is_shipping_required=True,
            quantity=quantity,
            currency=order.currency,
            unit_price_net_amount=net_of(unit_gross, tax_rate),
            unit_price_gross_amount=Decimal(unit_gross),
            tax_rate=tax_rate,
        )
    if paid:
        pay(order)
    if fulfilled:
        fulfil(order)
    return order


def order_line(order: Order, variant: ProductVariant) -> OrderLine:
    return order.lines.get(variant=variant)


def resize_line(order: Order, variant: ProductVariant, quantity: int) -> None:
    """As staff changed an order line; to no unit deletes it. Order.total follows."""
    line = order_line(order, variant)
    more = quantity - line.quantity
    line.quantity = quantity
    if quantity:
        line.save()
    else:
        line.delete()
    order.total_net_amount += line.unit_price_net_amount * more
    order.total_gross_amount += line.unit_price_gross_amount * more
    order.save()


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
    return payment


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


def stock_of(variant: ProductVariant, warehouse: Warehouse | None = None) -> int:
    rows = Stock.objects.filter(product_variant=variant)
    if warehouse:
        rows = rows.filter(warehouse=warehouse)
    return sum(rows.values_list("quantity", flat=True))


def allocate(
    order: Order, variant: ProductVariant, quantity: int, warehouse: Warehouse | None = None
) -> None:
    """Keep units for an order, as placing it does; in the first warehouse by default."""
    stocks = Stock.objects.filter(product_variant=variant)
    stock = stocks.get(warehouse=warehouse) if warehouse else stocks.order_by("pk").first()
    order_line(order, variant).allocations.create(stock=stock, quantity_allocated=quantity)


def events_of(order: Order) -> list[tuple[str, Any]]:
    """What Saleor's history of the order says, oldest first: kind, and the user's id."""
    return list(order.events.order_by("pk").values_list("type", "user_id"))


def demand_return_reasons() -> bool:
    """Make the shop want a reason of every member of staff; False before 3.23."""
    return False
