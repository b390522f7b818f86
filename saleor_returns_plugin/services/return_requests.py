"""A shopper's submission, and what shopper and merchant decide on it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from ..conf import setting
from ..domain import quotes as quote_rules
from ..domain.actors import SYSTEM, Actor
from ..domain.exchanges import Option
from ..domain.policy import Policy
from ..domain.positions import Positions
from ..domain.requested import DeclinedUnits, RequestedLine
from ..enums import ActorKind, Move, Resolution, ReturnStatus, Source
from ..errors import (
    IdempotencyConflict,
    InvalidInput,
    InvalidTransition,
    NotFound,
    NotPermitted,
    QuantityExceedsReturnable,
    Required,
    ResolutionNotAllowed,
    ReturnsError,
)
from ..models import OrderRecord, ReturnLine, ReturnReason, ReturnRequest, VendorReturn
from ..selectors import exchanges, quotes, reasons
from ..selectors.shipments import ReturnableOrder, returnable_order
from ..selectors.vendor_returns import roles_of
from . import eligibility, lifecycle, vendor_returns
from .exchanges import check_one_price, checked_option
from .locks import in_transaction, locked_parts, locked_record
from .texts import check_key, clean_text, digest_of, required_reason

__all__ = [
    "BulkResult",
    "DeclinedUnits",
    "RequestedLine",
    "approve",
    "bulk_approve",
    "bulk_decline",
    "cancel",
    "check",
    "create",
    "decline",
]

Expected = ReturnStatus | Mapping[UUID, ReturnStatus]
"""What the actor saw of the parts: all in one status, or for each its own, by id."""

MOST_AT_ONCE = 100
"""Requests that one bulk action may name."""


@dataclass(frozen=True)
class BulkResult:
    """What became of one request of a bulk action: the request, or why nothing was changed."""

    request: ReturnRequest | None
    error: ReturnsError | None


@in_transaction
def create(
    *,
    actor: Actor,
    record_id: UUID,
    lines: Sequence[RequestedLine],
    source: Source,
    now: datetime,
    note: str = "",
    locale: str = "",
    idempotency_key: str | None = None,
) -> ReturnRequest:
    """One request, one vendor return per shipment touched; policy and quote are frozen.

    The same key with the same input answers the first request again. Raises NotFound, Required,
    InvalidInput, WindowClosed, OrderNotReturnable, QuantityExceedsReturnable,
    ResolutionNotAllowed, IdempotencyConflict.
    """
    record = locked_record(record_id, for_actor=actor)
    _check_shape(lines)
    note = clean_text(note, field="note")
    locale = clean_text(locale, field="locale")
    digest = _digest(lines, note)
    before = _same_key(record, idempotency_key, digest)
    if before is not None:
        return before
    order = returnable_order(record, now)
    chosen_reasons = _check(order, lines)
    wanted = _wanted(order, lines)
    request = ReturnRequest(
        record=record,
        number=f"{record.number}-R{order.request_count + 1}",
        email=record.email,
        user_id=record.user_id,
        channel=record.channel,
        locale=(locale or record.language)[:35],
        source=source.value,
        note=note,
        idempotency_key=idempotency_key or None,
        idempotency_digest=digest,
    )
    parts = _parts(request, order, lines, chosen_reasons, wanted)
    siblings = [part for part, _ in parts]
    lifecycle.start(request, siblings, actor=actor, now=now)
    ReturnLine.objects.bulk_create([line for _, own in parts for line in own])
    for part in siblings:
        if part.policy_snapshot["auto_approve"]:
            _approve_part(part, actor=SYSTEM, now=now, siblings=siblings)
    return request


@in_transaction
def approve(
    *,
    request_id: UUID,
    actor: Actor,
    now: datetime,
    vendor_return_ids: Iterable[UUID] | None = None,
    declined: Sequence[DeclinedUnits] = (),
    note: str = "",
    expected: Expected | None = None,
) -> ReturnRequest:
    """Let parts through to their vendors; all that wait when none are named.

    `declined` units are free again, and the shopper is told which and why; a part of which nothing
    is left is declined. Raises NotFound, NotPermitted, InvalidTransition, Overtaken, and for
    `declined` InvalidInput, Required or QuantityExceedsReturnable with the index.
    """
    siblings = locked_parts(request_id, for_actor=actor)
    _only_merchant(actor)
    note = clean_text(note, field="note")
    parts = _waiting(siblings, vendor_return_ids, {ReturnStatus.REQUESTED}, actor, expected)
    for part in parts:
        lifecycle.check(part, Move.APPROVE, actor=actor)
    rest = vendor_returns.decline_units(
        parts, declined, actor=actor, role=ActorKind.MERCHANT, now=now
    )
    for part in rest:
        _approve_part(part, actor=actor, now=now, note=note, siblings=siblings)
    return siblings[0].request


@in_transaction
def decline(
    *,
    request_id: UUID,
    actor: Actor,
    reason: str,
    now: datetime,
    vendor_return_ids: Iterable[UUID] | None = None,
    expected: Expected | None = None,
) -> ReturnRequest:
    """Refuse parts, with a reason for the shopper; all that wait when none are named."""
    siblings = locked_parts(request_id, for_actor=actor)
    _only_merchant(actor)
    text = required_reason(reason)
    for part in _waiting(siblings, vendor_return_ids, {ReturnStatus.REQUESTED}, actor, expected):
        vendor_returns.decline_part(part, actor=actor, reason=text, now=now)
    return siblings[0].request


def bulk_approve(
    *,
    request_ids: Sequence[UUID],
    actor: Actor,
    now: datetime,
    expected: Mapping[UUID, Expected] | None = None,
) -> list[BulkResult]:
    """`approve` for each, in a transaction of its own: one that is refused stops no other.

    `expected` is what the actor saw of each request that it names.
    """
    saw = expected or {}
    return _each(
        request_ids,
        actor,
        lambda key: approve(request_id=key, actor=actor, now=now, expected=saw.get(key)),
    )


def bulk_decline(
    *,
    request_ids: Sequence[UUID],
    actor: Actor,
    reason: str,
    now: datetime,
    expected: Mapping[UUID, Expected] | None = None,
) -> list[BulkResult]:
    """`decline` for each, in a transaction of its own, all with the same reason."""
    text = required_reason(reason)
    saw = expected or {}
    return _each(
        request_ids,
        actor,
        lambda key: decline(
            request_id=key, actor=actor, reason=text, now=now, expected=saw.get(key)
        ),
    )


@in_transaction
def cancel(
    *,
    request_id: UUID,
    actor: Actor,
    now: datetime,
    vendor_return_ids: Iterable[UUID] | None = None,
    expected: Expected | None = None,
) -> ReturnRequest:
    """Withdraw parts before anything was received; all that still can be when none are named."""
    siblings = locked_parts(request_id, for_actor=actor)
    cancellable = {
        ReturnStatus.REQUESTED,
        ReturnStatus.APPROVED,
        ReturnStatus.ACCEPTED,
        ReturnStatus.IN_TRANSIT,
    }
    for part in _waiting(siblings, vendor_return_ids, cancellable, actor, expected):
        vendor_returns.cancel_part(part, actor=actor, now=now)
    return siblings[0].request


def check(*, order: ReturnableOrder, lines: Sequence[RequestedLine]) -> dict[UUID, Option]:
    """Raise what `create` would raise for these lines. Nothing is locked or stored.

    Answers what is wanted in exchange, by shipment line.
    """
    _check_shape(lines)
    _check(order, lines)
    return _wanted(order, lines)


def _approve_part(
    part: VendorReturn,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    siblings: Sequence[VendorReturn],
) -> None:
    lifecycle.move(part, Move.APPROVE, actor=actor, message=note, now=now, siblings=siblings)
    vendor_returns.after_approval(part, now=now)


def _each(
    request_ids: Sequence[UUID], actor: Actor, decide: Callable[[UUID], ReturnRequest]
) -> list[BulkResult]:
    _only_merchant(actor)
    if not request_ids:
        raise Required(gettext("Name at least one request."), field="ids")
    if len(request_ids) > MOST_AT_ONCE:
        raise InvalidInput(
            gettext("At most %(most)s requests at once.") % {"most": MOST_AT_ONCE}, field="ids"
        )
    results = []
    for key in request_ids:
        try:
            results.append(BulkResult(decide(key), None))
        except ReturnsError as error:
            results.append(BulkResult(None, error))
    return results


def _only_merchant(actor: Actor) -> None:
    if not actor.is_merchant:
        raise NotPermitted(gettext("Only the store's staff may decide on a request."), field="id")


def _waiting(
    siblings: Sequence[VendorReturn],
    ids: Iterable[UUID] | None,
    states: set[ReturnStatus],
    actor: Actor,
    expected: Expected | None,
) -> list[VendorReturn]:
    """The parts that a decision is about, of those of the request that the actor may see.

    "All that wait" has to be what the actor saw waiting, where `expected` says it for each.
    Raises NotFound, InvalidTransition, Overtaken.
    """
    parts = [part for part in siblings if roles_of(actor, part)]
    if ids is not None:
        wanted = list(ids)
        unknown = [i for i, key in enumerate(wanted) if key not in {part.pk for part in parts}]
        if unknown or not wanted:
            raise NotFound(
                gettext("These are not parts of the request."),
                field="vendor_returns",
                index=unknown,
            )
        found = [part for part in parts if part.pk in wanted]
        _check_expected(found, expected)
        return found
    found = [part for part in parts if ReturnStatus(part.status) in states]
    if isinstance(expected, Mapping):
        _check_expected([part for part in parts if part in found or part.pk in expected], expected)
    else:
        _check_expected(found, expected)
    if not found:
        raise InvalidTransition(
            gettext("Nothing of request %(number)s waits for this any more.")
            % {"number": siblings[0].request.number},
            field="id",
        )
    return found


def _check_expected(parts: Iterable[VendorReturn], expected: Expected | None) -> None:
    if expected is None:
        return
    for part in parts:
        saw = expected.get(part.pk) if isinstance(expected, Mapping) else expected
        lifecycle.check_not_overtaken(part, holds=saw == ReturnStatus(part.status))


def _check_shape(lines: Sequence[RequestedLine]) -> None:
    if not lines:
        raise Required(gettext("Choose at least one item."), field="lines")
    if len(lines) > setting("RETURNS_MAX_LINES"):
        raise InvalidInput(
            gettext("At most %(most)s lines in one request.")
            % {"most": setting("RETURNS_MAX_LINES")},
            field="lines",
        )
    seen: set[UUID] = set()
    for index, line in enumerate(lines):
        if line.quantity < 1:
            raise InvalidInput(
                gettext("Return at least one unit."), field="quantity", index=[index]
            )
        if line.shipment_line_id in seen:
            raise InvalidInput(
                gettext("This item stands here twice."), field="lines", index=[index]
            )
        seen.add(line.shipment_line_id)


def _check(order: ReturnableOrder, lines: Sequence[RequestedLine]) -> dict[UUID, ReturnReason]:
    known = {
        reason.pk: reason
        for reason in reasons.active().filter(pk__in=[ln.reason_id for ln in lines if ln.reason_id])
    }
    for index, asked in enumerate(lines):
        line = order.line(asked.shipment_line_id)
        if line is None:
            raise NotFound(
                gettext("This item is not in the order."), field="shipment_line_id", index=[index]
            )
        if line.refusal is not None:
            raise eligibility.error_of(line.refusal, field="shipment_line_id", index=[index])
        if asked.quantity > line.returnable_quantity:
            raise QuantityExceedsReturnable(
                gettext("Only %(most)s of %(item)s can be returned.")
                % {"most": line.returnable_quantity, "item": line.line.product_name},
                field="quantity",
                index=[index],
            )
        if asked.resolution not in line.resolutions:
            raise ResolutionNotAllowed(
                gettext("This is not offered for the item."), field="resolution", index=[index]
            )
        if asked.reason_id is not None and asked.reason_id not in known:
            raise NotFound(gettext("There is no such reason."), field="reason_id", index=[index])
        clean_text(asked.note, field="note", index=index)
    return known


def _wanted(order: ReturnableOrder, lines: Sequence[RequestedLine]) -> dict[UUID, Option]:
    """Shipment line id -> what is wanted in exchange; all lines together want no more of it than
    there is. Raises ExchangeUnavailable, InvalidInput."""
    found = exchanges.wanted(order.record, lines, order.by_id)
    chosen = {}
    units: dict[Any, int] = defaultdict(int)
    with_it: dict[UUID, list[Option]] = defaultdict(list)
    for index, line in enumerate(lines):
        is_exchange = line.resolution is Resolution.EXCHANGE
        if line.exchange_variant_id is not None and not is_exchange:
            raise InvalidInput(
                gettext("A variant is chosen for an exchange only."),
                field="exchange_variant_id",
                index=[index],
            )
        if is_exchange:
            option = found.get(line.shipment_line_id)
            before = units[option.variant_id] if option else 0
            option = checked_option(option, units=line.quantity, before=before, index=[index])
            units[option.variant_id] += line.quantity
            shipment_id = order.by_id[line.shipment_line_id][0].shipment_id
            check_one_price(option, with_it[shipment_id], index=[index])
            with_it[shipment_id].append(option)
            chosen[line.shipment_line_id] = option
    return chosen


def _parts(
    request: ReturnRequest,
    order: ReturnableOrder,
    lines: Sequence[RequestedLine],
    known: dict[UUID, ReturnReason],
    wanted: dict[UUID, Option],
) -> list[tuple[VendorReturn, list[ReturnLine]]]:
    asked = {line.shipment_line_id: line for line in lines}
    parts = []
    for shipment, quote in quotes.of_request(order, lines, wanted):
        chosen = [line for line in shipment.lines if line.line.pk in asked]
        held = {line.line_id: line.positions for line in quote.lines}
        suffix = shipment.shipment.number.rpartition("-")[2]
        part = VendorReturn(
            request=request,
            shipment=shipment.shipment,
            vendor=shipment.shipment.vendor,
            number=f"{request.number}-{suffix}",
            policy_snapshot=chosen[0].policy.snapshot(),
            quote_snapshot=quote_rules.snapshot(quote),
        )
        own = [
            _return_line(
                part,
                asked[line.line.pk],
                known,
                request.locale,
                held[line.line.pk],
                wanted.get(line.line.pk),
            )
            for line in chosen
        ]
        parts.append((part, own))
    return parts


def _return_line(
    part: VendorReturn,
    asked: RequestedLine,
    known: dict[UUID, ReturnReason],
    locale: str,
    positions: Positions,
    wanted: Option | None,
) -> ReturnLine:
    reason = known.get(asked.reason_id) if asked.reason_id else None
    return ReturnLine(
        vendor_return=part,
        shipment_line_id=asked.shipment_line_id,
        quantity=asked.quantity,
        positions=positions.plain(),
        reason=reason,
        reason_label=reasons.label(reason, locale) if reason else "",
        note=clean_text(asked.note, field="note"),
        resolution=asked.resolution.value,
        waives_fees=reason is not None and reason.waives_fees,
        exchange_variant_id=wanted and wanted.variant_id,
        exchange_name=wanted.name if wanted else "",
        exchange_difference=wanted.difference if wanted else Decimal(0),
        send_back=Policy.from_snapshot(part.policy_snapshot).send_back,
    )


def _digest(lines: Sequence[RequestedLine], note: str) -> str:
    plain = [[asdict(line) for line in lines], note]
    return digest_of(plain)


def _same_key(record: OrderRecord, key: str | None, digest: str) -> ReturnRequest | None:
    if not key:
        return None
    check_key(key)
    before = record.requests.filter(idempotency_key=key).first()
    if before is not None and before.idempotency_digest != digest:
        raise IdempotencyConflict(
            gettext("This key was used for another request; take a new one."),
            field="idempotency_key",
        )
    return before
