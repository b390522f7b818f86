"""Gift cards of 3.x used as a promo code: they lower Order.total, and events say by how much."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.utils import timezone
from saleor.core.db.connection import allow_writer
from saleor.giftcard import GiftCardEvents
from saleor.giftcard.models import GiftCard, GiftCardEvent
from saleor.order.models import Order
from saleor.payment import TransactionEventType
from saleor.payment.models import TransactionEvent, TransactionItem

from ...domain.money import ZERO
from ..plain import split_reference
from ..types import GiftCardFacts, SaleorId
from .refund_events import GIFT_CARD_APP

REFUNDED = getattr(GiftCardEvents, "REFUNDED_IN_ORDER", GiftCardEvents.BALANCE_RESET)
"""What Saleor itself calls it from 3.23; before, a balance that staff changed."""

CARDS_ARE_TRANSACTIONS = any(
    field.name == "gift_card" for field in TransactionItem._meta.get_fields()
)


@allow_writer()
def gift_cards(order_id: SaleorId) -> list[GiftCardFacts]:
    used = used_by_card(order_id)
    cards = GiftCard.objects.in_bulk(list(used))
    return [
        GiftCardFacts(
            reference=f"gift_card:{pk}",
            used=amount,
            currency=cards[pk].currency,
            is_usable=_is_usable(cards[pk]),
            label=f"****{cards[pk].display_code[-4:]}",
        )
        for pk, amount in used.items()
        if pk in cards
    ]


@allow_writer()
def gift_card_endings(order_id: SaleorId) -> dict[str, str]:
    cards = GiftCard.objects.filter(pk__in=used_by_card(order_id))
    endings = {f"gift_card:{card.pk}": card.display_code[-4:] for card in cards}
    if CARDS_ARE_TRANSACTIONS:
        items = TransactionItem.objects.filter(order_id=order_id, app_identifier=GIFT_CARD_APP)
        for item in items.select_related("gift_card"):
            ending = item.gift_card.display_code[-4:] if item.gift_card else ""
            endings[f"transaction:{item.token}"] = ending
    return endings


def used_by_card(order_id: SaleorId) -> dict[int, Decimal]:
    """By card, first used first."""
    return next(iter(used_in_orders([order_id]).values()), {})


def used_in_orders(order_ids: Iterable[SaleorId]) -> dict[SaleorId, dict[int, Decimal]]:
    """By order and card; orders without any are left out. One event tells of either use, so what a
    card paid as a transaction is taken off again."""
    used: dict[SaleorId, dict[int, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    ids = list(order_ids)
    events = GiftCardEvent.objects.filter(order_id__in=ids, type=GiftCardEvents.USED_IN_ORDER)
    columns = ("order_id", "gift_card_id", "parameters")
    for key, pk, parameters in events.order_by("pk").values_list(*columns):
        balance = parameters.get("balance", {})
        before, after = (
            _amount(balance, name) for name in ("old_current_balance", "current_balance")
        )
        used[key][pk] += before - after
    if CARDS_ARE_TRANSACTIONS and used:
        charges = TransactionEvent.objects.filter(
            transaction__order_id__in=list(used),
            transaction__gift_card__isnull=False,
            type=TransactionEventType.CHARGE_SUCCESS,
        )
        columns = ("transaction__order_id", "transaction__gift_card_id", "amount_value")
        for key, pk, amount in charges.values_list(*columns):
            if pk in used[key]:
                used[key][pk] -= amount
    return {
        key: {pk: amount for pk, amount in cards.items() if amount > 0}
        for key, cards in used.items()
    }


@allow_writer()
def credit_gift_card(reference: str, amount: Decimal, order_id: SaleorId, key: str) -> bool:
    """Put `amount` back on the card, once per `key`; False when it is gone, cannot be used or is
    in another currency. In the caller's transaction, with Saleor's own event."""
    if amount <= 0:
        raise ValueError(f"{amount} is no credit")
    kind, pk = split_reference(reference)
    order = Order.objects.filter(pk=order_id).first()
    if kind != "gift_card" or order is None:
        return False
    card = GiftCard.objects.select_for_update(of=["self"]).filter(pk=pk).first()
    if card is None:
        return False
    if card.events.filter(order=order, type=REFUNDED, parameters__key=key).exists():
        return True
    if not _is_usable(card) or card.currency != order.currency:
        return False
    before = card.current_balance_amount
    card.current_balance_amount = before + amount
    card.save(update_fields=["current_balance_amount"])
    card.events.create(
        order=order,
        type=REFUNDED,
        parameters={
            "balance": {
                "currency": card.currency,
                "initial_balance": card.initial_balance_amount,
                "current_balance": card.current_balance_amount,
                "old_currency": card.currency,
                "old_initial_balance": card.initial_balance_amount,
                "old_current_balance": before,
            },
            "key": key,
        },
    )
    return True


def _amount(balance: dict[str, object], name: str) -> Decimal:
    return Decimal(str(balance.get(name) or 0))


def _is_usable(card: GiftCard) -> bool:
    """Also not once whom it was reserved for is gone (3.24)."""
    reserved = getattr(card, "assigned_to_email", None)
    if reserved and card.assigned_to_id is None:
        return False
    expiry = card.expiry_date
    return card.is_active and (expiry is None or expiry >= timezone.now().date())
