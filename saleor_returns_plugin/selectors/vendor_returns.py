"""What can be done with vendor returns now, and by whom."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import prefetch_related_objects

from ..domain import transitions
from ..domain.actors import Actor
from ..domain.addresses import is_complete
from ..domain.deadlines import GIVES_BACK
from ..domain.policy import Policy
from ..enums import (
    Action,
    ActorKind,
    ExchangeStatus,
    Move,
    RefundStatus,
    Resolution,
    ReturnStatus,
)
from ..models import (
    Exchange,
    ReceptionLine,
    Refund,
    ReturnLine,
    VendorReturn,
)
from . import quotes
from .access import owns_order
from .exchanges import (
    LIVE,
    LetGo,
    any_sent,
    are_none_accepted,
    exchanged,
    is_free_to_choose,
    is_of,
    is_price_owed,
    is_staffs_alone,
    let_go,
    units_of,
)
from .policies import offered, policies_for
from .receptions import undoable_of
from .returned import (
    OPEN_REFUNDS,
    PaidUnits,
    paid_units,
    units_in_returns,
    valid_reception_lines,
)

REFUNDABLE = (
    ReturnStatus.ACCEPTED,
    ReturnStatus.IN_TRANSIT,
    ReturnStatus.PARTIALLY_RECEIVED,
    ReturnStatus.RECEIVED,
)
"""States in which units can be payable; before a reception, those that the shopper keeps."""
TO_BE_SENT = (ReturnStatus.ACCEPTED, ReturnStatus.PARTIALLY_RECEIVED)
"""States in which the shopper has an address to send goods to, and nothing is on its way."""
EXCHANGEABLE = REFUNDABLE
"""States in which the exchange of a return can be ordered: once it is accepted, until it is over."""


def roles_of(actor: Actor, vendor_return: VendorReturn) -> set[ActorKind]:
    """As whom the actor may act on this return; one user can be vendor and shopper at once."""
    if actor.kind in (ActorKind.MERCHANT, ActorKind.SYSTEM):
        return {actor.kind}
    roles = set()
    if vendor_return.vendor_id in actor.vendor_ids:
        roles.add(ActorKind.VENDOR)
    if owns_order(actor, vendor_return.request.record):
        roles.add(ActorKind.SHOPPER)
    return roles


_NOT_MADE = (ExchangeStatus.FAILED.value, ExchangeStatus.CANCELLED.value)
_HANDLING = (ActorKind.MERCHANT, ActorKind.VENDOR, ActorKind.SYSTEM)


def handling_role(actor: Actor, vendor_return: VendorReturn) -> ActorKind | None:
    """As whom the actor handles this return, not as its shopper; None for a stranger to it."""
    roles = roles_of(actor, vendor_return)
    return next((role for role in _HANDLING if role in roles), None)


def lacks_address(vendor_return: VendorReturn) -> bool:
    """Whether there is nowhere to send goods to that are to come back."""
    return not is_complete(vendor_return.vendor.return_address) and any(
        line.is_sent_back for line in vendor_return.lines.all()
    )


def allowed_actions(vendor_return: VendorReturn, actor: Actor) -> list[Action]:
    """What would succeed now, for this actor. Whether what is wanted in exchange can be had now is
    the host's to say, and is not asked for it."""
    return actions_of([vendor_return], actor)[0]


def actions_of(vendor_returns: Sequence[VendorReturn], actor: Actor) -> list[list[Action]]:
    """As `allowed_actions` for each, in a constant number of statements."""
    return [_actions(now, roles_of(actor, now.part)) for now in _situations(vendor_returns, actor)]


def exchangeable_lines(vendor_returns: Sequence[VendorReturn], actor: Actor) -> set[UUID]:
    """Ids of lines that the actor may change to an exchange, or to another one, now. In a constant
    number of statements."""
    found = set()
    for now in _situations(vendor_returns, actor):
        roles = roles_of(actor, now.part)
        if Action.CHANGE_RESOLUTION in _actions(now, roles):
            found |= {
                line.pk
                for line in _changeable(now)
                if line.accepted and Resolution.EXCHANGE in _resolutions(now, roles, line)
            }
    return found


def _situations(vendor_returns: Sequence[VendorReturn], actor: Actor) -> list["_Situation"]:
    lines: dict[UUID, list[ReturnLine]] = defaultdict(list)
    own = ReturnLine.objects.filter(vendor_return__in=vendor_returns)
    for line in own.select_related("shipment_line"):
        lines[line.vendor_return_id].append(line)
    refunds: dict[UUID, set[str]] = defaultdict(set)
    own_refunds = Refund.objects.filter(vendor_return__in=vendor_returns, exchange=None).order_by()
    for part_id, status, paid in own_refunds.values_list("vendor_return_id", "status", "paid"):
        refunds[part_id].add(_BEGUN if status == RefundStatus.FAILED.value and paid else status)
    received = defaultdict(list)
    for row in valid_reception_lines(vendor_returns).select_related("reception"):
        received[row.reception.vendor_return_id].append(row)
    all_lines = [line for some in lines.values() for line in some]
    taken = units_in_returns(line.shipment_line_id for line in all_lines)
    paid_of = paid_units(line.pk for line in all_lines)
    is_offered = Resolution.EXCHANGE in offered()
    exchanges = _exchanges_of(
        {line.vendor_return_id for line in all_lines if is_offered or line.is_exchanged}
    )
    replacements = let_go(exchanges)
    not_for_vendor = _not_refundable_by_vendor(vendor_returns, actor)
    return [
        _Situation(
            part,
            lines[part.pk],
            refunds[part.pk],
            received[part.pk],
            taken,
            paid_of,
            may_refund=part.pk not in not_for_vendor,
            exchange=exchanges.get(part.pk, _Exchanged()),
            replacement=replacements.get(part.pk),
        )
        for part in vendor_returns
    ]


@dataclass(frozen=True)
class _Exchanged:
    """What was made of a return's exchange: `status` of the one that stands, None for none;
    `is_tried`: there was one. Of the newest, where staff chose what it sends: for a price, and
    the units of each line that it replaces, if it failed or was cancelled."""

    status: ExchangeStatus | None = None
    is_sent: bool = False
    is_tried: bool = False
    is_staffs: bool = False
    has_price: bool = False
    units: Mapping[UUID, int] = field(default_factory=dict)

    @property
    def is_failed(self) -> bool:
        return self.status is ExchangeStatus.FAILED

    @property
    def gives_back(self) -> bool:
        """What that costs less is due."""
        return self.status in GIVES_BACK

    @property
    def is_wanting(self) -> bool:
        """No order is made, or under way."""
        return self.status is None or self.is_failed


def _exchanges_of(part_ids: Set[UUID]) -> dict[UUID, _Exchanged]:
    """One statement, and one where staff chose what failed or was cancelled; none where nothing is,
    or can be, exchanged."""
    if not part_ids:
        return {}
    rows = Exchange.objects.filter(vendor_return__in=part_ids).order_by("created_at", "id")
    newest = {row.vendor_return_id: row for row in rows.annotate(is_sent=any_sent())}
    wanting = [row for row in newest.values() if row.is_by_staff and row.status in _NOT_MADE]
    prefetch_related_objects(wanting, "lines")
    units = {row.pk: units_of(row) for row in wanting}
    return {
        part_id: _Exchanged(
            ExchangeStatus(row.status) if row.status in LIVE else None,
            is_sent=row.is_sent and row.status in LIVE,
            is_tried=True,
            is_staffs=row.is_by_staff,
            has_price=row.difference > 0,
            units=units.get(row.pk, {}),
        )
        for part_id, row in newest.items()
    }


def _not_refundable_by_vendor(vendor_returns: Sequence[VendorReturn], actor: Actor) -> set[UUID]:
    """Those that the actor, where it is a vendor, has to leave to the store's staff to pay."""
    waiting = [
        part
        for part in vendor_returns
        if part.vendor_id in actor.vendor_ids and ReturnStatus(part.status) in REFUNDABLE
    ]
    if actor.is_merchant or not waiting:
        return set()
    policies = policies_of_parts(waiting)
    due = {owed.part_id: owed.due_now for owed in quotes.owed(waiting)}
    return {
        part.pk
        for part in waiting
        if not due[part.pk].lines or not policies[part.pk].lets_vendor_refund(due[part.pk].refund)
    }


def policies_of_parts(vendor_returns: Iterable[VendorReturn]) -> dict[UUID, Policy]:
    """Vendor return id -> the policy that stands today for its vendor, channel and currency."""
    by_market: dict[tuple[str, str], list[VendorReturn]] = defaultdict(list)
    for part in vendor_returns:
        record = part.request.record
        by_market[record.channel, record.currency].append(part)
    found = {}
    for market, parts in by_market.items():
        policies = policies_for({part.vendor_id for part in parts}, *market)
        found.update({part.pk: policies[part.vendor_id] for part in parts})
    return found


_BEGUN = "begun"


@dataclass(frozen=True)
class _Situation:
    part: VendorReturn
    lines: Sequence[ReturnLine]
    refunds: Set[str]
    """Statuses of its refunds; `_BEGUN` for one that failed with a part of it paid."""
    received: Sequence[ReceptionLine]
    """What arrived and was not undone."""
    taken: Mapping[UUID, int]
    """Shipment line id -> units in returns that did not end."""
    paid: Mapping[UUID, PaidUnits]
    """By return line."""
    may_refund: bool = True
    exchange: _Exchanged = _Exchanged()
    replacement: LetGo | None = None
    """What was released in exchange."""

    @property
    def status(self) -> ReturnStatus:
        return ReturnStatus(self.part.status)

    def has_refund(self, statuses: Iterable[str]) -> bool:
        return not self.refunds.isdisjoint(statuses)

    @property
    def unpaid(self) -> list[ReturnLine]:
        """Lines of which nothing was paid back, but for what they cost more than what they were
        exchanged for."""
        return [line for line in self.lines if not self.paid[line.pk].whole]

    def free(self, line: ReturnLine) -> int:
        """Units of its shipment line that no return holds."""
        sold = line.shipment_line
        return sold.units_shipped - self.taken.get(sold.pk, 0)


def _actions(now: _Situation, roles: set[ActorKind]) -> list[Action]:
    actions = [
        action
        for move, action, holds in _OF_MOVES
        if (row := transitions.find(now.status, move))
        and any(transitions.may(row, role) for role in roles)
        and holds(now)
    ]
    is_handled = bool(roles & {ActorKind.VENDOR, ActorKind.MERCHANT})
    if is_handled:
        if now.status in REFUNDABLE and now.may_refund and _owes(now):
            actions.append(Action.REFUND)
        if now.status in EXCHANGEABLE and _can_exchange(now, roles):
            actions.append(Action.EXCHANGE)
    is_staffs = is_staffs_alone(now.part, now.lines, is_by_staff=now.exchange.is_staffs)
    is_stores = is_staffs or are_none_accepted(now.lines)
    is_left_to_shopper = now.exchange.is_failed and not is_stores
    may_change = is_handled or (ActorKind.SHOPPER in roles and is_left_to_shopper)
    if may_change and now.status not in transitions.FINAL and _can_change(now, roles):
        actions.append(Action.CHANGE_RESOLUTION)
    return actions


def _always(now: _Situation) -> bool:
    return True


def _can_cancel(now: _Situation) -> bool:
    """Nothing is paid back, and no replacement was sent."""
    return not now.refunds - {RefundStatus.FAILED.value} and not now.exchange.is_sent


def _are_units_free(now: _Situation) -> bool:
    return all(line.accepted <= now.free(line) for line in now.lines)


def _is_something_to_come(now: _Situation) -> bool:
    """After a return ended, only what is in no newer one."""
    if now.status in transitions.RELEASING:
        return any(line.expected and now.free(line) > 0 for line in now.lines)
    return any(line.expected for line in now.lines)


def _can_void(now: _Situation) -> bool:
    return bool(undoable_of(now.received, now.lines, now.paid, now.replacement))


def _can_exchange(now: _Situation, roles: Set[ActorKind]) -> bool:
    """Order again what failed or was cancelled; the store may send something else, as well."""
    if not now.exchange.is_wanting:
        return False
    if _can_be_ordered_again(now) and is_price_owed(
        now.lines, has_price=now.exchange.has_price, is_by_staff=now.exchange.is_staffs
    ):
        return True
    is_store = ActorKind.MERCHANT in roles and Resolution.EXCHANGE in offered()
    return is_store and _is_ordered_at_host(now) and any(line.accepted for line in now.unpaid)


def _can_be_ordered_again(now: _Situation) -> bool:
    """What failed or was cancelled; what staff chose only while just that is to be exchanged."""
    if now.exchange.is_staffs and not is_of(now.exchange.units, now.lines):
        return False
    return now.exchange.is_failed or (now.exchange.is_tried and bool(exchanged(now.lines)))


def _can_change(now: _Situation, roles: Set[ActorKind]) -> bool:
    """Another resolution, until a replacement was sent; whether goods come back is the store's
    word, and once something was sent for them, that they need not."""
    for line in _changeable(now):
        resolutions = _resolutions(now, roles, line)
        is_again = now.exchange.is_failed and line.is_exchanged
        if is_again and Resolution.EXCHANGE in resolutions:
            return True
        if resolutions - {Resolution(line.resolution)}:
            return True
    may_move = [line for line in now.unpaid if not _is_sent(now, line) or line.send_back]
    return ActorKind.MERCHANT in roles and any(
        can_move(now.part, line, now.paid[line.pk]) for line in may_move
    )


def _changeable(now: _Situation) -> list[ReturnLine]:
    return [line for line in now.unpaid if not _is_sent(now, line)]


def _is_sent(now: _Situation, line: ReturnLine) -> bool:
    """Something was sent for it."""
    return line.is_exchanged and now.exchange.is_sent


def _resolutions(now: _Situation, roles: Set[ActorKind], line: ReturnLine) -> Set[Resolution]:
    """What a line that can be changed may become."""
    found = changeable_to(now.part, roles)
    is_free = is_free_to_choose(
        line,
        now.lines,
        is_staffs=now.exchange.is_staffs,
        has_price=now.exchange.has_price,
        is_merchant=ActorKind.MERCHANT in roles,
    )
    if not is_free or not _is_ordered_at_host(now) or now.exchange.is_sent:
        found -= {Resolution.EXCHANGE}
    return found


def is_on_its_way(part: VendorReturn, line: ReturnLine) -> bool:
    """Whether any of its goods may be, or arrived: where they go is decided then."""
    has_left = ReturnStatus(part.status) in (ReturnStatus.IN_TRANSIT, ReturnStatus.RECEIVED)
    return has_left or bool(line.received or line.missing)


def can_move(part: VendorReturn, line: ReturnLine, paid: PaidUnits) -> bool:
    """Whether its goods can stay with the shopper, or come back after all: not once any of them is
    on its way, nor to nowhere."""
    if is_on_its_way(part, line) or paid.touched:
        return False
    needs_address = not line.send_back and ReturnStatus(part.status) in TO_BE_SENT
    to = [part.return_address or {}, part.vendor.return_address]
    return not needs_address or any(is_complete(address) for address in to)


def _is_ordered_at_host(now: _Situation) -> bool:
    """Whether Saleor still has the order, which an exchange goes by."""
    return now.part.request.record.order_id is not None


def changeable_to(part: VendorReturn, roles: Set[ActorKind]) -> Set[Resolution]:
    """What a line of the return may become: anything for the store, what it offers for a vendor."""
    if ActorKind.MERCHANT in roles:
        return offered()
    return offered() & {*Policy.from_snapshot(part.policy_snapshot).resolutions, Resolution.REFUND}


def _can_overrule(now: _Situation) -> bool:
    return any(not row.is_payable for row in now.received)


_OF_MOVES: tuple[tuple[Move, Action, Callable[[_Situation], bool]], ...] = (
    (Move.APPROVE, Action.APPROVE, _always),
    (Move.DECLINE, Action.DECLINE, _always),
    (Move.REOPEN, Action.REOPEN, _are_units_free),
    (Move.ACCEPT, Action.ACCEPT, _always),
    (Move.CANCEL, Action.CANCEL, _can_cancel),
    (Move.TRACK, Action.ADD_TRACKING, _is_something_to_come),
    (Move.RECEIVE_ALL, Action.RECEIVE, _is_something_to_come),
    (Move.CLOSE, Action.CLOSE, _always),
    (Move.VOID_ALL, Action.VOID_RECEPTION, _can_void),
    (Move.OVERRULE, Action.OVERRULE, _can_overrule),
)


def _owes(now: _Situation) -> bool:
    """Whether payable units are not yet refunded, and no refund is under way."""
    return not now.has_refund((*OPEN_REFUNDS, _BEGUN)) and any(
        line.payable > now.paid[line.pk].of(line)
        for line in now.lines
        if not line.is_exchanged or (line.is_paid_back and now.exchange.gives_back)
    )
