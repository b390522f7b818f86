"""Replacements for returned goods."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import graphene
from promise import Promise

from ...domain.money import ZERO
from ...enums import ExchangeStatus, Unavailable, Unreturned
from ...models import Exchange as ExchangeRow
from ...selectors import branding
from ...selectors.access import owns_order
from ...selectors.exchanges import Owed, owed_of, payment_url
from ...selectors.foreign_goods import failures_of, foreign_lines, reads_all
from .. import compat, rows
from ..enums import ReturnExchangeFailure, ReturnExchangeRelease, ReturnExchangeStatus
from ..seen import ReturnsType, Seen, batched, related
from .common import many, null_when_blank, required
from .shipments import saleor_order_by_key
from .vendors import is_inside


def variant_of(info: Any, root: Seen, variant_id: Any, channel: str) -> Any:
    """Saleor's variant; null when it is gone, and to all but the merchant when the channel does
    not show it."""
    if variant_id is None:
        return None
    sees_all = root.actor.is_merchant
    name = ("variants", channel, sees_all)
    return batched(info, name, variant_id, _variants(channel, sees_all))


def _variants(channel: str, sees_all: bool) -> Any:
    def found(keys: Sequence[Any]) -> list[Any]:
        if sees_all:
            rows = compat.model_of(compat.ProductVariant).objects.in_bulk(list(keys))
        else:
            rows = compat.shown_variants(keys, channel)
        return [compat.variant_root(rows.get(key), channel) for key in keys]

    return found


class ReturnExchangeLine(ReturnsType):
    return_line = graphene.Field(lambda: _return_line_type())
    variant = graphene.Field(compat.ProductVariant)
    name = graphene.String(
        required=True, description="Of the variant, also when it is no longer there."
    )
    sku = graphene.String()
    quantity = graphene.Int(required=True)
    unit_price = required(compat.Money, description="What the shopper pays for one, gross.")

    resolve_sku = null_when_blank("sku")

    def resolve_return_line(root: Seen, info: Any) -> Seen | None:
        return root.beside(root.node.return_line)

    def resolve_variant(root: Seen, info: Any) -> Any:
        channel = root.node.exchange.vendor_return.request.channel
        return variant_of(info, root, root.node.variant_id, channel)

    def resolve_unit_price(root: Seen, info: Any) -> Any:
        return compat.money(root.node.unit_price, root.node.exchange.currency)


class ReturnExchange(ReturnsType):
    """One order of Saleor's that replaces goods of a vendor return."""

    status = ReturnExchangeStatus(required=True)
    order = graphene.Field(compat.Order)
    order_number = graphene.String(description="Null until Saleor has an order for it.")
    release_rule = ReturnExchangeRelease(
        required=True, description="What its shipments are held for."
    )
    lines = many(
        ReturnExchangeLine,
        required=True,
        description="A vendor does not see those of which another vendor sends the goods.",
    )
    difference = required(
        compat.Money,
        description="What the shopper pays for it, gross; to a vendor, for the lines it sees.",
    )
    payment_url = graphene.String(
        description="Where the shopper pays a positive difference; not for vendors."
    )
    expires_at = graphene.Field(
        compat.DateTime, description="Until when it can be paid for, while that is open."
    )
    failure = graphene.String(description="Why there is no order, in words for the store's people.")
    failure_code = ReturnExchangeFailure(
        description="The same for everybody, for a program to go by; null unless it failed."
    )
    owed = graphene.Field(
        compat.Money,
        description=(
            "What the shopper owes for goods that it replaced and that never came back, gross; to "
            "vendor and merchant, those that were refused as well. Null where nothing is owed."
        ),
    )
    created_at = required(compat.DateTime)

    class Meta:
        interfaces = (graphene.relay.Node,)

    resolve_order_number = null_when_blank("order_number")

    def resolve_order(root: Seen, info: Any) -> Any:
        exchange = root.node
        record = exchange.vendor_return.request.record
        return saleor_order_by_key(root, info, record, exchange.order_id)

    def resolve_lines(root: Seen, info: Any) -> Any:
        return _shown_lines(root, info)

    def resolve_difference(root: Seen, info: Any) -> Any:
        exchange = root.node

        def of_lines(shown: Sequence[Seen]) -> Any:
            each = [line.node.unit_price * line.node.quantity for line in shown]
            return compat.money(sum(each, ZERO), exchange.currency)

        def answer(hidden: set[UUID]) -> Any:
            if hidden:
                return _shown_lines(root, info).then(of_lines)
            return compat.money(exchange.difference, exchange.currency)

        return _hidden_lines(root, info).then(answer)

    def resolve_payment_url(root: Seen, info: Any) -> str | None:
        request = root.node.vendor_return.request
        channel = request.channel
        if not root.actor.is_merchant and not owns_order(root.actor, request.record):
            return None
        return payment_url(root.node, branding.portal(channel))

    def resolve_expires_at(root: Seen, info: Any) -> datetime | None:
        is_open = root.node.status == ExchangeStatus.AWAITING_PAYMENT.value
        return root.node.expires_at if is_open else None

    def resolve_failure(root: Seen, info: Any) -> Any:
        exchange = root.node
        if not exchange.failure or not is_inside(root, exchange.vendor_return.vendor_id):
            return None
        hides = not reads_all(root.actor, exchange.vendor_return.request.record)
        return batched(info, ("exchange_failures", hides), exchange, _failures(hides))

    def resolve_failure_code(root: Seen, info: Any) -> str | None:
        code = root.node.failure_code
        return code if code in [each.value for each in Unavailable] else None

    def resolve_owed(root: Seen, info: Any) -> Any:
        exchange = root.node
        inside = is_inside(root, exchange.vendor_return.vendor_id)

        def total(owed: Sequence[Owed]) -> Any:
            counted = [each for each in owed if inside or each.reason is Unreturned.MISSING]
            amount = sum((each.amount for each in counted), ZERO)
            return compat.money(amount, exchange.currency) if amount else None

        return batched(info, "exchanges_owed", exchange, _owed).then(total)


def _shown_lines(root: Seen, info: Any) -> Any:
    def shown(found: tuple[Sequence[Seen], set[UUID]]) -> list[Seen]:
        lines, hidden = found
        return [line for line in lines if line.node.pk not in hidden]

    lines = related(info, root, "lines", rows.exchange_lines)
    return Promise.all([lines, _hidden_lines(root, info)]).then(shown)


def _hidden_lines(root: Seen, info: Any) -> Any:
    """Ids of those that the viewer may not know."""
    exchange = root.node
    if reads_all(root.actor, exchange.vendor_return.request.record):
        return Promise.resolve(set())
    return batched(info, "foreign_lines", exchange.pk, _foreign)


def _foreign(exchange_ids: Sequence[UUID]) -> list[set[UUID]]:
    found = foreign_lines(exchange_ids)
    return [found[key] for key in exchange_ids]


def _failures(hides: bool) -> Any:
    def found(exchanges: Sequence[ExchangeRow]) -> list[str | None]:
        return [text or None for text in failures_of(exchanges, hides_foreign=hides)]

    return found


def _owed(exchanges: Sequence[ExchangeRow]) -> list[Sequence[Owed]]:
    found = owed_of(exchanges)
    return [found.get(each.pk, ()) for each in exchanges]


def _return_line_type() -> Any:
    from .vendor_returns import ReturnLine

    return ReturnLine
