"""What holds of all rows at any time, whoever did what at once. `broken()` tells what does not."""

from collections.abc import Iterator

from django.db.models import Count

from saleor_returns_plugin.domain import transitions
from saleor_returns_plugin.enums import (
    Condition,
    EventKind,
    ExchangeStatus,
    RefundStatus,
    ReturnStatus,
)
from saleor_returns_plugin.models import (
    OrderRecord,
    Refund,
    ReturnEvent,
    ReturnLine,
    ReturnRequest,
    VendorReturn,
    VendorShipmentLine,
)
from saleor_returns_plugin.selectors.checks import refunds, returns, statements
from saleor_returns_plugin.selectors.checks.book import books
from saleor_returns_plugin.selectors.deadlines import task_of
from saleor_returns_plugin.selectors.returned import (
    units_back,
    units_in_returns,
    units_refunded_by_return_line,
)

_OPEN = [status.value for status in ReturnStatus if status not in transitions.FINAL]
_MOVES = {kind.value for kind in transitions.EVENT_OF_MOVE.values()}
_REFUND_MOVES = {
    EventKind.REFUND_REQUESTED.value,
    EventKind.REFUND_SUCCEEDED.value,
    EventKind.REFUND_FAILED.value,
    EventKind.REFUND_UNKNOWN.value,
}


def broken() -> list[str]:
    """Empty when all is well."""
    rules = (_units, _counts, _statuses, _history, _refunds, _figures, stuck)
    return [each for rule in rules for each in rule()]


def stuck() -> Iterator[str]:
    """Of a return that is not over, somebody has to do something, or an answer is awaited."""
    for part in VendorReturn.objects.filter(status__in=_OPEN):
        is_being_ordered = part.exchanges.filter(status=ExchangeStatus.PENDING.value).exists()
        if task_of(part) is None and not is_being_ordered:
            yield f"{part.number}: is {part.status}, and nobody has to do anything"


def _figures() -> Iterator[str]:
    """As `manage.py returns_check` derives them, but for what Saleor's order says: tests change
    that behind our back."""
    for book in books(list(OrderRecord.objects.all())):
        for rule in (returns, refunds, statements):
            yield from rule.differences(book)


def _units() -> Iterator[str]:
    """Units are in one live return at most, and only those that were shipped."""
    lines = {line.pk: line for line in VendorShipmentLine.objects.all()}
    back = units_back(lines)
    for key, units in units_in_returns(lines).items():
        line = lines[key]
        if units > line.quantity_fulfilled:
            yield f"{line.sku}: {units} in returns of {line.quantity_fulfilled} shipped"
        if line.quantity_told > max(back.get(key, 0), line.quantity):
            yield f"{line.sku}: {line.quantity_told} told"


def _counts() -> Iterator[str]:
    """A line counts what its receptions say, and pays no more than that."""
    lines = list(ReturnLine.objects.select_related("vendor_return"))
    refunded = units_refunded_by_return_line(line.pk for line in lines)
    for line in lines:
        number = line.vendor_return.number
        rows = list(line.receptions.filter(reception__is_voided=False))
        missing = sum(row.quantity for row in rows if row.condition == Condition.MISSING.value)
        received = sum(row.quantity for row in rows) - missing
        if (line.received, line.missing) != (received, missing):
            yield f"{number}: counts {line.received} and {line.missing}, not {received}, {missing}"
        if line.received + line.missing > line.accepted:
            yield f"{number}: more arrived than was accepted"
        if line.send_back and line.payable != sum(row.quantity for row in rows if row.is_payable):
            yield f"{number}: payable is {line.payable}"
        if refunded.get(line.pk, 0) > line.payable:
            yield f"{number}: {refunded[line.pk]} refunded of {line.payable} payable"


def _statuses() -> Iterator[str]:
    for request in ReturnRequest.objects.prefetch_related("vendor_returns"):
        parts = [ReturnStatus(part.status) for part in request.vendor_returns.all()]
        if request.status != transitions.request_status(parts).value:
            yield f"{request.number}: {request.status} of {parts}"
        if request.events.filter(kind=EventKind.CREATED.value).count() != 1:
            yield f"{request.number}: not created once"


def _history() -> Iterator[str]:
    """Each status was led to by an event, and each event started where the last one ended."""
    for part in VendorReturn.objects.all():
        status = transitions.INITIAL.value
        for event in part.events.filter(kind__in=_MOVES).order_by("created_at"):
            if event.from_status != status:
                yield f"{part.number}: {event.kind} from {event.from_status}, but it was {status}"
            status = event.to_status
        if status != part.status:
            yield f"{part.number}: is {part.status}, its history ends {status}"


def _refunds() -> Iterator[str]:
    for refund in Refund.objects.all():
        moves = ReturnEvent.objects.filter(kind__in=_REFUND_MOVES, data__refund=str(refund.pk))
        last = moves.order_by("-created_at").first()
        if last is None or last.to_status != refund.status:
            yield f"Refund {refund.pk} is {refund.status}; its history ends {last and last.kind}"
    twice = (
        Refund.objects.filter(status__in=[RefundStatus.PENDING.value, RefundStatus.UNKNOWN.value])
        .values("vendor_return")
        .annotate(refunds=Count("pk"))
        .filter(refunds__gt=1)
    )
    if twice:
        yield f"two open refunds: {list(twice)}"
