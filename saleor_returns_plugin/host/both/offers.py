"""Offers that a shopper pays on the store's own checkout page: who knows them, and what is said.

Services register with `ask_offers_of` what answers for a checkout's key; nothing that stands in the
checkout itself decides, as metadata is copied around.
"""

import logging
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NoReturn
from uuid import UUID

from django.utils.translation import gettext as _
from saleor.core.taxes import TaxError

from ...errors import InvalidInput
from ..types import ExchangeItem, ExchangeOffer

logger = logging.getLogger(__name__)

OFFER = "returns.offer"
"""Key of private metadata that makes Saleor ask at all; its value is the checkout's own key."""

Source = Callable[[UUID], ExchangeOffer | None]
_sources: list[Source] = []


def ask_offers_of(source: Source) -> None:
    """`source` answers what was offered under a token, None unless that may be paid now."""
    _sources[:] = [source]


def live_offer(token: UUID) -> ExchangeOffer | None:
    """Never raises: every checkout of the store passes here."""
    try:
        return next((offer for source in _sources if (offer := source(token))), None)
    except Exception:
        logger.exception("Nobody could say what was offered under %s", token)
        return None


def total_of(items: tuple[ExchangeItem, ...]) -> Decimal:
    total = sum((item.unit_price * item.quantity for item in items), Decimal(0))
    if not total:
        raise InvalidInput(_("What costs nothing is ordered, not offered."), field="unit_price")
    return total


def check(
    offer: ExchangeOffer | None,
    quantities: Mapping[Any, int],
    total: Decimal,
    *,
    is_plain: bool,
    has_cards: bool,
    code: str = "",
) -> None:
    """Refuse a checkout that is not what was offered; `is_plain`: no code of the shopper's own, and
    the offer's `code`, where it has one.

    What a gift card pays as a code is no payment of the order's, so nothing would pay it back.

    Saleor catches no other exception where it asks, and shows its message to the shopper.
    """
    if offer is None:
        refuse(_("This offer has ended. Ask the store for a new one."))
    if dict(quantities) != {item.variant_id: item.quantity for item in offer.items}:
        refuse(_("These are not the goods of the offer. Ask the store for a new one."))
    if has_cards:
        refuse(_("A gift card cannot pay for an exchange. Take it out, and pay another way."))
    if code and (not is_plain or total != offer.total):
        refuse(
            _(
                "This is not the price of the offer. Enter the code %(code)s and choose the "
                "shipping again, or ask the store for a new one."
            )
            % {"code": code}
        )
    if not is_plain or total != offer.total:
        refuse(
            _(
                "This is not the price of the offer. Take all codes out and choose the shipping "
                "again, or ask the store for a new one."
            )
        )


def refuse(message: str) -> NoReturn:
    raise TaxError(message)
