"""Refunds: sums, units, and the parts that make them."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from ...domain import quotes, refund_status, shipping_rules, transitions
from ...domain.money import ZERO, Taxed, quantum, total_of
from ...domain.policy import Policy
from ...domain.positions import Positions
from ...enums import RefundStatus, ReturnStatus, StepKind
from ...models import Refund, RefundLine
from .. import postings
from ..returned import LIVE_REFUNDS, OPEN_REFUNDS, is_live_row
from .book import Book


def differences(book: Book) -> Iterator[str]:
    for refund in book.refunds:
        about = f"Refund of {book.amount(refund.amount)} for {refund.vendor_return.number}"
        lines = [line for line in book.refund_lines if line.refund_id == refund.pk]
        texts = (*_sums(book, refund, lines), *_steps(book, refund), *_parts(book, refund))
        for text in texts:
            yield f"{about}: {text}"
        for line in lines:
            for text in _units(book, line):
                yield f"{about}, {line.return_line.shipment_line.name}: {text}"
    yield from _twice(book)
    yield from _too_much(book)
    yield from _fees(book)
    yield from _elsewhere(book)
    yield from _delivery(book)
    yield from _whole_delivery(book)


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


def _steps(book: Book, refund: Refund) -> Iterator[str]:
    if any(len(step) < 3 for step in refund.steps):
        return  # from before steps had a kind
    told: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for _, amount, kind in refund.steps:
        told[kind] += Decimal(amount)
    figures = {
        StepKind.DELIVERY: ("delivery", refund.shipping_gross),
        StepKind.RESTOCKING_FEE: ("restocking", _restocking(refund)),
        StepKind.RETURN_SHIPPING: ("return shipping", -refund.return_shipping_fee_gross),
        StepKind.ALREADY_REFUNDED: ("what was paid back already", -refund.already_refunded),
        StepKind.ADJUSTMENT: ("what the store changed", refund.adjustment),
    }
    for kind, (name, figure) in figures.items():
        if told[kind.value] != figure:
            yield (
                f"its steps say {book.amount(told[kind.value])} of {name}, here it is "
                f"{book.amount(figure)}."
            )


def _restocking(refund: Refund) -> Decimal:
    return refund.return_shipping_fee_gross - refund.fees_gross


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


def _fees(book: Book) -> Iterator[str]:
    """Those of all refunds of a return together, gross."""
    by_return: dict[UUID, list[Refund]] = defaultdict(list)
    for refund in book.refunds:
        if refund.exchange_id is None:
            by_return[refund.vendor_return_id].append(refund)
    currency = book.record.currency
    for refunds in by_return.values():
        part = refunds[0].vendor_return
        live = [refund for refund in refunds if is_live_row(refund)]
        policy = Policy.from_snapshot(part.policy_snapshot)
        due, fee_due = quotes.fees(policy, _feeable(book, live), currency)
        restocking = -sum((_restocking(refund) for refund in live), ZERO)
        # Each that failed took its own roundings along.
        failed = len(refunds) - len(live)
        if abs(restocking - due.gross) >= quantum(currency) * (1 + failed):
            yield (
                f"Return {part.number}: it bore {book.amount(restocking)} for restocking, it should "
                f"be {book.amount(due.gross)}."
            )
        fee = sum((refund.return_shipping_fee_gross for refund in live), ZERO)
        is_short = not failed and abs(fee - fee_due.gross) >= quantum(currency)
        if is_short or fee > policy.return_shipping_fee:
            yield (
                f"Return {part.number}: it bore {book.amount(fee)} for return shipping, it should "
                f"be {book.amount(fee_due.gross)}."
            )


def _feeable(book: Book, refunds: list[Refund]) -> Taxed:
    keys = {refund.pk for refund in refunds}
    return total_of(
        [
            Taxed(line.goods_net, line.goods_gross)
            for line in book.refund_lines
            if line.refund_id in keys and line.is_whole and not line.return_line.waives_fees
        ]
    )


def _elsewhere(book: Book) -> Iterator[str]:
    """Of what staff paid back, no more was taken off than there is."""
    record = book.record
    if record.root_id is not None:
        return
    parts = book.parts if book.chain is None else book.chain_parts
    if any(part.status in OPEN_REFUNDS for part in parts):
        return  # Saleor may know of it or not
    taken = sum((refund.already_refunded for refund in _live(book)), ZERO)
    if taken > record.refunded_elsewhere:
        yield (
            f"{book.amount(taken)} were taken off refunds as paid back already, of "
            f"{book.amount(record.refunded_elsewhere)} that were."
        )


def _live(book: Book) -> list[Refund]:
    """With those of what its goods were exchanged for."""
    return [refund for refund in (book.chain or book).refunds if is_live_row(refund)]


def _delivery(book: Book) -> Iterator[str]:
    record = book.record
    if record.root_id is not None:
        return
    back = sum((refund.shipping_gross for refund in _live(book)), ZERO)
    if back > record.shipping_gross:
        yield (
            f"{book.amount(back)} went back for delivery, which cost "
            f"{book.amount(record.shipping_gross)}."
        )


def _whole_delivery(book: Book) -> Iterator[str]:
    """Once all units are paid back, what each return's policy gives back of it. Before that, and
    where units were exchanged, it depends on what else became of the order meanwhile."""
    record, refunds = book.record, [refund for refund in book.refunds if is_live_row(refund)]
    if record.root_id is not None or book.chain is not None or not refunds:
        return
    began = min(refund.created_at for refund in refunds)
    if any(line.created_at > began for line in book.lines):
        return  # which took a share of it over
    lines = sorted(book.lines, key=lambda line: (line.created_at, line.pk))
    shares = shipping_rules.shares(
        Taxed(record.shipping_net, record.shipping_gross),
        [Taxed(line.total_net, line.total_gross) for line in lines],
        record.currency,
    )
    rules = {
        refund.pk: Policy.from_snapshot(refund.vendor_return.policy_snapshot).shipping_refund
        for refund in refunds
    }
    paid: dict[UUID, list[RefundLine]] = defaultdict(list)
    for row in book.refund_lines:
        if row.refund_id in rules and row.is_whole:
            paid[row.return_line.shipment_line_id].append(row)
    if any(sum(row.quantity for row in paid[line.pk]) < line.quantity for line in lines):
        return
    due = shipping_rules.due(
        [
            shipping_rules.Back(
                share, line.quantity, Positions.of(row.positions), rules[row.refund_id]
            )
            for line, share in zip(lines, shares, strict=True)
            for row in paid[line.pk]
        ],
        is_whole_order=True,
        currency=record.currency,
    )
    back = sum((refund.shipping_gross for refund in refunds), ZERO)
    if back != due.gross:
        yield (
            f"All of it is paid back, and of delivery {book.amount(back)}; it should be "
            f"{book.amount(due.gross)}."
        )
