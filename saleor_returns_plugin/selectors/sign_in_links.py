"""Which orders a shopper who has only an e-mail address is led to."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.db.models import Value
from django.db.models.functions import Lower

from ..domain import transitions
from ..domain.references import email_key
from ..models import OrderRecord, VendorReturn
from .shipments import returnable_order

MOST = 10
"""Links that one mail holds."""
_LOOKED_AT = 30
"""Of a shopper who ordered for years, only so many are looked at."""

_FINAL = [status.value for status in transitions.FINAL]


def orders_of(email: str, channel: str, now: datetime) -> list[OrderRecord]:
    """Newest first: those with something to return, or with a return that is under way.

    `channel` blank: of every channel.
    """
    return list(islice(_worth_opening(email_key(email), channel, now), MOST))


def _worth_opening(email: str, channel: str, now: datetime) -> Iterator[OrderRecord]:
    rows = OrderRecord.objects.alias(key=Lower("email")).filter(key=Lower(Value(email)))
    if channel:
        rows = rows.filter(channel=channel)
    records = list(rows.order_by("-placed_at", "-id")[:_LOOKED_AT])
    open_returns = set(
        VendorReturn.objects.filter(request__record__in=records)
        .exclude(status__in=_FINAL)
        .values_list("request__record_id", flat=True)
    )
    for record in records:
        if record.pk in open_returns or _has_returnable(record, now):
            yield record


def _has_returnable(record: OrderRecord, now: datetime) -> bool:
    order = returnable_order(record, now)
    return any(line.returnable_quantity for s in order.shipments for line in s.lines)
