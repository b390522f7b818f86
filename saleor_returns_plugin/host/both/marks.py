"""What Saleor's order says of an exchange, for people and warehouse systems to see.

Nothing is decided by it.
"""

from collections.abc import Mapping
from uuid import UUID

import graphene
from saleor.order.models import Order

from ..types import Hold

EXCHANGE_OF = "returns.exchange_of"
"""Key of the order's metadata: the number of the order whose goods it replaces."""

HELD_UNTIL = "returns.held_until"
"""Key of the order's metadata: not to be sent yet."""


def marks(original_number: str, hold: Hold | None) -> dict[str, str]:
    """Metadata of a new order; what is blank is no key of it."""
    return {EXCHANGE_OF: original_number, HELD_UNTIL: hold.reason if hold else ""}


def of_new(original_number: str, hold: Hold | None) -> dict[str, str]:
    """As a checkout carries them to its order."""
    return {key: value for key, value in marks(original_number, hold).items() if value}


def put(order: Order, values: Mapping[str, str]) -> bool:
    """In the order's metadata, blank for not at all; False when it says so already. Not saved."""
    merged = {**order.metadata, **values}
    wanted = {key: value for key, value in merged.items() if value or key not in values}
    is_new = wanted != order.metadata
    order.metadata = wanted
    return is_new


def checkout_id(token: UUID) -> str:
    """The ID that Saleor's API knows the checkout by."""
    return str(graphene.Node.to_global_id("Checkout", token))
