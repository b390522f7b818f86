"""Whose turn it is with a return, and until when."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ..domain.deadlines import who_does
from ..models import VendorReturn
from ..selectors.deadlines import is_overdue, task_of
from ..web import formats
from ..web.words import word


@dataclass(frozen=True)
class TurnView:
    """Blank when nothing is left to do; without a day once the return is over."""

    who: str
    due: str
    is_overdue: bool


def turn_view(part: VendorReturn, now: datetime, *, is_left_to_store: bool) -> TurnView:
    """`part` comes with its lines and refunds; `is_left_to_store`: its vendor may not refund."""
    task = task_of(part)
    if task is None:
        return TurnView("", "", is_overdue=False)
    who = who_does(task, is_left_to_store=is_left_to_store)
    if who is None:
        return TurnView(_("The payment provider"), "", is_overdue=False)
    return TurnView(word(who), formats.day(part.due_at), is_overdue=is_overdue(part, now))
