"""The refunds of one return: what each was for, which way it goes, and what is to be done now."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from ..domain.actors import Actor
from ..domain.quotes import steps_from
from ..domain.refund_parts import is_gift_card, way_of
from ..enums import Action, RefundStatus, RefundWay
from ..models import Refund, RefundPart, VendorReturn
from ..selectors.refunds import Obstacle, can_go_on, is_to_pay_by_hand, obstacles
from ..selectors.returned import OPEN_REFUNDS
from ..web import formats
from ..web.forms import Field
from ..web.quotes import QuoteView, steps_view
from ..web.words import word
from .forms import Typed

RESOLVE = "refund-resolve"


@dataclass(frozen=True)
class PartView:
    """`message`: in the gateway's words. `is_replaced`: its money went another way since."""

    way: str
    amount: str
    status: str
    status_key: str
    moment: str
    message: str
    reference: str
    is_replaced: bool


@dataclass(frozen=True)
class ResolveForm:
    """`paid`, `not_paid`: the words of the buttons; blank for one that makes no sense."""

    title: str
    reference: Field
    needs_reference: bool
    paid: str
    not_paid: str
    is_open: bool


@dataclass(frozen=True)
class RefundView:
    id: UUID
    amount: str
    paid: str
    """What of it has gone back, where that is neither nothing nor all."""
    status: str
    status_key: str
    moment: str
    failure: str
    quote: QuoteView
    parts: tuple[PartView, ...]
    reference: str
    reason: str
    advice: tuple[str, ...]
    can_retry: bool
    resolve: ResolveForm | None


def refund_views(
    part: VendorReturn, actor: Actor, actions: Collection[Action], typed: Typed
) -> tuple[RefundView, ...]:
    """`part` comes with its refunds and their parts."""
    is_due = Action.REFUND in actions
    found = obstacles(part.refunds.all()) if is_due else {}
    return tuple(
        _refund(refund, part, actor, typed, is_due=is_due, obstacle=found.get(refund.pk))
        for refund in part.refunds.all()
    )


def _refund(
    refund: Refund,
    part: VendorReturn,
    actor: Actor,
    typed: Typed,
    *,
    is_due: bool,
    obstacle: Obstacle | None,
) -> RefundView:
    status = RefundStatus(refund.status)
    ways = list(refund.parts.all())
    goes_on = can_go_on(refund, actor, is_due=is_due, obstacle=obstacle)
    is_partial = refund.paid and refund.paid != refund.amount
    return RefundView(
        id=refund.pk,
        amount=formats.money(refund.amount, refund.currency),
        paid=formats.money(refund.paid, refund.currency) if is_partial else "",
        status=word(status),
        status_key=status.value,
        moment=formats.moment(refund.created_at),
        failure=refund.failure,
        quote=steps_view(steps_from(refund.steps), refund.amount, refund.currency),
        parts=tuple(_part(way, refund, actor) for way in ways),
        reference=refund.reference if actor.is_merchant else "",
        reason=refund.reason,
        advice=_advice(refund, part, ways, actor, goes_on=goes_on, obstacle=obstacle),
        can_retry=goes_on and not is_to_pay_by_hand(ways),
        resolve=_resolve(refund, ways, typed, goes_on=goes_on) if actor.is_merchant else None,
    )


def _part(way: RefundPart, refund: Refund, actor: Actor) -> PartView:
    return PartView(
        way=word(way_of(way.payment_reference)),
        amount=formats.money(way.amount, refund.currency),
        status=word(RefundStatus(way.status)),
        status_key=way.status,
        moment=formats.moment(way.asked_at),
        message=way.message,
        reference=way.psp_reference if actor.is_merchant else "",
        is_replaced=way.is_replaced,
    )


def _advice(
    refund: Refund,
    part: VendorReturn,
    ways: list[RefundPart],
    actor: Actor,
    *,
    goes_on: bool,
    obstacle: Obstacle | None,
) -> tuple[str, ...]:
    """What the reader is to do, or need not do."""
    status = RefundStatus(refund.status)
    if status is RefundStatus.PENDING:
        return (
            _("The payment provider has not confirmed it yet; its answer is looked up by itself."),
        )
    if status is RefundStatus.UNKNOWN and actor.is_merchant:
        return (
            *(_look_up(way, refund, part) for way in ways if way.status in OPEN_REFUNDS),
            _("Until it is known here, it is not sent again, so that nobody is paid twice."),
        )
    if status is RefundStatus.UNKNOWN:
        return (_("The store looks up whether it was paid. Please do not pay it yourself."),)
    if status is not RefundStatus.FAILED:
        return ()
    if obstacle is not None and obstacle.is_for_another:
        return (_("Something else is to be paid by now: refund what is due instead."),)
    if not goes_on:
        return ()
    if is_to_pay_by_hand(ways):
        if not actor.is_merchant:
            return (_("The store sees to it. There is nothing for you to do."),)
        return (_("Pay it by hand again, then say so here, with a reference."),)
    if actor.is_merchant:
        return (_("Try it again; or pay it another way, then say so here, with a reference."),)
    return (_("Try it again. If it fails once more, the store has to pay it another way."),)


def _look_up(way: RefundPart, refund: Refund, part: VendorReturn) -> str:
    words = {
        "amount": formats.money(way.amount, refund.currency),
        "number": part.request.record.number,
        "moment": formats.moment(way.asked_at or way.created_at),
    }
    if way_of(way.payment_reference) is not RefundWay.PAYMENT:
        return _("Look up in Saleor whether %(amount)s of order %(number)s went back.") % words
    return (
        _(
            "Look up with the payment provider, in the payment of order %(number)s, whether "
            "%(amount)s were refunded on or after %(moment)s."
        )
        % words
    )


def _resolve(
    refund: Refund, ways: list[RefundPart], typed: Typed, *, goes_on: bool
) -> ResolveForm | None:
    status = RefundStatus(refund.status)
    own = typed.form == RESOLVE and typed.about == refund.pk
    reference = typed.field(f"{RESOLVE}-{refund.pk}-reference")
    if status.value in OPEN_REFUNDS:
        return ResolveForm(
            title=_("Say what happened"),
            reference=reference,
            needs_reference=False,
            paid=_("It was paid"),
            not_paid=_("It was not paid"),
            is_open=own or status is RefundStatus.UNKNOWN,
        )
    if status is RefundStatus.FAILED:
        if not goes_on:
            return None
        return ResolveForm(
            title=_("It was paid another way"),
            reference=reference,
            needs_reference=True,
            paid=_("It was paid another way"),
            not_paid="",
            is_open=own,
        )
    through = [w for w in ways if not (w.is_replaced or is_gift_card(w.payment_reference))]
    if len(through) != 1:
        return None
    return ResolveForm(
        title=_("The money came back"),
        reference=reference,
        needs_reference=True,
        paid="",
        not_paid=_("The money came back"),
        is_open=own,
    )
