"""Goods arrive: what came, in which condition, and where it went."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from .. import host
from ..domain import transitions
from ..domain.actors import SYSTEM, Actor
from ..domain.policy import Policy
from ..domain.requested import ReceivedLine
from ..enums import Condition, Disposition, Move, ReturnStatus
from ..errors import (
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    QuantityExceedsReturnable,
    Required,
)
from ..models import Reception, ReceptionLine, ReturnLine, VendorReturn
from ..selectors.returned import units_in_returns
from . import lifecycle, notifications
from .locks import locked_return
from .texts import clean_text

__all__ = ["ReceivedLine", "receive"]

_NEEDS_NOTE = (Condition.WRONG_ITEM, Condition.NOT_ACCEPTABLE)


@transaction.atomic
def receive(
    *,
    vendor_return_id: UUID,
    actor: Actor,
    lines: Sequence[ReceivedLine],
    now: datetime,
    idempotency_key: str | None = None,
) -> VendorReturn:
    """Record units that arrived, restock the good ones, and say what will be paid.

    May be called until every unit is received or missing. Raises NotFound, Required,
    InvalidInput, QuantityExceedsReturnable, InvalidTransition, IdempotencyConflict.
    """
    part = locked_return(vendor_return_id, for_actor=actor)
    digest = _digest(lines)
    if _seen(part, idempotency_key, digest):
        return part
    expected = {line.pk: line for line in part.lines.select_related("shipment_line")}
    _check(lines, expected)
    if ReturnStatus(part.status) in transitions.RELEASING:
        _check_still_free(lines, expected)
    for item in lines:
        _count(expected[item.return_line_id], item, Policy.from_snapshot(part.policy_snapshot))
    done = all(line.expected == 0 for line in expected.values())
    lifecycle.move(part, Move.RECEIVE_ALL if done else Move.RECEIVE_PART, actor=actor)
    ReturnLine.objects.bulk_update(expected.values(), ["received", "missing", "payable"])
    reception = Reception.objects.create(
        vendor_return=part,
        user_id=actor.user_id,
        idempotency_key=idempotency_key or None,
        idempotency_digest=digest,
    )
    ReceptionLine.objects.bulk_create([_row(reception, item) for item in lines])
    _restock(lines, expected)
    if done and not any(line.payable for line in expected.values()):
        lifecycle.move(part, Move.SETTLE, actor=SYSTEM)
    notifications.notify("goods_received_shopper", reception.pk)
    return part


def _check(lines: Sequence[ReceivedLine], expected: dict[UUID, ReturnLine]) -> None:
    if not lines:
        raise Required("Say what arrived.", field="lines")
    units: dict[UUID, int] = defaultdict(int)
    for index, item in enumerate(lines):
        line = expected.get(item.return_line_id)
        if line is None:
            raise NotFound("This item is not in the return.", field="return_line_id", index=[index])
        if item.quantity < 1:
            raise InvalidInput("Receive at least one unit.", field="quantity", index=[index])
        units[line.pk] += item.quantity
        if units[line.pk] > line.expected:
            raise QuantityExceedsReturnable(
                f"Only {line.expected} of {line.shipment_line.product_name} are still to come.",
                field="quantity",
                index=[index],
            )
        note = clean_text(item.note, field="note", index=index)
        if item.condition in _NEEDS_NOTE and not note:
            raise Required(
                "Say what is wrong; the shopper will read it.", field="note", index=[index]
            )
        if item.condition is Condition.MISSING and item.disposition is not None:
            raise InvalidInput(
                "Nothing happens to a unit that is missing.", field="disposition", index=[index]
            )


def _check_still_free(lines: Sequence[ReceivedLine], expected: dict[UUID, ReturnLine]) -> None:
    """The parcel came after all: its units must not be in a newer return by now."""
    sold = {line.shipment_line_id: line.shipment_line for line in expected.values()}
    taken = units_in_returns(sold)
    wanted: dict[UUID, int] = defaultdict(int)
    for index, item in enumerate(lines):
        key = expected[item.return_line_id].shipment_line_id
        wanted[key] += item.quantity
        if taken.get(key, 0) + wanted[key] > sold[key].quantity_fulfilled:
            raise QuantityExceedsReturnable(
                f"{sold[key].product_name} is in a newer return by now; receive it there.",
                field="quantity",
                index=[index],
            )


def _count(line: ReturnLine, item: ReceivedLine, policy: Policy) -> None:
    if item.condition is Condition.MISSING:
        line.missing += item.quantity
        return
    line.received += item.quantity
    if item.condition is Condition.GOOD or (
        item.condition is Condition.DAMAGED and policy.pays_damaged
    ):
        line.payable += item.quantity


def _disposition(item: ReceivedLine) -> Disposition | None:
    if item.condition is Condition.MISSING:
        return None
    usual = Disposition.RESTOCKED if item.condition is Condition.GOOD else Disposition.NOT_RESTOCKED
    return item.disposition or usual


def _row(reception: Reception, item: ReceivedLine) -> ReceptionLine:
    disposition = _disposition(item)
    return ReceptionLine(
        reception=reception,
        return_line_id=item.return_line_id,
        quantity=item.quantity,
        condition=item.condition.value,
        disposition=disposition.value if disposition else None,
        warehouse_id=item.warehouse_id,
        note=item.note.strip(),
    )


def _restock(lines: Sequence[ReceivedLine], expected: dict[UUID, ReturnLine]) -> None:
    """In Saleor's stock, in one fixed order of lines so that two receptions never deadlock."""
    back = [item for item in lines if _disposition(item) is Disposition.RESTOCKED]
    for item in sorted(back, key=lambda item: item.return_line_id):
        line = expected[item.return_line_id].shipment_line
        if line.order_line_id is not None:
            host.current.restock(
                order_line_id=line.order_line_id,
                quantity=item.quantity,
                warehouse_id=item.warehouse_id,
            )


def _digest(lines: Sequence[ReceivedLine]) -> str:
    plain = json.dumps([asdict(line) for line in lines], default=str, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def _seen(part: VendorReturn, key: str | None, digest: str) -> bool:
    if not key:
        return False
    before = Reception.objects.filter(vendor_return=part, idempotency_key=key).first()
    if before is not None and before.idempotency_digest != digest:
        raise IdempotencyConflict(
            "This key was used for another reception; take a new one.", field="idempotency_key"
        )
    return before is not None
