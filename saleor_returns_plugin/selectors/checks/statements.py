"""What should stand on vendors' statements for an order, against what does."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from ...domain.money import ZERO
from ...enums import RefundStatus
from ...models import RefundLine
from .. import postings
from .book import Account, Book


def differences(book: Book) -> Iterator[str]:
    for line in book.lines:
        moved = postings.moved(book.exchanged_of(line))
        if (moved.charged.gross, moved.commission) != (line.moved_gross, line.moved_commission):
            yield (
                f"{line.name}: {book.amount(moved.charged.gross)} went over to another vendor, here "
                f"it is {book.amount(line.moved_gross)}."
            )
    expected = _expected(book)
    for account in sorted({*expected, *book.posted}, key=str):
        due, posted = expected.get(account, ZERO), book.posted.get(account, ZERO)
        if due != posted:
            yield (
                f"{_name(book, account)}: {book.amount(posted)} on the statement, it should be "
                f"{book.amount(due)}."
            )
    for refund in book.refunds:
        is_paid = refund.status == RefundStatus.SUCCEEDED.value
        if is_paid and book.record.paid_at is not None and not refund.postings:
            yield f"The refund for {refund.vendor_return.number} was never posted."


def _expected(book: Book) -> dict[Account, Decimal]:
    found: dict[Account, Decimal] = defaultdict(lambda: ZERO)
    paid: dict[UUID, list[RefundLine]] = defaultdict(list)
    live = {
        refund.pk
        for refund in book.refunds
        if refund.postings and refund.status == RefundStatus.SUCCEEDED.value
    }
    for refund_line in book.refund_lines:
        if refund_line.refund_id not in live:
            continue
        line = refund_line.return_line.shipment_line
        paid[line.pk].append(refund_line)
        for posting in postings.of_refund_line(refund_line, book.record):
            key = (line.shipment.vendor_id, line.pk, refund_line.refund_id, posting.kind.value)
            found[key] += posting.amount
    for refund in book.refunds:
        if refund.pk in live:
            for posting in postings.beside_goods(refund):
                key = (refund.vendor_return.vendor_id, None, refund.pk, posting.kind.value)
                found[key] += posting.amount
    for line in book.lines:
        exchanged = book.exchanged_of(line)
        for posting in postings.of_line(line, book.record, paid[line.pk], exchanged):
            found[line.shipment.vendor_id, line.pk, None, posting.kind.value] += posting.amount
    return found


def _name(book: Book, account: Account) -> str:
    _, line_id, refund_id, kind = account
    what = kind.replace("_", " ").capitalize()
    line = next((line.name for line in book.lines if line.pk == line_id), "")
    refund = next((row.vendor_return.number for row in book.refunds if row.pk == refund_id), "")
    about = ", ".join(text for text in (line, refund and f"refund for {refund}") if text)
    return f"{what} ({about})" if about else what
