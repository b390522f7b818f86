"""Whoever a task passes to has the whole time for it, also where the return stays where it is."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime

from ..domain.transitions import FINAL
from ..enums import ReturnStatus, Task
from ..models import VendorReturn
from ..selectors.deadlines import turn_of
from ..selectors.exchanges import exchanged
from . import lifecycle


@contextmanager
def passed_on(part: VendorReturn, *, now: datetime, is_back: bool = False) -> Iterator[None]:
    """Starts the time anew if what is done within makes it somebody else's turn. The order's lock
    is held.

    `is_back`: what nobody could do anything about comes back to who had it before, with the time
    that is left.
    """
    status, (task, before) = part.status, turn_of(part)
    yield
    if part.status != status or ReturnStatus(status) in FINAL:
        return  # which started it, or ended it
    if before is None and is_back:
        return
    was_offer = task is Task.PAY_DIFFERENCE
    task, after = turn_of(part)
    # An offer has a time of its own, which says nothing of what comes next.
    is_offer_over = was_offer and task is not Task.PAY_DIFFERENCE
    if after is not None and (after is not before or is_offer_over):
        is_more_to_come = any(line.expected for line in part.lines.all())
        lifecycle.restart_waiting(part, now=now, is_more_to_come=is_more_to_come)


def refunded(
    part: VendorReturn, *, now: datetime, is_back: bool = False
) -> AbstractContextManager[None]:
    """As `passed_on`, of a refund: only beside an exchange it can leave something to another."""
    if not exchanged(part.lines.all()):
        return nullcontext()
    return passed_on(part, now=now, is_back=is_back)
