"""What tests of exchange orders share."""

from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.core import mail

from saleor_returns_plugin import host
from saleor_returns_plugin.host import ExchangeItem, ExchangeOrder
from tests.saleor_rows.gateway import RecordedGateway


def row(order: ExchangeOrder) -> Any:
    return apps.get_model("order.Order").objects.get(pk=order.id)


def exchange(original: Any, *items: Any, token: UUID | None = None, **values: Any) -> ExchangeOrder:
    """`items`: variants, one of each, or ExchangeItems."""
    chosen = [
        item if isinstance(item, ExchangeItem) else ExchangeItem(item.pk, 1) for item in items
    ]
    return host.current.create_exchange_order(
        original_id=original.pk, items=chosen, token=token or uuid4(), **values
    )


def everything() -> dict[str, int]:
    """Rows of all that an exchange writes."""
    labels = [
        "checkout.Checkout",
        "checkout.CheckoutLine",
        "order.Order",
        "order.OrderLine",
        "order.OrderEvent",
        "warehouse.Allocation",
        "account.Address",
        "payment.Payment",
        "account.CustomerEvent",
    ]
    if host.IS_V3:
        labels += ["warehouse.Reservation", "checkout.CheckoutMetadata"]
    return {label: apps.get_model(label).objects.count() for label in labels}


def allocated(variant: Any) -> int:
    rows = apps.get_model("warehouse.Allocation").objects.filter(stock__product_variant=variant)
    return sum(rows.values_list("quantity_allocated", flat=True))


def confirmations(email: str) -> int:
    """How often Saleor had the customer told that an order was placed."""
    if host.IS_V3:
        return RecordedGateway.notices.count("order_confirmation")
    return [message.to for message in mail.outbox].count([email])


def all_told() -> int:
    return len(mail.outbox) + len(RecordedGateway.notices)
