"""Where Saleor's GraphQL differs between hosts; nothing else in this package asks which it is."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal as Number
from functools import wraps
from importlib import import_module
from typing import Any

from django.db.models import Q
from django.utils import timezone
from prices import Money as MoneyValue
from prices import TaxedMoney as TaxedMoneyValue

# First, on both hosts: entered elsewhere, Saleor's modules import each other in a circle.
from .. import host  # isort: skip

import_module("saleor.graphql.account.schema")

from saleor.graphql.account.types import AddressInput, User
from saleor.graphql.core.enums import OrderDirection
from saleor.graphql.core.scalars import Decimal
from saleor.graphql.core.types import Money, TaxedMoney, Upload
from saleor.graphql.core.types.common import DateRangeInput, DateTimeRangeInput
from saleor.graphql.order.types import Order, OrderLine
from saleor.graphql.product.types import Product, ProductVariant
from saleor.graphql.warehouse.types import Warehouse

from ..domain.money import Taxed

if host.IS_V3:
    from saleor.core.db.connection import allow_writer
    from saleor.core.exceptions import PermissionDenied
    from saleor.graphql.core.context import setup_context_user
    from saleor.graphql.core.fields import JSONString
    from saleor.graphql.core.scalars import DateTime
else:
    from graphene import DateTime, JSONString
    from graphql_jwt.exceptions import PermissionDenied

    def setup_context_user(context: Any) -> None:
        """2.10 sets the user itself, before any resolver."""

    def allow_writer() -> AbstractContextManager[None]:
        return nullcontext()


try:
    from saleor.graphql.core.context import SyncWebhookControlContext
except ImportError:
    SyncWebhookControlContext = None

try:
    from saleor.graphql.core.context import ChannelContext
except ImportError:
    try:
        from saleor.graphql.channel import ChannelContext
    except ImportError:
        ChannelContext = None

__all__ = [
    "AddressInput",
    "DateRangeInput",
    "DateTime",
    "DateTimeRangeInput",
    "Decimal",
    "JSONString",
    "Money",
    "Order",
    "OrderDirection",
    "OrderLine",
    "PermissionDenied",
    "Product",
    "ProductVariant",
    "TaxedMoney",
    "Upload",
    "User",
    "Warehouse",
    "allow_writer",
    "host_root",
    "model_of",
    "money",
    "reads",
    "setup_context_user",
    "shown_variants",
    "taxed",
    "unwrap",
    "variant_root",
]


def reads(resolver: Callable[..., Any]) -> Callable[..., Any]:
    """Let a resolver use the main database connection.

    On 3.x a query may not touch it unless it says so; our tables are small and a shopper must
    see at once what was just submitted, so the replica is not for them.
    """

    @wraps(resolver)
    def reading(*args: Any, **kwargs: Any) -> Any:
        with allow_writer():
            return resolver(*args, **kwargs)

    return reading


def unwrap(root: Any) -> Any:
    """The row inside the context object that 3.x hands to resolvers of its own types."""
    return getattr(root, "node", root)


def host_root(row: Any) -> Any:
    """An Order or OrderLine as the host's own resolvers of that type want it."""
    if SyncWebhookControlContext is None or row is None:
        return row
    return SyncWebhookControlContext(row)


def variant_root(row: Any, channel: str) -> Any:
    """A variant as the host's own resolvers want it, with prices of that channel."""
    if ChannelContext is None or row is None:
        return row
    return ChannelContext(node=row, channel_slug=channel or None)


def shown_variants(ids: Sequence[Any], channel: str) -> dict[Any, Any]:
    """Those of these variants that the channel's public sees, by key."""
    found = model_of(ProductVariant).objects.filter(pk__in=ids)
    if not host.IS_V3:
        published = model_of(Product).objects.published()
        return found.filter(product__in=published).in_bulk()
    listed = Q(product__channel_listings__published_at__lte=timezone.now())
    listed |= Q(product__channel_listings__published_at=None)
    of_product = found.filter(
        listed,
        product__channel_listings__channel__slug=channel,
        product__channel_listings__is_published=True,
    )
    return of_product.filter(
        channel_listings__channel__slug=channel, channel_listings__price_amount__isnull=False
    ).in_bulk()


def model_of(saleor_type: Any) -> Any:
    return saleor_type._meta.model


def money(amount: Number, currency: str) -> MoneyValue:
    return MoneyValue(amount, currency)


def taxed(amount: Taxed, currency: str) -> TaxedMoneyValue:
    return TaxedMoneyValue(
        net=MoneyValue(amount.net, currency), gross=MoneyValue(amount.gross, currency)
    )
