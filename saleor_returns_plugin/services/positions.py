"""Which units of a shipment line a return holds, and so what they are worth (ADR 12)."""

from collections.abc import Sequence

from ..domain.positions import Positions, free
from ..models import ReturnLine
from ..selectors.returned import positions_in_returns


def hold(lines: Sequence[ReturnLine]) -> None:
    """Let each line hold as many positions as it has accepted units. Not saved.

    The order's lock is held. A line keeps what it has, from the first on; what another return
    took since it ended is replaced by what is free.
    """
    others = positions_in_returns(
        {line.shipment_line_id for line in lines}, but=[line.pk for line in lines]
    )
    for line in lines:
        taken = Positions.of(pair for held in others[line.shipment_line_id] for pair in held.ranges)
        own = (Positions.of(line.positions) - taken).first(line.accepted)
        more = free(
            of=line.shipment_line.quantity,
            held=[taken, own],
            units=line.accepted - own.count,
        )
        line.positions = (own | more).plain()
