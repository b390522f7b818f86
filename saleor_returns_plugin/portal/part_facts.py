"""One part of a request as its shopper reads it: goods, decisions, what arrived, and money."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from ..domain.deadlines import UNDER_WAY
from ..domain.quotes import Quote
from ..enums import (
    Condition,
    ExchangeStatus,
    RefundStatus,
    RefundWay,
    Resolution,
    ReturnStatus,
    Task,
)
from ..models import Exchange, OrderRecord, ReceptionLine, Refund, ReturnLine, VendorReturn
from ..selectors import quotes, refund_ways
from ..selectors.deadlines import refund_under_way, task_of
from ..selectors.declined import Declined
from ..selectors.exchanges import are_none_accepted, exchanged, instead_of, is_left_to_store
from ..selectors.refund_ways import Way
from ..services.refund_words import way_label
from ..web import formats
from ..web.exchange_options import difference
from ..web.quotes import QuoteView, delivery_waits_of, quote_view
from ..web.words import word
from .exchange_choice import money_of

OPEN = (
    ReturnStatus.REQUESTED,
    ReturnStatus.APPROVED,
    ReturnStatus.ACCEPTED,
    ReturnStatus.IN_TRANSIT,
    ReturnStatus.PARTIALLY_RECEIVED,
)
"""Something may still come back."""
_TO_SEND = (ReturnStatus.ACCEPTED, ReturnStatus.PARTIALLY_RECEIVED)

_OF_MONEY = (Task.REFUND, Task.LOOK_UP, Task.AWAIT_ANSWER, Task.PAY_BACK)


@dataclass(frozen=True)
class DeclinedView:
    quantity: int
    reason: str


@dataclass(frozen=True)
class ItemView:
    name: str
    quantity: int
    declined: tuple[DeclinedView, ...]
    is_kept: bool
    reason: str
    note: str
    resolution: str
    instead: str
    """What comes for it; blank for money."""
    is_asked: bool
    """The shopper wanted that; else the store chose it."""
    difference: str


@dataclass(frozen=True)
class ArrivedView:
    """`outcome` says what follows, where it is not that these units are paid back."""

    name: str
    quantity: int
    condition: str
    note: str
    day: str
    outcome: str


@dataclass(frozen=True)
class RefundView:
    amount: str
    status: str
    status_key: str
    words: str
    day: str
    ways: tuple[str, ...]
    """Where how much of it goes, unless all of it goes back the way it was paid."""


@dataclass(frozen=True)
class MoneyView:
    """What was promised, what is due, and what comes if all that is to come arrives; each only
    where it says something of its own. `nothing` says why there is no money at all."""

    promised: QuoteView | None
    due: QuoteView | None
    expected: QuoteView | None
    refunds: tuple[RefundView, ...]
    nothing: str
    is_sent_back: bool
    """Some of what is expected depends on goods that are to be sent."""
    delivery_waits: bool
    """It comes back only with the last part of the order."""


def item_view(
    line: ReturnLine,
    declined: Mapping[UUID, Sequence[Declined]],
    currency: str,
    exchanges: Sequence[Exchange] = (),
) -> ItemView:
    """`exchanges` are all of its return's, oldest first, with their lines."""
    return ItemView(
        name=line.shipment_line.name,
        quantity=line.quantity,
        declined=tuple(
            DeclinedView(item.quantity, item.reason) for item in declined.get(line.pk, ())
        ),
        is_kept=not line.send_back,
        reason=line.reason_label,
        note=line.note,
        resolution=word(Resolution(line.resolution)),
        instead=_instead(line, exchanges),
        is_asked=not (exchanges and exchanges[-1].is_by_staff),
        difference=difference(line.exchange_difference * line.accepted, currency),
    )


def _instead(line: ReturnLine, exchanges: Sequence[Exchange]) -> str:
    if not line.is_exchanged or not line.accepted:
        return ""
    wanted = f"{line.accepted} × {line.exchange_name or line.shipment_line.name}"
    return instead_of(exchanges).get(line.pk, wanted)


def arrived_view(row: ReceptionLine) -> ArrivedView:
    return ArrivedView(
        name=row.return_line.shipment_line.name,
        quantity=row.quantity,
        condition=word(Condition(row.condition)),
        note=row.note,
        day=formats.day(row.created_at),
        outcome=_outcome(row),
    )


def _outcome(row: ReceptionLine) -> str:
    if row.return_line.is_exchanged:
        return _outcome_of_exchanged(row)
    if row.is_overruled:
        return _("Paid back all the same: the store decided so.")
    if row.is_payable:
        return ""
    if row.condition == Condition.MISSING.value:
        return _("Did not arrive, so it is not paid back. Write to us if you sent it.")
    return _("Not paid back. Write to us if you want it sent back to you, or do not agree.")


def _outcome_of_exchanged(row: ReceptionLine) -> str:
    """Whether a replacement is sent stands with the exchange."""
    if row.is_overruled:
        return _("Exchanged all the same: the store decided so.")
    if row.is_payable:
        return ""
    if row.condition == Condition.MISSING.value:
        return _("Did not arrive. Write to us if you sent it.")
    return _("Not accepted for the exchange. Write to us if you do not agree.")


def money_view(part: VendorReturn, has_arrived: bool) -> tuple[MoneyView, Decimal]:
    """With the amount that is still to come or was paid, if all goes well, for the total."""
    refunds = list(part.refunds.all())
    paid = sum((refund.amount for refund in refunds if _is_paid(refund)), Decimal(0))
    views = tuple(_refund(refund, part.request.record) for refund in refunds)
    status = ReturnStatus(part.status)
    if status in OPEN:
        return _open(part, has_arrived, views, paid)
    due = quotes.due_now(part) if status is ReturnStatus.RECEIVED else None
    owed = due.refund if due is not None and refund_under_way(part) is None else Decimal(0)
    shown_due = quote_view(due) if due is not None and owed else None
    nothing = ""
    if not views and shown_due is None:
        nothing = _nothing(part, status)
    view = MoneyView(
        promised=None,
        due=shown_due,
        expected=None,
        refunds=views,
        nothing=nothing,
        is_sent_back=False,
        delivery_waits=due is not None and shown_due is not None and delivery_waits_of(part, due),
    )
    return view, paid + owed


def _open(
    part: VendorReturn, has_arrived: bool, refunds: tuple[RefundView, ...], paid: Decimal
) -> tuple[MoneyView, Decimal]:
    promised, expected = quotes.promised(part), quotes.expected(part)
    due = quotes.due_now(part) if has_arrived else None
    has_changed = bool(refunds) or expected.refund != promised.refund or has_arrived
    was_promised, is_expected = money_of(promised), money_of(expected)
    if was_promised is not None and is_expected is None:
        is_expected = quote_view(expected)  # what was promised comes no more
    view = MoneyView(
        promised=was_promised,
        due=quote_view(due) if due is not None and due.refund else None,
        expected=is_expected if has_changed and _differs(expected, due) else None,
        refunds=refunds,
        nothing="",
        is_sent_back=any(line.expected and line.is_paid_back for line in part.lines.all()),
        delivery_waits=delivery_waits_of(part, expected),
    )
    return view, paid + expected.refund


def _differs(expected: Quote, due: Quote | None) -> bool:
    return due is None or expected.refund != due.refund


def _is_paid(refund: Refund) -> bool:
    """Or is to be: what was paid in part goes on."""
    return refund.status != RefundStatus.FAILED.value or bool(refund.paid)


def _nothing(part: VendorReturn, status: ReturnStatus) -> str:
    if status not in (ReturnStatus.RECEIVED, ReturnStatus.SETTLED):
        return ""
    lines = [line for line in part.lines.all() if line.is_paid_back]
    if not lines:
        return ""
    if any(line.payable for line in lines):
        return _("Nothing is paid back: fees use up what the goods are worth.")
    return _("Nothing is paid back for this part; see above why.")


def _refund(refund: Refund, record: OrderRecord) -> RefundView:
    ways = refund_ways.of_parts(refund.parts.all(), record)
    is_plain = all(way.way is RefundWay.PAYMENT for way in ways)
    return RefundView(
        amount=formats.money(refund.amount, refund.currency),
        status=word(RefundStatus(refund.status)),
        status_key=refund.status,
        words=_words(refund, ways),
        day=formats.day(refund.created_at),
        ways=()
        if is_plain
        else tuple(
            f"{way_label(way)}: {formats.money(way.amount, refund.currency)}" for way in ways
        ),
    )


def _words(refund: Refund, ways: Sequence[Way]) -> str:
    status = RefundStatus(refund.status)
    if status is RefundStatus.PENDING:
        return _("Your refund is on its way.")
    if status is RefundStatus.UNKNOWN:
        return _("The payment provider has not confirmed it yet. The store looks into it.")
    if status is RefundStatus.FAILED and refund.paid:
        return _("%(paid)s of it is paid back. The store sees to the rest.") % {
            "paid": formats.money(refund.paid, refund.currency)
        }
    if status is RefundStatus.FAILED and refund.postings:
        return _("It was paid back, but the money came back to the store, which sees to it.")
    if status is RefundStatus.FAILED:
        return _("The payment did not go through. The store sees to it.")
    found = {way.way for way in ways}
    if found == {RefundWay.MANUAL}:
        return _("The store pays it back itself, outside of the way you paid.")
    if found == {RefundWay.GIFT_CARD}:
        return _("Paid back onto your gift card.")
    if not refund.amount:
        return _("There was nothing more to pay back.")
    if found <= {RefundWay.PAYMENT}:
        return _("Paid back the way you paid. Your bank may need a few days to show it.")
    return _("Paid back in parts. What goes to a payment may take your bank a few days.")


def next_step(
    part: VendorReturn,
    is_kept: bool,
    now: datetime,
    exchange: Exchange | None = None,
    *,
    is_unpaid: bool = False,
) -> str:
    """What happens next, until when, and what it costs not to send the goods; `exchange` is the one
    that stands, else the last that was cancelled. `is_unpaid`: its order waits to be paid."""
    status = ReturnStatus(part.status)
    lines = list(part.lines.all())
    is_replaced = _is_replaced(lines, exchange)
    is_money_next = task_of(part) in _OF_MONEY
    plain, dated = {
        ReturnStatus.REQUESTED: (
            _("The store looks at your request."),
            _("The store looks at your request, by %(day)s at the latest."),
        ),
        ReturnStatus.APPROVED: (
            _("The store agreed. The seller tells you next where to send the goods."),
            _(
                "The store agreed. The seller tells you next where to send the goods, by %(day)s "
                "at the latest."
            ),
        ),
        ReturnStatus.ACCEPTED: _kept(is_money_next)
        if is_kept
        else (
            _("Please send the goods back."),
            _("Please send the goods back by %(day)s.")
            if is_replaced
            else _("Please send the goods back by %(day)s. After that this return ends."),
        ),
        ReturnStatus.IN_TRANSIT: (
            _("The goods are on their way. They are checked when they arrive."),
            _("The goods are on their way. We expect them, checked, by %(day)s."),
        ),
        ReturnStatus.PARTIALLY_RECEIVED: (
            _("Some of the goods arrived; the rest is still expected."),
            _("Some of the goods arrived; the rest is expected by %(day)s."),
        ),
        ReturnStatus.RECEIVED: _received(lines, exchange, is_money_next, is_unpaid),
        ReturnStatus.EXPIRED: (
            _(
                "Nothing arrived in time, so this return has ended. While the order can still be "
                "returned, you may ask again."
            ),
            "",
        ),
    }.get(status, ("", ""))
    # A day that is over would only tell the shopper that somebody is late.
    is_over = part.due_at is None or part.due_at < now
    words = plain if is_over or not dated else dated % {"day": formats.day(part.due_at)}
    if is_replaced and status in _TO_SEND:
        return f"{words} {_owes()}"
    is_more_to_come = any(line.expected for line in lines)
    if status in UNDER_WAY and is_more_to_come and _is_given_up(lines, exchange):
        return f"{words} {_nothing_ordered()}"
    return words


def _is_replaced(lines: Iterable[ReturnLine], exchange: Exchange | None) -> bool:
    """Whether other goods may be sent before these arrive."""
    is_to_come = any(line.is_exchanged and line.expected for line in lines)
    is_released = exchange is not None and exchange.status == ExchangeStatus.RELEASED.value
    return is_to_come and is_released


def _is_given_up(lines: Iterable[ReturnLine], exchange: Exchange | None) -> bool:
    """Whether nothing comes of the exchange of these as it is."""
    is_cancelled = exchange is not None and exchange.status == ExchangeStatus.CANCELLED.value
    return is_cancelled and bool(exchanged(lines)) and not are_none_accepted(lines)


def _nothing_ordered() -> str:
    return _("At present nothing is ordered in exchange: the store decides what comes next.")


def _owes() -> str:
    return _(
        "Once what you get in exchange is sent, the store asks you to pay for the goods that it "
        "replaces and that do not come back."
    )


def _kept(is_money_next: bool) -> tuple[str, str]:
    if not is_money_next:
        return _("You keep the goods; nothing needs to be sent back."), ""
    return (
        _("You keep the goods; nothing needs to be sent back. The refund comes next."),
        _(
            "You keep the goods; nothing needs to be sent back. The refund comes next, by %(day)s "
            "at the latest."
        ),
    )


def _received(
    lines: Sequence[ReturnLine], exchange: Exchange | None, is_money_next: bool, is_unpaid: bool
) -> tuple[str, str]:
    if not is_money_next:
        return _received_for_exchange(lines, exchange, is_unpaid), ""
    if any(line.missing for line in lines):
        return (
            _("We checked what arrived; something is missing. The refund of the rest comes next."),
            _(
                "We checked what arrived; something is missing. The refund of the rest comes next, "
                "by %(day)s at the latest."
            ),
        )
    return (
        _("Everything is here. The refund comes next."),
        _("Everything is here. The refund comes next, by %(day)s at the latest."),
    )


def _received_for_exchange(
    lines: Sequence[ReturnLine], exchange: Exchange | None, is_unpaid: bool
) -> str:
    status = ExchangeStatus(exchange.status) if exchange is not None else ExchangeStatus.CANCELLED
    is_asked = status in (ExchangeStatus.FAILED, ExchangeStatus.AWAITING_PAYMENT)
    is_stores = exchange is not None and is_left_to_store(exchange.vendor_return, exchange)
    if status is ExchangeStatus.CANCELLED or (is_asked and is_stores):
        return _store_decides(lines)
    is_all_accepted = all(line.payable == line.accepted for line in lines)
    if status is ExchangeStatus.FAILED and is_all_accepted:
        return _("Everything is here. Please choose below what you would like instead.")
    if status is ExchangeStatus.FAILED:
        return _("We checked what arrived. Please choose below what you would like instead.")
    is_offered = status is ExchangeStatus.AWAITING_PAYMENT
    if is_offered and is_all_accepted:
        return _("Everything is here. Your exchange comes once you have paid for it.")
    if is_offered or is_unpaid:
        return _("We checked what arrived. Your exchange comes once it is paid.")
    if not is_all_accepted:
        return _("We checked what arrived. The store decides on your exchange.")
    return _("Everything is here. Your exchange comes next.")


def _store_decides(lines: Sequence[ReturnLine]) -> str:
    if any(line.received for line in lines):
        return _("We checked what arrived. The store decides what comes next.")
    return _("The store decides what comes next.")
