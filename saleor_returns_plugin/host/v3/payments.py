"""Money of 3.x: payments of the old kind here, transactions next door; one reference for both."""

from collections.abc import Collection
from decimal import Decimal

from saleor.core.db.connection import allow_writer
from saleor.payment.models import Transaction

from ...enums import RefundStatus
from ..both.refund_rows import newest_row, outcome_by_rows
from ..plain import forbid_open_transaction, split_reference
from ..types import PaymentFacts, RefundAnswer, SaleorId
from . import legacy, transactions


@allow_writer()
def payments(order_id: SaleorId) -> list[PaymentFacts]:
    found = [*legacy.payments(order_id), *transactions.payments(order_id)]
    return [
        facts
        for _, facts in sorted(found, key=lambda pair: pair[0])
        if facts.captured > 0 or facts.refunded > 0
    ]


@allow_writer()
def refund(payment_reference: str, amount: Decimal, key: str) -> RefundAnswer:
    """Send `amount` back through one payment or transaction.

    Raises RuntimeError inside a transaction. A transaction answers later, by events: PENDING; the
    same `key` never asks its app twice unless the app has refused.
    """
    forbid_open_transaction()
    kind, pk = split_reference(payment_reference)
    if kind == "payment":
        return legacy.refund(pk, amount, key)
    if kind == "transaction":
        return transactions.refund(pk, amount, key)
    return RefundAnswer(
        RefundStatus.FAILED, message=f"{payment_reference} is no payment.", asked=False
    )


@allow_writer()
def refund_mark(payment_reference: str) -> str:
    kind, pk = split_reference(payment_reference)
    if kind == "transaction":
        return transactions.newest_event(pk)
    return newest_row(Transaction, payment_reference)


@allow_writer()
def refund_outcome(
    payment_reference: str,
    key: str,
    amount: Decimal,
    mark: str,
    claimed: Collection[str],
    psp_reference: str = "",
) -> RefundAnswer:
    """What became of the refund with this `key`, as far as Saleor was told by now."""
    kind, pk = split_reference(payment_reference)
    if kind == "transaction":
        return transactions.outcome(pk, key, mark, claimed)
    return outcome_by_rows(Transaction, payment_reference, amount, mark, claimed, psp_reference)
