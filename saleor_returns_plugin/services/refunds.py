"""Money goes back: who asks for how much. How it gets there is `refund_parts`' business."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext

from ..domain import quotes as quote_rules
from ..domain import refund_parts as planning
from ..domain import refund_status, transitions
from ..domain.actors import Actor
from ..domain.quotes import Quote
from ..enums import ActorKind, EventKind, RefundMethod, RefundStatus, ReturnStatus
from ..errors import (
    IdempotencyConflict,
    InvalidInput,
    InvalidTransition,
    NothingToRefund,
    NotPermitted,
    RefundDeclined,
    RefundExceedsCharged,
    Required,
    ReturnsError,
)
from ..models import Refund, RefundLine, RefundPart, VendorReturn
from ..selectors import payments, quotes
from ..selectors.quotes import OrderReturns
from ..selectors.refunds import Obstacle, is_to_pay_by_hand, is_watched, obstacle
from ..selectors.returned import OPEN_REFUNDS, is_anything_refunded
from ..selectors.vendor_returns import REFUNDABLE, handling_role, policies_of_parts
from . import elsewhere, lifecycle, refund_parts, turns
from .amounts import check_decimals
from .locks import in_durable_transaction, locked_return, locked_visible_refund
from .texts import check_key, clean_text, digest_of

__all__ = ["release", "resolve", "retry"]

_LONGEST_REFERENCE = 255


def release(
    *,
    vendor_return_id: UUID,
    actor: Actor,
    now: datetime,
    idempotency_key: str | None = None,
    method: RefundMethod = RefundMethod.ORIGINAL,
    reference: str = "",
    amount: Decimal | None = None,
    reason: str = "",
    expected: ReturnStatus | None = None,
    expected_payable: int | None = None,
    expected_due: Decimal | None = None,
) -> Refund:
    """Pay back what was received and is not yet paid. Not to be called inside a transaction.

    Answers the refund, whose status says what became of it; the same key answers the same refund.
    The merchant alone may pay by another way (MANUAL, with the `reference` under which that is
    found) or another `amount`, in the order's currency, with a `reason`. `expected` is the status
    that the actor saw, `expected_payable` how many units of the return were to be paid, or were
    paid, then, and `expected_due` the amount that was due.

    Raises NotFound, NotPermitted, InvalidInput, Required, InvalidTransition, Overtaken,
    NothingToRefund, RefundDeclined, RefundExceedsCharged, IdempotencyConflict.
    """
    wish = _Wish(method, reference, amount, reason)
    saw = _Seen(expected, expected_payable, expected_due)
    refund, parts = _intend(vendor_return_id, actor, idempotency_key, wish, saw, now)
    if parts is None:
        return refund
    return refund_parts.send(refund, actor=actor, now=now, parts=parts)


def retry(*, refund_id: UUID, actor: Actor, now: datetime) -> Refund:
    """Try again what failed of a refund. Not to be called inside a transaction.

    Raises NotFound, NotPermitted, InvalidTransition where it did not fail, or where something else
    is to be paid by now, NothingToRefund where the units are paid by another refund, RefundDeclined,
    RefundExceedsCharged.
    """
    return refund_parts.send(_intend_again(refund_id, actor, now), actor=actor, now=now)


@in_durable_transaction
def resolve(
    *,
    refund_id: UUID,
    succeeded: bool,
    actor: Actor,
    now: datetime,
    reference: str = "",
    expected: RefundStatus | None = None,
) -> Refund:
    """The merchant says what really happened to a refund; recorded, with what proves it.

    One without an answer was paid or was not. One that failed was paid another way, and one that
    succeeded came back: both need the `reference` to go by. `expected` is the refund's status that
    the actor saw. Raises NotFound, NotPermitted, Required, InvalidInput, InvalidTransition,
    Overtaken, NothingToRefund and InvalidTransition as `retry`.
    """
    refund = locked_visible_refund(refund_id, for_actor=actor)
    _only_merchant(actor)
    reference = _reference(reference)
    before = RefundStatus(refund.status)
    lifecycle.check_not_overtaken(refund.vendor_return, holds=expected in (None, before))
    if (before is RefundStatus.SUCCEEDED) == succeeded and before not in refund_status.OPEN:
        raise InvalidTransition(
            gettext("This refund is %(status)s already.") % {"status": before.value}, field="id"
        )
    if before not in refund_status.OPEN and not reference:
        raise Required(gettext("Give the reference that proves it."), field="reference")
    if before is RefundStatus.FAILED and not refund.paid:
        returns = quotes.returns_of(refund.vendor_return.request.record)
        _held(returns)
        _check_is_still_due(refund, returns)
    lifecycle.record_event(
        refund.vendor_return.request,
        EventKind.REFUND_RESOLVED,
        actor=actor,
        role=ActorKind.MERCHANT,
        vendor_return=refund.vendor_return,
        message=reference,
        data={**lifecycle.refund_data(refund), "succeeded": succeeded, "was": before.value},
    )
    refund_parts.resolve(refund, succeeded=succeeded, reference=reference, actor=actor, now=now)
    return refund


class _Wish:
    """What the caller asks for beside the quote, cleaned and comparable."""

    def __init__(
        self, method: RefundMethod, reference: str, amount: Decimal | None, reason: str
    ) -> None:
        self.method = method
        self.reference = _reference(reference)
        # Before anything is worked out from it: there are numbers that fill the memory.
        if amount is not None and not (amount.is_finite() and 0 <= amount < 10**15):
            raise InvalidInput(gettext("This is not an amount to refund."), field="amount")
        self.amount = amount
        self.reason = clean_text(reason, field="reason")

    @property
    def digest(self) -> str:
        amount = None if self.amount is None else f"{self.amount.normalize():f}"
        plain = [self.method.value, self.reference, amount, self.reason]
        return digest_of(plain)

    def check(self, part: VendorReturn, actor: Actor) -> None:
        """Raises NotPermitted, Required, InvalidInput."""
        if self.method is RefundMethod.MANUAL:
            _only_merchant(actor, field="method")
            if not self.reference:
                raise Required(
                    gettext("Give the reference under which this payment is found."),
                    field="reference",
                )
        elif self.reference:
            raise InvalidInput(
                gettext("A reference belongs to a refund by the method MANUAL."), field="reference"
            )
        if self.amount is None:
            return
        _only_merchant(actor, field="amount")
        check_decimals(self.amount, part.request.record.currency, field="amount")
        if not self.reason:
            raise Required(gettext("Say why the amount is another."), field="reason")


@dataclass(frozen=True)
class _Seen:
    """What the actor saw of the return; None for what is not said."""

    status: ReturnStatus | None
    payable: int | None
    due: Decimal | None

    def check(self, part: VendorReturn, returns: OrderReturns) -> None:
        """Raises Overtaken."""
        lifecycle.check_expected(part, self.status)
        if self.payable is not None:
            payable = sum(line.payable for line in part.lines.all())
            lifecycle.check_not_overtaken(part, holds=payable == self.payable)
        if self.due is not None:
            due = returns.money().due_now(part.pk).refund
            lifecycle.check_not_overtaken(part, holds=due == self.due)


@in_durable_transaction
def _intend(
    vendor_return_id: UUID,
    actor: Actor,
    idempotency_key: str | None,
    wish: _Wish,
    saw: _Seen,
    now: datetime,
) -> tuple[Refund, list[RefundPart] | None]:
    """Write what is about to be paid and which way; no parts when it was written before."""
    part = locked_return(vendor_return_id, for_actor=actor)
    role = _role(actor, part)
    returns = quotes.returns_of(part.request.record)
    own = _of_goods(part, returns)
    key = _key(part, idempotency_key, len(own))
    before = next((refund for refund in own if refund.idempotency_key == key), None)
    if before is not None:
        if before.idempotency_digest != wish.digest:
            raise IdempotencyConflict(
                gettext("This key was used for another refund; take a new one."),
                field="idempotency_key",
            )
        before.vendor_return = part
        return before, None
    saw.check(part, returns)
    wish.check(part, actor)
    _check_none_is_open(own)
    held = _held(returns)
    due = _due(part, wish, returns)
    _check_may_refund(role, part, due.refund)
    refund = _refund(part, due, key, wish)
    ways = _ways(part, due.refund, held, wish.method)
    with turns.refunded(part, now=now):
        lifecycle.move_refund(refund, RefundStatus.PENDING, actor=actor, role=role, now=now)
        _lines(refund, due)
    return refund, refund_parts.plan(refund, ways)


@in_durable_transaction
def _intend_again(refund_id: UUID, actor: Actor, now: datetime) -> Refund:
    """What failed is asked for once more: the same way where that is still possible."""
    refund = locked_visible_refund(refund_id, for_actor=actor)
    part = refund.vendor_return
    role = _role(actor, part)
    _check_may_refund(role, part, refund.amount)
    if RefundStatus(refund.status) is not RefundStatus.FAILED:
        raise InvalidTransition(
            gettext("Only a refund that failed can be tried again."), field="id"
        )
    returns = quotes.returns_of(part.request.record)
    held = _held(returns)
    if refund.exchange_id is None:
        _check_none_is_open([row for row in _of_goods(part, returns) if row.pk != refund.pk])
    _check_is_still_due(refund, returns)
    failed = [
        row
        for row in refund.parts.all()
        if row.status == RefundStatus.FAILED.value and not row.is_replaced
    ]
    if is_to_pay_by_hand(failed):
        raise InvalidTransition(
            gettext(
                "This refund was paid by hand: pay it by hand again, and record that it was paid."
            ),
            field="id",
        )
    said = {row.pk: _said(row) for row in failed}
    unpaid = [row for row in failed if said[row.pk] is not RefundStatus.SUCCEEDED]
    _check_is_left(sum((row.amount for row in unpaid), Decimal(0)), held, part)
    for row in failed:
        if row not in unpaid:  # the host will say so again, and ask nobody
            lifecycle.move_refund_part(row, RefundStatus.PENDING)
    available = {source.reference: source.available for source in held.sources}
    lost = []
    for row in unpaid:
        is_given_up = said[row.pk] is not RefundStatus.FAILED
        if row.amount > available.get(row.payment_reference, 0) or is_given_up:
            row.is_replaced = True
            row.save(update_fields=["is_replaced"])
            lost.append(row)
        else:
            available[row.payment_reference] -= row.amount
            lifecycle.move_refund_part(row, RefundStatus.PENDING)
    rest = sum((row.amount for row in lost), Decimal(0))
    sources = [
        planning.Source(source.reference, available[source.reference]) for source in held.sources
    ]
    ways = _planned(rest, sources, held, part)
    refund_parts.plan(refund, ways)
    with turns.refunded(part, now=now):
        lifecycle.move_refund(refund, RefundStatus.PENDING, actor=actor, role=role, now=now)
    return refund


def _of_goods(part: VendorReturn, returns: OrderReturns) -> list[Refund]:
    """Refunds of the return, but for what its replacement had cost."""
    own = (refund for refund in returns.refunds if refund.vendor_return_id == part.pk)
    return [refund for refund in own if refund.exchange_id is None]


def _held(returns: OrderReturns) -> payments.Held:
    """What the order's payments hold now; quotes follow what staff paid back through them."""
    records = list(returns.records.values())
    held = payments.of_records(records, returns.refunds, returns.costs)
    elsewhere.follow(returns.root, refunded=held.refunded, ours=held.ours)
    return held


def _due(part: VendorReturn, wish: _Wish, returns: OrderReturns) -> Quote:
    """Raises NothingToRefund, InvalidTransition."""
    due = returns.money().due_now(part.pk, whatever_staff_took=wish.amount is not None)
    if ReturnStatus(part.status) not in REFUNDABLE or not due.lines:
        raise _nothing_due(part)
    return due if wish.amount is None else quote_rules.changed(due, wish.amount)


def _nothing_due(part: VendorReturn) -> ReturnsError:
    if is_anything_refunded(part):
        return NothingToRefund(
            gettext("Everything that was received is paid back already."), field="id"
        )
    if ReturnStatus(part.status) in transitions.ARRIVED:
        return NothingToRefund(gettext("Nothing that was received is to be paid back."), field="id")
    return InvalidTransition(
        gettext("Nothing of return %(number)s was received yet that could be paid back.")
        % {"number": part.number},
        field="id",
    )


def _check_none_is_open(own: Sequence[Refund]) -> None:
    """Money of a refund without an answer may have moved; one of which a part was paid goes on."""
    if any(refund.status in OPEN_REFUNDS for refund in own):
        raise NothingToRefund(gettext("A refund of this return is under way already."), field="id")
    if any(refund.paid and refund.status == RefundStatus.FAILED.value for refund in own):
        raise NothingToRefund(
            gettext("A refund of this return was paid in part: try that one again."), field="id"
        )


def _said(row: RefundPart) -> RefundStatus:
    """What the host says of a part that failed, asked again by the same key.

    SUCCEEDED where it was paid after all. UNKNOWN where only the merchant said that it failed, or
    came back: that part is given up.
    """
    if row.asked_at is None or not is_watched(row.payment_reference):
        return RefundStatus.FAILED
    status = payments.host_says(row)
    is_open = status in refund_status.OPEN
    return RefundStatus.UNKNOWN if is_open or payments.has_come_back(row) else status


def _check_is_still_due(refund: Refund, returns: OrderReturns) -> None:
    """Raises NothingToRefund, InvalidTransition."""
    found = obstacle(refund, returns)
    if found is Obstacle.NOT_DUE:
        raise NothingToRefund(
            gettext("Units of this refund are paid back, or no longer to be paid."), field="id"
        )
    if found is Obstacle.STORE_PAID:
        raise InvalidTransition(
            gettext("The store paid back money in Saleor itself: refund what is due now instead."),
            field="id",
        )
    if found is Obstacle.OTHER_FIGURES:
        raise InvalidTransition(
            gettext("Something else is to be paid by now: refund what is due instead."),
            field="id",
        )


def _check_may_refund(role: ActorKind, part: VendorReturn, amount: Decimal) -> None:
    """It is the store's money: who may pay it is the store's policy of today."""
    if role is not ActorKind.VENDOR:
        return
    policy = policies_of_parts([part])[part.pk]
    if not policy.vendor_may_refund:
        raise NotPermitted(gettext("In this store only its staff may refund."), field="id")
    if not policy.lets_vendor_refund(amount):
        limit = policy.vendor_refund_limit or Decimal(0)
        raise NotPermitted(
            gettext("Above %(limit)s %(currency)s only the store's staff may refund.")
            % {"limit": f"{limit.normalize():f}", "currency": part.request.record.currency},
            field="id",
        )


def _ways(
    part: VendorReturn, amount: Decimal, held: payments.Held, method: RefundMethod
) -> list[planning.PlannedPart]:
    """Which payments the amount goes back through. Raises RefundDeclined, RefundExceedsCharged."""
    if not amount:
        return []
    _check_is_left(amount, held, part)
    if method is RefundMethod.MANUAL:
        return [planning.PlannedPart(planning.MANUAL, amount)]
    return _planned(amount, held.sources, held, part)


def _check_is_left(amount: Decimal, held: payments.Held, part: VendorReturn) -> None:
    if amount > held.left:
        raise RefundExceedsCharged(
            gettext("%(amount)s %(currency)s is more than what is left of this order: %(left)s.")
            % {
                "amount": amount,
                "currency": part.request.record.currency,
                "left": held.left,
            },
            field="amount",
        )


def _planned(
    amount: Decimal, sources: Sequence[planning.Source], held: payments.Held, part: VendorReturn
) -> list[planning.PlannedPart]:
    ways, rest = planning.plan(amount, sources)
    if not rest:
        return ways
    if not held.sources:
        raise RefundDeclined(
            gettext(
                "This order has no payment that can be refunded through Saleor: the store has to "
                "pay it back another way."
            ),
            field="method",
        )
    raise RefundExceedsCharged(
        gettext(
            "%(amount)s %(currency)s is more than what Saleor can pay back (%(rest)s too much): "
            "the store has to pay it another way."
        )
        % {"amount": amount, "currency": part.request.record.currency, "rest": rest},
        field="amount",
    )


def _key(part: VendorReturn, given: str | None, count: int) -> str:
    """The caller's own, or the next number, which no caller's key can be mistaken for."""
    if not given:
        return f"{part.pk}#{count + 1}"
    check_key(given)
    return f"{part.pk}:{given}"


def _reference(text: str) -> str:
    text = clean_text(text, field="reference")
    if len(text) > _LONGEST_REFERENCE:
        raise InvalidInput(
            gettext("At most %(most)s characters.") % {"most": _LONGEST_REFERENCE},
            field="reference",
        )
    return text


def _role(actor: Actor, part: VendorReturn) -> ActorKind:
    role = handling_role(actor, part)
    if role is None:
        raise NotPermitted(gettext("Only the vendor or the store's staff may refund."), field="id")
    return role


def _only_merchant(actor: Actor, field: str = "id") -> None:
    if not actor.is_merchant:
        raise NotPermitted(gettext("Only the store's staff may do this."), field=field)


def _refund(part: VendorReturn, due: Quote, key: str, wish: _Wish) -> Refund:
    return Refund(
        vendor_return=part,
        method=wish.method.value,
        reference=wish.reference,
        reason=wish.reason,
        idempotency_key=key,
        idempotency_digest=wish.digest,
        amount=due.refund,
        currency=due.currency,
        goods_net=due.goods.net,
        goods_gross=due.goods.gross,
        shipping_net=due.shipping.net,
        shipping_gross=due.shipping.gross,
        fees_net=due.fees.net,
        fees_gross=due.fees.gross,
        return_shipping_fee_net=due.return_shipping_fee.net,
        return_shipping_fee_gross=due.return_shipping_fee.gross,
        already_refunded=due.already_refunded,
        adjustment=due.adjustment,
        steps=quote_rules.plain_steps(due.steps),
    )


def _lines(refund: Refund, due: Quote) -> None:
    RefundLine.objects.bulk_create(
        [
            RefundLine(
                refund=refund,
                return_line_id=line.return_line_id,
                quantity=line.quantity,
                positions=line.positions.plain(),
                per_unit=line.per_unit,
                is_rest=line.is_rest,
                goods_net=line.amount.net,
                goods_gross=line.amount.gross,
            )
            for line in due.lines
        ]
    )
