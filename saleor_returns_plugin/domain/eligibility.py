"""May this line be returned now? Small rules, asked in order; the first refusal counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..enums import OrderState, WindowAnchor
from ..errors import OrderNotReturnable, QuantityExceedsReturnable, ReturnsError, WindowClosed


@dataclass(frozen=True)
class Candidate:
    """What the rules need to know of a shipment line."""

    order_state: OrderState
    policy_allows: bool
    quantity_fulfilled: int
    quantity_returnable: int
    until: datetime | None
    now: datetime
    window_days: int | None = None
    window_anchor: WindowAnchor = WindowAnchor.DELIVERED


_ANCHORS = {
    WindowAnchor.DELIVERED: "delivery",
    WindowAnchor.FULFILLED: "shipping",
    WindowAnchor.PLACED: "the order",
}


def _order_stands(line: Candidate) -> ReturnsError | None:
    if line.order_state is not OrderState.PLACED:
        return OrderNotReturnable("This order is not confirmed or was cancelled.")
    return None


def _policy_allows(line: Candidate) -> ReturnsError | None:
    if not line.policy_allows:
        return OrderNotReturnable("This item is a final sale and cannot be returned.")
    return None


def _was_shipped(line: Candidate) -> ReturnsError | None:
    if line.quantity_fulfilled < 1:
        return OrderNotReturnable("This item has not been shipped yet.")
    return None


def _window_open(line: Candidate) -> ReturnsError | None:
    if line.until is not None and line.now > line.until:
        since = _ANCHORS[line.window_anchor]
        return WindowClosed(
            f"This item could be returned within {line.window_days} days of {since}: the last day "
            f"was {line.until:%Y-%m-%d}."
        )
    return None


def _something_left(line: Candidate) -> ReturnsError | None:
    if line.quantity_returnable < 1:
        return QuantityExceedsReturnable("All units of this item are returned or being returned.")
    return None


RULES: tuple[Callable[[Candidate], ReturnsError | None], ...] = (
    _order_stands,
    _policy_allows,
    _was_shipped,
    _window_open,
    _something_left,
)


def refusal(line: Candidate) -> ReturnsError | None:
    """Why nothing of the line can be returned now, or None."""
    return next((error for rule in RULES if (error := rule(line))), None)
