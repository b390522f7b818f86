"""Saleor's order against what was frozen of it."""

from collections.abc import Iterator

from ...domain.money import ZERO
from ...domain.refund_parts import way_of
from ...enums import OrderState, RefundStatus, RefundWay
from ...host import LineFacts, OrderFacts
from ...models import VendorShipmentLine
from .. import payments
from ..returned import OPEN_REFUNDS
from .book import Book


def differences(book: Book) -> Iterator[str]:
    facts, record = book.facts, book.record
    if facts is None:
        return
    if facts.currency != record.currency:
        yield f"Saleor's order is in {facts.currency}, what was sold in {record.currency}."
    if (facts.state is OrderState.CANCELLED) != record.is_cancelled:
        yield f"Saleor's order is {facts.state.value}; here it is another."
    root_is_paid = record.root is None or record.root.paid_at is not None
    if facts.is_paid and root_is_paid and record.paid_at is None:
        yield "Saleor's order was paid in full, but its sales are not posted."
    # A discount of the whole order is shared out as its voucher is by now: then only sums tell.
    if not facts.discount and (facts.shipping_net, facts.shipping_gross) != (
        record.shipping_net,
        record.shipping_gross,
    ):
        yield (
            f"Saleor's order has {book.amount(facts.shipping_gross)} for shipping "
            f"({book.amount(facts.shipping_net)} net), here it is "
            f"{book.amount(record.shipping_gross)} ({book.amount(record.shipping_net)} net)."
        )
    yield from _lines(book, facts)
    yield from _total(book, facts)
    yield from _elsewhere(book, facts)


def _lines(book: Book, facts: OrderFacts) -> Iterator[str]:
    known = {line.order_line_id: line for line in book.lines}
    for fact in facts.lines:
        line = known.get(fact.id)
        if line is not None:
            yield from _line(book, line, fact)
        elif facts.state is OrderState.PLACED:
            yield f"{fact.product_name} ({fact.sku}) is in Saleor's order, but in no shipment."


def _line(book: Book, line: VendorShipmentLine, fact: LineFacts) -> Iterator[str]:
    net, gross = line.total_net - line.carried_net, line.total_gross - line.carried_gross
    is_shared = bool(book.facts and book.facts.discount)
    if not is_shared and (fact.total_net, fact.total_gross) != (net, gross):
        yield (
            f"{line.name}: Saleor says {book.amount(fact.total_gross)} were paid "
            f"({book.amount(fact.total_net)} net), here it is {book.amount(gross)} "
            f"({book.amount(net)} net)."
        )
    if fact.quantity != line.quantity:
        yield f"{line.name}: Saleor has {fact.quantity} units, here it is {line.quantity}."
    shipped = min(fact.quantity_fulfilled + fact.quantity_returned, line.quantity)
    taken = min(max(fact.quantity_returned - line.quantity_told, 0), shipped)
    if shipped != line.quantity_fulfilled:
        yield f"{line.name}: {shipped} units were shipped, here it is {line.quantity_fulfilled}."
    if taken != line.quantity_taken_back:
        yield (
            f"{line.name}: staff took {taken} units back in Saleor, here it is "
            f"{line.quantity_taken_back}."
        )


def _total(book: Book, facts: OrderFacts) -> Iterator[str]:
    lines = [line for line in book.lines if not line.is_removed]
    prices = [line.total_gross - line.carried_gross for line in lines]
    sold = sum(prices, book.record.shipping_gross)
    paid = facts.total_gross + facts.gift_cards
    if lines and sold != paid:
        yield (
            f"Saleor's order comes to {book.amount(paid)} with gift cards, its lines and shipping "
            f"here to {book.amount(sold)}."
        )


def _elsewhere(book: Book, facts: OrderFacts) -> Iterator[str]:
    if any(part.status in OPEN_REFUNDS for part in book.parts):
        return  # Saleor may know of it or not
    if book.record.root_id is not None:
        return  # its original's
    through = [part for part in book.parts if way_of(part.payment_reference) is RefundWay.PAYMENT]
    paid = [part.amount for part in through if part.status == RefundStatus.SUCCEEDED.value]
    came_back = book.came_back
    ours, refunded = sum(paid, ZERO), facts.refunded
    chain = book.chain
    if chain is not None:
        # What was exchanged is paid back through the original, too.
        if any(part.status in OPEN_REFUNDS for part in book.chain_parts):
            return
        held = payments.of_records(list(chain.records.values()), chain.refunds, chain.costs)
        ours, refunded, came_back = held.ours, held.refunded, ZERO
    if ours > refunded:
        yield (
            f"{book.amount(ours)} were refunded through its payments, but Saleor says "
            f"{book.amount(refunded)}."
        )
    elsewhere = max(refunded - ours - came_back, ZERO)
    if elsewhere != book.record.refunded_elsewhere:
        elsewhere = max(elsewhere - payments.given_up(payments.parts_of([book.record])), ZERO)
    if elsewhere != book.record.refunded_elsewhere:
        yield (
            f"Staff refunded {book.amount(elsewhere)} in Saleor itself, here it is "
            f"{book.amount(book.record.refunded_elsewhere)}."
        )
