"""Exchanges, and what goods can be exchanged for."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from .. import host
from ..domain import exchange_status, transitions
from ..domain import exchanges as rules
from ..domain.deadlines import GIVES_BACK
from ..domain.exchanges import Option, Wanted
from ..domain.money import ZERO, Taxed, cumulative, rounded_down
from ..domain.policy import Policy
from ..domain.positions import Positions
from ..domain.requested import RequestedLine
from ..enums import (
    ActorKind,
    Condition,
    EventKind,
    ExchangePricing,
    ExchangeRelease,
    ExchangeStatus,
    Resolution,
    Source,
    Unreturned,
)
from ..host import VariantFacts
from ..models import (
    Exchange,
    ExchangeLine,
    OrderRecord,
    Reception,
    ReturnEvent,
    ReturnLine,
    VendorReturn,
    VendorShipmentLine,
)
from . import postings
from .branding import PortalFacts, portal
from .returned import differences_paid, valid_reception_lines

LIVE = tuple(status.value for status in exchange_status.LIVE)
_GIVES_BACK = [status.value for status in GIVES_BACK]
_ENDED = [status.value for status in transitions.RELEASING]
_HOLDS = [status.value for status in exchange_status.ORDERED]
ORDER_STANDS = "order_stands"
HOLDS_MONEY = "holds_money"
SENT_IN_PART = "sent_in_part"
"""Codes of what an exchange left behind: an order that Saleor would not cancel, money in a checkout
that became no order, or goods of an order that was cancelled once others of it had been sent."""
LEFT = (ORDER_STANDS, HOLDS_MONEY, SENT_IN_PART)


def _order_stands(number: str) -> str:
    return gettext(
        "Saleor cannot cancel its order %(number)s, of which something is being sent: cancel that "
        "there, or see to it that the goods come back."
    ) % {"number": number}


def _holds_money() -> str:
    return gettext(
        "Saleor's checkout holds money of the shopper for it, and became no order: pay that back "
        "at the payment provider, and void it in Saleor."
    )


def _sent_in_part(number: str) -> str:
    return gettext(
        "Its order %(number)s was cancelled in Saleor after a part of it had been sent: the rest does "
        "not come. Pay back in Saleor what the shopper paid for that, or send it another way."
    ) % {"number": number}


def what_is_left(code: str, number: str) -> str:
    """Words for these codes; `number` is of Saleor's order, where there is one."""
    if code == ORDER_STANDS:
        return _order_stands(number)
    return _sent_in_part(number) if code == SENT_IN_PART else _holds_money()


def carrying_lines(record_ids: Iterable[UUID]) -> QuerySet[ExchangeLine]:
    """Lines of exchanges whose order is one of these: what they replaced, and by what."""
    rows = ExchangeLine.objects.filter(shipment_line__shipment__record__in=list(record_ids))
    return rows.select_related("exchange", "return_line", "shipment_line__shipment").order_by(
        "created_at", "id"
    )


def ordered_lines(returned: Iterable[ReturnLine]) -> QuerySet[ExchangeLine]:
    """Lines of exchanges of these, once the goods for them are in an order."""
    rows = ExchangeLine.objects.filter(
        return_line__in=[line.pk for line in returned],
        shipment_line__isnull=False,
    )
    return rows.select_related(
        "exchange__vendor_return",
        "return_line__shipment_line__shipment",
        "shipment_line__shipment__record",
    )


def of_token(token: str) -> Exchange | None:
    """The exchange that Saleor's checkout of this token was made for."""
    try:
        key = UUID(token)
    except ValueError:
        return None
    return _beside(Exchange.objects.filter(checkout_token=key)).first()


def live(part: VendorReturn) -> Exchange | None:
    """The one exchange of the return that is not cancelled."""
    return Exchange.objects.filter(vendor_return=part, status__in=LIVE).first()


def giving_back(part_ids: Collection[UUID]) -> set[UUID]:
    """Those of these returns of which what something costs less is due."""
    if not part_ids:
        return set()
    rows = Exchange.objects.filter(vendor_return__in=part_ids, status__in=_GIVES_BACK)
    return set(rows.order_by().values_list("vendor_return_id", flat=True))


def options_of(
    record: OrderRecord, lines: Mapping[UUID, tuple[VendorShipmentLine, Policy]]
) -> dict[UUID, list[Option]]:
    """Key of the line -> what its units can be exchanged for today; one look at the host.

    Variants of the same product that are sold in the order's channel. What cannot be had any more
    is not among them, nor is anything where the order or the product is gone.
    """
    products = {line.product_id for line, _ in lines.values() if line.product_id is not None}
    if record.order_id is None or not products:
        return {key: [] for key in lines}
    facts = host.current.variants_for_exchange(
        order_id=record.order_id, product_ids=sorted(products, key=str)
    )
    by_product: dict[Any, list[VariantFacts]] = defaultdict(list)
    for fact in facts.values():
        by_product[fact.product_id].append(fact)
    can_charge = _can_charge(record, [policy for _, policy in lines.values()])
    return {
        key: _options(line, policy, by_product[line.product_id], record.currency, can_charge)
        for key, (line, policy) in lines.items()
    }


def options_for(
    record: OrderRecord, lines: Iterable[ReturnLine], *, at_any_price: bool = False
) -> dict[UUID, list[Option]]:
    """As `options_of`, of lines of a return, by the policy that they were asked for under.

    So often as other lines of the return leave it, and where a difference was paid back already,
    what costs as much; else `at_any_price`, and whatever others want.
    """
    lines = list(lines)
    asked = {
        line.shipment_line_id: (
            line.shipment_line,
            Policy.from_snapshot(line.vendor_return.policy_snapshot),
        )
        for line in lines
    }
    found = options_of(record, asked) if asked else {}
    if at_any_price or not any(found.values()):
        return found
    taken = wanted_beside(lines)
    paid = differences_paid(line.pk for line in lines)
    return {
        line.shipment_line_id: _at_price(
            _left(found[line.shipment_line_id], taken.get(line.pk, {})), paid.get(line.pk)
        )
        for line in lines
    }


def _left(options: list[Option], taken: Mapping[Any, int]) -> list[Option]:
    """`taken`: units by variant that are not to be had of them."""
    found = [
        replace(each, available=each.available - taken.get(each.variant_id, 0)) for each in options
    ]
    return [each for each in found if each.available > 0]


def _at_price(options: list[Option], paid: Decimal | None) -> list[Option]:
    """`paid`: what went back for each unit."""
    return options if paid is None else [each for each in options if each.difference == -paid]


def options_of_lines(lines: Iterable[ReturnLine]) -> dict[UUID, list[Option]]:
    """Return line id -> as `options_for`, of lines in returns of many orders; one look at the host
    for all orders of the same market. They come with their order's record."""
    lines = list(lines)
    records = {line.pk: line.shipment_line.shipment.record for line in lines}
    orders = {record.order_id for record in records.values() if record.order_id is not None}
    markets = host.current.markets_of(orders) if orders else {}
    found: dict[UUID, list[Option]] = {line.pk: [] for line in lines}
    groups: dict[Any, list[ReturnLine]] = defaultdict(list)
    for line in lines:
        record = records[line.pk]
        if record.order_id in markets:
            groups[markets[record.order_id], record.channel, record.currency].append(line)
    for group in groups.values():
        asked = {
            line.pk: (line.shipment_line, Policy.from_snapshot(line.vendor_return.policy_snapshot))
            for line in group
        }
        found.update(options_of(records[group[0].pk], asked))
    if not any(found.values()):
        return found
    taken = wanted_beside(lines)
    paid = differences_paid(found)
    return {
        key: _at_price(_left(options, taken.get(key, {})), paid.get(key))
        for key, options in found.items()
    }


def wanted_beside(lines: Iterable[ReturnLine]) -> dict[UUID, dict[Any, int]]:
    """Return line id -> units by variant that other lines of its return are to be exchanged for, as
    far as no order holds them. Two statements at most."""
    own = {line.pk: line.vendor_return_id for line in lines}
    wishes = defaultdict(list)
    rows = ReturnLine.objects.filter(
        vendor_return__in=set(own.values()), resolution=Resolution.EXCHANGE.value
    )
    for row in rows.select_related("shipment_line"):
        wishes[row.vendor_return_id].append(row)
    others = {
        key: [row for row in wishes[part_id] if row.pk != key] for key, part_id in own.items()
    }
    if not any(others.values()):
        return {}
    held: dict[tuple[UUID, Any], int] = defaultdict(int)
    for line in ExchangeLine.objects.filter(
        exchange__vendor_return__in=wishes, exchange__status__in=_HOLDS
    ).select_related("exchange"):
        held[line.exchange.vendor_return_id, line.variant_id] += line.quantity
    found: dict[UUID, dict[Any, int]] = {}
    for key, beside in others.items():
        units = rules.merged((row.wanted_variant_id, row.accepted) for row in beside)
        found[key] = {
            variant_id: max(quantity - held[own[key], variant_id], 0)
            for variant_id, quantity in units.items()
        }
    return found


def _can_charge(record: OrderRecord, policies: Iterable[Policy]) -> bool:
    """Whether the store has a page on which something dearer can be paid for."""
    is_asked = any(policy.exchange_pricing is ExchangePricing.SETTLED for policy in policies)
    return is_asked and bool(portal(record.channel).checkout_url)


def wanted(
    record: OrderRecord,
    asked: Iterable[RequestedLine],
    lines: Mapping[UUID, tuple[VendorShipmentLine, Policy]],
) -> dict[UUID, Option | None]:
    """Shipment line id -> the variant that is asked for in exchange, None where it is not offered."""
    chosen = {
        line.shipment_line_id: line
        for line in asked
        if line.resolution is Resolution.EXCHANGE and line.shipment_line_id in lines
    }
    if not chosen:
        return {}
    offered = options_of(record, {key: lines[key] for key in chosen})
    return {
        key: option_for(offered[key], line.exchange_variant_id or lines[key][0].variant_id)
        for key, line in chosen.items()
    }


def option_for(options: Iterable[Option], variant_id: Any) -> Option | None:
    return next((each for each in options if each.variant_id == variant_id), None)


def option_named(options: Iterable[Option], text: str) -> Option | None:
    """The one whose value a form holds."""
    return next((each for each in options if str(each.variant_id) == text), None)


def _options(
    line: VendorShipmentLine,
    policy: Policy,
    facts: Sequence[VariantFacts],
    currency: str,
    can_charge: bool,
) -> list[Option]:
    total = Taxed(line.total_net, line.total_gross)
    first = cumulative(total.gross, of=line.quantity, units=1, currency=currency)
    own = next((fact.unit_price for fact in facts if fact.id == line.variant_id), None)
    offered = [
        Wanted(fact.id, name_of(fact), fact.sku, fact.unit_price, fact.available)
        for fact in facts
        if fact.can_be_ordered and fact.unit_price is not None
    ]
    return rules.options(
        offered,
        # What is not sold any more has no price today: then what was paid counts.
        price=own if own is not None else first,
        least_worth=rounded_down(total.gross / line.quantity, currency),
        pricing=policy.exchange_pricing,
        can_charge=can_charge,
    )


def name_of(fact: VariantFacts) -> str:
    """As a shipment line is called."""
    if fact.name and fact.name not in (fact.product_name, fact.sku):
        return f"{fact.product_name}, {fact.name}"
    return fact.product_name


def is_anything_sent(exchange: Exchange) -> bool:
    """Whether units of its order left, as far as we know."""
    if exchange.order_id is None:
        return False
    of_order = VendorShipmentLine.objects.filter(shipment__record__order_id=exchange.order_id)
    return bool(of_order.filter(quantity_fulfilled__gt=0).exists())


def any_sent() -> Exists:
    """As `is_anything_sent`, of the outer exchange."""
    of_order = VendorShipmentLine.objects.filter(shipment__record__order_id=OuterRef("order_id"))
    return Exists(of_order.filter(quantity_fulfilled__gt=0))


def exchanged(lines: Iterable[ReturnLine]) -> list[ReturnLine]:
    """Those of a return's lines of which units are, or are to be, exchanged."""
    return [line for line in lines if line.is_exchanged and line.accepted]


def are_none_accepted(lines: Iterable[ReturnLine]) -> bool:
    """Whether of a return's goods that are to be exchanged none was accepted, and none is to come."""
    own = exchanged(lines)
    return bool(own) and not any(line.payable or line.expected for line in own)


@dataclass(frozen=True)
class Owed:
    """Units that were replaced, and that the store did not get for it; gross, in the order's
    currency."""

    line: ReturnLine
    units: int
    reason: Unreturned
    amount: Decimal


def owed(part: VendorReturn, lines: Iterable[ReturnLine]) -> list[Owed]:
    """What is missing of these lines, and what arrived and was refused. They come with their
    shipment lines."""
    return _owed([part], lines)


def owed_of(exchanges: Iterable[Exchange]) -> dict[UUID, list[Owed]]:
    """Exchange id -> as `owed`, of those that went out; in a constant number of statements."""
    out = {
        row.vendor_return_id: row.pk
        for row in exchanges
        if row.status == ExchangeStatus.RELEASED.value
    }
    found: dict[UUID, list[Owed]] = {key: [] for key in out.values()}
    if not out:
        return found
    lines = ReturnLine.objects.filter(
        vendor_return__in=out, resolution=Resolution.EXCHANGE.value, send_back=True
    ).select_related("shipment_line", "vendor_return__request__record")
    for each in _owed([line.vendor_return for line in lines], lines):
        found[out[each.line.vendor_return_id]].append(each)
    return found


def _owed(parts: Iterable[VendorReturn], lines: Iterable[ReturnLine]) -> list[Owed]:
    by_line = {line.pk: line for line in lines if line.is_exchanged and line.send_back}
    units: dict[UUID, dict[Unreturned, int]] = defaultdict(lambda: defaultdict(int))
    for row in valid_reception_lines(parts).filter(is_payable=False, return_line__in=by_line):
        is_missing = row.condition == Condition.MISSING.value
        reason = Unreturned.MISSING if is_missing else Unreturned.REFUSED
        units[row.return_line_id][reason] += row.quantity
    found = []
    for key, line in by_line.items():
        before = 0
        for reason in Unreturned:
            count = units[key][reason]
            if count:
                amount = _worth(line, before + count) - _worth(line, before)
                found.append(Owed(line, count, reason, amount))
                before += count
    return found


def owed_by_shopper(part: VendorReturn) -> Decimal:
    """For goods that were replaced and never came, gross, in the order's currency."""
    lines = part.lines.select_related("shipment_line")
    missing = [each.amount for each in owed(part, lines) if each.reason is Unreturned.MISSING]
    return sum(missing, ZERO)


def _worth(line: ReturnLine, units: int) -> Decimal:
    """Of the last so many units that it holds, gross; less what was to go back for them, as what
    came instead is cheaper: for units that are not payable that is never paid."""
    units_meant = Positions.of(line.positions).last(units)
    return postings.carried(line, units_meant, line.vendor_return.request.record).price.gross


def to_order(*, before: datetime, limit: int) -> list[UUID]:
    """Exchanges that were intended before, and have no order yet; longest not asked for first."""
    rows = Exchange.objects.filter(status=ExchangeStatus.PENDING.value, created_at__lt=before)
    rows = rows.order_by(F("asked_at").asc(nulls_first=True), "created_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def to_take_up() -> list[UUID]:
    """Open offers of which an order came already."""
    rows = Exchange.objects.filter(status=ExchangeStatus.AWAITING_PAYMENT.value)
    by_token = dict(rows.values_list("checkout_token", "pk"))
    return [by_token[token] for token in host.current.tokens_with_order(by_token)]


def to_be_paid(*, limit: int) -> list[UUID]:
    """What was ordered at a price that we do not know to be paid: a payment need not change the
    order itself. Newest first."""
    unpaid = OrderRecord.objects.filter(paid_at=None, is_cancelled=False, root__isnull=False)
    rows = Exchange.objects.filter(
        status=ExchangeStatus.ORDERED.value,
        difference__gt=0,
        order__in=unpaid.values("order_id"),
    )
    return list(rows.order_by("-ordered_at").values_list("pk", flat=True)[:limit])


def to_end(*, now: datetime, limit: int) -> list[UUID]:
    """Offers whose time is over."""
    rows = Exchange.objects.filter(
        status=ExchangeStatus.AWAITING_PAYMENT.value, expires_at__lte=now
    )
    return list(rows.order_by("expires_at").values_list("pk", flat=True)[:limit])


def payment_url(exchange: Exchange, facts: PortalFacts) -> str | None:
    """Where the shopper pays for it, while that is open."""
    if exchange.status != ExchangeStatus.AWAITING_PAYMENT.value:
        return None
    return facts.payment_url(
        token=exchange.checkout_token,
        checkout_id=host.current.checkout_id(exchange.checkout_token),
        channel=facts.channel or exchange.vendor_return.request.channel,
    )


def to_undo(*, limit: int, part_id: UUID | None = None) -> list[UUID]:
    """Exchanges, of all returns or of one, that were cancelled, and whose order may still stand in
    Saleor."""
    rows = Exchange.objects.filter(status=ExchangeStatus.CANCELLED.value, withdrawn_at=None)
    if part_id is not None:
        rows = rows.filter(vendor_return=part_id)
    return list(rows.order_by("created_at").values_list("pk", flat=True)[:limit])


def to_pay_back(*, since: datetime, limit: int) -> list[UUID]:
    """Exchanges that were cancelled since then, and that the shopper may have paid for, or may yet;
    newest first."""
    rows = Exchange.objects.filter(
        status=ExchangeStatus.CANCELLED.value,
        difference__gt=0,
        withdrawn_at__gte=since,
        paid_back_at=None,
    )
    return list(rows.order_by("-withdrawn_at").values_list("pk", flat=True)[:limit])


def to_mark(*, since: datetime, before: datetime, limit: int) -> list[UUID]:
    """Exchanges that were ordered or released in that time, and whose order in Saleor does not
    say that it is held, or still says so."""
    says = Q(order__metadata__has_key=host.current.HELD_UNTIL)
    ordered = Q(status=ExchangeStatus.ORDERED.value, ordered_at__range=(since, before)) & ~says
    released = Q(status=ExchangeStatus.RELEASED.value, released_at__range=(since, before)) & says
    rows = Exchange.objects.filter(ordered | released, order__isnull=False)
    return list(rows.order_by("created_at").values_list("pk", flat=True)[:limit])


@dataclass(frozen=True)
class LetGo:
    """A replacement that was released: by its `rule`, and `at` that time if nobody did it by hand."""

    order_number: str
    rule: ExchangeRelease
    at: datetime | None
    is_sent: bool
    is_tracked: bool
    """The shopper said how the goods were sent."""
    is_of_ended: bool
    """Its return had ended before a parcel came after all."""

    def needs(
        self,
        reception: Reception,
        own: Iterable[ReturnLine],
        payable: Mapping[UUID, int],
        *,
        is_last: bool,
    ) -> bool:
        """Whether it was released because of this reception, so that this cannot be undone.

        Without it so many units of the return's `own` lines are `payable`; `is_last`: nothing else
        is recorded. A return that ends again takes with it what was not sent.
        """
        if is_last and self.is_of_ended:
            return self.is_sent
        if self.at is None or self.at < reception.created_at:
            return False
        is_on_its_way = self.is_tracked or not is_last
        if self.rule is ExchangeRelease.ON_ACCEPT:
            return False
        if self.rule is ExchangeRelease.ON_TRACKING and is_on_its_way:
            return False
        return any(line.send_back and payable[line.pk] < line.accepted for line in exchanged(own))


def let_go(part_ids: Collection[UUID]) -> dict[UUID, LetGo]:
    """Vendor return id -> its replacement, if that was released. Two statements at most."""
    released = Exchange.objects.filter(
        vendor_return__in=part_ids, status=ExchangeStatus.RELEASED.value
    ).select_related("vendor_return")
    exchanges = list(released.annotate(is_sent=any_sent()).order_by()) if part_ids else []
    if not exchanges:
        return {}
    arrived = [status.value for status in transitions.ARRIVED]
    is_release = Q(kind=EventKind.EXCHANGE_RELEASED.value)
    is_arrival = Q(to_status__in=arrived) & ~Q(from_status__in=arrived)
    events = ReturnEvent.objects.filter(
        is_release | is_arrival, vendor_return__in=[each.vendor_return_id for each in exchanges]
    )
    by_itself: dict[UUID, datetime | None] = {}
    before: dict[UUID, str] = {}
    for event in events.order_by("created_at"):
        if event.kind == EventKind.EXCHANGE_RELEASED.value:
            is_by_itself = event.actor_kind == ActorKind.SYSTEM.value
            by_itself[event.vendor_return_id] = event.created_at if is_by_itself else None
        else:
            before[event.vendor_return_id] = event.from_status
    return {
        each.vendor_return_id: LetGo(
            order_number=each.order_number,
            rule=ExchangeRelease(each.release_rule),
            at=by_itself.get(each.vendor_return_id),
            is_sent=each.is_sent,
            is_tracked=bool(each.vendor_return.tracking),
            is_of_ended=before.get(each.vendor_return_id) in _ENDED,
        )
        for each in exchanges
    }


def failed(part: VendorReturn) -> Exchange | None:
    """Its exchange, if that could not be made."""
    exchange = live(part)
    is_failed = exchange is not None and exchange.status == ExchangeStatus.FAILED.value
    return exchange if is_failed else None


def left_to_shopper(part: VendorReturn) -> Exchange | None:
    """Its exchange, if that could not be made and the shopper chooses anew."""
    exchange = failed(part)
    return exchange if exchange is not None and not is_left_to_store(part, exchange) else None


def is_left_to_store(part: VendorReturn, exchange: Exchange) -> bool:
    """Whether store and vendor decide on what the shopper else chooses anew, or pays for."""
    lines = part.lines.all()
    if exchange.status == ExchangeStatus.AWAITING_PAYMENT.value:
        return not can_be_paid_for(exchange, lines)
    return is_all_staffs(part, exchange) or are_none_accepted(lines)


def is_all_staffs(part: VendorReturn, exchange: Exchange) -> bool:
    """Whether staff asked for the return, of which nothing comes back, and chose what is sent:
    then the shopper, who wants nothing, cannot make money of it."""
    return is_staffs_alone(part, part.lines.all(), is_by_staff=exchange.is_by_staff)


def is_staffs_alone(part: VendorReturn, lines: Iterable[ReturnLine], *, is_by_staff: bool) -> bool:
    """As `is_all_staffs`, of what was read already: all `lines` of the return, and whether staff
    chose what is sent."""
    return (
        is_by_staff
        and part.request.source == Source.STAFF.value
        and not any(line.send_back for line in lines)
    )


def paid_for(exchanges: Iterable[Exchange]) -> set[UUID]:
    """Those of these whose order is paid, as the host says, and cost something. No statement where
    none does."""
    ordered = (row for row in exchanges if row.difference > 0 and row.order_id is not None)
    facts = ((row.pk, host.current.order_facts(row.order_id)) for row in ordered)
    return {key for key, found in facts if found is not None and found.is_paid}


def is_to_be_ordered_again(exchange: Exchange, part: VendorReturn) -> bool:
    """Whether it failed; or was cancelled, while its units are still to be exchanged: all of them,
    where staff chose what it sends. Nothing is asked for it where `can_be_paid_for` says so."""
    if not can_be_paid_for(exchange, part.lines.all()):
        return False
    if exchange.is_by_staff and not is_of(units_of(exchange), part.lines.all()):
        return False
    if exchange.status == ExchangeStatus.CANCELLED.value:
        return bool(exchanged(part.lines.all()))
    return exchange.status == ExchangeStatus.FAILED.value


def can_be_paid_for(exchange: Exchange, lines: Iterable[ReturnLine]) -> bool:
    """Whether the shopper may be asked for its price, if it has one; `lines` are its return's."""
    return is_price_owed(lines, has_price=exchange.difference > 0, is_by_staff=exchange.is_by_staff)


def is_price_owed(lines: Iterable[ReturnLine], *, has_price: bool, is_by_staff: bool) -> bool:
    """As `can_be_paid_for`, of what was read already: not once none of the return's goods was
    accepted, as it would not be sent. What staff chose is sent whatever becomes of these."""
    return not has_price or is_by_staff or not are_none_accepted(lines)


def newest(part: VendorReturn) -> Exchange | None:
    """The one that stands, else the one that was cancelled last."""
    rows = Exchange.objects.filter(vendor_return=part)
    return rows.order_by("created_at", "id").last()


def units_of(exchange: Exchange) -> dict[UUID, int]:
    """Return line id -> units that it replaces."""
    found: dict[UUID, int] = defaultdict(int)
    for row in exchange.lines.all():
        if row.return_line_id is not None:
            found[row.return_line_id] += row.quantity
    return dict(found)


def is_of(units: Mapping[UUID, int], lines: Iterable[ReturnLine]) -> bool:
    """Whether these units are all that is to be exchanged of a return with these lines."""
    return units == {line.pk: line.accepted for line in exchanged(lines)}


def is_free_to_choose(
    line: ReturnLine,
    lines: Iterable[ReturnLine],
    *,
    is_staffs: bool,
    has_price: bool,
    is_merchant: bool,
) -> bool:
    """Whether a line of the return can be exchanged for something else than is meant now.

    `lines` are all of the return's; `is_staffs`: staff chose what its newest exchange sends,
    which the lines do not say, and `has_price` is whether that is for a price. One line alone can
    be chosen for anew, but not around a price that the store made, even where it became money since.
    """
    if not is_staffs:
        return True
    others = [each for each in exchanged(lines) if each.pk != line.pk]
    return not others and (is_merchant or not has_price)


def instead_of(
    exchanges: Iterable[Exchange], *, hidden: Collection[UUID] = (), other: str = ""
) -> dict[UUID, str]:
    """Return line id -> what staff chose for its units, maybe several; else the line itself says it.

    `exchanges` are all of one return's, oldest first, with their lines; of those that are `hidden`
    from the reader it says `other`.
    """
    found: dict[UUID, list[str]] = defaultdict(list)
    newest = [*exchanges][-1:]
    for row in (row for exchange in newest if exchange.is_by_staff for row in exchange.lines.all()):
        if row.return_line_id is not None:
            text = other if row.pk in hidden else f"{row.quantity} × {row.name}"
            found[row.return_line_id].append(text)
    return {key: ", ".join(dict.fromkeys(names)) for key, names in found.items()}


def of_returns(parts: Sequence[VendorReturn]) -> dict[UUID, list[Exchange]]:
    """Vendor return id -> its exchanges with their lines, oldest first. Two statements."""
    found: dict[UUID, list[Exchange]] = {part.pk: [] for part in parts}
    for exchange in Exchange.objects.filter(vendor_return__in=found).prefetch_related("lines"):
        found[exchange.vendor_return_id].append(exchange)
    return found


def _beside(rows: QuerySet[Exchange]) -> QuerySet[Exchange]:
    return rows.select_related("vendor_return__request__record", "vendor_return__vendor")
