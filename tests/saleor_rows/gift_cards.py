"""Gift cards, used as Saleor's own checkout uses them."""

from collections.abc import Sequence
from contextlib import nullcontext
from decimal import Decimal
from importlib.util import find_spec
from typing import Any

from .common import Amount, next_number

IS_V3 = find_spec("saleor.channel") is not None

if IS_V3:
    from saleor.core.db.connection import allow_writer
else:
    allow_writer = nullcontext


def a_gift_card(balance: Amount = "10.00", code: str = "", currency: str = "USD") -> Any:
    from saleor.giftcard.models import GiftCard

    with allow_writer():
        return GiftCard.objects.create(
            code=code or f"CARD{next_number():08}",
            currency=currency,
            initial_balance_amount=Decimal(balance),
            current_balance_amount=Decimal(balance),
        )


def balance_of(card: Any) -> Decimal:
    with allow_writer():
        return type(card).objects.get(pk=card.pk).current_balance_amount


def card_events(order: Any, card: Any) -> int:
    """How often Saleor's history says that something went back on the card."""
    with allow_writer():
        if IS_V3:
            return card.events.filter(order=order).exclude(type="used_in_order").count()
        return order.events.filter(type="note_added").count()


def pay_with_cards(order: Any, cards: Sequence[Any]) -> None:
    """In the order of their codes, as a checkout does; lowers the order's total."""
    from prices import Money

    with allow_writer():
        left = before = Money(order.total_gross_amount, order.currency)
        for card in sorted(cards, key=lambda card: card.code):
            left = _use(order, card, left)
        paid = (before - left).amount
        order.total_gross_amount -= paid
        order.total_net_amount -= min(paid, order.total_net_amount)
        order.save(update_fields=["total_gross_amount", "total_net_amount"])


def _use(order: Any, card: Any, left: Any) -> Any:
    if not IS_V3:
        from saleor.order.utils import add_gift_card_to_order

        return add_gift_card_to_order(order, card, left)
    from saleor.giftcard.events import gift_cards_used_in_order_event
    from saleor.order.utils import update_gift_card_balance

    if not left.amount:
        return left
    balance_data: list[Any] = []
    left = update_gift_card_balance(card, left, balance_data)
    card.save(update_fields=["current_balance_amount"])
    order.gift_cards.add(card)
    gift_cards_used_in_order_event(balance_data, order, None, None)
    return left
