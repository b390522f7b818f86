"""A return is over once every unit has its outcome, and every payable one is paid or replaced."""

from collections.abc import Iterable
from datetime import datetime

from ..domain.actors import SYSTEM
from ..enums import ExchangeStatus, Move, ReturnStatus
from ..models import ReturnLine, VendorReturn
from ..selectors.exchanges import live
from ..selectors.returned import outcomes_of
from . import lifecycle

_MAY_SETTLE = (ReturnStatus.RECEIVED, ReturnStatus.ACCEPTED)


def settle_if_done(part: VendorReturn, *, now: datetime) -> None:
    """The order's lock is held. An ACCEPTED return is done when nothing of it is to be sent back."""
    if ReturnStatus(part.status) not in _MAY_SETTLE:
        return
    outcomes = outcomes_of(part)
    if any(line.expected or line.units_awaited for line in outcomes):
        return
    if any(line.is_paid_back and line.payable != line.units_refunded for line in outcomes):
        return
    if not any(line.is_exchanged for line in outcomes) or _is_replaced(part, outcomes):
        lifecycle.move(part, Move.SETTLE, actor=SYSTEM, now=now)


def _is_replaced(part: VendorReturn, lines: Iterable[ReturnLine]) -> bool:
    """The replacement may be sent; or there is none, and none is due."""
    exchange = live(part)
    if exchange is not None:
        return exchange.status == ExchangeStatus.RELEASED.value
    return not any(line.is_exchanged and line.payable for line in lines)
