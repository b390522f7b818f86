"""Which call shipped what, as Saleor's fulfilments keep it: one sent again ships nothing more."""

from collections.abc import Iterable

from saleor.order import FulfillmentStatus
from saleor.order.models import Fulfillment

from ..types import SaleorId

KEY = "returns.key"
DIGEST = "returns.input"
"""Keys of private metadata."""


def mark_sent(fulfilment_ids: Iterable[str], key: str, digest: str) -> None:
    for fulfilment in Fulfillment.objects.filter(pk__in=list(fulfilment_ids)):
        fulfilment.store_value_in_private_metadata({KEY: key, DIGEST: digest})
        fulfilment.save(update_fields=["private_metadata"])


def sent_with(order_id: SaleorId, key: str) -> str | None:
    """The digest that `mark_sent` was given with this key, blank once all of it was cancelled;
    None where nothing was sent with it."""
    found = Fulfillment.objects.filter(order_id=order_id, private_metadata__contains={KEY: key})
    rows = list(found.values_list("status", "private_metadata"))
    standing = [marks for status, marks in rows if status != FulfillmentStatus.CANCELED]
    if standing:
        return str(standing[0].get(DIGEST))
    return "" if rows else None
