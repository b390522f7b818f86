"""What became of an exchange, as its shopper reads it, and what they choose where it failed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from ..domain import exchange_status
from ..domain.exchanges import ON_PAYMENT, Option
from ..enums import (
    ActorKind,
    ExchangeRelease,
    ExchangeStatus,
    Resolution,
    ReturnStatus,
    ShipmentStatus,
    Unavailable,
)
from ..models import Exchange, OrderRecord, ReturnLine, VendorReturn, VendorShipment
from ..selectors import exchanges as selected
from ..selectors import quotes
from ..selectors.branding import portal
from ..selectors.events import ended_as_refused
from ..selectors.exchanges import exchanged, options_for, payment_url
from ..selectors.quotes import AsMoney
from ..selectors.replacements import shipments_of
from ..selectors.shipments import tracking_sent
from ..selectors.staff_exchanges import is_unasked
from ..selectors.vendor_returns import EXCHANGEABLE, changeable_to
from ..web import formats
from ..web.exchange_options import labels, money_back
from ..web.forms import Choice, Field, Problems, choices
from ..web.tracking import TrackingView, tracking_view
from ..web.words import word

_SENT = (ShipmentStatus.PARTIALLY_FULFILLED.value, ShipmentStatus.FULFILLED.value)
_ENDED = (ReturnStatus.DECLINED, ReturnStatus.CANCELLED, ReturnStatus.EXPIRED)


@dataclass(frozen=True)
class InsteadForm:
    """The shopper's choice for one item whose exchange failed. `seen` is that exchange."""

    request_id: UUID
    line_id: UUID
    returned: str
    wanted: str
    is_asked: bool
    """The shopper wanted it; else the store chose it."""
    is_gone: bool
    """The wanted variant cannot be had, as far as can be seen."""
    field: Field
    choices: tuple[Choice, ...]
    seen: UUID


@dataclass(frozen=True)
class ExchangeView:
    status: str
    status_key: str
    items: tuple[str, ...]
    words: str
    order_number: str
    trackings: tuple[TrackingView, ...]
    to_pay: str
    pay_until: str
    payment_url: str
    owed: str
    """What was sent against goods that never came; blank else."""
    forms: tuple[InsteadForm, ...]

    @property
    def is_for_shopper(self) -> bool:
        """Whether it goes on only once the shopper acts."""
        return bool(self.forms or self.to_pay)


@dataclass(frozen=True)
class Found:
    """Of several returns, read at once: by vendor return, by exchange, and by shipment line."""

    exchanges: Mapping[UUID, Sequence[Exchange]]
    shipments: Mapping[UUID, Sequence[VendorShipment]]
    options: Mapping[UUID, Sequence[Option]]

    def of(self, part: VendorReturn) -> Sequence[Exchange]:
        return self.exchanges.get(part.pk, ())

    def latest(self, part: VendorReturn) -> Exchange | None:
        """The one that stands; else the last that was cancelled."""
        own = self.of(part)
        live = [row for row in own if row.status in selected.LIVE]
        newest = live or list(own)
        return newest[-1] if newest else None

    def is_unpaid(self, part: VendorReturn) -> bool:
        """Whether what is ordered is held until it is paid."""
        exchange = self.latest(part)
        return exchange is not None and _is_unpaid(self.shipments.get(exchange.pk, ()))


def find(record: OrderRecord, parts: Sequence[VendorReturn]) -> Found:
    """The host is asked only where the shopper has to choose anew."""
    exchanges = selected.of_returns(parts)
    failed = [part for part in parts if _has_failed(exchanges[part.pk]) and _is_open(part)]
    lines = [
        line
        for part in failed
        for line in exchanged(part.lines.all())
        if is_free(line, exchanges[part.pk][-1])
    ]
    return Found(
        exchanges,
        shipments_of([row for own in exchanges.values() for row in own]),
        options_for(record, lines),
    )


def exchange_view(part: VendorReturn, found: Found) -> ExchangeView | None:
    """None for a return that has none, or whose exchange came to nothing before it began."""
    exchange = found.latest(part)
    if exchange is None:
        return None
    status = ExchangeStatus(exchange.status)
    shipments = [
        shipment
        for shipment in found.shipments.get(exchange.pk, ())
        if shipment.status != ShipmentStatus.CANCELLED.value
    ]
    is_stores = selected.is_left_to_store(part, exchange)
    is_to_be_paid = status is ExchangeStatus.AWAITING_PAYMENT and not is_stores
    is_sent = status is ExchangeStatus.RELEASED and _is_any_sent(shipments)
    exchange.vendor_return = part
    url = payment_url(exchange, portal(part.request.record.channel)) if is_to_be_paid else None
    is_to_choose = _is_failed(exchange) and _is_open(part) and not is_stores
    to_choose = exchanged(part.lines.all()) if is_to_choose else []
    money = quotes.as_money(part, to_choose)
    return ExchangeView(
        status=word(_together(shipments)) if is_sent else word(status),
        status_key=status.value,
        items=_items(exchange, part),
        words=_words(exchange, part, shipments),
        order_number=exchange.order_number if status in exchange_status.ORDERED else "",
        trackings=tuple(
            tracking_view(row) for shipment in shipments for row in tracking_sent(shipment)
        )
        if is_sent
        else (),
        to_pay=formats.money(exchange.difference, exchange.currency) if is_to_be_paid else "",
        pay_until=formats.moment(exchange.expires_at) if is_to_be_paid else "",
        payment_url=url or "",
        owed=_owed(exchange, part),
        forms=tuple(
            instead_form(line, exchange, found.options, money[line.pk], Problems())
            for line in to_choose
        ),
    )


def instead_form(
    line: ReturnLine,
    exchange: Exchange,
    options: Mapping[UUID, Sequence[Option]],
    money: AsMoney,
    problems: Problems,
    typed: str = "",
) -> InsteadForm:
    """What failed is among what is offered, once it can be had again. A line without `options` can
    only become money."""
    sold, part = line.shipment_line, line.vendor_return
    wanted = line.wanted_variant_id
    offered = [each for each in options.get(sold.pk, ()) if each.available >= line.accepted]
    named = [
        (Resolution.REFUND.value, money_back(money.amount, money.fees, exchange.currency)),
        *labels(offered, own=sold.variant_id, units=line.accepted, currency=exchange.currency),
    ]
    return InsteadForm(
        request_id=part.request_id,
        line_id=line.pk,
        returned=f"{line.accepted} × {sold.name}",
        wanted=selected.instead_of([exchange]).get(line.pk, "")
        if exchange.is_by_staff
        else line.exchange_name or sold.name,
        is_asked=not exchange.is_by_staff,
        is_gone=sold.pk in options and all(each.variant_id != wanted for each in offered),
        field=problems.field(field_name(line), typed),
        choices=choices([("", _("Please choose")), *named], typed),
        seen=exchange.pk,
    )


def is_free(line: ReturnLine, exchange: Exchange) -> bool:
    """Whether the shopper may choose something else than money; `exchange` is the newest."""
    part = line.vendor_return
    is_offered = Resolution.EXCHANGE in changeable_to(part, {ActorKind.SHOPPER})
    return is_offered and selected.is_free_to_choose(
        line,
        part.lines.all(),
        is_staffs=exchange.is_by_staff,
        has_price=exchange.difference > 0,
        is_merchant=False,
    )


def field_name(line: ReturnLine) -> str:
    return f"instead-{line.pk}"


def _is_failed(exchange: Exchange) -> bool:
    return exchange.status == ExchangeStatus.FAILED.value


def _has_failed(exchanges: Sequence[Exchange]) -> bool:
    return any(_is_failed(exchange) for exchange in exchanges)


def _is_open(part: VendorReturn) -> bool:
    return ReturnStatus(part.status) in EXCHANGEABLE


def _items(exchange: Exchange, part: VendorReturn) -> tuple[str, ...]:
    """Of one that failed, without what the shopper takes the money for since."""
    lines = list(exchange.lines.all())
    if _is_failed(exchange):
        paid = {line.pk for line in part.lines.all() if not line.is_exchanged}
        lines = [line for line in lines if line.return_line_id not in paid]
    return tuple(f"{line.quantity} × {line.name}" for line in lines)


def _owed(exchange: Exchange, part: VendorReturn) -> str:
    """What arrived and was refused is between shopper and store: only what never came counts."""
    if exchange.status != ExchangeStatus.RELEASED.value:
        return ""
    owed = selected.owed_by_shopper(part) if exchanged(part.lines.all()) else 0
    return formats.money(owed, exchange.currency) if owed else ""


def _is_any_sent(shipments: Sequence[VendorShipment]) -> bool:
    return any(shipment.status in _SENT for shipment in shipments)


def _together(shipments: Sequence[VendorShipment]) -> ShipmentStatus:
    """Of which some was sent."""
    is_all = all(shipment.status == ShipmentStatus.FULFILLED.value for shipment in shipments)
    return ShipmentStatus.FULFILLED if is_all else ShipmentStatus.PARTIALLY_FULFILLED


def _words(exchange: Exchange, part: VendorReturn, shipments: Sequence[VendorShipment]) -> str:
    status = ExchangeStatus(exchange.status)
    if status is ExchangeStatus.PENDING:
        return _("What you get in exchange is being ordered.")
    if status is ExchangeStatus.AWAITING_PAYMENT and not selected.is_left_to_store(part, exchange):
        return _("It is ordered once you have paid what it costs more.")
    is_asked = status in (ExchangeStatus.AWAITING_PAYMENT, ExchangeStatus.FAILED)
    if is_asked and selected.are_none_accepted(part.lines.all()):
        return _("It is not ordered. The store decides what comes next.")
    if status is ExchangeStatus.ORDERED:
        return _reserved(exchange, part, shipments)
    if status is ExchangeStatus.RELEASED:
        return _sent(shipments)
    if status is ExchangeStatus.FAILED:
        return _failed(exchange, part)
    return _cancelled(exchange, part)


def _is_unpaid(shipments: Iterable[VendorShipment]) -> bool:
    return any(shipment.hold_reason == ON_PAYMENT for shipment in shipments)


def _reserved(exchange: Exchange, part: VendorReturn, shipments: Sequence[VendorShipment]) -> str:
    if _is_unpaid(shipments):
        return _("It is reserved for you, and sent once it is paid.")
    if ReturnStatus(part.status) is ReturnStatus.RECEIVED:
        return _("It is reserved for you. The store decides whether it is sent; see what arrived.")
    return {
        ExchangeRelease.ON_ACCEPT: _("It is reserved for you, and sent next."),
        ExchangeRelease.ON_TRACKING: _(
            "It is reserved for you, and sent once you have sent the goods back and told us the "
            "tracking number."
        ),
        ExchangeRelease.ON_RECEPTION: _(
            "It is reserved for you, and sent once your return has arrived."
        ),
    }[ExchangeRelease(exchange.release_rule)]


def _sent(shipments: Sequence[VendorShipment]) -> str:
    if not _is_any_sent(shipments):
        return _("It is on its way to you soon: the store makes it ready.")
    if _together(shipments) is not ShipmentStatus.FULFILLED:
        return _("Some of it is on its way to you; the rest follows.")
    if all(shipment.delivered_at for shipment in shipments):
        return _("It was delivered to you.")
    return _("It is on its way to you.")


def _failed(exchange: Exchange, part: VendorReturn) -> str:
    is_staffs = selected.is_all_staffs(part, exchange)
    is_unpaid = exchange.failure_code == Unavailable.OFFER_ENDED.value
    if is_unpaid and not ended_as_refused(exchange):
        if is_staffs:
            return _("It was not paid for in time. The store decides what comes next.")
        return _("It was not paid for in time. Please choose what you would like instead.")
    if is_staffs:
        return _("It could not be ordered. The store decides what comes next.")
    return _("It could not be ordered. Please choose what you would like instead.")


def _cancelled(exchange: Exchange, part: VendorReturn) -> str:
    status = ReturnStatus(part.status)
    if status in _ENDED:
        if is_unasked(part.request):
            return _("It was cancelled: nothing is sent to you.")
        return _("The exchange ended with this return: nothing is sent to you.")
    if not exchanged(part.lines.all()):
        if _is_nothing_accepted(exchange, part):
            return _(
                "The exchange was cancelled, and none of the goods for it was accepted: nothing is "
                "sent or paid for it. Write to us if you disagree."
            )
        return _("The exchange was cancelled: you get your money back instead.")
    if status is ReturnStatus.SETTLED:
        return _(
            "The exchange was cancelled, and this return is over: nothing is sent or paid for it. "
            "Write to us if you disagree."
        )
    return _(
        "The exchange was cancelled, so nothing is sent to you. The store decides what comes next; "
        "write to us if you have a wish."
    )


def _is_nothing_accepted(exchange: Exchange, part: VendorReturn) -> bool:
    """Of the goods that it was to replace, none of which is still to come."""
    replaced = {row.return_line_id for row in exchange.lines.all()}
    lines = [line for line in part.lines.all() if line.pk in replaced]
    return bool(lines) and not any(line.payable or line.expected for line in lines)
