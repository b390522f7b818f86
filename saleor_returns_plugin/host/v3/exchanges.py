"""Exchange orders through the checkout of 3.x.

All of it is one transaction: whoever is killed, or refused, leaves nothing behind. The checkout
carries the prices already and says that they, and its discounts, are fresh, so that Saleor works
out neither a promotion, a gift nor the price of shipping for it; no other checkout is touched.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from inspect import signature
from typing import Any
from uuid import UUID

import graphene
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from prices import Money, TaxedMoney
from saleor.channel.models import Channel
from saleor.checkout.calculations import fetch_checkout_data
from saleor.checkout.complete_checkout import _create_order_from_checkout
from saleor.checkout.fetch import CheckoutInfo, fetch_checkout_info, fetch_checkout_lines
from saleor.checkout.models import Checkout, CheckoutLine, CheckoutMetadata
from saleor.checkout.utils import delete_checkouts
from saleor.core.db.connection import allow_writer
from saleor.core.exceptions import InsufficientStock
from saleor.core.prices import quantize_price
from saleor.core.taxes import TaxError
from saleor.order import OrderOrigin, OrderStatus, events
from saleor.order.actions import order_confirmed
from saleor.order.models import Order
from saleor.order.utils import update_order_status
from saleor.payment import ChargeStatus, CustomPaymentChoices, TransactionKind
from saleor.payment.models import Transaction
from saleor.payment.utils import create_payment
from saleor.plugins.manager import get_plugins_manager
from saleor.product.models import ProductVariant
from saleor.shipping.models import ShippingMethod
from saleor.warehouse.models import Stock, Warehouse

from ...enums import Unavailable
from ...errors import ExchangeUnavailable
from ..both import exchanges as both
from ..both import marks
from ..both.people import row_of
from ..types import ExchangeItem, ExchangeOrder, Hold, SaleorId
from . import api
from .collection import was_collected
from .deliveries import deliver_free
from .marks import say

LONG = timedelta(days=1)
"""Longer than any transaction; Saleor believes the prices of a checkout for as long."""

LISTINGS = ("channel_listings", "product__channel_listings")

CANCEL = """
mutation($id: ID!) { orderCancel(id: $id) { errors { field code message } } }
"""


@allow_writer()
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
        original = both.original_of(original_id, "channel")
        checkout = both.claimed(token, **what_is_kept(original))
        known = both.order_with(token)
        if known is not None:
            checkout.delete()
            return both.exchange_order(known, str(known.number), items)
        try:
            variants = fill(checkout, original, chosen, hold)
            order = _ordered(checkout, original, chosen, variants, user_id)
        except ExchangeUnavailable as error:
            raise both.in_callers_sequence(error, chosen, items) from error
        _confirm(order, user_id)
        _link(order, original, user_id, note, hold)
        return both.exchange_order(order, str(order.number), items)


@allow_writer()
def find_exchange_order(token: UUID) -> ExchangeOrder | None:
    order = both.order_with(token)
    return None if order is None else both.exchange_order(order, str(order.number))


@allow_writer()
@transaction.atomic
def link_exchange_order(
    *,
    order_id: SaleorId,
    original_id: SaleorId,
    user_id: SaleorId | None = None,
    note: str = "",
    hold: Hold | None = None,
) -> None:
    """Mark an order that came of an offer as exchange of its original, on both sides, and confirm
    it, once."""
    original = both.original_of(original_id)
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is not None and order.original_id is None:
        _confirm(order, user_id)
        _link(order, original, user_id, note, hold)
        say(order, marks.marks(str(original.number), hold))


@allow_writer()
@transaction.atomic
def cancel_exchange_order(order_id: SaleorId, user_id: SaleorId | None = None) -> bool:
    variants = Order.objects.filter(pk=order_id).values("lines__variant_id")
    _lock(variants)
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is None or order.status in (OrderStatus.CANCELED, OrderStatus.EXPIRED):
        return True
    if not order.can_cancel():
        return False
    answer = api.answer_of(CANCEL, {"id": graphene.Node.to_global_id("Order", order.pk)}, user_id)
    return not answer["errors"]


def what_is_kept(original: Order) -> dict[str, Any]:
    """Of the original, for its new checkout."""
    now = timezone.now()
    return {
        "channel": original.channel,
        "user": both.shopper_of(original),
        "email": original.user_email,
        "currency": original.currency,
        "language_code": original.language_code,
        "discount_expiration": now + LONG,
    }


def fill(
    checkout: Checkout, original: Order, items: Sequence[ExchangeItem], hold: Hold | None
) -> dict[SaleorId, ProductVariant]:
    """Goods, marks and addresses; raises ExchangeUnavailable."""
    channel = original.channel
    if not is_open(channel) or channel.currency_code != original.currency:
        raise both.unavailable(
            Unavailable.CHANNEL_CLOSED, field="original_id", channel=channel.name
        )
    variants = both.variants_of(
        items, lambda variant: is_sold(variant, channel), *LISTINGS, "product__collections"
    )
    CheckoutLine.objects.bulk_create(
        CheckoutLine(
            checkout=checkout,
            variant=variants[item.variant_id],
            quantity=item.quantity,
            currency=checkout.currency,
            price_override=item.unit_price,
        )
        for item in items
    )
    CheckoutMetadata.objects.create(
        checkout=checkout, metadata=marks.of_new(str(original.number), hold)
    )
    _address(checkout, original, variants.values())
    checkout.save()
    return variants


def is_open(channel: Channel) -> bool:
    """Saleor prices nothing in a channel whose taxes nobody configured."""
    return channel.is_active and hasattr(channel, "tax_configuration")


def is_sold(variant: ProductVariant, channel: Channel) -> bool:
    """Now, and from stock: not what can only be ordered in advance."""
    price = _listing(variant.channel_listings.all(), channel)
    product = _listing(variant.product.channel_listings.all(), channel)
    return bool(
        price is not None
        and price.price_amount is not None
        and product is not None
        and product.is_visible
        and product.is_available_for_purchase()
        and not variant.is_preorder_active()
    )


def needs_shipping(variants: Iterable[ProductVariant]) -> bool:
    return any(variant.is_shipping_required() for variant in variants)


def way_of_shipping(
    checkout: Checkout,
    original: Order,
    info: CheckoutInfo,
    items: Sequence[ExchangeItem],
    variants: Mapping[SaleorId, ProductVariant],
) -> ShippingMethod | Warehouse:
    """The original's where it still serves the address and goods of this worth, else the cheapest
    that does; what was collected is collected again. Raises ExchangeUnavailable."""
    if was_collected(original):
        return _collection_point(original, info)
    worth = sum(
        (
            _listing(variants[item.variant_id].channel_listings.all(), checkout.channel).price  # type: ignore[union-attr]
            * item.quantity
            for item in items
        ),
        Money(0, checkout.currency),
    )
    methods = ShippingMethod.objects.applicable_shipping_methods_for_instance(
        checkout,
        channel_id=checkout.channel_id,
        price=worth,
        shipping_address=checkout.shipping_address,
        country_code=checkout.country.code,
        lines=info.lines,
    )
    found = {method.pk: method for method in methods or ()}
    if not found:
        raise both.no_shipping(checkout.country.name)
    return found.get(original.shipping_method_id) or next(iter(found.values()))


def _collection_point(original: Order, info: CheckoutInfo) -> Warehouse:
    """The address of such an order is the point's: no parcel may go there instead."""
    for point in info.valid_pick_up_points:
        if point.pk == original.collection_point_id:
            return point
    raise both.no_collection(original.collection_point_name)


def _listing(listings: Iterable[Any], channel: Channel) -> Any | None:
    return next((each for each in listings if each.channel_id == channel.pk), None)


def _address(checkout: Checkout, original: Order, variants: Iterable[ProductVariant]) -> None:
    billing = original.billing_address or original.shipping_address
    shipping = original.shipping_address or original.billing_address
    if billing is None or shipping is None or not shipping.country:
        raise both.no_address()
    checkout.billing_address = billing.get_copy()
    if needs_shipping(variants):
        checkout.shipping_address = shipping.get_copy()
    checkout.country = (checkout.shipping_address or checkout.billing_address).country
    checkout.save_billing_address = checkout.save_shipping_address = False


def _ordered(
    checkout: Checkout,
    original: Order,
    items: Sequence[ExchangeItem],
    variants: Mapping[SaleorId, ProductVariant],
    user_id: SaleorId | None,
) -> Order:
    manager = get_plugins_manager(allow_replica=False)
    lines, _unavailable = fetch_checkout_lines(checkout)
    info = fetch_checkout_info(checkout, lines, manager)
    if needs_shipping(variants.values()):
        method = way_of_shipping(checkout, original, info, items, variants)
        info = deliver_free(checkout, method, lines, manager)
    _price(info, manager, items)
    if info.checkout.total.gross.amount:
        _mark_as_paid(checkout, original)
    try:
        manager.preprocess_order_creation(info, lines)
        _lock(list(variants))
        order = _create_order_from_checkout(
            checkout_info=info,
            checkout_lines_info=list(lines),
            manager=manager,
            user=checkout.user,
            app=None if checkout.user else api.own_app(),
        )
    except InsufficientStock as error:
        short = [data.variant.pk for data in error.items if data.variant is not None]
        raise both.out_of_stock(items, variants, short) from error
    except (TaxError, ValidationError) as error:
        raise both.refused_by_host(error) from error
    if info.checkout.total.gross.amount:
        events.order_manually_marked_as_paid_event(
            order=order, user=row_of(user_id), app=api.own_app()
        )
    delete_checkouts([checkout.pk])
    return order


def _price(info: CheckoutInfo, manager: Any, items: Sequence[ExchangeItem]) -> None:
    """Exactly what is asked, whatever taxes are charged; Saleor works out only their rates, and
    only where there is a price."""
    checkout, currency = info.checkout, info.checkout.currency
    if any(item.unit_price for item in items):
        calculated(info, manager)
    prices = {item.variant_id: item.unit_price for item in items}
    nothing = TaxedMoney(Money(0, currency), Money(0, currency))
    subtotal = nothing
    for line_info in info.lines:
        line = line_info.line
        gross = prices[line.variant_id] * line.quantity
        net = both.net_of(gross, line.tax_rate)
        line.total_price = quantize_price(
            TaxedMoney(net=Money(net, currency), gross=Money(gross, currency)), currency
        )
        subtotal += line.total_price
    checkout.subtotal = checkout.total = subtotal
    checkout.shipping_price = nothing
    checkout.tax_error = None
    checkout.price_expiration = timezone.now() + LONG


def calculated(info: CheckoutInfo, manager: Any) -> None:
    """Newer versions promise the prices, and say on whose behalf."""
    asks_who = "requestor" in signature(fetch_checkout_data).parameters
    answer = fetch_checkout_data(
        info, manager, info.lines, **({"requestor": api.own_app()} if asks_who else {})
    )
    if asks_who:
        answer.get()


def _mark_as_paid(checkout: Checkout, original: Order) -> None:
    """As Saleor marks an order, but before it is there: so it is told once that it is paid."""
    total = checkout.total.gross.amount
    payment = create_payment(
        gateway=CustomPaymentChoices.MANUAL,
        payment_token="",
        currency=checkout.currency,
        email=original.user_email,
        total=total,
        checkout=checkout,
    )
    payment.charge_status = ChargeStatus.FULLY_CHARGED
    payment.captured_amount = total
    payment.save(update_fields=["captured_amount", "charge_status", "modified_at"])
    Transaction.objects.create(
        payment=payment,
        action_required=False,
        kind=TransactionKind.EXTERNAL,
        token="",
        is_success=True,
        amount=total,
        currency=checkout.currency,
        gateway_response={},
    )


def _confirm(order: Order, user_id: SaleorId | None) -> None:
    """In this very transaction: an unconfirmed order expires. Saleor tells of it by itself where
    the channel confirms all orders."""
    if order.status != OrderStatus.UNCONFIRMED:
        return
    update_order_status(order)
    if not order.channel.automatically_confirm_all_new_orders:
        manager = get_plugins_manager(allow_replica=False)
        told = partial(order_confirmed, order, row_of(user_id), api.own_app(), manager)
        transaction.on_commit(told)


def _lock(variant_ids: Any) -> None:
    """Before Saleor looks at what is left: under its own lock it leaves out what others have, and
    two who came together would both get the last unit."""
    stocks = Stock.objects.filter(product_variant_id__in=variant_ids)
    list(stocks.order_by("pk").select_for_update(of=("self",)))


def _link(
    order: Order, original: Order, user_id: SaleorId | None, note: str, hold: Hold | None
) -> None:
    user, app = row_of(user_id), api.own_app()
    order.original, order.origin = original, OrderOrigin.REISSUE
    order.save(update_fields=["original", "origin", "updated_at"])
    events.order_replacement_created(
        original_order=original, replace_order=order, user=user, app=app
    )
    said = both.note_of_new(str(original.number), note, hold)
    events.order_note_added_event(order=order, user=user, app=app, message=said)
    said = both.note_of_original(str(order.number), note)
    events.order_note_added_event(order=original, user=user, app=app, message=said)
