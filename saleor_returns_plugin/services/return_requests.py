"""A shopper's submission, and what shopper and merchant decide on it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from ..conf import setting
from ..domain import quotes as quote_rules
from ..domain.actors import SYSTEM, Actor
from ..domain.requested import RequestedLine
from ..enums import Move, ReturnStatus, Source
from ..errors import (
    IdempotencyConflict,
    InvalidInput,
    InvalidTransition,
    NotFound,
    NotPermitted,
    QuantityExceedsReturnable,
    Required,
    ResolutionNotAllowed,
)
from ..models import OrderRecord, ReturnLine, ReturnReason, ReturnRequest, VendorReturn
from ..selectors import quotes, reasons
from ..selectors.access import visible_records
from ..selectors.shipments import ReturnableOrder, returnable_order
from . import lifecycle, notifications, vendor_returns
from .locks import lock_order, locked_request
from .texts import clean_text, required_reason

__all__ = ["RequestedLine", "approve", "cancel", "check", "create", "decline"]


@transaction.atomic
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
    if not visible_records(actor).filter(pk=record_id).exists():
        raise NotFound("There is no such order.", field="order_id")
    _check_shape(lines)
    note = clean_text(note, field="note")
    record = lock_order(record_id)
    digest = _digest(lines, note)
    before = _same_key(record, idempotency_key, digest)
    if before is not None:
        return before
    order = returnable_order(record, now)
    chosen_reasons = _check(order, lines)
    request = ReturnRequest(
        record=record,
        number=f"{record.number}-R{record.requests.count() + 1}",
        email=record.email,
        user_id=record.user_id,
        channel=record.channel,
        locale=(locale or record.language)[:35],
        source=source.value,
        note=note,
        idempotency_key=idempotency_key or None,
        idempotency_digest=digest,
    )
    parts = _parts(request, order, lines, chosen_reasons)
    lifecycle.start(request, [part for part, _ in parts], actor=actor)
    ReturnLine.objects.bulk_create([line for _, own in parts for line in own])
    notifications.notify("request_created_merchant", request.pk)
    notifications.notify("request_received_shopper", request.pk)
    for part, _ in parts:
        if part.policy_snapshot["auto_approve"]:
            _approve_part(part, actor=SYSTEM, now=now)
    return request


@transaction.atomic
def approve(
    *,
    request_id: UUID,
    actor: Actor,
    now: datetime,
    vendor_return_ids: Iterable[UUID] | None = None,
    note: str = "",
) -> ReturnRequest:
    """Let parts through to their vendors; all that wait when none are named."""
    request = locked_request(request_id, for_actor=actor)
    _only_merchant(actor)
    for part in _waiting(request, vendor_return_ids, {ReturnStatus.REQUESTED}):
        _approve_part(part, actor=actor, now=now, note=note)
    return request


@transaction.atomic
def decline(
    *,
    request_id: UUID,
    actor: Actor,
    reason: str,
    now: datetime,
    vendor_return_ids: Iterable[UUID] | None = None,
) -> ReturnRequest:
    """Refuse parts, with a reason for the shopper; all that wait when none are named."""
    request = locked_request(request_id, for_actor=actor)
    _only_merchant(actor)
    text = required_reason(reason)
    for part in _waiting(request, vendor_return_ids, {ReturnStatus.REQUESTED}):
        vendor_returns.decline_part(part, actor=actor, reason=text)
    return request


@transaction.atomic
def cancel(
    *,
    request_id: UUID,
    actor: Actor,
    now: datetime,
    vendor_return_ids: Iterable[UUID] | None = None,
) -> ReturnRequest:
    """Withdraw parts before anything was received; all that still can be when none are named."""
    request = locked_request(request_id, for_actor=actor)
    cancellable = {
        ReturnStatus.REQUESTED,
        ReturnStatus.APPROVED,
        ReturnStatus.ACCEPTED,
        ReturnStatus.IN_TRANSIT,
    }
    for part in _waiting(request, vendor_return_ids, cancellable):
        lifecycle.move(part, Move.CANCEL, actor=actor)
    return request


def check(*, record: OrderRecord, lines: Sequence[RequestedLine], now: datetime) -> None:
    """Raise what `create` would raise for these lines. Nothing is locked or stored."""
    _check_shape(lines)
    _check(returnable_order(record, now), lines)


def _approve_part(part: VendorReturn, *, actor: Actor, now: datetime, note: str = "") -> None:
    lifecycle.move(part, Move.APPROVE, actor=actor, message=note)
    vendor_returns.after_approval(part, now=now)


def _only_merchant(actor: Actor) -> None:
    if not actor.is_merchant:
        raise NotPermitted("Only the store's staff may decide on a request.", field="id")


def _waiting(
    request: ReturnRequest, ids: Iterable[UUID] | None, states: set[ReturnStatus]
) -> list[VendorReturn]:
    """The parts that a decision is about. Raises NotFound, InvalidTransition."""
    parts = list(request.vendor_returns.select_related("vendor", "shipment").order_by("number"))
    for part in parts:
        part.request = request
    if ids is not None:
        wanted = list(ids)
        unknown = [i for i, key in enumerate(wanted) if key not in {part.pk for part in parts}]
        if unknown or not wanted:
            raise NotFound(
                "These are not parts of the request.", field="vendor_returns", index=unknown
            )
        return [part for part in parts if part.pk in wanted]
    found = [part for part in parts if ReturnStatus(part.status) in states]
    if not found:
        raise InvalidTransition(
            f"Nothing of request {request.number} waits for this any more.", field="id"
        )
    return found


def _check_shape(lines: Sequence[RequestedLine]) -> None:
    if not lines:
        raise Required("Choose at least one item.", field="lines")
    if len(lines) > setting("RETURNS_MAX_LINES"):
        raise InvalidInput(
            f"At most {setting('RETURNS_MAX_LINES')} lines in one request.", field="lines"
        )
    seen: set[UUID] = set()
    for index, line in enumerate(lines):
        if line.quantity < 1:
            raise InvalidInput("Return at least one unit.", field="quantity", index=[index])
        if line.shipment_line_id in seen:
            raise InvalidInput("This item stands here twice.", field="lines", index=[index])
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
                "This item is not in the order.", field="shipment_line_id", index=[index]
            )
        if line.refusal is not None:
            raise type(line.refusal)(line.refusal.message, field="shipment_line_id", index=[index])
        if asked.quantity > line.returnable_quantity:
            raise QuantityExceedsReturnable(
                f"Only {line.returnable_quantity} of {line.line.product_name} can be returned.",
                field="quantity",
                index=[index],
            )
        if asked.resolution not in line.resolutions:
            raise ResolutionNotAllowed(
                "This is not offered for the item.", field="resolution", index=[index]
            )
        if asked.reason_id is not None and asked.reason_id not in known:
            raise NotFound("There is no such reason.", field="reason_id", index=[index])
        clean_text(asked.note, field="note", index=index)
    return known


def _parts(
    request: ReturnRequest,
    order: ReturnableOrder,
    lines: Sequence[RequestedLine],
    known: dict[UUID, ReturnReason],
) -> list[tuple[VendorReturn, list[ReturnLine]]]:
    asked = {line.shipment_line_id: line for line in lines}
    parts = []
    for shipment, quote in quotes.of_request(order, lines):
        chosen = [line for line in shipment.lines if line.line.pk in asked]
        suffix = shipment.shipment.number.rpartition("-")[2]
        part = VendorReturn(
            request=request,
            shipment=shipment.shipment,
            vendor=shipment.shipment.vendor,
            number=f"{request.number}-{suffix}",
            policy_snapshot=chosen[0].policy.snapshot(),
            quote_snapshot=quote_rules.snapshot(quote),
        )
        own = [_return_line(part, asked[line.line.pk], known, request.locale) for line in chosen]
        parts.append((part, own))
    return parts


def _return_line(
    part: VendorReturn, asked: RequestedLine, known: dict[UUID, ReturnReason], locale: str
) -> ReturnLine:
    reason = known.get(asked.reason_id) if asked.reason_id else None
    return ReturnLine(
        vendor_return=part,
        shipment_line_id=asked.shipment_line_id,
        quantity=asked.quantity,
        reason=reason,
        reason_label=reasons.label(reason, locale) if reason else "",
        note=clean_text(asked.note, field="note"),
        resolution=asked.resolution.value,
    )


def _digest(lines: Sequence[RequestedLine], note: str) -> str:
    plain = [[asdict(line) for line in lines], note]
    return hashlib.sha256(json.dumps(plain, default=str, sort_keys=True).encode()).hexdigest()


def _same_key(record: OrderRecord, key: str | None, digest: str) -> ReturnRequest | None:
    if not key:
        return None
    if len(key) > 120:
        raise InvalidInput("At most 120 characters.", field="idempotency_key")
    before = record.requests.filter(idempotency_key=key).first()
    if before is not None and before.idempotency_digest != digest:
        raise IdempotencyConflict(
            "This key was used for another request; take a new one.", field="idempotency_key"
        )
    return before
