"""Who acts or looks, as far as rules need to know."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from ..enums import ActorKind


@dataclass(frozen=True)
class Actor:
    """The person or program behind a call.

    `record_id` is the one order that a guest's session opens; `user_id` a signed-in user of
    Saleor; `vendor_ids` the vendors that user is a member of, `owned_vendor_ids` those of them
    where the user is OWNER. One user may be all at once: `kind` is the strongest.
    """

    kind: ActorKind
    user_id: Any = None
    email: str = ""
    name: str = ""
    record_id: UUID | None = None
    vendor_ids: frozenset[UUID] = field(default_factory=frozenset)
    owned_vendor_ids: frozenset[UUID] = field(default_factory=frozenset)
    has_orders: bool = True
    is_invited: bool = False
    """By a vendor, as whose member the user was not here before."""

    @property
    def is_merchant(self) -> bool:
        return self.kind is ActorKind.MERCHANT


SYSTEM = Actor(kind=ActorKind.SYSTEM)
NOBODY = Actor(kind=ActorKind.NOBODY)
