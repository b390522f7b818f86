"""What rows of `payment.Transaction` prove of a refund whose answer was lost.

Saleor hands no key to gateways and keeps none, on either host, so a row is known by being newer
than what was there before the gateway was asked, by its amount, and by being nobody else's. Others
refund the same payment meanwhile: staff, or another return.
"""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any

from saleor.payment import PaymentError, TransactionKind, gateway

from ...domain.money import ZERO
from ...enums import RefundStatus
from ..plain import split_reference
from ..types import RefundAnswer

NO_EVIDENCE = "Look the payment up at its gateway: Saleor has no record of this refund."
AMBIGUOUS = "Look the payment up at its gateway: Saleor has more than one refund that may be this."

# Of Adyen's plugin, up to 3.22; 2.10 has no such kinds.
ONGOING = "refund_ongoing"
CAME_BACK = ("refund_failed", "refund_reversed")
REPORTED = (ONGOING, *CAME_BACK)

_NEVER_SENT = (
    "This payment is no longer active",
    "Amount should be a positive number",
    "This payment cannot be refunded",
    "Cannot refund more than captured",
    "Cannot find successful",
)
"""How PaymentErrors begin that Saleor's `refund` raises before it asks the gateway."""


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
    psp_reference: str = "",
) -> RefundAnswer:
    """What a gateway reported under the `psp_reference` that it answered with, if it did.

    Else by the one refund that is newer than `mark`, of `amount`, and whose token is not `claimed`
    by another: SUCCEEDED, or PENDING where the gateway is still to report; else UNKNOWN. Never
    FAILED: a refusal on record may be that of somebody else's attempt.
    """
    rows = list(transactions.objects.filter(payment_id=_key(payment_reference)).order_by("pk"))
    if psp_reference and psp_reference not in claimed:
        reported = _reported(rows, psp_reference, amount)
        if reported:
            return reported
    done = refunds_of(rows)
    tokens = {row.token for row in done}
    taken = [row for row in rows if row.kind == ONGOING and row.is_success]
    found = [
        row
        for row in [*done, *(row for row in taken if row.token not in tokens)]
        if row.pk > int(mark or 0) and row.amount == amount and row.token not in claimed
    ]
    if len(found) != 1:
        return RefundAnswer(RefundStatus.UNKNOWN, message=AMBIGUOUS if found else NO_EVIDENCE)
    token = found[0].token
    answer = _reported(rows, token, amount) or RefundAnswer(RefundStatus.SUCCEEDED, token)
    if answer.status in (RefundStatus.SUCCEEDED, RefundStatus.PENDING):
        return answer
    return RefundAnswer(RefundStatus.UNKNOWN, message=NO_EVIDENCE)


def _reported(rows: Sequence[Any], token: str, amount: Decimal) -> RefundAnswer | None:
    """By the rows of a gateway that takes a refund first and reports on it later; None where it
    does not, as then the token may be the payment's own."""
    own = [row for row in rows if token and row.token == token]
    if not any(row.kind in REPORTED and row.is_success for row in own):
        return None
    told = [row for row in own if row.kind == TransactionKind.REFUND]
    is_gone = any(row.is_success for row in told)
    back = came_back(own).get(token, ZERO)
    if back >= amount:
        message = "The refund came back." if is_gone else "The gateway could not pay it."
        return RefundAnswer(RefundStatus.FAILED, token, message)
    if back > 0:
        return RefundAnswer(RefundStatus.UNKNOWN, token, f"{back} of {amount} came back.")
    if is_gone:
        return RefundAnswer(RefundStatus.SUCCEEDED, token)
    if told:
        return RefundAnswer(
            RefundStatus.FAILED, token, told[-1].error or gateway.GENERIC_TRANSACTION_ERROR
        )
    return RefundAnswer(RefundStatus.PENDING, token)


def came_back(rows: Iterable[Any]) -> dict[str, Decimal]:
    """By token: how much of a refund failed later, or was returned to the store."""
    found: dict[str, Decimal] = {}
    for row in rows:
        if row.kind in CAME_BACK and row.is_success:
            found[row.token] = max(row.amount, found.get(row.token, ZERO))
    return found


def own_refusal(newer: Iterable[Any], amount: Decimal, error: Exception) -> Any | None:
    """The row of ours whose refusal Saleor raised as `error`, of those written since before it was
    called; None where it cannot be told from others'. A success is never one that it raised for."""
    found = [row for row in _raised(newer, error) if row.amount == amount]
    return found[0] if len(found) == 1 else None


def is_never_sent(newer: Iterable[Any], error: Exception) -> bool:
    """Whether Saleor raised `error` before it asked the gateway. One that quotes the gateway has a
    row of the same words."""
    is_own = isinstance(error, PaymentError) and str(error).startswith(_NEVER_SENT)
    return is_own and not _raised(newer, error)


def _raised(newer: Iterable[Any], error: Exception) -> list[Any]:
    if not isinstance(error, PaymentError):
        return []
    return [
        row
        for row in newer
        if row.kind == TransactionKind.REFUND
        and not row.is_success
        and (row.error or gateway.GENERIC_TRANSACTION_ERROR) == str(error)
    ]


def refunds_of(rows: Iterable[Any]) -> list[Any]:
    """The successful refunds among a payment's rows, each once.

    A gateway's answer and its notification may be two rows of one token and amount. Some gateways give every
    refund the token of the payment; those rows are as many refunds.
    """
    done = [row for row in rows if row.is_success and not row.action_required]
    own = (TransactionKind.REFUND, *REPORTED)
    shared = {row.token for row in done if row.kind not in own} | {""}
    found: dict[object, Any] = {}
    for row in done:
        if row.kind == TransactionKind.REFUND:
            found.setdefault(row.pk if row.token in shared else (row.token, row.amount), row)
    return list(found.values())


def _key(payment_reference: str) -> int:
    """0, which is no payment's, for what is no reference to one."""
    kind, key = split_reference(payment_reference)
    return int(key) if kind == "payment" and key.isdigit() else 0
