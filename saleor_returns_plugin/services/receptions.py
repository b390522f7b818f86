"""Goods arrive: what came, in which condition, and where it went."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from .. import host
from ..domain import transitions
from ..domain.actors import SYSTEM, Actor
from ..domain.policy import Policy
from ..domain.requested import DeclinedUnits, ReceivedLine
from ..enums import ActorKind, Condition, Disposition, Move, ReturnStatus
from ..errors import (
    IdempotencyConflict,
    InsufficientStock,
    InvalidInput,
    InvalidTransition,
    NotFound,
    QuantityExceedsReturnable,
    Required,
)
from ..host import RestockedUnits
from ..models import Reception, ReceptionLine, ReturnLine, VendorReturn
from ..selectors.declined import LET_GO
from ..selectors.exchanges import are_none_accepted, let_go, newest
from ..selectors.returned import (
    paid_units,
    units_in_returns,
    valid_reception_lines,
)
from . import exchanges, lifecycle, positions, queue
from .locks import in_transaction, locked_return
from .settling import settle_if_done
from .texts import check_key, clean_text, digest_of, required_reason
from .turns import passed_on
from .vendor_returns import tell_declined

__all__ = ["NEEDS_NOTE", "ReceivedLine", "close", "close_part", "overrule", "receive", "void"]

NEEDS_NOTE = (Condition.WRONG_ITEM, Condition.NOT_ACCEPTABLE)


@in_transaction
def receive(
    *,
    vendor_return_id: UUID,
    actor: Actor,
    lines: Sequence[ReceivedLine],
    now: datetime,
    idempotency_key: str | None = None,
    expected: ReturnStatus | None = None,
    expected_received: int | None = None,
) -> VendorReturn:
    """Record units that arrived, restock the good ones, and say what will be paid.

    May be called until every unit is received or missing. `expected` is the status that the actor
    saw, `expected_received` how many units of the return were received or missing then. Raises
    NotFound, Required, InvalidInput, QuantityExceedsReturnable, InvalidTransition, Overtaken,
    IdempotencyConflict.
    """
    part = locked_return(vendor_return_id, for_actor=actor)
    lifecycle.check_role(part, Move.RECEIVE_ALL, actor=actor)
    digest = _digest(lines)
    if _seen(part, idempotency_key, digest):
        return part
    lifecycle.check_expected(part, expected)
    lifecycle.check(part, Move.RECEIVE_ALL, actor=actor)
    own = {line.pk: line for line in part.lines.select_related("shipment_line")}
    _check_counted(part, own.values(), expected_received)
    late: dict[UUID, int] = {}
    changed = _COUNTS
    was_over = ReturnStatus(part.status) in transitions.RELEASING
    if was_over:
        changed = [*_COUNTS, *_HELD]
        late = _take_what_is_free(lines, own)
        positions.hold(list(own.values()))
    _check(lines, own)
    reception = Reception.objects.create(
        vendor_return=part,
        user_id=actor.user_id,
        idempotency_key=idempotency_key or None,
        idempotency_digest=digest,
        declined={str(key): units for key, units in late.items()},
    )
    policy = Policy.from_snapshot(part.policy_snapshot)
    rows = [_row(reception, item, policy) for item in lines]
    _write(reception, rows, own, changed)
    done = all(line.expected == 0 for line in own.values())
    lifecycle.move(
        part,
        Move.RECEIVE_ALL if done else Move.RECEIVE_PART,
        actor=actor,
        now=now,
        data={"reception": str(reception.pk)},
    )
    if late:
        declined = [DeclinedUnits(key, units, "") for key, units in late.items()]
        tell_declined(part, declined, actor=SYSTEM, role=ActorKind.SYSTEM, code=LET_GO)
    if was_over and newest(part) is None and not are_none_accepted(own.values()):
        # It ended before it was accepted: nobody could order again what never was.
        exchanges.begin(part, own.values(), actor=actor)
    exchanges.release_if_due(part, own.values(), now=now)
    exchanges.end_offer_if_refused(part, own.values(), now=now)
    exchanges.tell_owed(part, own.values())
    paid = {line.pk for line in own.values() if line.is_paid_back}
    if not any(
        row.is_payable and row.return_line_id in paid for row in rows
    ):  # else these units are still to be paid
        settle_if_done(part, now=now)
    return part


@in_transaction
def close(
    *,
    vendor_return_id: UUID,
    actor: Actor,
    now: datetime,
    expected: ReturnStatus | None = None,
    expected_received: int | None = None,
) -> VendorReturn:
    """The rest never came: it counts as missing. What is `expected`, as for `receive`."""
    part = locked_return(vendor_return_id, for_actor=actor)
    lifecycle.check_expected(part, expected)
    _check_counted(part, part.lines.all(), expected_received)
    close_part(part, actor=actor, now=now)
    return part


def close_part(part: VendorReturn, *, actor: Actor, now: datetime) -> None:
    """The order's lock is held. Recorded as a reception, which can be voided when the rest comes."""
    lifecycle.check(part, Move.CLOSE, actor=actor)
    lines = {line.pk: line for line in part.lines.select_related("shipment_line")}
    reception = Reception.objects.create(vendor_return=part, user_id=actor.user_id, is_closing=True)
    policy = Policy.from_snapshot(part.policy_snapshot)
    missing = [
        ReceivedLine(line.pk, line.expected, Condition.MISSING)
        for line in lines.values()
        if line.expected
    ]
    _write(reception, [_row(reception, item, policy) for item in missing], lines, _COUNTS)
    lifecycle.move(part, Move.CLOSE, actor=actor, now=now, data={"reception": str(reception.pk)})
    exchanges.release_if_due(part, lines.values(), now=now)
    exchanges.end_offer_if_refused(part, lines.values(), now=now)
    exchanges.tell_owed(part, lines.values())
    settle_if_done(part, now=now)


@in_transaction
def void(
    *,
    reception_id: UUID,
    actor: Actor,
    reason: str,
    now: datetime,
    expected: ReturnStatus | None = None,
) -> VendorReturn:
    """Undo a reception while its units are not paid back, nor a replacement is released for them;
    restocked ones leave the stock again. A return that had ended ends again, and its exchange, too.

    `expected` is the status of the return that the actor saw. Raises NotFound, Required,
    InvalidTransition, Overtaken, InsufficientStock.
    """
    part_id = Reception.objects.filter(pk=reception_id).values_list("vendor_return", flat=True)
    part = locked_return(part_id.first(), for_actor=actor)
    lifecycle.check_expected(part, expected)
    text = required_reason(reason, is_for_vendor=True)
    _, role = lifecycle.check(part, Move.VOID_ALL, actor=actor)
    reception = Reception.objects.get(pk=reception_id)
    if reception.is_voided:
        raise InvalidTransition(gettext("This reception is undone already."), field="id")
    reception.is_voided = True
    reception.save(update_fields=["is_voided"])
    lines = {line.pk: line for line in part.lines.select_related("shipment_line")}
    rest = list(valid_reception_lines([part]))
    for key, units in reception.declined.items():
        lines[UUID(key)].declined -= units
    if reception.declined:
        positions.hold(list(lines.values()))
    _recount(lines.values(), rest)
    _check_not_refunded(lines)
    _check_not_replaced(reception, lines, is_last=not rest)
    ReturnLine.objects.bulk_update(lines.values(), [*_COUNTS, *_HELD])
    _unstock(reception, lines)
    lifecycle.move(
        part,
        Move.VOID_PART if rest else Move.VOID_ALL,
        actor=actor,
        now=now,
        message=text,
        data={"reception": str(reception.pk)},
    )
    if ReturnStatus(part.status) in transitions.RELEASING:
        exchanges.withdraw_of(part, actor=actor, role=role, reason=text, code="")
    else:
        exchanges.release_if_due(part, lines.values(), now=now)  # it waits for the goods again
        exchanges.tell_owed(part, lines.values())
    return part


@in_transaction
def overrule(
    *,
    reception_line_id: UUID,
    actor: Actor,
    reason: str,
    now: datetime,
    expected: ReturnStatus | None = None,
) -> VendorReturn:
    """The store pays units that were refused or are missing. Merchant only.

    `expected` is the status of the return that the actor saw. Raises NotFound, NotPermitted,
    Required, InvalidTransition, Overtaken.
    """
    found = ReceptionLine.objects.filter(pk=reception_line_id)
    part = locked_return(
        found.values_list("reception__vendor_return", flat=True).first(), for_actor=actor
    )
    lifecycle.check_expected(part, expected)
    text = required_reason(reason, is_for_vendor=True)
    lifecycle.check(part, Move.OVERRULE, actor=actor)
    row = found.select_related("reception", "return_line").get()
    if row.is_payable or row.reception.is_voided:
        raise InvalidTransition(
            gettext("These units are paid, or not received, anyhow."), field="id"
        )
    with passed_on(part, now=now):
        _pay_after_all(row)
        lifecycle.move(
            part,
            Move.OVERRULE,
            actor=actor,
            now=now,
            message=text,
            data={"reception_line": str(row.pk)},
        )
        exchanges.release_if_due(part, part.lines.all(), now=now)
        exchanges.tell_owed(part, part.lines.select_related("shipment_line"))
        settle_if_done(part, now=now)
    return part


def _pay_after_all(row: ReceptionLine) -> None:
    row.is_payable = row.is_overruled = True
    row.save(update_fields=["is_payable", "is_overruled"])
    row.return_line.payable += row.quantity
    row.return_line.save(update_fields=["payable"])


_COUNTS = ["received", "missing", "payable"]
_HELD = ["positions", "declined"]


def _write(
    reception: Reception,
    rows: Sequence[ReceptionLine],
    lines: dict[UUID, ReturnLine],
    changed: Sequence[str],
) -> None:
    """Restock, store the rows, count, and save what has `changed` of the lines by that or before."""
    _restock(rows, lines)
    ReceptionLine.objects.bulk_create(rows)
    for row in rows:
        _count(lines[row.return_line_id], row)
    ReturnLine.objects.bulk_update(lines.values(), changed)
    if host.current.capabilities.native_returns:
        record_id = reception.vendor_return.request.record_id
        queue.on_commit("tell_saleor_what_returned", str(record_id))


def _recount(lines: Iterable[ReturnLine], rows: Iterable[ReceptionLine]) -> None:
    by_line: dict[UUID, list[ReceptionLine]] = defaultdict(list)
    for row in rows:
        by_line[row.return_line_id].append(row)
    for line in lines:
        if not line.send_back:
            continue
        line.received = line.missing = line.payable = 0
        for row in by_line[line.pk]:
            _count(line, row)


def _count(line: ReturnLine, row: ReceptionLine) -> None:
    if row.condition == Condition.MISSING.value:
        line.missing += row.quantity
    else:
        line.received += row.quantity
    if row.is_payable:
        line.payable += row.quantity


def _check_not_refunded(lines: dict[UUID, ReturnLine]) -> None:
    paid = paid_units(lines)
    if any(paid[line.pk].touched > line.payable for line in lines.values()):
        raise InvalidTransition(
            gettext("Units of this reception are paid back: it cannot be undone."), field="id"
        )


def _check_not_replaced(
    reception: Reception, lines: dict[UUID, ReturnLine], *, is_last: bool
) -> None:
    """`lines` are counted without the reception; `is_last`: nothing else is recorded."""
    part_id = reception.vendor_return_id
    replacement = let_go([part_id]).get(part_id)
    payable = {line.pk: line.payable for line in lines.values()}
    if replacement is None or not replacement.needs(
        reception, lines.values(), payable, is_last=is_last
    ):
        return
    if replacement.is_sent:
        text = gettext("Order %(number)s was sent in exchange for these goods: they stay received.")
    else:
        text = gettext(
            "Order %(number)s was released in exchange for these goods. Cancel that exchange first, "
            "then undo this."
        )
    raise InvalidTransition(text % {"number": replacement.order_number}, field="id")


def _check(lines: Sequence[ReceivedLine], expected: dict[UUID, ReturnLine]) -> None:
    if not lines:
        raise Required(gettext("Say what arrived."), field="lines")
    units: dict[UUID, int] = defaultdict(int)
    for index, item in enumerate(lines):
        line = expected.get(item.return_line_id)
        if line is None:
            raise NotFound(
                gettext("This item is not in the return."), field="return_line_id", index=[index]
            )
        if item.quantity < 1:
            raise InvalidInput(
                gettext("Receive at least one unit."), field="quantity", index=[index]
            )
        units[line.pk] += item.quantity
        if units[line.pk] > line.expected:
            raise QuantityExceedsReturnable(
                gettext(
                    "Only %(most)s of %(item)s are still to come; units in a newer return are "
                    "received there."
                )
                % {"most": line.expected, "item": line.shipment_line.product_name},
                field="quantity",
                index=[index],
            )
        note = clean_text(item.note, field="note", index=index)
        if item.condition in NEEDS_NOTE and not note:
            raise Required(
                gettext("Say what is wrong; the shopper will read it."), field="note", index=[index]
            )
        if item.condition is Condition.MISSING and item.disposition is not None:
            raise InvalidInput(
                gettext("Nothing happens to a unit that is missing."),
                field="disposition",
                index=[index],
            )


def _check_counted(part: VendorReturn, lines: Iterable[ReturnLine], expected: int | None) -> None:
    """Raise Overtaken when other units arrived, or count as missing, than the actor saw."""
    holds = expected is None or expected == sum(line.received + line.missing for line in lines)
    lifecycle.check_not_overtaken(part, holds=holds)


def _take_what_is_free(
    lines: Sequence[ReceivedLine], expected: dict[UUID, ReturnLine]
) -> dict[UUID, int]:
    """The parcel came after all: the return goes on with what is in it, and lets go of the rest.

    The rest may be in a newer return by now, or the shopper was told not to send it. Answers
    return line -> units that are so declined, and free. Raises InvalidInput for units that are
    said to be missing: nothing was to come. What is in a newer return cannot be received here.
    """
    arrived: dict[UUID, int] = defaultdict(int)
    for index, item in enumerate(lines):
        if item.condition is Condition.MISSING:
            raise InvalidInput(
                gettext("This return had ended: record only what arrived."),
                field="condition",
                index=[index],
            )
        arrived[item.return_line_id] += max(item.quantity, 0)
    taken = units_in_returns(line.shipment_line_id for line in expected.values())
    declined = {}
    for line in expected.values():
        sold = line.shipment_line
        free = max(sold.units_shipped - taken.get(sold.pk, 0), 0) if line.send_back else 0
        rest = line.accepted - min(arrived[line.pk], free)
        if rest > 0:
            declined[line.pk] = rest
            line.declined += rest
            line.payable = min(line.payable, line.accepted)
    return declined


def _disposition(item: ReceivedLine) -> Disposition | None:
    if item.condition is Condition.MISSING:
        return None
    usual = Disposition.RESTOCKED if item.condition is Condition.GOOD else Disposition.NOT_RESTOCKED
    return item.disposition or usual


def _is_paid(condition: Condition, policy: Policy) -> bool:
    """ARCHITECTURE section 6, rule 6."""
    return condition is Condition.GOOD or (condition is Condition.DAMAGED and policy.pays_damaged)


def _row(reception: Reception, item: ReceivedLine, policy: Policy) -> ReceptionLine:
    disposition = _disposition(item)
    return ReceptionLine(
        reception=reception,
        return_line_id=item.return_line_id,
        quantity=item.quantity,
        condition=item.condition.value,
        disposition=disposition.value if disposition else None,
        warehouse_id=item.warehouse_id,
        note=item.note.strip(),
        is_payable=_is_paid(item.condition, policy),
    )


def _restock(rows: Sequence[ReceptionLine], lines: dict[UUID, ReturnLine]) -> None:
    """Into Saleor's stock; each row then tells where, or that there was no stock to go to."""
    back = [row for row in rows if row.disposition == Disposition.RESTOCKED.value]
    warehouses = host.current.restock(_units(back, lines)) if back else []
    for row, warehouse_id in zip(back, warehouses, strict=True):
        row.warehouse_id = warehouse_id
        if warehouse_id is None:
            row.disposition = Disposition.NOT_RESTOCKED.value


def _unstock(reception: Reception, lines: dict[UUID, ReturnLine]) -> None:
    rows = list(reception.lines.filter(disposition=Disposition.RESTOCKED.value))
    if rows and not host.current.unstock(_units(rows, lines)):
        raise InsufficientStock(
            gettext(
                "Some of these units are no longer in the warehouse they were restocked to. "
                "Correct the stock in Saleor, then undo this."
            ),
            field="id",
        )


def _units(rows: Sequence[ReceptionLine], lines: dict[UUID, ReturnLine]) -> list[RestockedUnits]:
    return [
        RestockedUnits(
            lines[row.return_line_id].shipment_line.order_line_id, row.quantity, row.warehouse_id
        )
        for row in rows
    ]


def _digest(lines: Sequence[ReceivedLine]) -> str:
    return digest_of([asdict(line) for line in lines])


def _seen(part: VendorReturn, key: str | None, digest: str) -> bool:
    if not key:
        return False
    check_key(key)
    before = Reception.objects.filter(vendor_return=part, idempotency_key=key).first()
    if before is not None and before.idempotency_digest != digest:
        raise IdempotencyConflict(
            gettext("This key was used for another reception; take a new one."),
            field="idempotency_key",
        )
    if before is not None and before.is_voided:
        raise IdempotencyConflict(
            gettext("The reception with this key was undone; take a new key."),
            field="idempotency_key",
        )
    return before is not None
