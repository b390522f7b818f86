"""What the events of a transaction say of one granted refund.

An app answers at once, later, twice, in any order, or never; Saleor writes failures of its own
among its answers. Events belong together by pspReference; of a success and a failure of one, the
one that the app dates later counts, as in Saleor's own figures.
"""

from collections.abc import Collection, Sequence
from decimal import Decimal

from saleor.order.models import OrderGrantedRefund
from saleor.payment import TransactionEventType
from saleor.payment.models import TransactionEvent, TransactionItem

from ...domain.money import ZERO, rounded
from ...enums import RefundStatus
from ..types import RefundAnswer

GIFT_CARD_APP = "saleor.io.gift-card-payment-gateway"
"""Cards as transactions (3.23 and later): Saleor refunds them itself."""

NOT_SENT = (
    "No app or plugin is configured",
    "Cannot process the action as",
    "Cannot find a webhook",
    "Cannot generate a payload",
    "Transaction request skipped",
)
"""How failure events begin that Saleor wrote before it asked anybody."""

ANSWERS = (
    TransactionEventType.REFUND_SUCCESS,
    TransactionEventType.REFUND_FAILURE,
    TransactionEventType.REFUND_REVERSE,
)


def outcome(
    grant: OrderGrantedRefund, item: TransactionItem, since: int = 0
) -> RefundAnswer | None:
    """What became of its requests after `since`: the first that paid, else the newest; None when
    there was none."""
    events = list(item.events.order_by("pk"))
    requests = [
        event
        for event in events
        if event.type == TransactionEventType.REFUND_REQUEST
        and event.related_granted_refund_id == grant.pk
        and event.pk > since
    ]
    answers = [
        _answer(request, _about(request, later, events), item)
        for request, later in zip(requests, [*requests[1:], None], strict=True)
    ]
    paid = [answer for answer in answers if answer.status == RefundStatus.SUCCEEDED]
    return next(iter(paid or answers[-1:]), None)


def unrelated_success(
    grant: OrderGrantedRefund, item: TransactionItem, mark: str, claimed: Collection[str]
) -> RefundAnswer | None:
    """An app that was lost on the way may report later under a pspReference that Saleor never
    heard: the one success newer than `mark`, of the amount, that belongs to no request."""
    newer = item.events.filter(pk__gt=int(mark or 0))
    asked = newer.filter(type=TransactionEventType.REFUND_REQUEST).exclude(psp_reference=None)
    found = newer.filter(
        type=TransactionEventType.REFUND_SUCCESS,
        related_granted_refund=None,
        amount_value=grant.amount_value,
    ).exclude(psp_reference__in=[*claimed, *asked.values_list("psp_reference", flat=True)])
    references = [event.psp_reference or "" for event in found[:2]]
    if len(references) != 1:
        return None
    came_back = newer.filter(
        psp_reference=references[0],
        type__in=[TransactionEventType.REFUND_FAILURE, TransactionEventType.REFUND_REVERSE],
    )
    return None if came_back.exists() else RefundAnswer(RefundStatus.SUCCEEDED, references[0])


def _about(
    request: TransactionEvent, later: TransactionEvent | None, events: Sequence[TransactionEvent]
) -> list[TransactionEvent]:
    """Answers to this request: by its pspReference, whenever they come; without one, what Saleor
    wrote before it asked again."""
    return [
        event
        for event in events
        if event.type in ANSWERS
        and event.pk > request.pk
        and (
            event.psp_reference == request.psp_reference
            if event.psp_reference and request.psp_reference
            else event.related_granted_refund_id == request.related_granted_refund_id
            and (later is None or event.pk < later.pk)
        )
    ]


def _answer(
    request: TransactionEvent, events: Sequence[TransactionEvent], item: TransactionItem
) -> RefundAnswer:
    psp_reference = request.psp_reference or ""
    # A failure that no app reported was made up by Saleor: no answer came, or none to be read.
    made_up = [event for event in events if not _is_answer(event, item)]
    told = sorted((event for event in events if event not in made_up), key=_when)
    if not told:
        if not made_up:
            return RefundAnswer(RefundStatus.PENDING, psp_reference)
        message = made_up[-1].message or ""
        if message.startswith(NOT_SENT):
            return RefundAnswer(RefundStatus.FAILED, psp_reference, message, asked=False)
        return RefundAnswer(RefundStatus.UNKNOWN, psp_reference, message)
    last = told[-1]
    psp_reference, message = last.psp_reference or psp_reference, last.message or ""
    paid = _paid(told)
    if paid >= request.amount_value:
        return RefundAnswer(RefundStatus.SUCCEEDED, psp_reference)
    if paid > 0:
        asked = rounded(request.amount_value, request.currency)
        amounts = f"{rounded(paid, request.currency)} of {asked} {request.currency}"
        return RefundAnswer(
            RefundStatus.UNKNOWN, psp_reference, f"Only {amounts} went back. {message}".strip()
        )
    if any(event.type == TransactionEventType.REFUND_REVERSE for event in told):
        message = message or "The refund came back."
    return RefundAnswer(RefundStatus.FAILED, psp_reference, message)


def _paid(told: Sequence[TransactionEvent]) -> Decimal:
    """A reversal takes off what it says, in whatever order it was reported."""
    final = [event for event in told if event.type != TransactionEventType.REFUND_REVERSE]
    back = sum((event.amount_value for event in told if event not in final), ZERO)
    success = bool(final) and final[-1].type == TransactionEventType.REFUND_SUCCESS
    if not final:  # the reversal came first; the success it reverses is still to be reported
        return ZERO
    return max(ZERO, final[-1].amount_value - back) if success else ZERO


def _is_answer(event: TransactionEvent, item: TransactionItem) -> bool:
    if event.type != TransactionEventType.REFUND_FAILURE:
        return True
    return bool(event.app_id or event.app_identifier) or item.app_identifier == GIFT_CARD_APP


def _when(event: TransactionEvent) -> tuple[object, bool, int]:
    """At the same moment a failure outlives a success, as Saleor has it."""
    return event.created_at, event.type == TransactionEventType.REFUND_FAILURE, event.pk
