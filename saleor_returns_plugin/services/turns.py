"""Whoever a task passes to has the whole time for it, also where the return stays where it is."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime

from ..domain.transitions import FINAL
from ..enums import ReturnStatus
from ..models import VendorReturn
from ..selectors.deadlines import whose_turn
from ..selectors.exchanges import exchanged
from . import lifecycle


@contextmanager
def passed_on(part: VendorReturn, *, now: datetime, is_back: bool = False) -> Iterator[None]:
    """Starts the time anew if what is done within makes it somebody else's turn. The order's lock
    is held.

    `is_back`: what nobody could do anything about comes back to who had it before, with the time
    that is left.
    """
    status, before = part.status, whose_turn(part)
    yield
    if part.status != status or ReturnStatus(status) in FINAL:
        return  # which started it, or ended it
    after = whose_turn(part)
    if before is None and is_back:
        return
    if after is not None and after is not before:
        is_more_to_come = any(line.expected for line in part.lines.all())
        lifecycle.restart_waiting(part, now=now, is_more_to_come=is_more_to_come)


def refunded(
    part: VendorReturn, *, now: datetime, is_back: bool = False
) -> AbstractContextManager[None]:
    """As `passed_on`, of a refund: only beside an exchange it can leave something to another."""
    if not exchanged(part.lines.all()):
        return nullcontext()
    return passed_on(part, now=now, is_back=is_back)
