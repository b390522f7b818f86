"""Orders and products of 2.10, read with a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from saleor.core.utils import build_absolute_uri
from saleor.order import FulfillmentStatus, OrderStatus
from saleor.order.models import Fulfillment, Order, OrderEvent, OrderLine
from saleor.payment import ChargeStatus
from saleor.product.models import Product
from saleor.product.templatetags.product_images import get_product_image_thumbnail

from ...domain.money import ZERO, Taxed
from ...enums import OrderState
from ..both.residue import with_residue
from ..plain import plain_address
from ..types import FulfilmentFacts, LineFacts, OrderFacts, SaleorId
from .discounts import after, share_discount
from .gift_cards import paid_by_cards
from .payments import came_in, refunded

THUMBNAIL_SIZE = 255
"""A size that Saleor makes for every product image anyhow."""

_STATES = {OrderStatus.DRAFT: OrderState.UNPLACED, OrderStatus.CANCELED: OrderState.CANCELLED}
_PAID_STATUSES = {
    ChargeStatus.PARTIALLY_CHARGED,
    ChargeStatus.FULLY_CHARGED,
    ChargeStatus.PARTIALLY_REFUNDED,
    ChargeStatus.FULLY_REFUNDED,
}


def order_facts(order_id: SaleorId) -> OrderFacts | None:
    return next(iter(facts_of_orders([order_id])), None)


def facts_of_orders(order_ids: Iterable[SaleorId]) -> list[OrderFacts]:
    """Of those that there are, in no order; as many statements, however many orders."""
    orders = (
        Order.objects.filter(pk__in=list(order_ids))
        .select_related("user", "shipping_address", "billing_address", "voucher")
        .prefetch_related(
            "lines__variant__product__collections",
            "lines__variant__product__images",
            "lines__variant__images",
            "payments__transactions",
            "gift_cards",
            "voucher__products",
            "voucher__categories",
            "voucher__collections",
            Prefetch(
                "fulfillments",
                Fulfillment.objects.filter(status=FulfillmentStatus.FULFILLED).prefetch_related(
                    "lines"
                ),
            ),
        )
    )
    return [_facts(order) for order in orders]


def find_order_ids(
    since: datetime | None = None,
    after: SaleorId | None = None,
    limit: int = 500,
) -> list[SaleorId]:
    """Ids of all orders but drafts, cancelled ones too; continue with `after` the last of them.

    `since` is when they were made. Ids say nothing of time, so one deleted meanwhile is no matter.
    """
    orders = Order.objects.confirmed()
    if since is not None:
        orders = orders.filter(created__gte=since)
    if after is not None:
        orders = orders.filter(pk__gt=after)
    return list(orders.order_by("pk").values_list("pk", flat=True)[:limit])


def changed_orders(
    since: datetime, after: SaleorId | None = None, limit: int = 500
) -> list[tuple[SaleorId, datetime]]:
    """Orders but drafts that changed since then, and when: 2.10 writes an event for each change."""
    last = OrderEvent.objects.filter(order=OuterRef("pk")).order_by("-date").values("date")[:1]
    lately = OrderEvent.objects.filter(date__gte=since).values("order_id")
    orders = Order.objects.confirmed().filter(Q(created__gte=since) | Q(pk__in=lately))
    if after is not None:
        orders = orders.filter(pk__gt=after)
    changed = orders.annotate(changed=Coalesce(Subquery(last), F("created")))
    return list(changed.order_by("pk").values_list("pk", "changed")[:limit])


def existing_products(product_ids: Iterable[SaleorId]) -> set[SaleorId]:
    return set(Product.objects.filter(pk__in=list(product_ids)).values_list("pk", flat=True))


def _facts(order: Order) -> OrderFacts:
    lines = list(order.lines.all())
    fulfilments = list(order.fulfillments.all())
    shares = share_discount(order, lines)
    cards = paid_by_cards(order, lines)
    paid, shipping = with_residue(
        [after(_price(line), share) for line, share in zip(lines, shares.lines, strict=True)],
        after(
            Taxed(order.shipping_price_net_amount, order.shipping_price_gross_amount),
            shares.shipping,
        ),
        order.total_gross_amount + cards,
        order.currency,
    )
    shipped = _shipped(fulfilments)
    return OrderFacts(
        id=order.pk,
        number=str(order.pk),
        state=_STATES.get(order.status, OrderState.PLACED),
        is_paid=_was_paid(order),
        email=order.user_email or (order.user.email if order.user else ""),
        user_id=order.user_id,
        channel="",
        language=order.language_code,
        currency=order.currency,
        placed_at=order.created,
        shipping_net=shipping.net,
        shipping_gross=shipping.gross,
        shipping_address=plain_address(order.shipping_address or order.billing_address),
        lines=tuple(
            _line_facts(line, total, share, shipped[line.pk])
            for line, total, share in zip(lines, paid, shares.lines, strict=True)
        ),
        fulfilments=tuple(
            FulfilmentFacts(
                id=str(fulfilment.pk),
                created_at=fulfilment.created,
                tracking_number=fulfilment.tracking_number,
                line_ids=tuple(line.order_line_id for line in fulfilment.lines.all()),
            )
            for fulfilment in fulfilments
        ),
        total_gross=order.total_gross_amount,
        refunded=sum(
            (refunded(payment, payment.transactions.all()) for payment in order.payments.all()),
            ZERO,
        ),
        gift_cards=cards,
        discount=order.discount_amount,
        discount_is_estimated=shares.is_estimated,
        checkout_token=order.checkout_token or "",
    )


def _price(line: OrderLine) -> Taxed:
    """Before the order's discount; 2.10 stores no line totals."""
    return Taxed(
        line.unit_price_net_amount * line.quantity, line.unit_price_gross_amount * line.quantity
    )


def _line_facts(line: OrderLine, paid: Taxed, share: Decimal, quantity_fulfilled: int) -> LineFacts:
    return LineFacts(
        id=line.pk,
        product_id=line.variant.product_id if line.variant else None,
        variant_id=line.variant_id,
        product_name=line.product_name,
        variant_name=line.variant_name,
        sku=line.product_sku,
        quantity=line.quantity,
        quantity_fulfilled=quantity_fulfilled,
        quantity_returned=0,
        total_net=paid.net,
        total_gross=paid.gross,
        discount_share=share,
        thumbnail_url=_thumbnail(line),
    )


def _thumbnail(line: OrderLine) -> str:
    image = line.variant.get_first_image() if line.variant else None
    if not image:
        return ""
    return build_absolute_uri(get_product_image_thumbnail(image, THUMBNAIL_SIZE, "thumbnail")) or ""


def _shipped(fulfilments: Iterable[Fulfillment]) -> dict[SaleorId, int]:
    """Units per order line; a cancelled fulfilment shipped nothing."""
    units: dict[SaleorId, int] = defaultdict(int)
    for fulfilment in fulfilments:
        for line in fulfilment.lines.all():
            units[line.order_line_id] += line.quantity
    return units


def _was_paid(order: Order) -> bool:
    """Whether it was ever paid in full: unlike Saleor's `is_fully_paid`, a refund changes nothing."""
    charged = (row for row in order.payments.all() if row.charge_status in _PAID_STATUSES)
    paid = sum((came_in(payment, payment.transactions.all()) for payment in charged), ZERO)
    return paid >= order.total_gross_amount
