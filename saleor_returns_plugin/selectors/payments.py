"""What of an order's money can still go back, and which way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from .. import host
from ..domain.money import ZERO
from ..domain.refund_parts import Source, way_of
from ..enums import RefundWay
from ..models import OrderRecord, RefundPart, VendorShipmentLine
from .returned import LIVE_REFUNDS, OPEN_REFUNDS


@dataclass(frozen=True)
class Held:
    """`sources`, first used first: payments as they were captured, then gift cards. `refunded` is
    what the host says went back through its payments, `ours` what of that our refunds moved, or
    may have. `left` is what the order was paid, less all that went back."""

    sources: Sequence[Source]
    refunded: Decimal
    ours: Decimal
    left: Decimal


def of_record(record: OrderRecord) -> Held:
    """As the host says now, less our own intents that it does not know of yet."""
    order_id = record.order_id
    parts = list(_parts(record))
    intended: dict[str, Decimal] = {}
    moved: dict[str, Decimal] = {}
    for part in parts:
        into = intended if part.status in OPEN_REFUNDS else moved
        into[part.payment_reference] = into.get(part.payment_reference, ZERO) + part.amount
    payments = host.current.payments(order_id) if order_id is not None else []
    cards = host.current.gift_cards(order_id) if order_id is not None and record.gift_cards else []
    sources = [
        Source(payment.reference, payment.captured - intended.get(payment.reference, ZERO))
        for payment in payments
        if payment.refundable
    ]
    sources += [
        Source(
            card.reference,
            card.used - intended.get(card.reference, ZERO) - moved.get(card.reference, ZERO),
        )
        for card in cards
        if card.is_usable
    ]
    refunded = sum((payment.refunded for payment in payments), ZERO)
    through = _through_payments(parts)
    went_back = sum((part.amount for part in parts), ZERO) + max(refunded - through, ZERO)
    return Held(
        sources=[source for source in sources if source.available > 0],
        refunded=refunded,
        ours=through,
        left=max(paid_total(record) - went_back, ZERO),
    )


def ours(record: OrderRecord) -> Decimal:
    """What our refunds moved through the order's payments, or may have."""
    return _through_payments(_parts(record))


def paid_total(record: OrderRecord) -> Decimal:
    """What lines and shipping of the order cost after every discount, gross."""
    lines = VendorShipmentLine.objects.filter(shipment__record=record)
    goods = lines.aggregate(total=Sum("total_gross"))["total"] or ZERO
    return Decimal(goods + record.shipping_gross)


def _through_payments(parts: Iterable[RefundPart]) -> Decimal:
    ways = ((part, way_of(part.payment_reference)) for part in parts)
    return sum((part.amount for part, way in ways if way is RefundWay.PAYMENT), ZERO)


def _parts(record: OrderRecord) -> Sequence[RefundPart]:
    """Those of the order whose money went back, or may have."""
    of_order = RefundPart.objects.filter(refund__vendor_return__request__record=record)
    return of_order.filter(status__in=LIVE_REFUNDS)
