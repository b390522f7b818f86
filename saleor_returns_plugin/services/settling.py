"""A return is over once every unit has its outcome and every payable one is paid."""

from datetime import datetime

from ..domain.actors import SYSTEM
from ..enums import Move, ReturnStatus
from ..models import VendorReturn
from ..selectors.returned import outcomes_of
from . import lifecycle

_MAY_SETTLE = (ReturnStatus.RECEIVED, ReturnStatus.ACCEPTED)


def settle_if_done(part: VendorReturn, *, now: datetime) -> None:
    """The order's lock is held. An ACCEPTED return is done when nothing of it is to be sent back."""
    if ReturnStatus(part.status) not in _MAY_SETTLE:
        return
    outcomes = outcomes_of(part)
    if not any(line.expected or line.units_awaited for line in outcomes) and all(
        line.payable == line.units_refunded for line in outcomes
    ):
        lifecycle.move(part, Move.SETTLE, actor=SYSTEM, now=now)
