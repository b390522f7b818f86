"""Orders and products of 3.x, read with a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Prefetch
from saleor.core.db.connection import allow_writer
from saleor.core.utils import build_absolute_uri
from saleor.order import FulfillmentStatus, OrderStatus
from saleor.order.models import Fulfillment, Order, OrderLine
from saleor.product import ProductMediaTypes
from saleor.product.models import Product
from saleor.thumbnail.utils import get_image_or_proxy_url

from ...domain.money import ZERO, Taxed, total_of
from ...enums import OrderState
from ..both.residue import with_residue
from ..plain import plain_address
from ..types import FulfilmentFacts, LineFacts, OrderFacts, SaleorId
from .gift_cards import used_in_orders
from .legacy import came_in, refunded

THUMBNAIL_SIZE = 256

_STATES = {
    OrderStatus.DRAFT: OrderState.UNPLACED,
    OrderStatus.UNCONFIRMED: OrderState.UNPLACED,
    OrderStatus.CANCELED: OrderState.CANCELLED,
    OrderStatus.EXPIRED: OrderState.CANCELLED,
}

_HELD_AS_RETURNED = {
    FulfillmentStatus.RETURNED,
    FulfillmentStatus.REPLACED,
    FulfillmentStatus.REFUNDED,
    FulfillmentStatus.REFUNDED_AND_RETURNED,
}


def order_facts(order_id: SaleorId) -> OrderFacts | None:
    return next(iter(facts_of_orders([order_id])), None)


@allow_writer()
def facts_of_orders(order_ids: Iterable[SaleorId]) -> list[OrderFacts]:
    """Of those that there are, in no order; as many statements, however many orders."""
    ids = list(order_ids)
    cards = used_in_orders(ids)
    orders = (
        Order.objects.filter(pk__in=ids)
        .select_related("user", "channel", "shipping_address", "billing_address")
        .prefetch_related(
            "lines__variant__product__media",
            "lines__variant__media",
            "payments__transactions",
            "payment_transactions",
            Prefetch(
                "fulfillments",
                Fulfillment.objects.filter(
                    status__in=[
                        FulfillmentStatus.FULFILLED,
                        FulfillmentStatus.WAITING_FOR_APPROVAL,
                        *_HELD_AS_RETURNED,
                    ]
                ).prefetch_related("lines"),
            ),
        )
    )
    return [_facts(order, sum(cards.get(order.pk, {}).values(), ZERO)) for order in orders]


@allow_writer()
def find_order_ids(
    since: datetime | None = None,
    after: SaleorId | None = None,
    limit: int = 500,
) -> list[SaleorId]:
    """Ids of all orders but drafts and unconfirmed ones; continue with `after` the last of them.

    `since` is when they were made. Ids say nothing of time, so one deleted meanwhile is no matter.
    """
    orders = Order.objects.confirmed()
    if since is not None:
        orders = orders.filter(created_at__gte=since)
    if after is not None:
        orders = orders.filter(pk__gt=after)
    return list(orders.order_by("pk").values_list("pk", flat=True)[:limit])


@allow_writer()
def changed_orders(
    since: datetime, after: SaleorId | None = None, limit: int = 500
) -> list[tuple[SaleorId, datetime]]:
    """Orders but drafts and unconfirmed ones that changed since then, and when."""
    orders = Order.objects.confirmed().filter(updated_at__gte=since)
    if after is not None:
        orders = orders.filter(pk__gt=after)
    return list(orders.order_by("pk").values_list("pk", "updated_at")[:limit])


@allow_writer()
def existing_products(product_ids: Iterable[SaleorId]) -> set[SaleorId]:
    return set(Product.objects.filter(pk__in=list(product_ids)).values_list("pk", flat=True))


def _facts(order: Order, by_cards: Decimal) -> OrderFacts:
    """Every discount is inside the prices already: OrderDiscount is never subtracted again."""
    rows = list(order.fulfillments.all())
    fulfilments = [row for row in rows if row.status == FulfillmentStatus.FULFILLED]
    shipped = _units(fulfilments)
    returned = _units(row for row in rows if row.status in _HELD_AS_RETURNED)
    waiting = [row for row in rows if row.status == FulfillmentStatus.WAITING_FOR_APPROVAL]
    to_approve = _units(waiting)
    lines = list(order.lines.all())
    # unit_price is rounded; only the totals are what was paid.
    totals = [_taxed(line.total_price_net_amount, line.total_price_gross_amount) for line in lines]
    shipping = _taxed(order.shipping_price_net_amount, order.shipping_price_gross_amount)
    cards = _paid_by_cards(order, by_cards, totals, shipping)
    due = order.total_gross_amount + cards
    paid, shipping = with_residue(totals, shipping, due, order.currency)
    return OrderFacts(
        id=order.pk,
        number=str(order.number),
        reference=order.external_reference or "",
        state=_STATES.get(order.status, OrderState.PLACED),
        is_paid=_was_paid(order),
        email=order.user_email or (order.user.email if order.user else ""),
        user_id=order.user_id,
        channel=order.channel.slug,
        language=order.language_code,
        currency=order.currency,
        placed_at=order.created_at,
        shipping_net=shipping.net,
        shipping_gross=shipping.gross,
        shipping_address=plain_address(order.shipping_address or order.billing_address),
        lines=tuple(
            _line_facts(line, total, shipped[line.pk], returned[line.pk], to_approve[line.pk])
            for line, total in zip(lines, paid, strict=True)
        ),
        fulfilments=tuple(
            FulfilmentFacts(
                id=str(fulfilment.pk),
                created_at=fulfilment.created_at,
                tracking_number=fulfilment.tracking_number,
                line_ids=tuple(line.order_line_id for line in fulfilment.lines.all()),
            )
            for fulfilment in fulfilments
        ),
        waiting_numbers=frozenset(row.tracking_number for row in waiting if row.tracking_number),
        total_gross=order.total_gross_amount,
        refunded=_refunded(order),
        checkout_token=order.checkout_token or "",
        gift_cards=cards,
    )


def _line_facts(
    line: OrderLine,
    paid: Taxed,
    quantity_fulfilled: int,
    quantity_returned: int,
    quantity_waiting: int,
) -> LineFacts:
    return LineFacts(
        id=line.pk,
        product_id=line.variant.product_id if line.variant else None,
        variant_id=line.variant_id,
        product_name=line.product_name,
        variant_name=line.variant_name,
        sku=line.product_sku or "",
        quantity=line.quantity,
        quantity_fulfilled=quantity_fulfilled,
        quantity_returned=quantity_returned,
        quantity_waiting=quantity_waiting,
        total_net=paid.net,
        total_gross=paid.gross,
        thumbnail_url=_thumbnail(line),
    )


def _taxed(net: Decimal, gross: Decimal) -> Taxed:
    """3.20 and 3.21.0 may store a net below nothing."""
    return Taxed(max(ZERO, min(net, gross)), gross)


def _paid_by_cards(
    order: Order, used: Decimal, totals: Sequence[Taxed], shipping: Taxed
) -> Decimal:
    """Nothing once Saleor has forgotten them: an unconfirmed order that staff edit costs its full
    price again."""
    whole = total_of([*totals, shipping]).gross
    if order.total_gross_amount >= whole:
        return ZERO
    return used


def _thumbnail(line: OrderLine) -> str:
    """Address of Saleor's own resizing view, which makes the image when it is first asked for."""
    if line.variant is None:
        return ""
    media = [*line.variant.media.all(), *line.variant.product.media.all()]
    image = next((row for row in media if row.type == ProductMediaTypes.IMAGE), None)
    if image is None:
        return ""
    path = get_image_or_proxy_url(None, str(image.pk), "ProductMedia", THUMBNAIL_SIZE, None)
    return build_absolute_uri(path)


def _units(fulfilments: Iterable[Fulfillment]) -> dict[SaleorId, int]:
    """Units per order line. A unit is in one fulfilment only, whose status says where it is: waiting
    for approval it did not leave yet; returned, refunded or replaced it is no longer shipped."""
    units: dict[SaleorId, int] = defaultdict(int)
    for fulfilment in fulfilments:
        for line in fulfilment.lines.all():
            units[line.order_line_id] += line.quantity
    return units


def _refunded(order: Order) -> Decimal:
    return sum((refunded(payment) for payment in order.payments.all()), ZERO) + sum(
        (
            max(ZERO, item.refunded_value + item.refund_pending_value)
            for item in order.payment_transactions.all()
        ),
        ZERO,
    )


def _was_paid(order: Order) -> bool:
    """Whether it was ever paid in full: unlike Saleor's `is_fully_paid`, a refund changes nothing."""
    paid = sum((came_in(payment) for payment in order.payments.all()), ZERO)
    for item in order.payment_transactions.all():
        paid += item.charged_value + item.refunded_value + item.refund_pending_value
    return paid >= order.total_gross_amount
