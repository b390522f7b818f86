"""Fills a migrated, empty shop: `python -m sandbox.seed`.

Goods and accounts are written as rows; the order comes about as a shopper's does, through the
GraphQL API, so that what hangs on a checkout happens.
"""

import logging
from decimal import Decimal
from typing import Any

from .seed_goods import IN_HOUSE, VENDORS, Goods, Seller

PASSWORD = "returns-demo"
MERCHANT = "merchant@fieldhouse.example"
SHOPPER = "ada@example.com"
FIRST_ORDER = 1000
ORDER = {"number": str(FIRST_ORDER), "email": SHOPPER}

SHOPPER_ADDRESS = {
    "firstName": "Ada",
    "lastName": "Byron",
    "streetAddress1": "1 Analytical Street",
    "city": "New York",
    "postalCode": "10001",
    "country": "US",
    "countryArea": "NY",
}


def accounts() -> dict[str, Any]:
    def account(email: str) -> dict[str, str]:
        return {"email": email, "password": PASSWORD}

    return {
        "merchant": account(MERCHANT),
        "vendors": {seller.slug: account(seller.email) for seller in VENDORS},
        "shopper": account(SHOPPER),
    }


def main() -> None:
    import django

    django.setup()
    from django.conf import settings

    from . import seed_order, seed_reasons

    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # nobody waits for it
    logging.disable(logging.INFO)
    settings.ALLOWED_HOSTS = ["*"]

    _shop()
    merchant = _people()
    warehouse = _shipping()
    skus = _goods(warehouse)
    _sellers(merchant, skus)
    _policy(merchant)
    seed_reasons.create(MERCHANT)
    seed_order.place(skus=["OI-CHAIR", "NL-SWEATER-M", "CS-BOWL", "FH-MUG"])
    _must_be_split()


def _shop() -> None:
    from django.contrib.sites.models import Site
    from django.db import connection

    site = Site.objects.get_current()
    site.name, site.domain = IN_HOUSE.name, "localhost:8000"
    site.save()
    site.settings.default_mail_sender_name = IN_HOUSE.name
    site.settings.default_mail_sender_address = "shop@fieldhouse.example"
    site.settings.save()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SEQUENCE order_order_id_seq RESTART WITH {FIRST_ORDER}")


def _people() -> Any:
    from saleor.account.models import User

    User.objects.create_user(SHOPPER, PASSWORD, first_name="Ada", last_name="Byron")
    for seller in VENDORS:
        User.objects.create_user(seller.email, PASSWORD, first_name=seller.name)
    # A superuser, as the owner of a store is: the story makes goods and vendors as this one.
    return User.objects.create_superuser(MERCHANT, PASSWORD, first_name="Grace", last_name="Field")


def _shipping() -> Any:
    from saleor.account.models import Address
    from saleor.shipping.models import ShippingMethod, ShippingZone
    from saleor.warehouse.models import Warehouse

    address = {key: value for key, value in IN_HOUSE.address.items() if key != "name"}
    warehouse = Warehouse.objects.create(
        name="New York", slug="new-york", address=Address.objects.create(**address)
    )
    zone = ShippingZone.objects.create(name="Everywhere", default=True, countries=["US", "CA"])
    warehouse.shipping_zones.add(zone)
    ShippingMethod.objects.create(
        name="Ground", type="price", price_amount=Decimal("9.50"), shipping_zone=zone
    )
    return warehouse


def _goods(warehouse: Any) -> dict[str, Any]:
    """Product ids by SKU of the goods."""
    return {
        goods.sku: _product(goods, warehouse).pk
        for seller in [IN_HOUSE, *VENDORS]
        for goods in seller.goods
    }


def _product(goods: Goods, warehouse: Any) -> Any:
    from django.utils.text import slugify
    from saleor.product.models import Category, Product, ProductType, ProductVariant
    from saleor.warehouse.models import Stock

    kind, _ = ProductType.objects.get_or_create(
        slug="goods", defaults={"name": "Goods", "has_variants": True}
    )
    category, _ = Category.objects.get_or_create(
        slug=slugify(goods.category), defaults={"name": goods.category}
    )
    product = Product.objects.create(
        name=goods.name,
        slug=slugify(goods.name),
        description=goods.description,
        price_amount=Decimal(goods.price),
        minimal_variant_price_amount=Decimal(goods.price),
        product_type=kind,
        category=category,
        is_published=True,
    )
    for suffix, name in (goods.variants or {"": ""}).items():
        sku = f"{goods.sku}-{suffix}" if suffix else goods.sku
        variant = ProductVariant.objects.create(product=product, sku=sku, name=name)
        Stock.objects.create(warehouse=warehouse, product_variant=variant, quantity=50)
    return product


def _sellers(merchant: Any, products: dict[str, Any]) -> None:
    """Through the plugin's services, as its API does it."""
    from saleor_returns_plugin.enums import VendorRole
    from saleor_returns_plugin.services import branding, vendors

    actor = _actor(merchant)
    branding.update(
        actor=actor,
        channel="",
        values={
            "name": IN_HOUSE.name,
            "support_email": "help@fieldhouse.example",
            "merchant_emails": [MERCHANT],
        },
    )
    in_house = vendors.in_house()
    vendors.update(actor=actor, vendor_id=in_house.pk, values=_values(IN_HOUSE))
    for seller in VENDORS:
        vendor = vendors.create(actor=actor, values={**_values(seller), "slug": seller.slug})
        vendors.add_member(
            actor=actor, vendor_id=vendor.pk, email=seller.email, role=VendorRole.OWNER
        )
        mine = [products[goods.sku] for goods in seller.goods]
        vendors.assign_products(actor=actor, vendor_id=vendor.pk, product_ids=mine)


def _policy(merchant: Any) -> None:
    """Goods can be exchanged for another size of the same price."""
    from saleor_returns_plugin.enums import Resolution
    from saleor_returns_plugin.services import policies

    resolutions = [Resolution.REFUND, Resolution.EXCHANGE]
    policies.create(actor=_actor(merchant), values={"resolutions": resolutions})


def _actor(merchant: Any) -> Any:
    from saleor_returns_plugin.domain.actors import Actor
    from saleor_returns_plugin.enums import ActorKind

    return Actor(kind=ActorKind.MERCHANT, user_id=merchant.pk, email=merchant.email)


def _must_be_split() -> None:
    from saleor_returns_plugin.models import VendorShipment

    count = VendorShipment.objects.count()
    if count != len(VENDORS) + 1:
        raise SystemExit(f"The seeded order has {count} shipments, not one for each vendor.")


def _values(seller: Seller) -> dict[str, Any]:
    return {
        "name": seller.name,
        "email": seller.email,
        "return_address": seller.address,
        "return_instructions": seller.instructions,
        "commission_rate": Decimal(seller.commission_rate),
        "auto_accept_returns": seller.auto_accept,
    }


if __name__ == "__main__":
    main()
