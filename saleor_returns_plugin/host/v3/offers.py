"""Offers on 3.x: an open checkout of lines with prices of their own.

A line discount of nothing, by hand, keeps sales off its price. A code of a voucher of ours makes
shipping free, by whatever way, and keeps order promotions and gifts off; it is good for this one
checkout only, which `check_completion` sees to. Saleor takes a code for shipping out where nothing
is shipped, so there it is one that takes nothing off.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from inspect import signature
from typing import Any
from uuid import UUID

from django.contrib.sites.models import Site
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from saleor.checkout.fetch import CheckoutInfo, fetch_checkout_info, fetch_checkout_lines
from saleor.checkout.models import Checkout, CheckoutLine
from saleor.checkout.utils import recalculate_checkout_discount
from saleor.core.db.connection import allow_writer
from saleor.core.exceptions import InsufficientStock
from saleor.discount import DiscountType, DiscountValueType, VoucherType
from saleor.discount.models import CheckoutLineDiscount, Voucher, VoucherCode
from saleor.order.models import Order
from saleor.plugins.manager import get_plugins_manager
from saleor.warehouse.availability import check_stock_and_preorder_quantity_bulk

from ...domain.money import quantum, rounded
from ...errors import ExchangeUnavailable
from ..both import exchanges as both
from ..both import offers
from ..types import ExchangeItem, ExchangeOffer, Hold, SaleorId
from .deliveries import HAS_ROWS, deliver, delivery_of
from .exchanges import (
    calculated,
    fill,
    needs_shipping,
    way_of_shipping,
    what_is_kept,
)

logger = logging.getLogger(__name__)

_TERMS: dict[str, Any] = {
    "discount_value_type": DiscountValueType.PERCENTAGE,
    "single_use": True,
    "end_date": None,
    "usage_limit": None,
    "min_checkout_items_quantity": None,
    "apply_once_per_order": False,
    "apply_once_per_customer": False,
    "only_for_staff": False,
}
"""Of a voucher of ours, by which its codes are good for any offer."""

_RATES_STEP = Decimal("0.0001")
"""Saleor keeps four decimals of a tax's rate, by which a price is entered without it."""


@allow_writer()
@transaction.atomic
def offer_exchange(
    *,
    original_id: SaleorId,
    items: Sequence[ExchangeItem],
    token: UUID,
    hold: Hold | None = None,
) -> ExchangeOffer:
    """Where prices are entered without tax, the total may be a cent off what was asked."""
    chosen = both.validated(items, paid_otherwise=True)
    asked = offers.total_of(chosen)
    original = both.original_of(original_id, "channel")
    values = {**what_is_kept(original), "voucher_code": _code(token)}
    del values["discount_expiration"]
    checkout = both.claimed(token, **values)
    try:
        info = _filled(checkout, original, chosen, hold)
        _check_total(chosen, asked, info.checkout)
    except ExchangeUnavailable as error:
        raise both.in_callers_sequence(error, chosen, items) from error
    return ExchangeOffer(tuple(items), info.checkout.total.gross.amount)


@allow_writer()
@transaction.atomic
def drop_exchange_checkout(token: UUID) -> bool:
    dropped = both.drop_exchange_checkout(token)
    if dropped:
        VoucherCode.objects.filter(code=_code(token)).delete()
    return dropped


def total_of_checkout(checkout: Any, previous: Any) -> Any:
    """Saleor's own: the lines have the prices already."""
    return previous


def price_as_offered(order: Any) -> None:
    """It is, by its checkout."""


@allow_writer()
def ship_as_offered(checkout: Checkout) -> None:
    """Free of charge by the way that was chosen now: up to 3.22 Saleor takes off what the way
    before cost. No other checkout has this code; what is wrong here, `check_completion` sees."""
    if HAS_ROWS or checkout.voucher_code != _code(checkout.pk):
        return
    try:
        manager = get_plugins_manager(allow_replica=False)
        lines, _unavailable = fetch_checkout_lines(checkout)
        info = fetch_checkout_info(checkout, lines, manager)
        # Where the code is good for nothing now, Saleor would take it out for ever.
        if _is_ours(info.voucher) and delivery_of(info).delivery_method:
            recalculate_checkout_discount(manager, info, lines)
    except Exception:
        logger.exception("The shipping of the offer %s was not priced", checkout.pk)


def check_completion(info: CheckoutInfo, *args: Any) -> None:
    """Raise Saleor's TaxError for a checkout that is not what was offered under its key, and for
    any other that uses a code of an offer."""
    checkout = info.checkout
    offer = offers.live_offer(checkout.pk)
    has_code = _is_ours(info.voucher)
    is_marked = any(
        line.line.private_metadata.get(offers.OFFER) == str(checkout.pk) for line in info.lines
    )
    if offer is None and not has_code and not is_marked:
        return
    offers.check(
        offer,
        {line.line.variant_id: line.line.quantity for line in info.lines},
        checkout.total.gross.amount,
        is_plain=checkout.voucher_code == _code(checkout.pk),
        has_cards=checkout.gift_cards.exists(),
        code=_code(checkout.pk),
    )


def _filled(
    checkout: Checkout, original: Order, items: Sequence[ExchangeItem], hold: Hold | None
) -> CheckoutInfo:
    variants = fill(checkout, original, items, hold)
    is_shipped = needs_shipping(variants.values())
    _make_code(checkout, is_shipped)
    _keep_sales_off(checkout, items)
    manager = get_plugins_manager(allow_replica=False)
    lines, _unavailable = fetch_checkout_lines(checkout)
    info = fetch_checkout_info(checkout, lines, manager)
    if is_shipped:
        method = way_of_shipping(checkout, original, info, items, variants)
        info = deliver(checkout, method, lines, manager)
    _check_stock(info, items, variants)
    if is_shipped:
        recalculate_checkout_discount(manager, info, lines)
    calculated(info, manager)
    _enter_net_prices(info, items, manager)
    return info


def _enter_net_prices(info: CheckoutInfo, items: Sequence[ExchangeItem], manager: Any) -> None:
    """Where prices are entered without tax, now that its rate is known."""
    if info.tax_configuration.prices_entered_with_tax:
        return
    prices = {item.variant_id: item.unit_price for item in items}
    for line_info in info.lines:
        line = line_info.line
        net = both.net_of(prices[line.variant_id], line.tax_rate)
        line.price_override = rounded(net, line.currency)
        vars(line_info).pop("undiscounted_unit_price", None)
        vars(line_info).pop("variant_discounted_price", None)
    CheckoutLine.objects.bulk_update([each.line for each in info.lines], ["price_override"])
    info.checkout.price_expiration = info.checkout.created_at
    calculated(info, manager)


def _check_stock(
    info: CheckoutInfo, items: Sequence[ExchangeItem], variants: dict[Any, Any]
) -> None:
    """As Saleor does on completion, by the way of shipping that is set."""
    delivery = delivery_of(info)
    try:
        check_stock_and_preorder_quantity_bulk(
            [variants[item.variant_id] for item in items],
            info.get_country(),
            [item.quantity for item in items],
            info.channel.slug,
            global_quantity_limit=None,
            delivery_method_info=delivery,
            additional_filter_lookup=delivery.get_warehouse_filter_lookup(),
            existing_lines=info.lines,
            replace=True,
            check_reservations=True,
            **_what_stock_counts(),
        )
    except InsufficientStock as error:
        short = [data.variant.pk for data in error.items if data.variant is not None]
        raise both.out_of_stock(items, variants, short) from error


def _what_stock_counts() -> dict[str, bool]:
    """From 3.23 on a store chooses whether only zones of shipping to the address count."""
    name = "include_shipping_zones"
    if name not in signature(check_stock_and_preorder_quantity_bulk).parameters:
        return {}
    site = Site.objects.get_current().settings
    return {name: site.use_legacy_shipping_zone_stock_availability}


def _keep_sales_off(checkout: Checkout, items: Iterable[ExchangeItem]) -> None:
    lines = list(checkout.lines.all())
    for line in lines:
        line.private_metadata = {offers.OFFER: str(checkout.pk)}
    CheckoutLine.objects.bulk_update(lines, ["private_metadata"])
    CheckoutLineDiscount.objects.bulk_create(
        CheckoutLineDiscount(
            line=line,
            type=DiscountType.MANUAL,
            unique_type=DiscountType.MANUAL,
            value_type=DiscountValueType.FIXED,
            value=Decimal(0),
            amount_value=Decimal(0),
            currency=line.currency,
        )
        for line in lines
    )


def _make_code(checkout: Checkout, is_shipped: bool) -> None:
    kind, off = (VoucherType.SHIPPING, 100) if is_shipped else (VoucherType.ENTIRE_ORDER, 0)
    channel, currency = checkout.channel, checkout.currency
    wanted = {"discount_value": off, "currency": currency}
    voucher = next((each for each in _as_made(kind) if _is_listed_as(each, channel, wanted)), None)
    if voucher is None:
        voucher = Voucher.objects.create(
            name="Exchanges: shipping" if is_shipped else "Exchanges",
            type=kind,
            private_metadata={offers.OFFER: "voucher"},
            **_TERMS,
        )
    voucher.channel_listings.get_or_create(channel=channel, defaults=wanted)
    VoucherCode.objects.create(voucher=voucher, code=checkout.voucher_code)


def _as_made(kind: str) -> Iterable[Voucher]:
    """Vouchers of ours, but those that staff ended or changed."""
    ours = Voucher.objects.filter(
        private_metadata__has_key=offers.OFFER,
        type=kind,
        countries="",
        start_date__lte=timezone.now(),
        **_TERMS,
    )
    return ours.prefetch_related("channel_listings").order_by("pk")


def _is_listed_as(voucher: Voucher, channel: Any, wanted: Mapping[str, Any]) -> bool:
    """In the channel, where it may be for the first time now."""
    found = [each for each in voucher.channel_listings.all() if each.channel_id == channel.pk]
    return all(
        each.min_spent_amount is None
        and all(getattr(each, name) == value for name, value in wanted.items())
        for each in found
    )


def _check_total(items: Sequence[ExchangeItem], asked: Decimal, checkout: Checkout) -> None:
    """Refuse what comes to more or less than its goods: of that nobody keeps account."""
    units = sum(item.quantity for item in items)
    off = abs(checkout.total.gross.amount - asked)
    if off > units * quantum(checkout.currency) + asked * _RATES_STEP:
        raise both.refused_by_host(gettext_noop("it asks another price than was agreed on."))


def _is_ours(voucher: Voucher | None) -> bool:
    return voucher is not None and voucher.private_metadata.get(offers.OFFER) == "voucher"


def _code(token: UUID) -> str:
    return f"EXCHANGE-{token.hex.upper()}"
