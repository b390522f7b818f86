"""May this line be returned now? Small rules, asked in order; the first refusal counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..enums import NotReturnable, OrderState, WindowAnchor


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


@dataclass(frozen=True)
class Window:
    """Days from the anchor; `until` is the last moment that counted."""

    days: int
    anchor: WindowAnchor
    until: datetime


@dataclass(frozen=True)
class Refusal:
    """`window` is the one that closed, where that is why."""

    why: NotReturnable
    window: Window | None = None


def _order_stands(line: Candidate) -> Refusal | None:
    if line.order_state is not OrderState.PLACED:
        return Refusal(NotReturnable.ORDER_NOT_PLACED)
    return None


def _policy_allows(line: Candidate) -> Refusal | None:
    return None if line.policy_allows else Refusal(NotReturnable.FINAL_SALE)


def _was_shipped(line: Candidate) -> Refusal | None:
    return Refusal(NotReturnable.NOT_SHIPPED) if line.quantity_fulfilled < 1 else None


def _window_open(line: Candidate) -> Refusal | None:
    if line.until is not None and line.now > line.until:
        closed = Window(line.window_days or 0, line.window_anchor, line.until)
        return Refusal(NotReturnable.WINDOW_CLOSED, closed)
    return None


def _something_left(line: Candidate) -> Refusal | None:
    return Refusal(NotReturnable.NOTHING_LEFT) if line.quantity_returnable < 1 else None


RULES: tuple[Callable[[Candidate], Refusal | None], ...] = (
    _order_stands,
    _policy_allows,
    _was_shipped,
    _window_open,
    _something_left,
)


def refusal(line: Candidate) -> Refusal | None:
    """Why nothing of the line can be returned now, or None."""
    return next((found for rule in RULES if (found := rule(line))), None)
