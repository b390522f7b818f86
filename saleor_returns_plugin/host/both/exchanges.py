"""Exchange orders: what may be asked for, and how a refusal is worded."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from saleor.checkout.models import Checkout
from saleor.order import OrderStatus
from saleor.order.models import Order
from saleor.product.models import ProductVariant

from ...enums import Unavailable
from ...errors import ExchangeUnavailable, InvalidInput, NotFound
from ..refusals import words
from ..types import ExchangeItem, ExchangeOrder, Hold, SaleorId

AT_THE_GATEWAY = timedelta(minutes=15)
"""No gateway is waited for longer; until it answers, Saleor has no row of what it is asked."""

WITH_THE_SHOPPER = timedelta(days=1)
"""Whoever was sent to confirm a payment and has not by then does not come back."""

_OVER = (OrderStatus.CANCELED, getattr(OrderStatus, "EXPIRED", OrderStatus.CANCELED))


def validated(items: Iterable[ExchangeItem], paid_otherwise: bool) -> tuple[ExchangeItem, ...]:
    """In the order of their variants, in which every exchange takes its stock; one that is gone,
    which `variants_of` refuses, comes last."""
    chosen = tuple(items)
    if not chosen:
        raise InvalidInput(_("Say what the exchange is for."), field="items")
    if len({item.variant_id for item in chosen}) < len(chosen):
        raise InvalidInput(_("Name each variant once."), field="items")
    for index, item in enumerate(chosen):
        if item.quantity < 1:
            raise InvalidInput(_("Exchange at least one unit."), field="quantity", index=[index])
        if item.unit_price < 0:
            raise InvalidInput(_("A price is not negative."), field="unit_price", index=[index])
        if item.unit_price and not paid_otherwise:
            raise InvalidInput(
                _("An order that is not paid yet is offered to the shopper instead."),
                field="unit_price",
                index=[index],
            )
    return tuple(sorted(chosen, key=lambda item: (item.variant_id is None, item.variant_id or 0)))


def original_of(order_id: SaleorId, *related: str) -> Order:
    related = ("user", "shipping_address", "billing_address", *related)
    original = Order.objects.filter(pk=order_id).select_related(*related).first()
    if original is None:
        raise NotFound(_("There is no such order."), field="original_id")
    return original


def shopper_of(original: Order) -> Any | None:
    """The account that the new order belongs to; a deactivated one is none."""
    return original.user if original.user and original.user.is_active else None


def claimed(token: UUID, **values: Any) -> Checkout:
    """A checkout with this key, which is the lock of an exchange: whoever comes second waits here
    until the first has committed."""
    try:
        with transaction.atomic():
            return Checkout.objects.create(token=token, **values)
    except IntegrityError as error:
        if not Checkout.objects.filter(pk=token).exists():
            raise
        raise InvalidInput(
            _("What was offered with this token is still open; drop it first."), field="token"
        ) from error


def order_with(token: UUID) -> Order | None:
    return Order.objects.filter(checkout_token=str(token)).first()


def tokens_with_order(tokens: Iterable[UUID]) -> list[UUID]:
    """Those that an order came of."""
    wanted = [str(token) for token in tokens]
    found = Order.objects.filter(checkout_token__in=wanted)
    return [UUID(str(token)) for token in found.values_list("checkout_token", flat=True)]


def can_cancel_exchange_order(order_id: SaleorId) -> bool:
    """Whether nothing of it was shipped, or is about to be; nor of one that is gone, or cancelled."""
    order = Order.objects.filter(pk=order_id).first()
    return order is None or order.status in _OVER or bool(order.can_cancel())


def exchange_order(order: Order, number: str, items: Sequence[ExchangeItem] = ()) -> ExchangeOrder:
    lines = {line.variant_id: line.pk for line in order.lines.all()}
    chosen = [lines[item.variant_id] for item in items if item.variant_id in lines]
    return ExchangeOrder(id=order.pk, number=number, line_ids=tuple(chosen or lines.values()))


def has_money(checkout: Checkout) -> bool:
    """Whether something was paid for it, or is being paid; what was declined, or left, is neither."""
    payments, items = _attempts(checkout)
    return any(map(_is_paid_by, payments)) or any(map(_is_charged_by, items))


def has_exchange_money(token: UUID) -> bool:
    """Whether a checkout holds what somebody paid, or promised, for no order: what its gateway
    answered only now may still become one, and so may for a day what it has not answered."""
    checkout = Checkout.objects.filter(pk=token).first()
    if checkout is None:
        return False
    payments, items = _attempts(checkout)
    attempts = [
        (_holds_any(each), [each, *each.transactions.all()])
        for each in payments
        if _is_paid_by(each)
    ]
    attempts += [
        (each.charged_value > 0 or each.authorized_value > 0, [each, *each.events.all()])
        for each in items
        if _is_charged_by(each)
    ]
    is_left = any(
        not _is_any_made_within(AT_THE_GATEWAY if is_answered else WITH_THE_SHOPPER, rows)
        for is_answered, rows in attempts
    )
    return is_left and order_with(token) is None


def _attempts(checkout: Checkout) -> tuple[list[Any], list[Any]]:
    """To pay for it: payments, and the transactions that apps of 3.x report."""
    payments = checkout.payments.filter(is_active=True).prefetch_related("transactions")
    items = getattr(checkout, "payment_transactions", None)
    return list(payments), [] if items is None else list(items.prefetch_related("events"))


def _is_paid_by(payment: Any) -> bool:
    rows = payment.transactions.all()
    done = [row for row in rows if row.is_success and not row.action_required]
    waits = [row for row in rows if row.is_success and row.action_required]
    return bool(payment.captured_amount or done) or _is_under_way([payment, *rows], waits)


def _holds_any(payment: Any) -> bool:
    return payment.captured_amount > 0 or any(
        row.is_success and not row.action_required and row.kind != "pending"
        for row in payment.transactions.all()
    )


def _is_charged_by(item: Any) -> bool:
    amounts = (
        item.charged_value,
        item.charge_pending_value,
        item.authorized_value,
        item.authorize_pending_value,
    )
    events = item.events.all()
    waits = [event for event in events if event.type.endswith("_action_required")]
    return any(amount > 0 for amount in amounts) or _is_under_way([item, *events], waits)


def _is_under_way(rows: Iterable[Any], waits: Iterable[Any]) -> bool:
    """`waits`: the rows that say that the shopper has to confirm."""
    return _is_any_made_within(AT_THE_GATEWAY, rows) or _is_any_made_within(WITH_THE_SHOPPER, waits)


def _is_any_made_within(time: timedelta, rows: Iterable[Any]) -> bool:
    now = timezone.now()
    return any(now - _made_at(row) < time for row in rows)


def _made_at(row: Any) -> Any:
    """Named otherwise on 2.10."""
    return getattr(row, "created_at", None) or row.created


@transaction.atomic
def drop_exchange_checkout(token: UUID) -> bool:
    """Remove what an offer left behind; False, and nothing changed, when an order came of it, or
    somebody has begun to pay for it."""
    checkout = Checkout.objects.filter(pk=token).select_for_update(of=("self",)).first()
    if order_with(token) is not None:
        return False
    if checkout is None:
        return True
    if has_money(checkout):
        return False
    addresses = [checkout.shipping_address, checkout.billing_address]
    checkout.delete()
    for address in addresses:
        if address is not None:
            address.delete()
    return True


def variants_of(
    items: Sequence[ExchangeItem],
    is_sold: Callable[[ProductVariant], bool],
    *related: str,
) -> dict[SaleorId, ProductVariant]:
    """The variants, each of which can be exchanged for; raises ExchangeUnavailable for the first
    that cannot."""
    rows = ProductVariant.objects.filter(pk__in=[item.variant_id for item in items])
    rows = rows.select_related("product__product_type")
    found = {row.pk: row for row in rows.prefetch_related(*related)}
    for index, item in enumerate(items):
        variant = found.get(item.variant_id)
        if variant is None:
            raise unavailable(Unavailable.VARIANT_GONE, index)
        name = name_of(variant)
        if _is_without_goods(variant):
            raise unavailable(Unavailable.NO_GOODS, index, item=name)
        if not is_sold(variant):
            raise unavailable(Unavailable.NOT_SOLD, index, item=name)
    return found


def without_goods(variant_ids: Iterable[SaleorId]) -> set[SaleorId]:
    rows = ProductVariant.objects.filter(pk__in=list(variant_ids))
    found = rows.select_related("product__product_type")
    return {row.pk for row in found if _is_without_goods(row)}


def _is_without_goods(variant: ProductVariant) -> bool:
    return is_digital(variant) or is_gift_card(variant)


def is_digital(variant: ProductVariant) -> bool:
    kind = variant.product.product_type
    return not kind.is_shipping_required and getattr(kind, "is_digital", False)


def is_gift_card(variant: ProductVariant) -> bool:
    return bool(getattr(variant, "is_gift_card", bool)())


def name_of(variant: ProductVariant) -> str:
    return f"{variant.product.name} {variant.name}".strip()


def in_callers_sequence(
    error: ExchangeUnavailable, items: Sequence[ExchangeItem], asked: Sequence[ExchangeItem]
) -> ExchangeUnavailable:
    """Its index counts in `items`; make it count in what was asked."""
    if error.index:
        error.index = [asked.index(items[error.index[0]])]
    return error


def unavailable(
    reason: Unavailable, /, index: int | None = None, field: str | None = None, **facts: str
) -> ExchangeUnavailable:
    """`facts`: what its words name."""
    return ExchangeUnavailable(
        words(reason, facts),
        reason=reason,
        facts=facts,
        field=field or ("variant_id" if index is not None else None),
        index=None if index is None else [index],
    )


def out_of_stock(
    items: Sequence[ExchangeItem], variants: Mapping[SaleorId, ProductVariant], short: Iterable[Any]
) -> ExchangeUnavailable:
    """`short`: keys of the variants that there are too few of."""
    keys = set(short)
    index = next((i for i, item in enumerate(items) if item.variant_id in keys), 0)
    return unavailable(
        Unavailable.OUT_OF_STOCK,
        index,
        field="quantity",
        item=name_of(variants[items[index].variant_id]),
    )


def refused_by_host(message: Any) -> ExchangeUnavailable:
    return unavailable(Unavailable.HOST, reason=str(message))


def no_address() -> ExchangeUnavailable:
    return unavailable(Unavailable.NO_ADDRESS, field="original_id")


def no_shipping(country: str) -> ExchangeUnavailable:
    return unavailable(Unavailable.NO_SHIPPING, field="original_id", country=str(country))


def no_collection(place: str) -> ExchangeUnavailable:
    return unavailable(Unavailable.NO_SHIPPING, field="original_id", place=str(place))


def note_of_new(original_number: str, note: str, hold: Hold | None) -> str:
    said = _("Exchange for goods of order #%(number)s.") % {"number": original_number}
    return " ".join(part for part in (said, note, hold.text if hold else "") if part)


def note_of_original(new_number: str, note: str) -> str:
    said = _("Goods of this order are exchanged by order #%(number)s.") % {"number": new_number}
    return f"{said} {note}".strip()


def net_of(gross: Decimal, tax_rate: Decimal) -> Decimal:
    return gross / (1 + tax_rate)
