"""Of which goods staff can send something else, as `services/staff_exchanges.py` checks it."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from .. import host
from ..enums import EventKind, ExchangeStatus, Resolution, ReturnStatus, Source
from ..models import (
    Exchange,
    OrderRecord,
    ReturnEvent,
    ReturnLine,
    ReturnRequest,
    VendorReturn,
    VendorShipmentLine,
)
from .policies import offered
from .returned import PaidUnits, is_anything_refunded, units_in_returns
from .vendor_returns import EXCHANGEABLE

UNASKED = "unasked"
"""The code of the first events of a return that staff made to send something else: nothing comes
back, and nobody asked."""

_ENDED = (ExchangeStatus.FAILED.value, ExchangeStatus.CANCELLED.value)


def units_of_return(
    part: VendorReturn,
    lines: Iterable[ReturnLine],
    paid: Mapping[UUID, PaidUnits],
    exchanges: Iterable[Exchange],
) -> dict[UUID, int]:
    """Return line id -> its units, which are replaced together; empty where nothing can be.

    `paid` is what is paid back of its lines, `exchanges` are all there are of it. One statement at
    most.
    """
    is_open = ReturnStatus(part.status) in EXCHANGEABLE and _is_possible(part.request.record)
    if not is_open or any(exchange.status not in _ENDED for exchange in exchanges):
        return {}
    left = [line for line in lines if line.accepted and not paid[line.pk].whole]
    goods = _goods(line.shipment_line for line in left)
    return {line.pk: line.accepted for line in left if line.shipment_line_id in goods}


def units_of_shipment(record: OrderRecord, lines: Iterable[VendorShipmentLine]) -> dict[UUID, int]:
    """Shipment line id -> units that left and that no return holds; two statements at most."""
    sent = [line for line in lines if line.order_line_id is not None and line.units_shipped > 0]
    if not sent or not _is_possible(record):
        return {}
    taken = units_in_returns(line.pk for line in sent)
    left = {line.pk: line.units_shipped - taken.get(line.pk, 0) for line in sent}
    goods = _goods(line for line in sent if left[line.pk] > 0)
    return {key: left[key] for key in left if key in goods}


def is_known(record: OrderRecord, key: str) -> bool:
    """Whether an exchange was ordered with this key already."""
    return Exchange.objects.filter(
        vendor_return__request__record=record, idempotency_key=key
    ).exists()


def is_unasked(request: ReturnRequest) -> bool:
    """Whether staff made it to send something else, with nothing to come back."""
    if request.source != Source.STAFF.value:
        return False
    made = ReturnEvent.objects.filter(request=request, kind=EventKind.CREATED.value)
    return made.filter(data__code=UNASKED).exists()


def is_only_sent(part: VendorReturn, lines: Iterable[ReturnLine]) -> bool:
    """Whether the return, with all its `lines`, is nothing but what staff sent unasked: then it
    ends as that does."""
    own = [line for line in lines if line.accepted]
    return (
        all(line.is_exchanged and not line.send_back for line in own)
        and is_unasked(part.request)
        and not is_anything_refunded(part)
    )


def _goods(lines: Iterable[VendorShipmentLine]) -> set[UUID]:
    """Shipment line ids without those of gift cards and digital items; one statement at most."""
    variants = {line.pk: line.variant_id for line in lines}
    sold = {key for key in variants.values() if key is not None}
    without = host.current.without_goods(sold) if sold else set()
    return {key for key, variant in variants.items() if variant not in without}


def _is_possible(record: OrderRecord) -> bool:
    return record.order_id is not None and Resolution.EXCHANGE in offered()
