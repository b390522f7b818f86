"""Whose turn it is with a return, and until when."""

from dataclasses import dataclass
from datetime import datetime

from ..models import VendorReturn
from ..selectors.deadlines import whose_turn
from ..web import formats
from ..web.words import word


@dataclass(frozen=True)
class TurnView:
    """Blank when the return is over."""

    who: str
    due: str
    is_overdue: bool


def turn_view(part: VendorReturn, now: datetime) -> TurnView:
    """`part` comes with its lines and refunds."""
    who = whose_turn(part)
    return TurnView(
        who=word(who) if who else "",
        due=formats.day(part.due_at),
        is_overdue=part.due_at is not None and part.due_at < now,
    )
