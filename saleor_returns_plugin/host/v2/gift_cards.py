"""Gift cards of 2.10: codes that lower the order's total.

2.10 stores what they paid together nowhere, and what each paid not at all. It takes them by code
and empties each but the last (`order/utils.py: add_gift_card_to_order`).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from saleor.giftcard.models import GiftCard
from saleor.order import OrderEvents
from saleor.order.models import Order, OrderEvent, OrderLine

from ...domain.money import ZERO
from ..plain import split_reference
from ..types import GiftCardFacts, SaleorId


def gift_cards(order_id: SaleorId) -> list[GiftCardFacts]:
    """`used` sums to what the cards paid together. Where it is not proven for each (a card that
    paid other orders too, or that staff changed), it is what each can have given, and none is
    usable."""
    order = (
        Order.objects.filter(pk=order_id)
        .prefetch_related("lines", "gift_cards__orders", "gift_cards__orders__events")
        .first()
    )
    if order is None:
        return []
    cards = sorted(order.gift_cards.all(), key=lambda card: card.code)
    used = _used(paid_by_cards(order, order.lines.all()), cards)
    proven = len(cards) == 1 or all(_gave_all(card) for card in cards[:-1])
    return [
        GiftCardFacts(
            reference=f"gift_card:{card.pk}",
            used=amount,
            currency=card.currency,
            is_usable=proven and amount <= card.initial_balance_amount and _is_active(card),
            label=card.display_code,
        )
        for card, amount in zip(cards, used, strict=True)
        if amount > 0
    ]


def gift_card_endings(order_id: SaleorId) -> dict[str, str]:
    cards = GiftCard.objects.filter(orders=order_id)
    return {f"gift_card:{card.pk}": card.display_code[-4:] for card in cards}


def paid_by_cards(order: Order, lines: Iterable[OrderLine]) -> Decimal:
    """What lines and shipping cost after the discount, less the total; 0 without cards."""
    if not order.gift_cards.all():
        return ZERO
    goods = sum((line.unit_price_gross_amount * line.quantity for line in lines), ZERO)
    due = goods + order.shipping_price_gross_amount - order.discount_amount
    return max(ZERO, due - order.total_gross_amount)


def credit_gift_card(reference: str, amount: Decimal, order_id: SaleorId, key: str) -> bool:
    """Put `amount` back on the card, once per `key`; False when it is gone, cannot be used or is
    in another currency. In the caller's transaction, and noted in the order's history."""
    if amount <= 0:
        raise ValueError(f"{amount} is no credit")
    kind, pk = split_reference(reference)
    order = Order.objects.filter(pk=order_id).first()
    if kind != "gift_card" or order is None:
        return False
    card = GiftCard.objects.select_for_update().filter(pk=pk).first()
    if card is None:
        return False
    notes = order.events.filter(type=OrderEvents.NOTE_ADDED)
    if notes.filter(parameters__gift_card=card.pk, parameters__key=key).exists():
        return True
    if not _is_active(card) or card.currency != order.currency:
        return False
    card.current_balance_amount += amount
    card.save(update_fields=["current_balance_amount"])
    message = _("%(amount)s %(currency)s went back to gift card %(card)s.")
    values = {"amount": amount, "currency": card.currency, "card": card.display_code}
    OrderEvent.objects.create(
        order=order,
        type=OrderEvents.NOTE_ADDED,
        parameters={
            "message": message % values,
            "gift_card": card.pk,
            "key": key,
            "amount": str(amount),
        },
    )
    return True


def _used(total: Decimal, cards: Sequence[GiftCard]) -> list[Decimal]:
    """Each as much as it ever held, in order; the last the rest."""
    used = []
    for card in cards:
        amount = total if card is cards[-1] else min(total, card.initial_balance_amount)
        used.append(amount)
        total -= amount
    return used


def _gave_all(card: GiftCard) -> bool:
    """Whether all it ever held went into its one order: it holds but what we put back since."""
    orders = list(card.orders.all())
    if len(orders) != 1:
        return False
    credits = [
        Decimal(event.parameters["amount"])
        for event in orders[0].events.all()
        if event.type == OrderEvents.NOTE_ADDED and event.parameters.get("gift_card") == card.pk
    ]
    return card.current_balance_amount == sum(credits, ZERO)


def _is_active(card: GiftCard) -> bool:
    today = date.today()
    return (
        card.is_active
        and card.start_date <= today
        and (card.end_date is None or card.end_date >= today)
    )
