"""Transactions of 3.x: a granted refund, asked for through Saleor's API, answered by events.

The app that took the payment never sees our key, so each key has one granted refund of its own;
its id, not its status, leads to the events that tell (`refund_events`).
"""

import logging
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

import graphene
from saleor.app.models import App
from saleor.order.models import OrderGrantedRefund
from saleor.payment.models import TransactionEvent, TransactionItem
from saleor.plugins.manager import get_plugins_manager
from saleor.webhook.event_types import WebhookEventSyncType
from saleor.webhook.utils import get_webhooks_for_event

from ...domain.money import ZERO
from ...enums import RefundStatus
from ..types import PaymentFacts, RefundAnswer, SaleorId
from . import api, refund_events
from .refund_events import GIFT_CARD_APP

logger = logging.getLogger(__name__)

GRANT = """
mutation($order: ID!, $transaction: ID!, $amount: Decimal!, $reason: String!) {
  orderGrantRefundCreate(
    id: $order, input: {amount: $amount, transactionId: $transaction, reason: $reason}
  ) { grantedRefund { id } errors { field code message } }
}
"""
REQUEST = """
mutation($grant: ID!, $transaction: ID!) {
  transactionRequestRefundForGrantedRefund(grantedRefundId: $grant, id: $transaction) {
    errors { field code message }
  }
}
"""


def payments(order_id: SaleorId) -> list[tuple[datetime, PaymentFacts]]:
    items = TransactionItem.objects.filter(order_id=order_id).select_related(
        "app", "order__channel"
    )
    return [
        (
            item.created_at,
            PaymentFacts(
                reference=f"transaction:{item.token}",
                captured=item.charged_value,
                currency=item.currency,
                refundable=item.charged_value > 0 and _somebody_handles(item),
                refunded=max(ZERO, item.refunded_value + item.refund_pending_value),
            ),
        )
        for item in items.order_by("pk")
    ]


def refund(token: str, amount: Decimal, key: str) -> RefundAnswer:
    item = _item(token)
    if item is None or item.order is None:
        return _not_asked(f"Transaction {token} does not exist.")
    grant = _grant(item, key)
    before = refund_events.outcome(grant, item) if grant else None
    if before and before.status != RefundStatus.FAILED:
        return before
    if not _somebody_handles(item):
        return _not_asked("No app handles refunds of this transaction.")
    if not 0 < amount <= item.charged_value:
        return _not_asked(f"Only {item.charged_value} {item.currency} is still charged.")
    if grant is None:
        errors = _create_grant(item, amount, key)
        grant = _grant(item, key)
        if grant is None:
            return _not_asked(errors or "Saleor did not grant the refund.")
    return _request(grant, item)


def outcome(token: str, key: str, mark: str, claimed: Collection[str]) -> RefundAnswer:
    item = _item(token)
    grant = _grant(item, key) if item else None
    if item is None or grant is None:
        return _not_asked("Saleor has no such refund.")
    answer = refund_events.outcome(grant, item)
    if answer is None:
        return _not_asked("The refund was granted, but not asked for.")
    if answer.status == RefundStatus.UNKNOWN:
        return refund_events.unrelated_success(grant, item, mark, claimed) or answer
    return answer


def newest_event(token: str) -> str:
    events = TransactionEvent.objects.filter(transaction__token=token).order_by("-pk")
    return str(events.values_list("pk", flat=True).first() or 0)


def _request(grant: OrderGrantedRefund, item: TransactionItem) -> RefundAnswer:
    last = item.events.order_by("-pk").values_list("pk", flat=True).first() or 0
    try:
        errors = api.errors_of(
            REQUEST,
            {
                "grant": graphene.Node.to_global_id("OrderGrantedRefund", grant.pk),
                "transaction": _global_id(item),
            },
        )
    except Exception as error:
        logger.warning("Refund of transaction %s was not confirmed: %s", item.token, error)
        errors = ""
    answer = refund_events.outcome(grant, item, since=last)
    if answer is not None:
        return answer
    if errors:
        return _not_asked(errors)
    return RefundAnswer(RefundStatus.UNKNOWN, message="Saleor kept no record of the request.")


def _create_grant(item: TransactionItem, amount: Decimal, key: str) -> str:
    return api.errors_of(
        GRANT,
        {
            "order": graphene.Node.to_global_id("Order", item.order_id),
            "transaction": _global_id(item),
            "amount": str(amount),
            "reason": _reason(key),
        },
    )


def _grant(item: TransactionItem, key: str) -> OrderGrantedRefund | None:
    return OrderGrantedRefund.objects.filter(order_id=item.order_id, reason=_reason(key)).first()


def _reason(key: str) -> str:
    return f"Return ({key})"


def _item(token: str) -> TransactionItem | None:
    return (
        TransactionItem.objects.filter(token=token).select_related("app", "order__channel").first()
    )


def _global_id(item: TransactionItem) -> str:
    return graphene.Node.to_global_id("TransactionItem", item.token)


def _somebody_handles(item: TransactionItem) -> bool:
    """As Saleor itself decides before it asks: a plugin, or the app that took the payment, or the
    one that was installed in its place."""
    if item.app_identifier == GIFT_CARD_APP:
        return True
    manager = get_plugins_manager(allow_replica=False)
    if manager.is_event_active_for_any_plugin(
        "transaction_refund_requested", channel_slug=item.order.channel.slug
    ):
        return True
    app = _owner(item)
    return app is not None and bool(
        get_webhooks_for_event(WebhookEventSyncType.TRANSACTION_REFUND_REQUESTED, apps_ids=[app.pk])
    )


def _owner(item: TransactionItem) -> App | None:
    if item.app and item.app.is_active and not item.app.removed_at:
        return item.app
    if not item.app_identifier:
        return None
    return App.objects.filter(
        identifier=item.app_identifier, is_active=True, removed_at__isnull=True
    ).first()


def _not_asked(message: str) -> RefundAnswer:
    return RefundAnswer(RefundStatus.FAILED, message=message, asked=False)
