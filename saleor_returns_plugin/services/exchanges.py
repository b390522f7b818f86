"""Replacements: intended with the acceptance, held once they are ordered, and released.

`exchange_orders` has Saleor make and cancel their orders; `replacements` takes these up.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from .. import host
from ..domain.actors import SYSTEM, Actor
from ..domain.exchanges import HELD, ON_PAYMENT, Option
from ..domain.money import ZERO
from ..domain.policy import Policy
from ..domain.positions import Positions
from ..enums import (
    ActorKind,
    EventKind,
    ExchangeRelease,
    ExchangeStatus,
    Move,
    ReturnStatus,
    Unavailable,
)
from ..errors import ExchangeUnavailable, InvalidInput, InvalidTransition, NotPermitted
from ..host import Hold, OrderFacts
from ..models import Exchange, ExchangeLine, OrderRecord, ReturnLine, VendorReturn
from ..selectors import exchanges as selected
from ..selectors import postings
from ..selectors.events import CANCELLED_IN_SALEOR, REPLACEMENT_CANCELLED, SENT_IN_SALEOR
from ..selectors.exchanges import exchanged
from ..selectors.notifications import WITH_RETURN
from ..selectors.replacements import shipments_of
from ..selectors.staff_exchanges import is_only_sent
from ..selectors.vendor_returns import EXCHANGEABLE, handling_role
from . import lifecycle, notifications, queue
from .locks import in_transaction, locked_exchange
from .settling import settle_if_done
from .texts import required_reason
from .turns import passed_on

_TRACKED = (*EXCHANGEABLE[1:], ReturnStatus.SETTLED)
_ARRIVED = (ReturnStatus.RECEIVED, ReturnStatus.SETTLED)
_OVER = (ExchangeStatus.RELEASED, ExchangeStatus.CANCELLED)


def begin(part: VendorReturn, own: Iterable[ReturnLine], *, actor: Actor) -> Exchange | None:
    """Intend the exchange of all units of an accepted return that are to be exchanged.

    `own` are its lines, with their shipment lines. The order's lock is held. None where there are
    none, or an exchange stands for them already.
    """
    lines = exchanged(own)
    if not lines or selected.live(part) is not None:
        return None
    record = part.request.record
    exchange = Exchange(
        vendor_return=part,
        currency=record.currency,
        release_rule=Policy.from_snapshot(part.policy_snapshot).exchange_release.value,
        user_id=actor.user_id,
        difference=sum(max(line.exchange_difference, 0) * line.accepted for line in lines),
    )
    role = handling_role(actor, part) or ActorKind.SYSTEM
    intend(exchange, [_line(exchange, line, record) for line in lines], actor=actor, role=role)
    return exchange


def intend(
    exchange: Exchange, lines: Sequence[ExchangeLine], *, actor: Actor, role: ActorKind
) -> None:
    """Write a new exchange; it is ordered once this is committed. The order's lock is held."""
    lifecycle.move_exchange(exchange, ExchangeStatus.PENDING, actor=actor, role=role)
    ExchangeLine.objects.bulk_create(lines)
    queue.on_commit("order_exchange", str(exchange.pk))


def checked_option(
    option: Option | None, *, units: int, index: Sequence[int] | None, before: int = 0
) -> Option:
    """What is offered in exchange. Raises ExchangeUnavailable when it is not, or not so often;
    `before`: units of it that other lines of the same return are exchanged for."""
    if option is None:
        raise ExchangeUnavailable(
            gettext("The item cannot be exchanged for this."),
            field="exchange_variant_id",
            index=index,
            reason=Unavailable.NOT_SOLD,
        )
    if option.available < before + units:
        raise ExchangeUnavailable(
            gettext("Of %(name)s there are only %(left)s left.")
            % {"name": option.name, "left": max(option.available - before, 0)},
            field="exchange_variant_id",
            index=index,
            reason=Unavailable.OUT_OF_STOCK,
        )
    return option


def check_one_price(
    option: Option, others: Iterable[Option], *, index: Sequence[int] | None
) -> None:
    """An order of Saleor asks one price for all units of a variant, and an exchange is one order.

    `others` are wanted with it. Raises InvalidInput.
    """
    price = max(option.difference, ZERO)
    for other in others:
        if other.variant_id == option.variant_id and max(other.difference, ZERO) != price:
            raise InvalidInput(
                gettext(
                    "For %(name)s two of your items cost a different amount on top: exchange one "
                    "of them in a return of its own."
                )
                % {"name": option.name},
                field="exchange_variant_id",
                index=index,
            )


@in_transaction
def retry(*, exchange_id: UUID, actor: Actor, expected: ExchangeStatus | None = None) -> Exchange:
    """Order again what could not be ordered; or anew what was cancelled, while nothing else is
    made of the units. `expected` is how the actor saw it. Raises NotFound, NotPermitted,
    InvalidTransition, Overtaken."""
    exchange = locked_exchange(exchange_id, for_actor=actor)
    part = exchange.vendor_return
    role = _handler(actor, part)
    lifecycle.check_exchange_expected(exchange, expected)
    if ReturnStatus(part.status) not in EXCHANGEABLE:
        raise InvalidTransition(
            gettext("Return %(number)s is over.") % {"number": part.number}, field="id"
        )
    if not selected.can_be_paid_for(exchange, part.lines.all()):
        raise InvalidTransition(
            gettext(
                "None of the goods of return %(number)s was accepted, so the shopper is not asked "
                "to pay: the store can accept them first."
            )
            % {"number": part.number},
            field="id",
        )
    if exchange.status == ExchangeStatus.CANCELLED.value:
        is_last = selected.newest(part) == exchange
        if is_last and exchange.is_by_staff:
            return again(exchange, actor=actor)
        own = part.lines.select_related("shipment_line")
        anew = begin(part, own, actor=actor) if is_last else None
        if anew is None:
            raise InvalidTransition(
                gettext("Nothing of return %(number)s is to be exchanged again.")
                % {"number": part.number},
                field="id",
            )
        return anew
    if exchange.is_by_staff and exchange.status == ExchangeStatus.FAILED.value:
        _check_is_of(exchange, part.lines.all())
    lifecycle.move_exchange(exchange, ExchangeStatus.PENDING, actor=actor, role=role)
    queue.on_commit("order_exchange", str(exchange.pk))
    return exchange


def again(exchange: Exchange, *, actor: Actor) -> Exchange:
    """Intend anew what staff chose and was cancelled: the same goods at the same prices.

    Never by the return's lines, which know neither the prices nor all of the goods. The order's
    lock is held. Raises InvalidTransition where the return is not as it was then.
    """
    part = exchange.vendor_return
    own = {line.pk: line for line in part.lines.select_related("shipment_line")}
    _check_is_of(exchange, own.values())
    before = list(exchange.lines.all())
    anew = Exchange(
        vendor_return=part,
        currency=exchange.currency,
        release_rule=exchange.release_rule,
        charges_vendor=exchange.charges_vendor,
        notifies_customer=exchange.notifies_customer,
        idempotency_digest=exchange.idempotency_digest,
        user_id=actor.user_id,
        difference=sum((row.unit_price * row.quantity for row in before), ZERO),
    )
    lines = []
    for row in before:
        line = own[row.return_line_id] if row.return_line_id is not None else None
        copy = ExchangeLine(
            exchange=anew,
            return_line=line,
            variant_id=row.variant_id,
            name=row.name,
            sku=row.sku,
            quantity=row.quantity,
            positions=row.positions,
            unit_price=row.unit_price,
        )
        if line is not None:
            freeze_carried(copy, line, Positions.of(row.positions), part.request.record)
        lines.append(copy)
    role = handling_role(actor, part) or ActorKind.SYSTEM
    intend(anew, lines, actor=actor, role=role)
    return anew


def _check_is_of(exchange: Exchange, lines: Iterable[ReturnLine]) -> None:
    """Raises InvalidTransition where it does not replace just what is to be exchanged of these."""
    if selected.is_of(selected.units_of(exchange), lines):
        return
    raise InvalidTransition(
        gettext(
            "What is exchanged of return %(number)s has changed since: the store's staff can "
            "make a new exchange."
        )
        % {"number": exchange.vendor_return.number},
        field="id",
    )


@in_transaction
def cancel(
    *,
    exchange_id: UUID,
    actor: Actor,
    reason: str,
    now: datetime,
    expected: ExchangeStatus | None = None,
) -> Exchange:
    """Give up the replacement; its order is cancelled in Saleor, and the stock is free again. What
    staff sent unasked takes its return with it.

    `expected` is how the actor saw it. Raises NotFound, NotPermitted, Required, Overtaken,
    InvalidTransition once some of it was sent.
    """
    exchange = locked_exchange(exchange_id, for_actor=actor)
    part = exchange.vendor_return
    role = _handler(actor, part)
    lifecycle.check_exchange_expected(exchange, expected)
    text = required_reason(reason, is_for_vendor=True)
    with passed_on(part, now=now):
        withdraw(exchange, actor=actor, role=role, reason=text)
        _end_or_reopen(exchange, now=now)
        settle_if_done(part, now=now)
    return exchange


@in_transaction
def release(
    *, exchange_id: UUID, actor: Actor, now: datetime, expected: ExchangeStatus | None = None
) -> Exchange:
    """Let the replacement go, whatever its policy waits for. `expected` is how the actor saw it.
    Raises NotFound, NotPermitted, InvalidTransition, Overtaken."""
    exchange = locked_exchange(exchange_id, for_actor=actor)
    role = _handler(actor, exchange.vendor_return)
    lifecycle.check_exchange_expected(exchange, expected)
    _let_go(exchange, actor=actor, role=role, now=now)
    return exchange


def withdraw_of(
    part: VendorReturn,
    *,
    actor: Actor,
    role: ActorKind,
    reason: str = "",
    code: str = WITH_RETURN,
) -> None:
    """The return ends, so its exchange does, too. The order's lock is held. Raises
    InvalidTransition once some of it was sent.

    `code` is blank where nobody is told of that end.
    """
    exchange = selected.live(part)
    if exchange is not None:
        exchange.vendor_return = part
        withdraw(exchange, actor=actor, role=role, reason=reason, code=code)


def is_nothing_else(part: VendorReturn) -> bool:
    """Whether the return is but for an exchange that staff sent unasked, and that stands."""
    return selected.live(part) is not None and is_only_sent(part, part.lines.all())


def is_sent(part: VendorReturn) -> bool:
    """Whether some of its replacement left, or is about to."""
    exchange = selected.live(part)
    return exchange is not None and _is_on_its_way(exchange)


def _is_on_its_way(exchange: Exchange) -> bool:
    """Saleor may know of a parcel that we do not: one made a moment ago, or not approved yet."""
    return exchange.order_id is not None and (
        selected.is_anything_sent(exchange)
        or not host.current.can_cancel_exchange_order(exchange.order_id)
    )


def withdraw(
    exchange: Exchange, *, actor: Actor, role: ActorKind, reason: str = "", code: str = ""
) -> None:
    """The order's lock is held; Saleor's own order follows once this is committed."""
    if _is_on_its_way(exchange):
        raise InvalidTransition(
            gettext("The replacement %(number)s was sent already.")
            % {"number": exchange.order_number},
            field="id",
        )
    _tell_senders(exchange, actor)
    lifecycle.move_exchange(
        exchange, ExchangeStatus.CANCELLED, actor=actor, role=role, message=reason, code=code
    )
    queue.on_commit("withdraw_exchange", str(exchange.pk))


def _end_or_reopen(exchange: Exchange, *, now: datetime) -> None:
    """What staff sent unasked ends with its return, whose units are free again. Else nothing comes
    for goods that are here: somebody has to decide anew. The root's lock is held."""
    part = exchange.vendor_return
    lines = list(part.lines.all())
    why = {"code": REPLACEMENT_CANCELLED}
    is_settled = ReturnStatus(part.status) is ReturnStatus.SETTLED
    if is_only_sent(part, lines):
        lifecycle.move(part, Move.CANCEL, actor=SYSTEM, now=now, data=why)
        part.lines.filter(payable__gt=0).update(payable=0)
    elif is_settled and any(line.payable for line in exchanged(lines)):
        lifecycle.move(part, Move.REOPEN, actor=SYSTEM, now=now, data=why)


def ordered(exchange: Exchange, record: OrderRecord, *, now: datetime) -> None:
    """Saleor's order is here, split and held. The root's lock is held."""
    part = exchange.vendor_return
    exchange.order_id, exchange.order_number = record.order_id, record.number
    exchange.ordered_at = now
    with passed_on(part, now=now):
        lifecycle.move_exchange(
            exchange, ExchangeStatus.ORDERED, actor=SYSTEM, role=ActorKind.SYSTEM
        )
        queue.on_commit("mark_exchange", str(exchange.pk))
        release_if_due(part, part.lines.all(), now=now)


def release_if_due(part: VendorReturn, own: Iterable[ReturnLine], *, now: datetime) -> None:
    """Let the replacement go once the return, with its `own` lines, is where its policy says, and
    what it costs is paid. The root's lock is held."""
    lines = exchanged(own)
    exchange = selected.live(part) if lines else None
    if exchange is None or exchange.status != ExchangeStatus.ORDERED.value:
        return
    exchange.vendor_return = part
    is_due = _is_due(exchange, lines)
    if is_due and _is_paid(exchange):
        _let_go(exchange, actor=SYSTEM, role=ActorKind.SYSTEM, now=now)
        return
    reason = ON_PAYMENT if is_due else exchange.release_rule
    if lifecycle.hold_shipments(shipments_of([exchange])[exchange.pk], reason):
        queue.on_commit("mark_exchange", str(exchange.pk))


def paid(exchange: Exchange, *, now: datetime) -> None:
    """Saleor's order of it is paid, maybe only now. The root's lock is held."""
    part = exchange.vendor_return
    with passed_on(part, now=now):
        release_if_due(part, part.lines.all(), now=now)


def end_offer_if_refused(part: VendorReturn, own: Iterable[ReturnLine], *, now: datetime) -> None:
    """Ask the shopper for nothing any more once none of the goods was accepted, unless staff chose
    what is sent. `own` are the return's lines. The root's lock is held; the offer itself ends once
    this is committed."""
    exchange = selected.live(part) if selected.are_none_accepted(own) else None
    if exchange is None or exchange.status != ExchangeStatus.AWAITING_PAYMENT.value:
        return
    if exchange.is_by_staff:
        return
    exchange.expires_at = now
    exchange.save(update_fields=["expires_at"])
    queue.on_commit("end_exchange_offer", str(exchange.pk))


def hold_of(exchange: Exchange, facts: OrderFacts | None = None) -> Hold | None:
    """Why Saleor's order of it, there or about to be made, is not to be sent yet. `facts`: of that
    order, where the exchange does not know it yet."""
    status = ExchangeStatus(exchange.status)
    if status in _OVER:
        return None
    reason = exchange.release_rule
    lines = exchanged(exchange.vendor_return.lines.all())
    if lines and _is_due(exchange, lines):
        if not _is_paid(exchange, facts):
            reason = ON_PAYMENT
        elif status is not ExchangeStatus.ORDERED:
            return None
    return Hold(reason, gettext(HELD[reason]))


def _is_paid(exchange: Exchange, facts: OrderFacts | None = None) -> bool:
    """What it costs beside what it replaces: a store may let orders be placed before they are paid,
    or only authorised."""
    if not exchange.difference:
        return True
    if facts is None and exchange.order_id is not None:
        facts = host.current.order_facts(exchange.order_id)
    return facts is not None and facts.is_paid


def sent_by_staff(exchange: Exchange, *, now: datetime) -> None:
    """A held replacement was sent from Saleor itself: then it is released. The root's lock is held."""
    if exchange.status == ExchangeStatus.ORDERED.value:
        _let_go(
            exchange,
            actor=SYSTEM,
            role=ActorKind.SYSTEM,
            now=now,
            code=SENT_IN_SALEOR,
        )


def cancelled_by_staff(exchange: Exchange, *, now: datetime) -> None:
    """The replacement's order was cancelled in Saleor itself. The root's lock is held.

    One that was cancelled before may be paid for since.
    """
    if ExchangeStatus(exchange.status) is ExchangeStatus.CANCELLED:
        if exchange.difference and exchange.withdrawn_at and exchange.paid_back_at is None:
            queue.on_commit("pay_back_exchange", str(exchange.pk))
        return
    part = exchange.vendor_return
    exchange.withdrawn_at = now
    with passed_on(part, now=now):
        _tell_senders(exchange, SYSTEM)
        lifecycle.move_exchange(
            exchange,
            ExchangeStatus.CANCELLED,
            actor=SYSTEM,
            role=ActorKind.SYSTEM,
            code=CANCELLED_IN_SALEOR,
        )
        _end_or_reopen(exchange, now=now)
        settle_if_done(part, now=now)
    queue.on_commit("pay_back_exchange", str(exchange.pk))


def came_too_late(exchange: Exchange) -> None:
    """Saleor's order, or its checkout, was made while the exchange was cancelled: it is undone, too.
    The root's lock is held."""
    if exchange.withdrawn_at is None:
        return  # somebody is about to
    exchange.withdrawn_at = exchange.paid_back_at = None
    exchange.save(update_fields=["withdrawn_at", "paid_back_at"])
    queue.on_commit("withdraw_exchange", str(exchange.pk))


def tell_what_is_left(exchange: Exchange, code: str, number: str = "") -> None:
    """Once: the merchant is mailed it, and staff see it with the return and on Saleor's order. The
    root's lock is held."""
    part = exchange.vendor_return
    told = {"exchange": str(exchange.pk), "order_number": number, "code": code}
    if part.events.filter(kind=EventKind.EXCHANGE_STUCK.value, data=told).exists():
        return
    lifecycle.record_event(
        part.request,
        EventKind.EXCHANGE_STUCK,
        actor=SYSTEM,
        role=ActorKind.SYSTEM,
        vendor_return=part,
        message=selected.what_is_left(code, number),
        data=told,
    )


def tell_owed(part: VendorReturn, own: Iterable[ReturnLine]) -> None:
    """A replacement went out, and goods for it are missing or refused: say what the shopper owes.

    Once no more is to come, and each sum once; that it is nothing only where it was more. `own` are
    the return's lines, with their shipment lines.
    """
    lines = exchanged(own)
    exchange = selected.live(part) if lines else None
    if exchange is None or exchange.status != ExchangeStatus.RELEASED.value:
        return
    owed = selected.owed(part, lines)
    if owed and any(line.expected for line in lines):
        return
    data = {
        "exchange": str(exchange.pk),
        "order_number": exchange.order_number,
        "amount": str(sum((each.amount for each in owed), ZERO)),
        "currency": exchange.currency,
        "lines": [
            {
                "return_line": str(each.line.pk),
                "quantity": each.units,
                "reason": each.reason.value,
                "amount": str(each.amount),
            }
            for each in owed
        ],
    }
    told = part.events.filter(kind=EventKind.EXCHANGE_OWED.value).last()
    is_told = told is not None and told.data["exchange"] == data["exchange"]
    if (owed or is_told) and (told is None or told.data != data):
        lifecycle.record_event(
            part.request,
            EventKind.EXCHANGE_OWED,
            actor=SYSTEM,
            role=ActorKind.SYSTEM,
            vendor_return=part,
            data=data,
        )


def _is_due(exchange: Exchange, lines: Sequence[ReturnLine]) -> bool:
    rule = ExchangeRelease(exchange.release_rule)
    part = exchange.vendor_return
    status = ReturnStatus(part.status)
    if rule is ExchangeRelease.ON_ACCEPT or not any(line.send_back for line in lines):
        return True
    # A return of which nothing ever came is closed, too.
    is_sent = part.tracking or any(line.received for line in part.lines.all())
    if rule is ExchangeRelease.ON_TRACKING and status in _TRACKED and is_sent:
        return True
    return status in _ARRIVED and all(line.payable >= line.accepted for line in lines)


def _let_go(
    exchange: Exchange, *, actor: Actor, role: ActorKind, now: datetime, code: str = ""
) -> None:
    exchange.released_at = now
    lifecycle.move_exchange(exchange, ExchangeStatus.RELEASED, actor=actor, role=role, code=code)
    shipments = shipments_of([exchange])[exchange.pk]
    lifecycle.release_shipments(shipments)
    queue.on_commit("mark_exchange", str(exchange.pk))
    for shipment in shipments:
        if not shipment.vendor.is_in_house and not shipment.fulfilled_at:
            notifications.notify("shipment_new_vendor", shipment.pk)
    settle_if_done(exchange.vendor_return, now=now)
    tell_owed(exchange.vendor_return, exchange.vendor_return.lines.select_related("shipment_line"))


def _tell_senders(exchange: Exchange, actor: Actor) -> None:
    """Before a released replacement is cancelled: its vendors were told to send it."""
    if exchange.status != ExchangeStatus.RELEASED.value:
        return
    for shipment in shipments_of([exchange])[exchange.pk]:
        is_by_it = not actor.is_merchant and shipment.vendor_id in actor.vendor_ids
        if not (is_by_it or shipment.vendor.is_in_house or shipment.fulfilled_at):
            notifications.notify("shipment_cancelled_vendor", shipment.pk)


def freeze_carried(
    row: ExchangeLine, line: ReturnLine, positions: Positions, record: OrderRecord
) -> None:
    """What of the price of the returned units stays with the new ones: the order may come much
    later. Not saved."""
    carried = postings.carried(line, positions, record)
    row.carried_net, row.carried_gross = carried.price.net, carried.price.gross
    row.carried_charged_net = carried.charged.net
    row.carried_charged_gross = carried.charged.gross
    row.carried_commission = carried.commission


def _line(exchange: Exchange, line: ReturnLine, record: OrderRecord) -> ExchangeLine:
    row = ExchangeLine(
        exchange=exchange,
        return_line=line,
        variant_id=line.wanted_variant_id,
        name=line.exchange_name or line.shipment_line.name,
        quantity=line.accepted,
        positions=line.positions,
        unit_price=max(line.exchange_difference, 0),
    )
    freeze_carried(row, line, Positions.of(line.positions), record)
    return row


def _handler(actor: Actor, part: VendorReturn) -> ActorKind:
    role = handling_role(actor, part)
    if role is None:
        raise NotPermitted(gettext("Only the vendor or the store's staff may do this."), field="id")
    return role
