"""What the mails say: frozen facts of the event that a mail is about."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from ..domain import deadlines, transitions
from ..domain.actors import Actor
from ..domain.exchanges import ON_PAYMENT
from ..domain.money import ZERO
from ..domain.notifications import About
from ..domain.quotes import Quote, Step, from_snapshot, steps_from
from ..enums import (
    Action,
    ActorKind,
    Condition,
    ExchangeRelease,
    ExchangeStatus,
    RefundStatus,
    Resolution,
    ReturnStatus,
    Task,
    Unreturned,
    VendorRole,
)
from ..models import (
    Exchange,
    ExchangeLine,
    OrderRecord,
    ReceptionLine,
    Refund,
    ReturnLine,
    VendorReturn,
)
from . import exchanges, labels, ledger, quotes, refund_ways
from .branding import portal
from .deadlines import task_of, whose_turn
from .declined import LET_GO, declined_units, lines_going_on, reason_of
from .events import is_as_refused, is_nothing_owed, other_goods
from .foreign_goods import foreign_lines, foreign_wishes
from .notifications import (
    REFUSED,
    Subject,
    end_of_told_exchange,
    is_difference_to_go_back,
    is_given_up,
    is_let_go_at_once,
)
from .refunds import Obstacle, can_go_on, is_to_pay_by_hand, obstacles
from .replacements import held_for, replaced_by
from .sign_in_links import orders_of
from .vendor_returns import EXCHANGEABLE, allowed_actions

_MISSING = Condition.MISSING.value
_PAY, _CHOOSE, _DECIDES, _UNPAID = "pay", "choose", "decides", "unpaid"
_SHOPPERS = {
    ExchangeStatus.AWAITING_PAYMENT.value: _PAY,
    ExchangeStatus.FAILED.value: _CHOOSE,
}
"""What the shopper does for it."""
_NOTHING = (ExchangeStatus.FAILED.value, ExchangeStatus.CANCELLED.value)
"""Of what nothing is ordered."""
_HAVE_OWN_WORDS = {task.value for task in (*deadlines.OF_EXCHANGE, Task.PAY_BACK)}
"""Tasks that say more than the state of their return."""
_STORE = Actor(kind=ActorKind.MERCHANT)


@dataclass(frozen=True)
class Item:
    """Units of one line; `quantity` is 0 where the reader may not know it. `amount` is gross, for
    all of them; None when it is not the point."""

    name: str
    sku: str
    quantity: int
    amount: Decimal | None = None
    reason: str = ""
    """The shopper's own, as `note` is."""
    note: str = ""
    is_kept: bool = False
    """The shopper need not send it back."""
    instead: str = ""
    """What comes in exchange for it."""
    why: str = ""
    """Of whoever declined it."""


@dataclass(frozen=True)
class Arrived:
    """Units that came in one condition; MISSING ones did not come. `note`: what is wrong."""

    name: str
    quantity: int
    condition: str
    note: str = ""


@dataclass(frozen=True)
class Part:
    """One vendor return. `steps` sum to `refund`, gross, in the order's currency."""

    id: UUID
    number: str
    shipment_number: str
    vendor_name: str
    items: tuple[Item, ...]
    steps: tuple[Step, ...]
    refund: Decimal | None
    is_sent_back: bool
    is_waiting: bool
    """For the merchant to approve or decline it."""
    is_accepted: bool
    """Its goods are to be sent, to `address`."""
    is_auto_approved: bool
    accepts_by_itself: bool
    """Its vendor takes back whatever it can, from now on."""
    is_refunded: bool
    """Money is to go back, for some units at least."""
    is_exchanged: bool
    """Other goods are to go out, for some units at least."""
    to_pay: Decimal
    """What these cost more than the returned ones; the shopper gets a link to pay it."""
    address: dict[str, str]
    instructions: str
    tracking: dict[str, Any]
    due_at: datetime | None


def facts(about: About, subject: Subject) -> dict[str, Any]:
    return _FACTS[about](subject)


def _request(subject: Subject) -> dict[str, Any]:
    """Every part of the submission, with what it was promised."""
    assert subject.request is not None
    rows = subject.request.vendor_returns.select_related("vendor", "shipment", "request__record")
    parts = [
        _part(subject, row, quotes.promised(row))
        for row in rows.prefetch_related("lines__shipment_line").order_by("number")
    ]
    return {
        "note": subject.request.note,
        "parts": parts,
        "is_waiting": not all(part.is_auto_approved for part in parts),
        "due_at": min(
            (part.due_at for part in parts if part.is_waiting and part.due_at), default=None
        ),
        "is_sent_back": any(part.is_sent_back for part in parts),
    }


def _of_part(subject: Subject) -> dict[str, Any]:
    """The part, with what it is worth when all that is to come arrives."""
    assert subject.part is not None
    return {"part": _part(subject, subject.part, _worth(subject.part))}


def _of_part_and_exchange(subject: Subject) -> dict[str, Any]:
    """With the order, or the offer, of its exchange that ended with it."""
    assert subject.event is not None
    end = end_of_told_exchange(subject.event, subject.channel)
    return {
        **_of_part(subject),
        "exchange_order": end.data["order_number"] if end else "",
        "was_offered": bool(end and end.from_status == ExchangeStatus.AWAITING_PAYMENT.value),
        "is_paid_back": is_difference_to_go_back(subject.event),
    }


def _acceptance(subject: Subject) -> dict[str, Any]:
    """Which units are to be sent, and which were declined, before or with it."""
    assert subject.part is not None
    assert subject.event is not None
    found = _of_part(subject)
    is_any_declined = any(line.declined for line in subject.part.lines.all())
    declined = declined_units([subject.part]) if is_any_declined else {}
    lines = _lines(map(str, declined)) if declined else {}
    return {
        **found,
        **_label_of(subject.part),
        "declined": [
            Item(lines[key].name, lines[key].sku, units.quantity, why=units.reason)
            for key, each in declined.items()
            for units in each
        ],
        "is_for_silence": bool(subject.event.data.get("for_silence")),
    }


def _label(subject: Subject) -> dict[str, Any]:
    assert subject.part is not None
    return {**_of_part(subject), **_label_of(subject.part)}


def _label_of(part: VendorReturn) -> dict[str, Any]:
    """The link is made when the mail is."""
    label = labels.of_return(part)
    number = label.number if label else ""
    carrier = label.carrier if label else ""
    return {"has_label": label is not None, "label_number": number, "label_carrier": carrier}


def _tracking(subject: Subject) -> dict[str, Any]:
    assert subject.event is not None
    is_correction = subject.event.from_status == ReturnStatus.IN_TRANSIT.value
    return {**_of_part(subject), "is_correction": is_correction}


@dataclass(frozen=True)
class Opened:
    """An order that a link opens; the link is made when the mail is."""

    record: OrderRecord
    number: str
    placed_at: datetime


def _orders(subject: Subject) -> dict[str, Any]:
    record = subject.order
    rows = orders_of(record.email, record.channel, timezone.now()) or [record]
    return {"orders": [Opened(row, row.number, row.placed_at) for row in rows]}


def _units(subject: Subject) -> dict[str, Any]:
    """The units that were declined, each with why."""
    assert subject.event is not None
    return {
        **_of_part(subject),
        "declined": _declined(subject.event.data),
        "is_let_go": subject.event.data.get("code") == LET_GO,
    }


def _reception(subject: Subject) -> dict[str, Any]:
    """What came in this parcel, which units it let go of, and what is to be paid now."""
    assert subject.part is not None
    assert subject.event is not None
    of_parcel = ReceptionLine.objects.filter(reception=subject.event.data.get("reception"))
    rows = list(_with_names(of_parcel).select_related("reception"))
    arrived = _arrived(rows)
    let_go = rows[0].reception.declined if rows else {}
    return {
        "part": _part(subject, subject.part, quotes.due_now(subject.part)),
        "arrived": arrived,
        "taken": [each for each in arrived if each.condition not in (*REFUSED, _MISSING)],
        "refused": [each for each in arrived if each.condition in REFUSED],
        "missing": [each for each in arrived if each.condition == _MISSING],
        "let_go": [
            Item(line.name, line.sku, let_go[str(key)]) for key, line in _lines(let_go).items()
        ],
        "is_more_to_come": any(line.expected for line in subject.part.lines.all()),
        "is_exchanged": any(row.return_line.is_exchanged for row in rows if not row.is_payable),
        **_exchange_next(subject),
    }


def _ruling(subject: Subject) -> dict[str, Any]:
    """The units that the store pays after all, and what is to be paid now."""
    assert subject.part is not None
    assert subject.event is not None
    rows = list(_with_names(ReceptionLine.objects.filter(pk=subject.event.data["reception_line"])))
    return {
        "part": _part(subject, subject.part, quotes.due_now(subject.part)),
        "arrived": _arrived(rows),
        "is_exchanged": any(row.return_line.is_exchanged for row in rows),
        **_exchange_next(subject),
    }


def _exchange_next(subject: Subject) -> dict[str, Any]:
    """What comes of the exchange, and what the shopper has to do for it."""
    part = subject.part
    assert part is not None
    lines = exchanges.exchanged(part.lines.all())
    exchange = exchanges.live(part) if lines else None
    answer = _answer(exchange, part, lines) if exchange is not None else ""
    facts: dict[str, Any] = {
        "exchange": answer,
        "is_for_shopper": answer in (_PAY, _CHOOSE, _UNPAID),
        "is_owed": _is_released(exchange) and bool(exchanges.owed_by_shopper(part)),
        "amount": ZERO,
        "until": None,
        "payment_link": "",
    }
    return {**facts, **_offer(subject, exchange)} if exchange and answer == _PAY else facts


def _answer(exchange: Exchange, part: VendorReturn, lines: Sequence[ReturnLine]) -> str:
    """What the replacement waits for: the shopper to "pay" or to "choose" anew, "waits" for goods,
    ordered but "unpaid", "released" to be sent, or the store "decides", as not all goods are
    accepted; blank where it was sent, or waits for nobody."""
    if exchange.status == ExchangeStatus.RELEASED.value:
        return "" if exchanges.is_anything_sent(exchange) else "released"
    if ReturnStatus(part.status) not in EXCHANGEABLE:
        return ""
    if exchange.status in _SHOPPERS:
        return (
            _DECIDES if exchanges.is_left_to_store(part, exchange) else _SHOPPERS[exchange.status]
        )
    if exchange.status != ExchangeStatus.ORDERED.value:
        return ""
    if held_for(exchange) == ON_PAYMENT:
        return _UNPAID
    is_over = not any(line.expected for line in lines)
    return _DECIDES if is_over and any(line.payable < line.accepted for line in lines) else "waits"


def _is_released(exchange: Exchange | None) -> bool:
    return exchange is not None and exchange.status == ExchangeStatus.RELEASED.value


def _offer(subject: Subject, exchange: Exchange) -> dict[str, Any]:
    """What the shopper pays for it, until when, and where."""
    assert subject.part is not None
    exchange.vendor_return = subject.part
    return {
        "amount": exchange.difference,
        "until": exchange.expires_at,
        "payment_link": exchanges.payment_url(exchange, portal(subject.channel)) or "",
    }


def _resolution(subject: Subject) -> dict[str, Any]:
    """The line that changed, and the quote that holds from then on."""
    assert subject.part is not None
    assert subject.event is not None
    data = subject.event.data
    lines = _lines([data["return_line"]])
    row = subject.part.lines.get(pk=data["return_line"])
    wanted = data.get("exchange_name") or next((line.name for line in lines.values()), "")
    if subject.is_for_vendor and foreign_wishes({row.pk}):
        wanted = other_goods()
    return {
        "part": _part(subject, subject.part, from_snapshot(data["quote"])),
        "is_to_come": bool(row.expected),
        "refunds": _who_refunds(subject.part),
        "items": [
            Item(line.name, line.sku, line.quantity, is_kept=not data["send_back"])
            for line in lines.values()
        ],
        "resolution": data["resolution"],
        "instead": wanted if data["resolution"] == Resolution.EXCHANGE.value else "",
        "is_kept": not data["send_back"],
        "is_paid_back": is_difference_to_go_back(subject.event),
    }


def _who_refunds(part: VendorReturn) -> str:
    """Whose turn it is, where that is to pay; blank else."""
    if task_of(part) is not Task.REFUND:
        return ""
    who = ActorKind.MERCHANT if part.vendor.is_in_house else whose_turn(part)
    return who.value if who else ""


def _refund(subject: Subject) -> dict[str, Any]:
    """The money that goes back, as the refund itself recorded it, and what was so at the event."""
    assert subject.part is not None
    assert subject.event is not None
    assert subject.record is not None
    data, message = subject.event.data, subject.event.message
    row = Refund.objects.get(pk=data["refund"])
    row.vendor_return = subject.part
    ways = (
        refund_ways.told(data["ways"], subject.record)
        if "ways" in data
        else refund_ways.of_parts(row.parts.all(), subject.record)
    )
    vendor = Actor(kind=ActorKind.VENDOR, vendor_ids=frozenset({subject.part.vendor_id}))
    by_hand = is_to_pay_by_hand(row.parts.all())
    obstacle = obstacles([row]).get(row.pk)
    store_next, vendor_next = (_next(row, actor, obstacle) for actor in (_STORE, vendor))
    return {
        "part": _part(subject, subject.part, None),
        "items": [
            Item(
                line.return_line.shipment_line.name,
                line.return_line.shipment_line.sku,
                line.quantity,
                line.goods_gross,
            )
            for line in row.lines.select_related("return_line__shipment_line")
        ],
        "steps": list(steps_from(row.steps)),
        "amount": row.amount,
        "changed_why": row.reason if row.adjustment else "",
        "ways": ways,
        "paid": refund_ways.total(ways, RefundStatus.SUCCEEDED),
        "failed": refund_ways.total(ways, RefundStatus.FAILED),
        "unknown": refund_ways.total(ways, RefundStatus.UNKNOWN),
        "is_recorded": bool(data.get("is_recorded")),
        "recorded_by": subject.event.actor_name or gettext("The store's staff"),
        # What the store gave for proof, where no way says it.
        "evidence": "" if message in [way.reference for way in ways] else message,
        "store_can_retry": store_next is _Next.RETRY,
        "store_can_refund": store_next is _Next.REFUND,
        "vendor_can_retry": not by_hand and vendor_next is _Next.RETRY,
        "vendor_can_refund": vendor_next is _Next.REFUND,
        "is_by_hand": by_hand,
        "owed": ledger.owes(subject.part.vendor, row.currency),
    }


def _exchange(subject: Subject) -> dict[str, Any]:
    """The replacement, and how it stands: the offer, the order, or why there is none."""
    assert subject.event is not None
    part, exchange = _exchanged(subject)
    data = subject.event.data
    return {
        "part": part,
        "items": _replacement(subject, exchange),
        **_offer(subject, exchange),
        "exchange_order": data["order_number"],
        "code": data["code"],
        "release_rule": ""
        if is_let_go_at_once(exchange)
        else ExchangeRelease(exchange.release_rule).value,
        "is_unpaid": exchange.status == ExchangeStatus.ORDERED.value
        and held_for(exchange) == ON_PAYMENT,
        "is_arrived": _is_arrived(exchange.vendor_return),
        "is_over": ReturnStatus(exchange.vendor_return.status) in transitions.FINAL,
        "is_ended": exchange.vendor_return.status == ReturnStatus.CANCELLED.value,
        "is_paid_back": is_difference_to_go_back(subject.event),
        "is_sent": exchanges.is_anything_sent(exchange),
        "was_offered": subject.event.from_status == ExchangeStatus.AWAITING_PAYMENT.value,
        "is_given_up": is_given_up(subject.event),
        "is_by_staff": exchange.is_by_staff,
        "is_all_staffs": exchanges.is_all_staffs(exchange.vendor_return, exchange),
        "is_left_to_store": exchanges.is_left_to_store(exchange.vendor_return, exchange),
        "is_refused": is_as_refused(subject.event),
    }


def _is_arrived(part: VendorReturn) -> bool:
    """Something is here, and no more is to come."""
    is_received = any(line.received for line in part.lines.all())
    return is_received and part.status == ReturnStatus.RECEIVED.value


def _owed(subject: Subject) -> dict[str, Any]:
    """What the event says is owed, and whether the replacement has left by now."""
    assert subject.event is not None
    part, exchange = _exchanged(subject)
    data = subject.event.data
    return {
        "part": part,
        "items": _replacement(subject, exchange),
        "missing": _unreturned(data, Unreturned.MISSING),
        "refused": _unreturned(data, Unreturned.REFUSED),
        "amount": Decimal(data["amount"]),
        "is_taken_back": is_nothing_owed(subject.event),
        "exchange_order": data["order_number"],
        "is_sent": exchanges.is_anything_sent(exchange),
    }


def _unreturned(data: Mapping[str, Any], reason: Unreturned) -> list[Item]:
    units = [item for item in data.get("lines", ()) if item["reason"] == reason.value]
    lines = _lines(item["return_line"] for item in units)
    return [
        Item(line.name, line.sku, item["quantity"], Decimal(item["amount"]))
        for item in units
        if (line := lines.get(UUID(item["return_line"])))
    ]


def _exchanged(subject: Subject) -> tuple[Part, Exchange]:
    assert subject.part is not None
    assert subject.event is not None
    exchange = Exchange.objects.get(pk=subject.event.data["exchange"])
    exchange.vendor_return = subject.part
    return _part(subject, subject.part, None), exchange


def _replacement(subject: Subject, exchange: Exchange) -> list[Item]:
    """What a unit costs the shopper stands with it, if anything. A vendor reads of its own goods
    alone, and whether there are others."""
    hidden = _hidden(subject, {exchange.pk})
    items = [
        Item(
            line.name,
            line.sku,
            line.quantity,
            line.unit_price * line.quantity if line.unit_price else None,
        )
        for line in exchange.lines.all()
        if line.pk not in hidden
    ]
    return [*items, Item(other_goods(), "", 0)] if hidden else items


class _Next(Enum):
    """What can be done about a refund that failed."""

    RETRY = "retry"
    REFUND = "refund"
    """What is due by now, by another one."""


def _next(refund: Refund, actor: Actor, obstacle: Obstacle | None) -> _Next | None:
    """By now: it may have been paid since."""
    if refund.status != RefundStatus.FAILED.value:
        return None
    is_due = Action.REFUND in allowed_actions(refund.vendor_return, actor)
    if can_go_on(refund, actor, is_due=is_due, obstacle=obstacle):
        return _Next.RETRY
    is_for_another = obstacle is not None and obstacle.is_for_another
    return _Next.REFUND if is_due and is_for_another else None


@dataclass(frozen=True)
class Waiting:
    """A part that somebody has to act on, as it was at the event; of what is to be paid, `part`
    has what is due now."""

    part: Part
    status: str
    waits_for: str
    due_at: datetime | None
    is_to_pay: bool
    is_unanswered: bool = False
    """A refund of it had no answer, and the store has to find out."""
    is_left_to_store: bool = False
    """The vendor may not refund it."""
    task: str = ""
    """Of an exchange, or of what was paid for it; blank for any other."""
    is_refused: bool = False
    """Nobody may be asked to pay for what comes instead, as none of the goods was accepted."""
    is_being_ordered: bool = False
    """All that is left is that Saleor makes the order of the exchange."""
    is_replaced: bool = False
    """Other goods may be sent before these arrive."""
    not_ordered: str = ""
    """Whose word it waits for that nothing is ordered in exchange: the shopper's to "choose", or the
    store "decides"; blank where something is, or is not to be."""


def _deadline(subject: Subject) -> dict[str, Any]:
    """Every part of the request that the same people have to hear of."""
    assert subject.request is not None
    assert subject.event is not None
    data = subject.event.data
    waiting = _parts_of(subject, data.get("parts") or [data])
    alone = waiting[0].part.number if len(waiting) == 1 else ""
    return {
        "waiting": waiting,
        "number": alone or subject.request.number,
        "due_at": min(each.due_at for each in waiting if each.due_at),
        "is_to_send": not any(each.task for each in waiting),
        "is_rest": all(each.status == ReturnStatus.PARTIALLY_RECEIVED.value for each in waiting),
        "is_to_decide": all(each.status == ReturnStatus.REQUESTED.value for each in waiting),
        "is_exchanged": any(each.part.is_exchanged for each in waiting),
        "is_replaced": any(each.is_replaced for each in waiting),
    }


def _parts_of(subject: Subject, facts: Sequence[Mapping[str, str]]) -> list[Waiting]:
    """`facts` as the event has them."""
    assert subject.part is not None
    ids = [fact.get("part", str(subject.part.pk)) for fact in facts]
    rows = VendorReturn.objects.filter(pk__in=ids).select_related("vendor", "shipment")
    found = {
        str(row.pk): row
        for row in rows.select_related("request__record").prefetch_related("lines__shipment_line")
    }
    waiting = []
    for key, fact in zip(ids, facts, strict=True):
        row, status = found[key], fact["status"]
        is_sent_back = fact["waits_for"] == ActorKind.SHOPPER.value
        is_stores = fact["waits_for"] == ActorKind.MERCHANT.value
        is_refund = fact.get("task") == Task.REFUND.value
        is_exchange = fact.get("task") == Task.EXCHANGE.value
        has_own_words = fact.get("task") in _HAVE_OWN_WORDS
        # It was nobody's turn, as Saleor was being asked for the order of the exchange.
        is_being_ordered = not fact["waits_for"] and fact.get("task") == ""
        is_to_pay = not (has_own_words or is_being_ordered) and deadlines.is_to_pay(
            ReturnStatus(status), is_more_to_come=is_sent_back
        )
        waiting.append(
            Waiting(
                part=_rest(
                    row,
                    _part(subject, row, quotes.due_now(row) if is_to_pay else _worth(row)),
                    status,
                ),
                status=status,
                waits_for=fact["waits_for"],
                due_at=parse_datetime(fact["due_at"]),
                is_to_pay=is_to_pay,
                is_unanswered=is_to_pay and is_stores and not is_refund,
                is_left_to_store=is_stores and (is_exchange or (is_to_pay and is_refund)),
                task=fact["task"] if has_own_words else "",
                is_refused=is_exchange and _is_refused(row),
                is_being_ordered=is_being_ordered,
                is_replaced=_is_replaced(row),
                not_ordered=_not_ordered(row),
            )
        )
    return waiting


def _is_replaced(row: VendorReturn) -> bool:
    """Whether a replacement is released for goods that are still to come."""
    own = exchanges.exchanged(row.lines.all())
    return any(line.expected for line in own) and _is_released(exchanges.live(row))


def _is_refused(row: VendorReturn) -> bool:
    exchange = exchanges.live(row)
    return exchange is not None and not exchanges.can_be_paid_for(exchange, row.lines.all())


def _not_ordered(row: VendorReturn) -> str:
    is_open = ReturnStatus(row.status) in EXCHANGEABLE
    exchange = _came_to_nothing(row) if is_open else None
    if exchange is None:
        return ""
    is_cancelled = exchange.status == ExchangeStatus.CANCELLED.value
    return _DECIDES if is_cancelled or exchanges.is_left_to_store(row, exchange) else _CHOOSE


def _came_to_nothing(row: VendorReturn) -> Exchange | None:
    """The newest exchange of what is still to be exchanged, if it was cancelled, or not ordered."""
    newest = exchanges.newest(row) if exchanges.exchanged(row.lines.all()) else None
    return newest if newest is not None and newest.status in _NOTHING else None


def _rest(row: VendorReturn, part: Part, status: str) -> Part:
    """Of one that arrived in part, only the units that are still to come."""
    coming = [line for line in row.lines.all() if line.expected]
    if status != ReturnStatus.PARTIALLY_RECEIVED.value or not coming:
        return part
    shows = _came_to_nothing(row) is None
    return replace(
        part,
        items=tuple(
            replace(_item(line, None, shows_instead=shows), quantity=line.expected)
            for line in coming
        ),
    )


def _shipment(subject: Subject) -> dict[str, Any]:
    """What the vendor is to send, where to, and what it replaces: another vendor's return is not
    named, nor has what replaces goods a price."""
    shipment = subject.shipment
    assert shipment is not None
    replaced = replaced_by(subject.order)
    is_own = replaced is not None and replaced.vendor_id == shipment.vendor_id
    return {
        "shipment_number": shipment.number,
        "items": [
            Item(line.name, line.sku, line.quantity, None if replaced else line.total_gross)
            for line in shipment.lines.all()
        ],
        "address": subject.order.shipping_address,
        "is_replacement": replaced is not None,
        "replaces": replaced.number if replaced is not None and is_own else "",
    }


def _membership(subject: Subject) -> dict[str, Any]:
    assert subject.member is not None
    vendor = subject.member.vendor
    return {
        "vendor_name": vendor.name,
        "is_in_house": vendor.is_in_house,
        "is_owner": subject.member.role == VendorRole.OWNER.value,
        "member_email": subject.member.email,
    }


_FACTS: dict[About, Callable[[Subject], dict[str, Any]]] = {
    About.REQUEST: _request,
    About.PART: _of_part_and_exchange,
    About.ACCEPTANCE: _acceptance,
    About.LABEL: _label,
    About.TRACKING: _tracking,
    About.UNITS: _units,
    About.RECEPTION: _reception,
    About.RULING: _ruling,
    About.RESOLUTION: _resolution,
    About.REFUND: _refund,
    About.EXCHANGE: _exchange,
    About.OWED: _owed,
    About.DEADLINE: _deadline,
    About.ORDERS: _orders,
    About.SHIPMENT: _shipment,
    About.MEMBERSHIP: _membership,
}


def units_of(subject: Subject) -> list[Arrived]:
    """The units that an order's note counts; condition is blank where none was found."""
    assert subject.event is not None
    data = subject.event.data
    if "reception" in data:
        return _arrived(_with_names(ReceptionLine.objects.filter(reception=data["reception"])))
    if "reception_line" in data:
        return _arrived(_with_names(ReceptionLine.objects.filter(pk=data["reception_line"])))
    if "lines" in data:
        return [Arrived(item.name, item.quantity, "") for item in _declined(data)]
    if "return_line" in data:
        lines = _lines([data["return_line"]]).values()
        return [Arrived(line.name, line.quantity, "") for line in lines]
    return []


def _with_names(rows: QuerySet[ReceptionLine]) -> QuerySet[ReceptionLine]:
    return rows.select_related("return_line__shipment_line")


def _arrived(rows: Iterable[ReceptionLine]) -> list[Arrived]:
    """`rows` come with what their goods are called."""
    return [
        Arrived(row.return_line.shipment_line.name, row.quantity, row.condition, row.note)
        for row in rows
    ]


def _declined(data: Mapping[str, Any]) -> list[Item]:
    """As the event has them."""
    units = data["lines"]
    lines = _lines(item["return_line"] for item in units)
    return [
        Item(line.name, line.sku, item["quantity"], why=reason_of(data, item))
        for item in units
        if (line := lines.get(UUID(item["return_line"])))
    ]


def _worth(part: VendorReturn) -> Quote | None:
    """What is still to be paid if all goes well; of one that is over, what was promised for it."""
    prefetch_related_objects([part], "lines__shipment_line")
    if ReturnStatus(part.status) not in transitions.FINAL:
        return quotes.expected(part)
    return None if any(line.declined for line in part.lines.all()) else quotes.promised(part)


def _part(subject: Subject, row: VendorReturn, quote: Quote | None) -> Part:
    amounts = {line.line_id: line.amount.gross for line in quote.lines} if quote else {}
    prefetch_related_objects([row], "lines__shipment_line")
    lines = row.lines.all()
    is_refunded = any(line.is_paid_back for line in lines)
    going_on = lines_going_on(lines)
    is_exchanged = any(line.is_exchanged for line in going_on)
    shows_instead = is_exchanged and _came_to_nothing(row) is None
    instead = _instead(subject, row, going_on) if shows_instead else {}
    return Part(
        id=row.pk,
        number=row.number,
        shipment_number=row.shipment.number,
        vendor_name=row.vendor.name,
        items=tuple(
            _item(
                line,
                amounts.get(line.shipment_line_id),
                instead.get(line.pk, ""),
                shows_instead=shows_instead,
            )
            for line in going_on
        ),
        steps=quote.steps if quote and is_refunded else (),
        refund=quote.refund if quote and is_refunded else None,
        is_sent_back=any(line.is_sent_back for line in lines),
        is_waiting=row.status == ReturnStatus.REQUESTED.value,
        is_accepted=row.status == ReturnStatus.ACCEPTED.value,
        is_auto_approved=bool(row.policy_snapshot.get("auto_approve")),
        accepts_by_itself=row.vendor.auto_accept_returns,
        is_refunded=is_refunded,
        is_exchanged=is_exchanged,
        to_pay=quote.exchange_difference if quote else ZERO,
        address=row.return_address or {},
        instructions=row.return_instructions or "",
        tracking=row.tracking or {},
        due_at=row.due_at,
    )


def _instead(subject: Subject, row: VendorReturn, lines: Iterable[ReturnLine]) -> dict[UUID, str]:
    """Return line id -> what replaces it, as the exchange that stands has it; staff may send
    several for one. `lines` are all of the return's that are not declined."""
    rows = ExchangeLine.objects.filter(
        exchange__vendor_return=row, exchange__status__in=exchanges.LIVE, return_line__isnull=False
    )
    hidden = _hidden(subject, {line.exchange_id for line in rows})
    found: dict[UUID, list[str]] = defaultdict(list)
    for line in rows:
        text = other_goods() if line.pk in hidden else f"{line.quantity} × {line.name}"
        found[line.return_line_id].append(text)
    if subject.is_for_vendor:
        for key in foreign_wishes({line.pk for line in lines}):
            found.setdefault(key, [other_goods()])
    return {key: ", ".join(dict.fromkeys(names)) for key, names in found.items()}


def _hidden(subject: Subject, exchange_ids: Collection[UUID]) -> set[UUID]:
    """Ids of lines of these exchanges that the reader may not know."""
    if not subject.is_for_vendor:
        return set()
    return set().union(*foreign_lines(exchange_ids).values())


def _item(
    line: ReturnLine, amount: Decimal | None, instead: str = "", *, shows_instead: bool = True
) -> Item:
    """`shows_instead`: what comes for it, by the line's wish where `instead` is blank."""
    # A part declined as a whole still names what was asked for.
    quantity = line.accepted or line.quantity
    if line.is_exchanged:
        # Nothing is paid back for it, unless it is for something cheaper.
        amount = amount or None
        wish = f"{quantity} × {line.exchange_name or line.shipment_line.name}"
        instead = (instead or wish) if shows_instead else ""
    return Item(
        name=line.shipment_line.name,
        sku=line.shipment_line.sku,
        quantity=quantity,
        amount=amount,
        reason=line.reason_label,
        note=line.note,
        is_kept=not line.send_back,
        instead=instead,
    )


def _lines(ids: Iterable[str]) -> dict[UUID, Item]:
    rows = ReturnLine.objects.filter(pk__in=list(ids)).select_related("shipment_line")
    return {row.pk: _item(row, None) for row in rows}
