"""Exchange orders through the checkout of 2.10.

All of it is one transaction: whoever is killed, or refused, leaves nothing behind. Saleor works
out the usual prices and they are set to what the shopper owes just before the order is written, so
that no price, sale, voucher or shipping rate of anybody else's checkout is touched.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_noop, override
from prices import Money, TaxedMoney
from saleor.checkout.models import Checkout, CheckoutLine
from saleor.checkout.utils import (
    create_order,
    get_valid_shipping_methods_for_checkout,
    prepare_order_data,
)
from saleor.core.exceptions import InsufficientStock
from saleor.core.taxes import TaxError, quantize_price
from saleor.discount.models import NotApplicable
from saleor.order import OrderStatus, events
from saleor.order.actions import cancel_order, mark_order_as_paid
from saleor.order.models import Order
from saleor.product.models import Product, ProductVariant
from saleor.warehouse.models import Stock

from ...enums import Unavailable
from ...errors import ExchangeUnavailable
from ..both import exchanges as both
from ..both import marks
from ..both.people import row_of
from ..types import ExchangeItem, ExchangeOrder, Hold, SaleorId
from .fulfilments import locked_stocks
from .marks import say

RELATED = "related_order_pk"
"""Of the original's event, as 3.x names the order that replaces something."""


def create_exchange_order(
    *,
    original_id: SaleorId,
    items: Sequence[ExchangeItem],
    token: UUID,
    user_id: SaleorId | None = None,
    note: str = "",
    hold: Hold | None = None,
    paid_otherwise: bool = False,
) -> ExchangeOrder:
    chosen = both.validated(items, paid_otherwise)
    with transaction.atomic():
        original = both.original_of(original_id, "shipping_method")
        user = both.shopper_of(original)
        checkout = both.claimed(
            token, user=user, email=original.user_email, currency=original.currency
        )
        known = both.order_with(token)
        if known is not None:
            checkout.delete()
            return both.exchange_order(known, str(known.pk), items)
        try:
            variants = fill(checkout, original, chosen, hold)
            order = _ordered(checkout, original, chosen, variants)
        except ExchangeUnavailable as error:
            raise both.in_callers_sequence(error, chosen, items) from error
        if any(item.unit_price for item in chosen):
            mark_order_as_paid(order, row_of(user_id))
        _link(order, original, user_id, note, hold)
        return both.exchange_order(order, str(order.pk), items)


def find_exchange_order(token: UUID) -> ExchangeOrder | None:
    order = both.order_with(token)
    return None if order is None else both.exchange_order(order, str(order.pk))


@transaction.atomic
def link_exchange_order(
    *,
    order_id: SaleorId,
    original_id: SaleorId,
    user_id: SaleorId | None = None,
    note: str = "",
    hold: Hold | None = None,
) -> None:
    """Mark an order that came of an offer as exchange of its original, on both sides, once."""
    original = both.original_of(original_id)
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is None or original.events.filter(parameters__contains={RELATED: order.pk}).exists():
        return
    if order.user_id is None:
        belong_to(order, both.shopper_of(original))
    say(order, marks.marks(str(original.pk), hold))
    _link(order, original, user_id, note, hold)


@transaction.atomic
def cancel_exchange_order(order_id: SaleorId, user_id: SaleorId | None = None) -> bool:
    locked_stocks(order_id)
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is None or order.status == OrderStatus.CANCELED:
        return True
    if not order.can_cancel():
        return False
    cancel_order(order, row_of(user_id))
    return True


def belong_to(order: Order, user: Any | None) -> None:
    """An order that came of an offer, whose checkout nobody owned."""
    order.user = user
    order.save(update_fields=["user"])


def fill(
    checkout: Checkout, original: Order, items: Sequence[ExchangeItem], hold: Hold | None
) -> dict[SaleorId, ProductVariant]:
    """Goods, marks, addresses and a way of shipping; raises ExchangeUnavailable."""
    if original.currency != settings.DEFAULT_CURRENCY:
        raise both.unavailable(
            Unavailable.CHANNEL_CLOSED, field="original_id", currency=original.currency
        )
    variants = both.variants_of(
        items, lambda variant: is_published(variant.product), "product__collections"
    )
    CheckoutLine.objects.bulk_create(
        CheckoutLine(checkout=checkout, variant=variants[item.variant_id], quantity=item.quantity)
        for item in items
    )
    checkout.quantity = sum(item.quantity for item in items)
    checkout.metadata = marks.of_new(str(original.pk), hold)
    prefetch_related_objects([checkout], "lines", "gift_cards")
    for line in checkout.lines.all():
        line.variant = variants[line.variant_id]
    _address(checkout, original)
    if checkout.is_shipping_required():
        checkout.shipping_method = _shipping_method(checkout, original)
    checkout.save()
    return variants


def is_published(product: Product) -> bool:
    since = product.publication_date
    return product.is_published and (since is None or since <= date.today())


def _address(checkout: Checkout, original: Order) -> None:
    billing = original.billing_address or original.shipping_address
    shipping = original.shipping_address or original.billing_address
    if billing is None or shipping is None or not shipping.country:
        raise both.no_address()
    checkout.billing_address = billing.get_copy()
    if checkout.is_shipping_required():
        checkout.shipping_address = shipping.get_copy()
    checkout.country = (checkout.shipping_address or checkout.billing_address).country


def _shipping_method(checkout: Checkout, original: Order) -> Any:
    """The original's where it still serves the address, else the cheapest that does."""
    methods = get_valid_shipping_methods_for_checkout(checkout, list(checkout), [])
    found = {method.pk: method for method in methods or ()}
    if not found:
        raise both.no_shipping(checkout.country.name)
    return found.get(original.shipping_method_id) or next(iter(found.values()))


def _ordered(
    checkout: Checkout,
    original: Order,
    items: Sequence[ExchangeItem],
    variants: Mapping[SaleorId, ProductVariant],
) -> Order:
    lines = list(checkout)
    prices = {item.variant_id: item.unit_price for item in items}
    try:
        with override(original.language_code):
            data = prepare_order_data(
                checkout=checkout, lines=lines, tracking_code="", discounts=[]
            )
        _set_prices(data, prices, original.currency)
        _lock(variants)
        order = create_order(
            checkout=checkout,
            order_data=data,
            user=checkout.user or AnonymousUser(),
            redirect_url="",
        )
    except InsufficientStock as error:
        raise both.out_of_stock(items, variants, [error.item.pk]) from error
    except ArithmeticError as error:  # 2.10 divides by the price to find the rate of the tax
        raise both.refused_by_host(gettext_noop("an item has no price.")) from error
    except (NotApplicable, TaxError, ValidationError) as error:
        raise both.refused_by_host(error) from error
    checkout.delete()
    return order


def _set_prices(data: dict[str, Any], prices: Mapping[Any, Decimal], currency: str) -> None:
    nothing = TaxedMoney(Money(0, currency), Money(0, currency))
    total = nothing
    for line in data["lines"]:
        line.unit_price = taxed(prices[line.variant_id], line.tax_rate, currency)
        total += line.unit_price * line.quantity
    data.update(total=total, total_price_left=total.gross)
    if "shipping_price" in data:
        data["shipping_price"] = nothing


def taxed(gross: Decimal, tax_rate: Decimal, currency: str) -> TaxedMoney:
    net = both.net_of(gross, Decimal(tax_rate))
    return quantize_price(TaxedMoney(Money(net, currency), Money(gross, currency)), currency)


def _lock(variant_ids: Iterable[SaleorId]) -> None:
    """All stock in one sequence: 2.10 takes that of each line in turn, and so might meet another."""
    stocks = Stock.objects.filter(product_variant_id__in=list(variant_ids))
    list(stocks.order_by("pk").select_for_update(of=("self",)))


def _link(
    order: Order, original: Order, user_id: SaleorId | None, note: str, hold: Hold | None
) -> None:
    user = row_of(user_id)
    said = both.note_of_new(str(original.pk), note, hold)
    events.order_note_added_event(order=order, user=user, message=said)
    said = both.note_of_original(str(order.pk), note)
    event = events.order_note_added_event(order=original, user=user, message=said)
    event.parameters = {**event.parameters, RELATED: order.pk}
    event.save(update_fields=["parameters"])
