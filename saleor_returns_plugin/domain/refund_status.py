"""What the state of a refund's parts makes of the refund. ARCHITECTURE section 4."""

from collections.abc import Iterable

from ..enums import RefundStatus

OPEN = (RefundStatus.PENDING, RefundStatus.UNKNOWN)
"""States in which the money may or may not have moved."""

# The most worrying part speaks for the whole.
_WEIGHT = (
    RefundStatus.UNKNOWN,
    RefundStatus.PENDING,
    RefundStatus.FAILED,
    RefundStatus.SUCCEEDED,
)

PART_MOVES: dict[RefundStatus, frozenset[RefundStatus]] = {
    RefundStatus.PENDING: frozenset(
        {RefundStatus.SUCCEEDED, RefundStatus.FAILED, RefundStatus.UNKNOWN}
    ),
    # Again with the same key; or the merchant paid another way.
    RefundStatus.FAILED: frozenset({RefundStatus.PENDING, RefundStatus.SUCCEEDED}),
    # By evidence only.
    RefundStatus.UNKNOWN: frozenset({RefundStatus.SUCCEEDED, RefundStatus.FAILED}),
    # Late evidence: the money came back.
    RefundStatus.SUCCEEDED: frozenset({RefundStatus.FAILED}),
}

MOVES = {
    **PART_MOVES,
    # One part is settled, and another is still on its way.
    RefundStatus.UNKNOWN: PART_MOVES[RefundStatus.UNKNOWN] | {RefundStatus.PENDING},
}
"""Of a whole refund. A part never goes back to be asked for again without a FAILED between."""


def of_parts(statuses: Iterable[RefundStatus]) -> RefundStatus:
    """The refund's status; one without parts pays nothing, and has done so."""
    found = set(statuses) or {RefundStatus.SUCCEEDED}
    return next(status for status in _WEIGHT if status in found)
