"""Replacements that staff send without waiting for goods, or with none to come back at all.

The steps of a clone: choose lines of an order, swap variants, add items, set prices, finalise.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from .. import host
from ..domain import quotes as quote_rules
from ..domain.actors import Actor
from ..domain.exchanges import merged
from ..domain.money import ZERO
from ..domain.positions import Positions, free
from ..domain.requested import ExchangedUnits
from ..enums import (
    ActorKind,
    ExchangeRelease,
    ExchangeStatus,
    Move,
    Resolution,
    ReturnStatus,
    Source,
    Unavailable,
)
from ..errors import (
    ExchangeUnavailable,
    IdempotencyConflict,
    InvalidInput,
    InvalidTransition,
    NotFound,
    NotPermitted,
    QuantityExceedsReturnable,
    Required,
    ResolutionNotAllowed,
)
from ..host import VariantFacts
from ..models import (
    Exchange,
    ExchangeLine,
    OrderRecord,
    ReturnLine,
    ReturnRequest,
    VendorProduct,
    VendorReturn,
    VendorShipment,
    VendorShipmentLine,
)
from ..selectors import exchanges as selected
from ..selectors import quotes
from ..selectors.branding import portal
from ..selectors.notifications import WITH_EXCHANGE
from ..selectors.policies import offered, policies_for
from ..selectors.returned import (
    difference_paid,
    paid_units,
    positions_in_returns,
    units_in_returns,
)
from ..selectors.staff_exchanges import UNASKED
from ..selectors.vendor_returns import EXCHANGEABLE
from . import exchanges, lifecycle, resolutions, vendor_returns, vendors
from .amounts import check_decimals
from .locks import in_transaction, locked_record
from .texts import check_key, digest_of

__all__ = ["ExchangedUnits", "Plan", "create", "preview"]

_MOST_LINES = 100
_MOST_UNITS = 100_000
_MOST_PRICE = 10**9


@dataclass(frozen=True)
class Plan:
    """What an exchange would be: `lines` are unsaved rows, `total` is what the shopper pays for
    them, gross, and `vendors` are the names of those who ship."""

    lines: tuple[ExchangeLine, ...]
    total: Decimal
    vendors: tuple[str, ...]


def preview(*, actor: Actor, record: OrderRecord, lines: Sequence[ExchangedUnits]) -> Plan:
    """What `create` would order; it raises what that would. Nothing is locked or stored."""
    wish = _checked(actor, record, lines)
    part = wish.part or VendorReturn(
        request=ReturnRequest(record=record, channel=record.channel),
        vendor=wish.shipment.vendor,
    )
    exchange = Exchange(vendor_return=part, currency=record.currency, difference=wish.total)
    rows = [_row(exchange, item, wish, None, Positions()) for item in lines]
    return Plan(tuple(rows), wish.total, _ships(wish))


@in_transaction
def create(
    *,
    actor: Actor,
    record_id: UUID,
    lines: Sequence[ExchangedUnits],
    now: datetime,
    charges_vendor: bool = False,
    notifies_customer: bool | None = None,
    idempotency_key: str | None = None,
) -> Exchange:
    """Order replacements for lines of a return, or of an order of which nothing comes back.

    The lines are of one vendor's shipment. What is priced above nothing the shopper pays on the
    store's checkout page first. It is sent at once. Merchant only; the same key with the same input
    answers the first exchange again. Raises NotFound, NotPermitted, Required, InvalidInput,
    QuantityExceedsReturnable, InvalidTransition, ExchangeUnavailable, IdempotencyConflict.
    """
    record = locked_record(record_id, for_actor=actor)
    _check_may(actor)
    digest = _digest(lines, charges_vendor, notifies_customer)
    before = _same_key(record, idempotency_key, digest)
    if before is not None:
        return before
    wish = _checked(actor, record, lines)
    part = wish.part or _kept(wish, actor, now)
    own = {line.shipment_line_id: line for line in part.lines.select_related("shipment_line")}
    if wish.part is not None:
        _replace(wish, own, actor)
    exchange = Exchange(
        vendor_return=part,
        currency=record.currency,
        difference=wish.total,
        release_rule=ExchangeRelease.ON_ACCEPT.value,
        charges_vendor=charges_vendor,
        notifies_customer=notifies_customer,
        user_id=actor.user_id,
        idempotency_key=idempotency_key or None,
        idempotency_digest=digest,
    )
    left = {key: Positions.of(line.positions) for key, line in own.items()}
    rows = []
    for item in wish.lines:
        source = wish.sources.get(item)
        line = own[source.pk] if source else None
        positions = left[source.pk].first(item.quantity) if source else Positions()
        if source:
            left[source.pk] -= positions
        rows.append(_row(exchange, item, wish, line, positions))
    exchanges.intend(exchange, rows, actor=actor, role=ActorKind.MERCHANT)
    return exchange


@dataclass(frozen=True)
class _Wish:
    """Input that was looked up and found to be in order."""

    record: OrderRecord
    shipment: VendorShipment
    part: VendorReturn | None
    """The return whose lines are replaced; None where nothing comes back."""
    lines: Sequence[ExchangedUnits]
    sources: Mapping[ExchangedUnits, VendorShipmentLine]
    variants: Mapping[Any, VariantFacts]

    @property
    def total(self) -> Decimal:
        return sum((item.unit_price * item.quantity for item in self.lines), ZERO)

    @property
    def units(self) -> dict[VendorShipmentLine, int]:
        """How many units of each line are replaced."""
        found: dict[VendorShipmentLine, int] = defaultdict(int)
        for item in self.lines:
            if item in self.sources:
                found[self.sources[item]] += item.quantity
        return found


def _check_may(actor: Actor) -> None:
    if not actor.is_merchant:
        raise NotPermitted(gettext("Only the store's staff may do this."), field="order_id")


def _checked(actor: Actor, record: OrderRecord, lines: Sequence[ExchangedUnits]) -> _Wish:
    _check_may(actor)
    if Resolution.EXCHANGE not in offered():
        raise ResolutionNotAllowed(gettext("This is not offered."), field="lines")
    _check_shape(record, lines)
    sources, parts = _sources(record, lines)
    shipments = {line.shipment for line in sources.values()}
    if not shipments:
        raise Required(gettext("Say what is replaced."), field="lines")
    if len(shipments) > 1 or len(parts) > 1 or (None in parts and len(parts) > 1):
        raise InvalidInput(
            gettext("Exchange lines of one vendor, and of one return, at a time."), field="lines"
        )
    wish = _Wish(
        record,
        shipments.pop(),
        parts.pop(),
        lines,
        sources,
        _variants(record, lines, sources),
    )
    _check_units(wish)
    if wish.total and not portal(record.channel).checkout_url:
        raise InvalidInput(
            gettext("A price needs a page to pay it on: set the portal's checkout page first."),
            field="unit_price",
        )
    return wish


def _check_shape(record: OrderRecord, lines: Sequence[ExchangedUnits]) -> None:
    if not lines:
        raise Required(gettext("Say what is replaced."), field="lines")
    if len(lines) > _MOST_LINES:
        raise InvalidInput(
            gettext("At most %(most)s lines in one exchange.") % {"most": _MOST_LINES},
            field="lines",
        )
    prices: dict[Any, Decimal] = {}
    for index, item in enumerate(lines):
        if not 1 <= item.quantity <= _MOST_UNITS:
            raise InvalidInput(
                gettext("Exchange at least one unit."), field="quantity", index=[index]
            )
        if not (item.unit_price.is_finite() and 0 <= item.unit_price < _MOST_PRICE):
            raise InvalidInput(gettext("This is not a price."), field="unit_price", index=[index])
        check_decimals(item.unit_price, record.currency, field="unit_price")
        if prices.setdefault(item.variant_id, item.unit_price) != item.unit_price:
            raise InvalidInput(
                gettext("One variant has one price."), field="unit_price", index=[index]
            )
        if item.return_line_id is not None and item.order_line_id is not None:
            raise InvalidInput(
                gettext("Name the line of the return, or that of the order."),
                field="order_line_id",
                index=[index],
            )
    if len(set(lines)) < len(lines):
        raise InvalidInput(gettext("This item stands here twice."), field="lines")


def _sources(
    record: OrderRecord, lines: Sequence[ExchangedUnits]
) -> tuple[dict[ExchangedUnits, VendorShipmentLine], set[VendorReturn | None]]:
    """What each line replaces, if anything; and the returns these are in."""
    returned = {
        line.pk: line
        for line in ReturnLine.objects.filter(
            pk__in=[item.return_line_id for item in lines if item.return_line_id],
            vendor_return__request__record=record,
        ).select_related(
            "shipment_line__shipment__vendor",
            "vendor_return__request__record",
            "vendor_return__vendor",
        )
    }
    sold = {
        line.order_line_id: line
        for line in VendorShipmentLine.objects.filter(
            order_line_id__in=[item.order_line_id for item in lines if item.order_line_id],
            shipment__record=record,
        ).select_related("shipment__vendor")
    }
    found, parts = {}, set()
    for index, item in enumerate(lines):
        if item.return_line_id is not None:
            line = returned.get(item.return_line_id)
            if line is None:
                raise _unknown("return_line_id", index)
            found[item] = line.shipment_line
            parts.add(line.vendor_return)
        elif item.order_line_id is not None:
            if item.order_line_id not in sold:
                raise _unknown("order_line_id", index)
            found[item] = sold[item.order_line_id]
            parts.add(None)
    return found, parts


def _unknown(field: str, index: int) -> NotFound:
    return NotFound(gettext("This item is not in the order."), field=field, index=[index])


def _variants(
    record: OrderRecord,
    lines: Sequence[ExchangedUnits],
    sources: Mapping[ExchangedUnits, VendorShipmentLine],
) -> Mapping[Any, VariantFacts]:
    """What is wanted, by id; one look at the host for that and for what it replaces."""
    if record.order_id is None:
        raise InvalidTransition(gettext("Saleor has this order no more."), field="order_id")
    wanted = merged((item.variant_id, item.quantity) for item in lines)
    sold = {line.variant_id for line in sources.values() if line.variant_id is not None}
    facts = host.current.variants_for_exchange(
        order_id=record.order_id, variant_ids=list({*wanted, *sold})
    )
    for index, item in enumerate(lines):
        source = sources.get(item)
        replaced = facts.get(source.variant_id) if source else None
        if replaced is not None and not replaced.is_goods:
            raise InvalidInput(
                gettext("Gift cards and digital items cannot be exchanged."),
                field="return_line_id" if item.return_line_id else "order_line_id",
                index=[index],
            )
        fact = facts.get(item.variant_id)
        if fact is None:
            raise NotFound(gettext("There is no such item."), field="variant_id", index=[index])
        reason = None
        if not fact.can_be_ordered and fact.available > 0:
            reason = Unavailable.NOT_SOLD
        elif fact.available < wanted[item.variant_id]:
            reason = Unavailable.OUT_OF_STOCK
        if reason:
            raise ExchangeUnavailable(
                gettext("%(item)s cannot be ordered now, or not so often.")
                % {"item": selected.name_of(fact)},
                reason=reason,
                field="variant_id",
                index=[index],
            )
    return {key: facts[key] for key in wanted}


def _check_units(wish: _Wish) -> None:
    if wish.part is None:
        taken = units_in_returns(line.pk for line in wish.units)
        for line, units in wish.units.items():
            left = max(line.units_shipped - taken.get(line.pk, 0), 0)
            if units > left:
                raise _too_many(wish, line, left)
        return
    part = wish.part
    if ReturnStatus(part.status) not in EXCHANGEABLE:
        raise InvalidTransition(
            gettext("Return %(number)s is not accepted, or is over.") % {"number": part.number},
            field="lines",
        )
    standing = selected.live(part)
    if standing is not None and standing.status != ExchangeStatus.FAILED.value:
        raise InvalidTransition(
            gettext("Return %(number)s has an exchange already.") % {"number": part.number},
            field="lines",
        )
    own = part.lines.select_related("shipment_line")
    lines = {line.shipment_line_id: line for line in own}
    paid = paid_units(line.pk for line in lines.values())
    for line, units in wish.units.items():
        returned = lines[line.pk]
        if paid[returned.pk].whole:
            raise InvalidTransition(
                gettext("Units of this item are paid back already."), field="lines"
            )
        if units != returned.accepted:
            raise _too_many(wish, line, returned.accepted)
    replaced = {line.pk for line in wish.units}
    for returned in selected.exchanged(lines.values()):
        if returned.shipment_line_id not in replaced:
            raise Required(
                gettext("Say what replaces %(item)s, too: it is to be exchanged.")
                % {"item": returned.shipment_line.product_name},
                field="lines",
            )


def _too_many(wish: _Wish, line: VendorShipmentLine, units: int) -> QuantityExceedsReturnable:
    """Said of the last of those that replace it."""
    own = [index for index, item in enumerate(wish.lines) if wish.sources.get(item) == line]
    return QuantityExceedsReturnable(
        gettext("%(units)s of %(item)s can be exchanged.")
        % {"units": units, "item": line.product_name},
        field="quantity",
        index=own[-1:],
    )


def _kept(wish: _Wish, actor: Actor, now: datetime) -> VendorReturn:
    """A return of which nothing is sent back, accepted at once: it holds the units, so that nobody
    returns them a second time. Nobody asked for it, and nobody has to decide on it."""
    unasked = {"code": UNASKED}
    record, shipment = wish.record, wish.shipment
    policy = policies_for([shipment.vendor_id], record.channel, record.currency)[shipment.vendor_id]
    request = ReturnRequest(
        record=record,
        number=f"{record.number}-R{record.requests.count() + 1}",
        email=record.email,
        user_id=record.user_id,
        channel=record.channel,
        locale=record.language,
        source=Source.STAFF.value,
    )
    part = VendorReturn(
        request=request,
        shipment=shipment,
        vendor=shipment.vendor,
        number=f"{request.number}-{shipment.number.rpartition('-')[2]}",
        policy_snapshot=replace(policy, send_back=False).snapshot(),
    )
    lifecycle.start(request, [part], actor=actor, now=now, data=unasked)
    held = positions_in_returns(line.pk for line in wish.units)
    ReturnLine.objects.bulk_create(
        [
            ReturnLine(
                vendor_return=part,
                shipment_line=line,
                quantity=units,
                positions=free(of=line.quantity, held=held[line.pk], units=units).plain(),
                resolution=Resolution.EXCHANGE.value,
                send_back=False,
                **_first_variant(wish, line),
            )
            for line, units in wish.units.items()
        ]
    )
    part.quote_snapshot = quote_rules.snapshot(quotes.expected(part))
    part.save(update_fields=["quote_snapshot"])
    lifecycle.move(part, Move.APPROVE, actor=actor, now=now, data=unasked)
    vendor_returns.accept_kept(part, actor=actor, now=now, data=unasked)
    return part


def _replace(wish: _Wish, own: Mapping[UUID, ReturnLine], actor: Actor) -> None:
    """Lines of a return become exchanges, whatever they were."""
    if wish.part is not None:
        exchanges.withdraw_of(wish.part, actor=actor, role=ActorKind.MERCHANT)
    changed, was_paid_back = [], []
    for sold in wish.units:
        line = own[sold.pk]
        if not line.is_exchanged:
            was_paid_back.append(line)
        line.resolution = Resolution.EXCHANGE.value
        line.exchange_difference = -(difference_paid(line.pk) or ZERO)
        for name, value in _first_variant(wish, sold).items():
            setattr(line, name, value)
        changed.append(line)
    ReturnLine.objects.bulk_update(
        changed, ["resolution", "exchange_difference", "exchange_variant", "exchange_name"]
    )
    for line in was_paid_back:
        resolutions.record(
            line,
            actor=actor,
            role=ActorKind.MERCHANT,
            instead=_instead(wish, line.shipment_line),
            code=WITH_EXCHANGE,
        )


def _instead(wish: _Wish, line: VendorShipmentLine) -> str:
    """All that comes for it."""
    items = [item for item in wish.lines if wish.sources.get(item) == line]
    names = [selected.name_of(wish.variants[item.variant_id]) for item in items]
    if len(items) == 1:
        return names[0]
    return ", ".join(f"{item.quantity} × {name}" for item, name in zip(items, names, strict=True))


def _first_variant(wish: _Wish, line: VendorShipmentLine) -> dict[str, Any]:
    item = next(item for item in wish.lines if wish.sources.get(item) == line)
    fact = wish.variants[item.variant_id]
    return {"exchange_variant_id": fact.id, "exchange_name": selected.name_of(fact)}


def _row(
    exchange: Exchange,
    item: ExchangedUnits,
    wish: _Wish,
    line: ReturnLine | None,
    positions: Positions,
) -> ExchangeLine:
    fact = wish.variants[item.variant_id]
    row = ExchangeLine(
        exchange=exchange,
        return_line=line,
        variant_id=fact.id,
        name=selected.name_of(fact),
        sku=fact.sku or "",
        quantity=item.quantity,
        positions=positions.plain(),
        unit_price=item.unit_price,
    )
    if line is not None:
        exchanges.freeze_carried(row, line, positions, wish.record)
    return row


def _ships(wish: _Wish) -> tuple[str, ...]:
    products = [fact.product_id for fact in wish.variants.values()]
    owners = {
        row.product_id: row.vendor.name
        for row in VendorProduct.objects.filter(product_id__in=products).select_related("vendor")
    }
    names = [owners.get(key) or vendors.in_house().name for key in products]
    return tuple(dict.fromkeys(names))


def _digest(lines: Sequence[ExchangedUnits], charges: bool, notifies: bool | None) -> str:
    plain = [[asdict(line) for line in lines], charges, notifies]
    return digest_of(plain)


def _same_key(record: OrderRecord, key: str | None, digest: str) -> Exchange | None:
    if not key:
        return None
    check_key(key)
    before = Exchange.objects.filter(
        vendor_return__request__record=record, idempotency_key=key
    ).first()
    if before is not None and before.idempotency_digest != digest:
        raise IdempotencyConflict(
            gettext("This key was used for another exchange; take a new one."),
            field="idempotency_key",
        )
    return before
