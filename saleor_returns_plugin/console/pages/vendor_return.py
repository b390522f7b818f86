"""One return: what it is about, what can be done with it, and what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...domain.money import ZERO
from ...domain.quotes import Quote
from ...enums import RefundStatus, ReturnStatus
from ...models import ReturnLine, VendorReturn
from ...selectors import labels, quotes
from ...selectors.deadlines import which_left_to_store
from ...selectors.declined import declined_units
from ...selectors.events import other_goods
from ...selectors.exchanges import instead_of, of_returns
from ...selectors.foreign_goods import foreign_lines, foreign_wishes
from ...selectors.returned import paid_units
from ...selectors.staff_exchanges import units_of_return
from ...selectors.vendor_returns import allowed_actions
from ...web import addresses, formats
from ...web.exchange_options import costs_more
from ...web.forms import Problems
from ...web.labels import LabelView, label_view
from ...web.notices import Notice
from ...web.page import page, render
from ...web.quotes import QuoteView, delivery_waits_of, quote_view
from ...web.shell import shell_of
from ...web.tracking import TrackingView, tracking_view
from ...web.words import word
from .. import access
from ..arrivals import ReceptionView, views_of
from ..exchange_facts import ExchangeView, exchange_views
from ..forms import Typed
from ..refund_facts import RESOLVE, RefundView, refund_views
from ..return_changes import Changes, changes_of
from ..return_facts import (
    EventView,
    ItemView,
    conflicts,
    event_views,
    item_view,
)
from ..return_forms import Forms, forms_of
from ..rows import RowView, row_views
from ..session import NOTICES, Me, for_member, me
from ..turn import TurnView, turn_view


@dataclass(frozen=True)
class ReturnView:
    me: Me
    id: UUID
    number: str
    request_number: str
    order_number: str
    shipment_id: UUID
    shipment_number: str
    vendor: str
    vendor_id: UUID
    status: str
    status_key: str
    turn: TurnView
    conflicts: tuple[str, ...]
    requested: str
    email: str
    """Blank for vendors: the shopper is the store's customer."""
    request_note: str
    items: tuple[ItemView, ...]
    quote: QuoteView
    expected: QuoteView | None
    """Only where it differs from what was promised."""
    to_pay: str
    """What the shopper pays, once it is accepted, for what is wanted instead; blank for nothing."""
    delivery_waits: bool
    """It comes back only with the last part of the order."""
    address: tuple[str, ...]
    instructions: str
    label: LabelView | None
    tracking: TrackingView | None
    decline_reason: str
    receptions: tuple[ReceptionView, ...]
    refunds: tuple[RefundView, ...]
    exchanges: tuple[ExchangeView, ...]
    can_exchange: bool
    """Staff may send something else."""
    siblings: tuple[RowView, ...]
    events: tuple[EventView, ...]
    forms: Forms
    changes: Changes
    typed_before: tuple[str, ...]
    """What was written into a form that this page has no more."""
    notice: Notice | None
    problems: Problems


@page("GET")
@for_member
def vendor_return(request: HttpRequest, actor: Actor, vendor_return_id: UUID) -> HttpResponse:
    return show(request, actor, access.part(actor, vendor_return_id))


def show(
    request: HttpRequest,
    actor: Actor,
    part: VendorReturn,
    typed: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with one of its forms as it was typed."""
    typed = typed or Typed()
    now = timezone.now()
    prefetch_related_objects([part], "lines__shipment_line", "refunds__parts")
    lines = list(part.lines.all())
    shopper = part.request
    actions = allowed_actions(part, actor)
    declined = declined_units([part])
    held = paid_units(line.pk for line in lines)
    paid = {line.pk: units for line in lines if (units := held[line.pk].of(line))}
    forms = forms_of(part, actor, actions, typed)
    label = labels.of_return(part)
    changes = changes_of(part, actor, actions, typed, held, label)
    exchanges = of_returns([part])[part.pk]
    newest = [] if actor.is_merchant else [each.pk for each in exchanges[-1:]]
    hidden = set().union(*foreign_lines(newest).values()) if newest else set()
    instead = instead_of(exchanges, hidden=hidden, other=other_goods())
    can_exchange = actor.is_merchant and bool(units_of_return(part, lines, held, exchanges))
    foreign = set() if actor.is_merchant else foreign_wishes({line.pk for line in lines})
    expected = _expected(part)
    receptions = views_of(part, actions, typed)
    refunds = refund_views(part, actor, actions, typed)
    shown = exchange_views(part, actor, actions, typed, exchanges)
    is_gone = typed.is_overtaken and not _has(forms, changes, receptions, refunds, shown, typed)
    data = ReturnView(
        me=me(actor),
        id=part.pk,
        number=part.number,
        request_number=shopper.number,
        order_number=shopper.record.number,
        shipment_id=part.shipment_id,
        shipment_number=part.shipment.number,
        vendor=part.vendor.name,
        vendor_id=part.vendor_id,
        status=word(ReturnStatus(part.status)),
        status_key=part.status,
        turn=turn_view(part, now, is_left_to_store=part.pk in which_left_to_store([part])),
        conflicts=conflicts(part),
        requested=formats.moment(part.created_at),
        email=shopper.email if actor.is_merchant else "",
        request_note=shopper.note,
        items=tuple(item_view(line, declined, paid, instead, foreign) for line in lines),
        quote=quote_view(quotes.promised(part)),
        expected=quote_view(expected) if expected and (paid or _is_other(expected, part)) else None,
        to_pay=_to_pay(part, lines),
        delivery_waits=expected is not None and delivery_waits_of(part, expected),
        address=addresses.lines(part.return_address or {})
        if any(line.is_sent_back for line in lines)
        else (),
        instructions=part.return_instructions or "",
        label=label_view(label, reverse("returns:console-return-label-file", args=[part.pk])),
        tracking=tracking_view(part.tracking) if part.tracking else None,
        decline_reason=part.decline_reason,
        receptions=receptions,
        refunds=refunds,
        exchanges=shown,
        can_exchange=can_exchange,
        siblings=_siblings(part, actor, now),
        events=event_views(part, actor),
        forms=forms,
        changes=changes,
        typed_before=typed.texts() if is_gone else (),
        notice=_notice(NOTICES.of(request), part) if not typed.problems else None,
        problems=typed.problems,
    )
    shell = shell_of(shopper.record.channel)
    response = render(request, "console/vendor_return.html", data, shell=shell, status=status)
    NOTICES.forget(request, response)
    return response


def _has(
    forms: Forms,
    changes: Changes,
    receptions: Sequence[ReceptionView],
    refunds: Sequence[RefundView],
    exchanges: Sequence[ExchangeView],
    typed: Typed,
) -> bool:
    """Whether the form that was sent still stands on the page."""
    several = {
        "void": {row.id for row in receptions if row.void},
        "overrule": {line.id for row in receptions for line in row.lines if line.overrule},
        RESOLVE: {refund.id for refund in refunds if refund.resolve},
        "exchange-cancel": {exchange.id for exchange in exchanges if exchange.cancel},
    }
    if typed.form in several:
        return typed.about in several[typed.form]
    form = getattr(forms, typed.form, None) or getattr(changes, typed.form, None)
    return form is not None


def _expected(part: VendorReturn) -> Quote | None:
    """What is still to be paid if all that is to come arrives in good condition."""
    live = (
        ReturnStatus.REQUESTED,
        ReturnStatus.APPROVED,
        ReturnStatus.ACCEPTED,
        ReturnStatus.IN_TRANSIT,
        ReturnStatus.PARTIALLY_RECEIVED,
    )
    return quotes.expected(part) if ReturnStatus(part.status) in live else None


def _to_pay(part: VendorReturn, lines: Sequence[ReturnLine]) -> str:
    """Afterwards the exchange itself says so."""
    waits = ReturnStatus(part.status) in (ReturnStatus.REQUESTED, ReturnStatus.APPROVED)
    more = costs_more(lines) if waits else ZERO
    return formats.money(more, part.request.record.currency) if more else ""


def _is_other(expected: Quote, part: VendorReturn) -> bool:
    return expected.refund != quotes.promised(part).refund


def _siblings(part: VendorReturn, actor: Actor, now: datetime) -> tuple[RowView, ...]:
    """The other parts of the request that this actor may see."""
    rows = access.parts(actor).filter(request=part.request).exclude(pk=part.pk)
    return row_views(
        rows.prefetch_related("lines__shipment_line", "refunds__lines", "exchanges").order_by(
            "number"
        ),
        now,
    )


def _notice(left: str, part: VendorReturn) -> Notice | None:
    """What the form before this page did, by what is so now."""
    key, _colon, done = left.partition(":")
    if key != str(part.pk):
        return None
    status = ReturnStatus(part.status)
    if done in ("refund", "refund-retry", "refund-resolve"):
        return _of_refund(part)
    if done in ("approve", "accept", "decline") and status is ReturnStatus.DECLINED:
        return Notice(_("Declined. The shopper is told why."), "plain-notice")
    text = {
        "approve": _("Approved. The vendor is told."),
        "accept": _("Accepted. The shopper is told where to send the goods."),
        "receive": _("The goods are recorded."),
        "cancel": _("Cancelled."),
        "reopen": _("Reopened."),
        "close": _("Closed. What never came counts as missing."),
        "void": _("The reception is undone."),
        "overrule": _("These units count as accepted.")
        if any(line.is_exchanged for line in part.lines.all())
        else _("These units will be paid."),
        "resolution": _("Changed. The shopper is told."),
        "resolution-same": _("It is as it was: nothing changed."),
        "exchange-retry": _("It is being ordered again."),
        "exchange-release": _("It may be sent now. Its vendor is told."),
        "new-exchange": _("Done. What becomes of the replacement stands below."),
        "exchange-cancel": _exchange_cancelled(part),
        "label": _("The label is attached. The shopper is told."),
        "tracking": _("The tracking is saved."),
    }.get(done)
    return Notice(text) if text else None


def _exchange_cancelled(part: VendorReturn) -> str:
    last = max(part.exchanges.all(), key=lambda exchange: exchange.created_at, default=None)
    if last is None or last.ordered_at is None:
        return _("The exchange is cancelled. Nothing had been ordered for it.")
    return _("The replacement is cancelled, and its stock is free again.")


def _of_refund(part: VendorReturn) -> Notice | None:
    last = max(part.refunds.all(), key=lambda refund: refund.created_at, default=None)
    if last is None:
        return None
    amount = formats.money(last.amount, last.currency)
    return {
        RefundStatus.SUCCEEDED: Notice(_("%(amount)s is paid back.") % {"amount": amount}),
        RefundStatus.PENDING: Notice(
            _("%(amount)s is on its way; the payment provider has not confirmed it yet.")
            % {"amount": amount},
            "plain-notice",
        ),
        RefundStatus.FAILED: Notice(
            _("The refund failed; see below why, and what can be done."), "bad"
        ),
        RefundStatus.UNKNOWN: Notice(
            _(
                "The payment provider gave no answer. See below what to look up before anything "
                "else is done."
            ),
            "warn",
        ),
    }[RefundStatus(last.status)]
