"""What the split makes of Saleor's order for an exchange: held, and worth what was paid for it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from .. import host
from ..domain.exchanges import Carried
from ..domain.money import Taxed
from ..enums import ExchangeStatus, OrderState
from ..host import OrderFacts
from ..models import Exchange, ExchangeLine, OrderRecord, VendorShipment, VendorShipmentLine
from ..selectors import exchanges as selected
from ..selectors import postings
from ..selectors.returned import is_called_off, is_sent_in_part
from . import exchanges

_HELD = (ExchangeStatus.PENDING.value, ExchangeStatus.AWAITING_PAYMENT.value)


def exchange_of(facts: OrderFacts) -> Exchange | None:
    """The exchange that the order was made for, by the token of its checkout."""
    return selected.of_token(facts.checkout_token) if facts.checkout_token else None


def root_of(facts: OrderFacts) -> UUID | None:
    """The first order of the chain of exchanges that this one goes on with; None for any other."""
    exchange = exchange_of(facts)
    original = exchange.vendor_return.request.record if exchange else None
    return original and (original.root_id or original.pk)


def take_up(facts: OrderFacts) -> bool:
    """An order that came of an offer, and that Saleor does not confirm by itself, is confirmed and
    marked; False for any other."""
    exchange = exchange_of(facts)
    if exchange is None or exchange.status not in _HELD:
        return False
    host.current.link_exchange_order(
        order_id=facts.id,
        original_id=exchange.vendor_return.request.record.order_id,
        user_id=exchange.user_id,
        note=exchange.vendor_return.number,
        hold=exchanges.hold_of(exchange, facts),
    )
    return True


def hold(exchange: Exchange, shipments: Sequence[VendorShipment]) -> None:
    """New shipments of the exchange wait for its release. Not saved."""
    if exchange.status != ExchangeStatus.RELEASED.value:
        for shipment in shipments:
            shipment.hold_reason = exchange.release_rule


def carry(exchange: Exchange, lines: Sequence[VendorShipmentLine]) -> None:
    """New lines of the exchange are worth what was paid for what they replace, and for them.

    Not saved; `link` follows once they are. Within one vendor the commission on the first price
    stays as it was charged; another vendor is charged on all of it.
    """
    replaced = list(exchange.lines.all())
    for line in lines:
        own = _of_variant(replaced, line)
        carried = sum((postings.carried_of(each) for each in own), Carried())
        paid = Taxed(line.total_net, line.total_gross)
        total = paid + carried.price
        line.total_net, line.total_gross = total.net, total.gross
        line.carried_net, line.carried_gross = carried.price.net, carried.price.gross
        line.carried_charged_net = carried.charged.net
        line.carried_charged_gross = carried.charged.gross
        line.is_charged = exchange.charges_vendor
        is_same_vendor = line.shipment.vendor_id == exchange.vendor_return.vendor_id
        if own and is_same_vendor:
            line.carried_commission = carried.commission


def link(exchange: Exchange, lines: Sequence[VendorShipmentLine]) -> None:
    """Each line of the exchange knows what it became."""
    replaced, changed = list(exchange.lines.all()), []
    for line in lines:
        for each in _of_variant(replaced, line):
            each.shipment_line = line
            changed.append(each)
    ExchangeLine.objects.bulk_update(changed, ["shipment_line"])


def follow(
    exchange: Exchange,
    record: OrderRecord,
    shipments: Sequence[VendorShipment],
    facts: OrderFacts,
    *,
    now: datetime,
) -> None:
    """What became of the order in Saleor. The root's lock is held, and all of it is saved."""
    if facts.state is OrderState.CANCELLED:
        if exchange.order_id is None:
            exchange.order_id, exchange.order_number = record.order_id, record.number
            exchange.save(update_fields=["order", "order_number"])
        # What was sent came instead, whatever became of it since.
        if is_called_off(record):
            exchanges.cancelled_by_staff(exchange, now=now)
        elif exchange.status == ExchangeStatus.RELEASED.value and is_sent_in_part(record):
            exchanges.tell_what_is_left(exchange, selected.SENT_IN_PART, record.number)
        return
    if exchange.status == ExchangeStatus.CANCELLED.value:
        exchanges.came_too_late(exchange)
    was_ordered = exchange.status == ExchangeStatus.ORDERED.value
    if exchange.status in _HELD and facts.state is OrderState.PLACED:
        exchanges.ordered(exchange, record, now=now)
    if any(shipment.hold_reason and shipment.fulfilled_at for shipment in shipments):
        exchanges.sent_by_staff(exchange, now=now)
    elif was_ordered and exchange.difference and facts.is_paid:
        exchanges.paid(exchange, now=now)


def _of_variant(replaced: Sequence[ExchangeLine], line: VendorShipmentLine) -> list[ExchangeLine]:
    return [each for each in replaced if each.variant_id == line.variant_id]
