"""Refunds: sums, units, and the parts that make them."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from ...domain import refund_status, transitions
from ...domain.money import ZERO
from ...domain.positions import Positions
from ...enums import RefundStatus, ReturnStatus
from ...models import Refund, RefundLine
from .. import postings
from ..returned import LIVE_REFUNDS, is_live_row
from .book import Book


def differences(book: Book) -> Iterator[str]:
    for refund in book.refunds:
        about = f"Refund of {book.amount(refund.amount)} for {refund.vendor_return.number}"
        lines = [line for line in book.refund_lines if line.refund_id == refund.pk]
        for text in (*_sums(book, refund, lines), *_parts(book, refund)):
            yield f"{about}: {text}"
        for line in lines:
            for text in _units(book, line):
                yield f"{about}, {line.return_line.shipment_line.name}: {text}"
    yield from _twice(book)
    yield from _too_much(book)
    yield from _delivery(book)


def _sums(book: Book, refund: Refund, lines: list[RefundLine]) -> Iterator[str]:
    due = refund.goods_gross + refund.shipping_gross - refund.fees_gross - refund.already_refunded
    if due + refund.adjustment != refund.amount:
        yield f"its figures come to {book.amount(due + refund.adjustment)}."
    steps = sum((Decimal(amount) for _, amount, *_ in refund.steps), ZERO)
    if steps != refund.amount:
        yield f"its steps come to {book.amount(steps)}."
    if refund.exchange_id is not None:
        return  # of a replacement that never came
    goods = sum((line.goods_gross for line in lines), ZERO)
    net = sum((line.goods_net for line in lines), ZERO)
    if (net, goods) != (refund.goods_net, refund.goods_gross):
        yield (
            f"its lines come to {book.amount(goods)} ({book.amount(net)} net), its goods to "
            f"{book.amount(refund.goods_gross)} ({book.amount(refund.goods_net)} net)."
        )


def _parts(book: Book, refund: Refund) -> Iterator[str]:
    parts = [part for part in book.parts if part.refund_id == refund.pk]
    total = sum((part.amount for part in parts), ZERO)
    if total != refund.amount:
        yield f"its parts come to {book.amount(total)}."
    paid = sum((part.amount for part in parts if part.status == RefundStatus.SUCCEEDED.value), ZERO)
    if paid != refund.paid:
        yield f"{book.amount(paid)} of it went back, here it is {book.amount(refund.paid)}."
    status = refund_status.of_parts(RefundStatus(part.status) for part in parts)
    if status.value != refund.status:
        yield f"by its parts it is {status.value}, here it is {refund.status}."


def _units(book: Book, line: RefundLine) -> Iterator[str]:
    positions = Positions.of(line.positions)
    if positions.count != line.quantity:
        yield f"it pays {line.quantity} units, but names {positions.count}."
    worth = postings.worth_of(line, book.record)
    if is_live_row(line.refund) and (worth.net, worth.gross) != (line.goods_net, line.goods_gross):
        yield (
            f"its units are worth {book.amount(worth.gross)} ({book.amount(worth.net)} net), it "
            f"pays {book.amount(line.goods_gross)} ({book.amount(line.goods_net)} net)."
        )
    is_held = ReturnStatus(line.refund.vendor_return.status) not in transitions.RELEASING
    if (
        is_held
        and is_live_row(line.refund)
        and positions - Positions.of(line.return_line.positions)
    ):
        yield "it pays units that its return does not hold."


def _twice(book: Book) -> Iterator[str]:
    paid: dict[tuple[UUID, bool], Positions] = {}
    for line in book.refund_lines:
        if not is_live_row(line.refund):
            continue
        sold = line.return_line.shipment_line
        key = (sold.pk, line.is_whole)
        positions, before = Positions.of(line.positions), paid.get(key, Positions())
        if positions & before:
            yield f"{sold.name}: {(positions & before).count} units are refunded twice."
        paid[key] = positions | before


def _too_much(book: Book) -> Iterator[str]:
    """What was exchanged is paid back with its original: that counts for all."""
    if book.record.root_id is not None:
        return
    if book.chain is not None:
        parts = [part for part in book.chain_parts if not part.is_replaced]
        paid = book.chain.cost
    else:
        parts = list(book.parts)
        paid = sum((line.total_gross for line in book.lines), book.record.shipping_gross)
    went = sum((part.amount for part in parts if part.status in LIVE_REFUNDS), Decimal(0))
    if went > paid:
        yield f"{book.amount(went)} went back of {book.amount(paid)} that were paid."


def _delivery(book: Book) -> Iterator[str]:
    record = book.record
    if record.root_id is not None:
        return
    refunds = [each for each in (book.chain or book).refunds if is_live_row(each)]
    back = sum((refund.shipping_gross for refund in refunds), ZERO)
    if back > record.shipping_gross:
        yield (
            f"{book.amount(back)} went back for delivery, which cost "
            f"{book.amount(record.shipping_gross)}."
        )
