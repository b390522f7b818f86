"""Offers on 2.10: an open checkout whose total the plugin sets."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from prices import Money, TaxedMoney
from saleor.checkout.models import Checkout
from saleor.core.exceptions import InsufficientStock
from saleor.core.taxes import quantize_price
from saleor.order.models import Order
from saleor.warehouse.availability import check_stock_quantity

from ...errors import ExchangeUnavailable
from ..both import exchanges as both
from ..both import offers
from ..both.people import active_row
from ..types import ExchangeItem, ExchangeOffer, Hold, SaleorId
from .exchanges import belong_to, fill, taxed

_ACCOUNT = "returns.account"
"""Key of private metadata beside `OFFER`: whose the order is to be."""


@transaction.atomic
def offer_exchange(
    *,
    original_id: SaleorId,
    items: Sequence[ExchangeItem],
    token: UUID,
    hold: Hold | None = None,
) -> ExchangeOffer:
    chosen = both.validated(items, paid_otherwise=True)
    offer = ExchangeOffer(tuple(items), offers.total_of(chosen))
    original = both.original_of(original_id, "shipping_method")
    shopper = both.shopper_of(original)
    # Without its user: an account of 2.10 has one checkout, which is the shopper's cart.
    checkout = both.claimed(
        token,
        email=shopper.email if shopper else original.user_email,
        currency=original.currency,
        private_metadata={offers.OFFER: str(token), _ACCOUNT: shopper.pk if shopper else None},
    )
    try:
        variants = fill(checkout, original, chosen, hold)
        for item in chosen:
            variant = variants[item.variant_id]
            check_stock_quantity(variant, checkout.country.code, item.quantity)
    except InsufficientStock as error:
        found = both.out_of_stock(chosen, variants, [error.item.pk])
        raise both.in_callers_sequence(found, chosen, items) from error
    except ExchangeUnavailable as error:
        raise both.in_callers_sequence(error, chosen, items) from error
    return offer


def total_of_checkout(checkout: Checkout, previous: TaxedMoney) -> TaxedMoney:
    """What was offered, whatever the goods and their shipping come to.

    A tax plugin that is asked later adds all up again and takes off the checkout's discount, so the
    rest stands there as well: in this object alone, nothing saves it.
    """
    offer = offers.live_offer(checkout.pk) if _is_offer(checkout) else None
    if offer is None:
        return previous
    full = previous + checkout.discount
    total = Money(offer.total, checkout.currency)
    checkout.discount = full.gross - total
    share = offer.total / full.gross.amount if full.gross.amount else Decimal(0)
    net = Money(full.net.amount * share, checkout.currency)
    return quantize_price(TaxedMoney(net=min(net, total), gross=total), checkout.currency)


def check_completion(checkout: Checkout, *args: Any) -> None:
    """Raise Saleor's TaxError for a checkout that is not what was offered under its key."""
    offer = offers.live_offer(checkout.pk)
    if offer is None and not _is_offer(checkout):
        return
    lines: Iterable[Any] = checkout.lines.all()
    offers.check(
        offer,
        {line.variant_id: line.quantity for line in lines},
        offer.total if offer and _is_offer(checkout) else Decimal(-1),
        is_plain=not checkout.voucher_code,
        has_cards=checkout.gift_cards.exists(),
    )


def price_as_offered(order: Order) -> None:
    """Its lines and shipping, whose sum 2.10 has set already, in the shopper's account. For the
    hook that is called in the transaction which makes the order."""
    token = str(order.checkout_token)
    said = order.private_metadata or {}
    if not token or said.get(offers.OFFER) != token:
        return
    if order.user_id is None:
        belong_to(order, active_row(said.get(_ACCOUNT)))
    offer = offers.live_offer(UUID(token))
    prices = {item.variant_id: item.unit_price for item in offer.items} if offer else {}
    lines = [line for line in order.lines.all() if line.variant_id in prices]
    if not lines:
        return
    for line in lines:
        line.unit_price = taxed(prices[line.variant_id], line.tax_rate, order.currency)
        line.save()
    order.shipping_price = taxed(Decimal(0), Decimal(0), order.currency)
    order.total = sum(
        (line.unit_price * line.quantity for line in lines), start=order.shipping_price
    )
    order.save()


def ship_as_offered(checkout: Checkout) -> None:
    """It is: the total is set by `total_of_checkout`."""


def _is_offer(checkout: Checkout) -> bool:
    return (checkout.private_metadata or {}).get(offers.OFFER) == str(checkout.pk)
