"""What rows of `payment.Transaction` prove of a refund whose answer was lost.

Saleor hands no key to gateways and keeps none, on either host, so a row is known by being newer
than what was there before the gateway was asked, by its amount, and by being nobody else's.
"""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from saleor.payment import TransactionKind

from ...enums import RefundStatus
from ..plain import split_reference
from ..types import RefundAnswer

NO_EVIDENCE = "Look the payment up at its gateway: Saleor has no record of this refund."
AMBIGUOUS = "Look the payment up at its gateway: Saleor has more than one refund that may be this."


def newest_row(transactions: Any, payment_reference: str) -> str:
    """`transactions` is the host's model."""
    rows = transactions.objects.filter(payment_id=_key(payment_reference))
    return str(rows.order_by("-pk").values_list("pk", flat=True).first() or 0)


def outcome_by_rows(
    transactions: Any,
    payment_reference: str,
    amount: Decimal,
    mark: str,
    claimed: Collection[str],
) -> RefundAnswer:
    """SUCCEEDED by the one successful refund that is newer than `mark`, of `amount`, and whose
    token is not `claimed` by another refund; else UNKNOWN. Never FAILED: a refusal on record may
    be that of somebody else's attempt."""
    rows = transactions.objects.filter(payment_id=_key(payment_reference)).order_by("pk")
    found = [
        row
        for row in refunds_of(rows)
        if row.pk > int(mark or 0) and row.amount == amount and row.token not in claimed
    ]
    if len(found) == 1:
        return RefundAnswer(RefundStatus.SUCCEEDED, psp_reference=found[0].token)
    return RefundAnswer(RefundStatus.UNKNOWN, message=AMBIGUOUS if found else NO_EVIDENCE)


def refunds_of(rows: Iterable[Any]) -> list[Any]:
    """The successful refunds among a payment's rows, each once.

    A gateway's answer and its notification may be two rows of one token and amount. Some gateways give every
    refund the token of the payment; those rows are as many refunds.
    """
    done = [row for row in rows if row.is_success and not row.action_required]
    shared = {row.token for row in done if row.kind != TransactionKind.REFUND} | {""}
    found: dict[object, Any] = {}
    for row in done:
        if row.kind == TransactionKind.REFUND:
            found.setdefault(row.pk if row.token in shared else (row.token, row.amount), row)
    return list(found.values())


def _key(payment_reference: str) -> int:
    """0, which is no payment's, for what is no reference to one."""
    kind, key = split_reference(payment_reference)
    return int(key) if kind == "payment" and key.isdigit() else 0
