"""Who reads what was said with an event."""

from ..enums import ActorKind, EventKind

FOR_SHOPPERS = frozenset(
    {
        EventKind.DECLINED,
        EventKind.UNITS_DECLINED,
        EventKind.TRACKING_ADDED,
        EventKind.RECEPTION_VOIDED,
        EventKind.OVERRULED,
        EventKind.REOPENED,
    }
)
"""Events whose words are written for the shopper, too. The words of all others, a note on an
approval or an acceptance and what a gateway answered among them, are the store's and the
vendor's alone."""


def may_read(kind: EventKind, role: ActorKind) -> bool:
    """Whether somebody in this role reads the message of such an event."""
    return kind in FOR_SHOPPERS or role in (ActorKind.MERCHANT, ActorKind.VENDOR)
