"""What of an order's money can still go back, and which way."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, prefetch_related_objects

from .. import host
from ..domain import refund_parts as planning
from ..domain.money import ZERO
from ..domain.refund_parts import Source, way_of
from ..enums import EventKind, RefundStatus, RefundWay
from ..host import GiftCardFacts, PaymentFacts
from ..models import OrderRecord, Refund, RefundPart, ReturnEvent
from .refunds import is_watched
from .returned import LIVE_REFUNDS, OPEN_REFUNDS


@dataclass(frozen=True)
class Held:
    """`sources`, first used first: payments as they were captured, then gift cards. `refunded` is
    what the host says went back through its payments, `ours` what of that our refunds moved, may
    have, or gave up, also where the store recorded that it came back. `left` is what the orders were
    paid, less all that went back."""

    sources: Sequence[Source]
    refunded: Decimal
    ours: Decimal
    left: Decimal


def of_records(
    records: Sequence[OrderRecord], refunds: Sequence[Refund], costs: Mapping[UUID, Decimal]
) -> Held:
    """As the host says now, less our own intents that it does not know of yet.

    `records`: the order, and those that its goods were exchanged for, which are paid back through
    its payments first; `refunds`: all of these; `costs`: by record, after every discount, gross.
    """
    orders = [record for record in records if record.order_id is not None]
    prefetch_related_objects(refunds, "parts")
    all_parts = [part for refund in refunds for part in refund.parts.all()]
    parts = _live(all_parts)
    intended: dict[str, Decimal] = {}
    moved: dict[str, Decimal] = {}
    for part in parts:
        if _is_taken_off(part):
            continue
        into = intended if part.status in OPEN_REFUNDS else moved
        into[part.payment_reference] = into.get(part.payment_reference, ZERO) + part.amount
    payments_of = {each.pk: host.current.payments(each.order_id) for each in orders}
    cards_of = {
        each.pk: host.current.gift_cards(each.order_id) for each in orders if each.gift_cards
    }
    payments = [row for rows in payments_of.values() for row in rows]
    cards = [row for rows in cards_of.values() for row in rows]
    refunded = sum((payment.refunded for payment in payments), ZERO)
    through = _ours(records, all_parts)
    paid = sum(
        (
            _came_in(each, costs[each.pk], payments_of.get(each.pk, ()), cards_of.get(each.pk, ()))
            for each in records
        ),
        ZERO,
    )
    return Held(
        sources=planning.sources(
            [Source(row.reference, row.captured) for row in payments if row.refundable],
            [Source(card.reference, card.used) for card in cards if card.is_usable],
            under_way=intended,
            moved=moved,
        ),
        refunded=refunded,
        ours=through,
        left=planning.left(
            paid,
            ours=sum((part.amount for part in parts), ZERO),
            elsewhere=refunded - through,
        ),
    )


def used_by(refunds: Sequence[Refund], payments: Sequence[PaymentFacts]) -> Decimal:
    """What these refunds moved through the payments, may have, or gave up; of each no more than the
    host holds as refunded. The rest of that is what staff paid back."""
    found: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for part in _through(refunds, payments):
        if _is_ours(part):
            found[part.payment_reference] += part.amount
    return sum((min(row.refunded, found[row.reference]) for row in payments), ZERO)


def are_shared(refunds: Sequence[Refund], payments: Sequence[PaymentFacts]) -> bool:
    """Whether one of these refunds moved something through the payments, or may have."""
    return any(part.status in LIVE_REFUNDS for part in _through(refunds, payments))


def _through(refunds: Sequence[Refund], payments: Sequence[PaymentFacts]) -> list[RefundPart]:
    prefetch_related_objects(refunds, "parts")
    references = {row.reference for row in payments}
    parts = [part for refund in refunds for part in refund.parts.all()]
    return [part for part in parts if part.payment_reference in references]


def _is_ours(part: RefundPart) -> bool:
    """As `_ours`, of one."""
    if part.status in LIVE_REFUNDS:
        return True
    return has_come_back(part) or bool(given_up([part]))


def _came_in(
    record: OrderRecord,
    cost: Decimal,
    payments: Iterable[PaymentFacts],
    cards: Iterable[GiftCardFacts],
) -> Decimal:
    """What was captured while an order is not paid in full. One that Saleor holds nothing of was
    paid elsewhere, but not one of an exchange: an offer is paid through Saleor."""
    captured = sum((row.captured + row.refunded for row in payments), ZERO)
    can_tell = bool(captured) or record.root_id is not None
    is_short = record.paid_at is None and can_tell
    used = sum((card.used for card in cards), ZERO)
    return planning.came_in(cost, seen=captured + used if is_short else None)


def ours(record: OrderRecord) -> Decimal:
    """What our refunds moved through the order's payments, may have, or gave up; with all orders of
    its chain of exchanges."""
    records = list(_tree(record))
    return _ours(records, parts_of(records))


def refunded_of_others(record: OrderRecord) -> Decimal:
    """What the host says went back through payments of the chain's other orders."""
    others = _tree(record).exclude(pk=record.pk).exclude(order_id=None)
    return sum(
        (
            payment.refunded
            for order_id in others.values_list("order_id", flat=True)
            for payment in host.current.payments(order_id)
        ),
        ZERO,
    )


def order_of_card(record: OrderRecord, reference: str) -> Any:
    """The order of the chain that this gift card paid for; None where Saleor has none of it."""
    if record.root_id is None:
        return record.order_id
    with_cards = _tree(record).exclude(order_id=None).filter(gift_cards__gt=0)
    for order_id in with_cards.order_by("placed_at").values_list("order_id", flat=True):
        if any(card.reference == reference for card in host.current.gift_cards(order_id)):
            return order_id
    return None


def parts_of(records: Iterable[OrderRecord]) -> Sequence[RefundPart]:
    """All that the orders' refunds ever had."""
    rows = RefundPart.objects.filter(refund__vendor_return__request__record__in=list(records))
    return list(rows)


def _ours(records: Iterable[OrderRecord], parts: Sequence[RefundPart]) -> Decimal:
    """Beside what moved, what the host holds as refunded though nobody has it; of all `parts`."""
    if not parts:
        return ZERO
    back = sum(came_back(record.pk for record in records).values(), ZERO)
    return _through_payments(_live(parts)) + back + given_up(parts)


def _tree(record: OrderRecord) -> QuerySet[OrderRecord]:
    root = record.root_id or record.pk
    return OrderRecord.objects.filter(Q(pk=root) | Q(root=root))


def came_back(record_ids: Iterable[UUID]) -> Mapping[UUID, Decimal]:
    """By record: what our refunds moved through its payments and the store recorded as come back.

    Saleor, whom nobody told, holds it as refunded.
    """
    found: dict[UUID, Decimal] = defaultdict(lambda: ZERO)
    for event in _recorded_back(request__record__in=list(record_ids)).select_related("request"):
        found[event.request.record_id] += sum(
            (
                Decimal(way["amount"])
                for way in _failed(event)
                if way_of(way["payment"]) is RefundWay.PAYMENT
            ),
            ZERO,
        )
    return found


def has_come_back(part: RefundPart) -> bool:
    """Whether the store recorded that this part came back."""
    events = _recorded_back(request=part.refund.vendor_return.request_id)
    return any(way["part"] == str(part.pk) for event in events for way in _failed(event))


def _recorded_back(**where: Any) -> QuerySet[ReturnEvent]:
    return ReturnEvent.objects.filter(
        kind=EventKind.REFUND_FAILED.value,
        from_status=RefundStatus.SUCCEEDED.value,
        data__is_recorded=True,
        **where,
    )


def _failed(event: ReturnEvent) -> Iterator[Mapping[str, Any]]:
    return (way for way in event.data["ways"] if way["status"] == RefundStatus.FAILED.value)


def given_up(parts: Iterable[RefundPart]) -> Decimal:
    """What the host holds as on its way back, while the merchant has said that it will not come.

    Nobody was paid by it. Once an app reports that it was paid after all, it counts as paid by the
    store: a refund that has failed waits for nothing.
    """
    failed = (part for part in parts if part.status == RefundStatus.FAILED.value)
    asked = (part for part in failed if part.asked_at and is_watched(part.payment_reference))
    return sum((part.amount for part in asked if host_says(part) is RefundStatus.PENDING), ZERO)


def _is_taken_off(part: RefundPart) -> bool:
    """Whether the host holds a part as captured no more though it is only on its way."""
    if part.status not in OPEN_REFUNDS or not part.asked_at:
        return False
    return is_watched(part.payment_reference) and host_says(part) is RefundStatus.PENDING


def host_says(part: RefundPart) -> RefundStatus:
    """What the host has on record of a part, by its own request alone."""
    outcome = host.current.refund_outcome(
        part.payment_reference, str(part.pk), part.amount, part.mark, ()
    )
    return outcome.status


def _live(parts: Iterable[RefundPart]) -> list[RefundPart]:
    """Those whose money went back, or may have."""
    return [part for part in parts if part.status in LIVE_REFUNDS]


def _through_payments(parts: Iterable[RefundPart]) -> Decimal:
    ways = ((part, way_of(part.payment_reference)) for part in parts)
    return sum((part.amount for part, way in ways if way is RefundWay.PAYMENT), ZERO)
