"""What became of a return's exchanges, and what can be done with each now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..domain.actors import Actor
from ..domain.money import ZERO
from ..enums import Action, ExchangeStatus, ReturnStatus, Unreturned
from ..models import Exchange, VendorReturn
from ..selectors.branding import portal
from ..selectors.events import other_goods
from ..selectors.exchanges import (
    Owed,
    is_anything_sent,
    is_to_be_ordered_again,
    owed_of,
    payment_url,
)
from ..selectors.foreign_goods import failures_of, foreign_lines
from ..selectors.replacements import held_for
from ..selectors.vendor_returns import handling_role
from ..web import formats
from ..web.forms import Field
from ..web.words import held_until, word
from .forms import Typed


@dataclass(frozen=True)
class ExchangedView:
    """`quantity` is 0 for goods of which the reader may know nothing but that there are any."""

    name: str
    sku: str
    quantity: int
    price: str
    """What the shopper pays for one; blank for nothing."""


@dataclass(frozen=True)
class ExchangeView:
    """`note` says what it waits for, or why there is none."""

    id: UUID
    status: str
    status_key: str
    order_number: str
    lines: tuple[ExchangedView, ...]
    difference: str
    owed: str
    """What the shopper owes, as goods that it replaced were missing or refused; blank else."""
    owed_for: tuple[str, ...]
    note: str
    payment_url: str
    """Where the shopper pays for it, to the merchant; blank else."""
    can_retry: bool
    can_release: bool
    cancel: Field | None
    is_cancel_open: bool


_OPEN = (
    ExchangeStatus.PENDING,
    ExchangeStatus.AWAITING_PAYMENT,
    ExchangeStatus.ORDERED,
    ExchangeStatus.RELEASED,
    ExchangeStatus.FAILED,
)


def exchange_views(
    part: VendorReturn,
    actor: Actor,
    actions: Collection[Action],
    typed: Typed,
    exchanges: Sequence[Exchange],
) -> tuple[ExchangeView, ...]:
    """`exchanges` are all of the return's, oldest first."""
    may = handling_role(actor, part) is not None
    last = exchanges[-1] if exchanges else None
    hides = bool(exchanges) and not actor.is_merchant
    hidden = foreign_lines([exchange.pk for exchange in exchanges]) if hides else {}
    failures = failures_of(exchanges, hides_foreign=hides)
    owed = owed_of(exchanges)
    return tuple(
        _view(
            exchange,
            part,
            typed,
            hidden=hidden.get(exchange.pk, set()),
            failure=failure,
            owed=owed.get(exchange.pk, ()),
            pays_at=_payment_url(exchange, part) if actor.is_merchant else "",
            may=may,
            can_retry=exchange is last
            and Action.EXCHANGE in actions
            and is_to_be_ordered_again(exchange, part),
        )
        for exchange, failure in zip(exchanges, failures, strict=True)
    )


def _view(
    exchange: Exchange,
    part: VendorReturn,
    typed: Typed,
    *,
    hidden: Collection[UUID],
    failure: str,
    owed: Sequence[Owed],
    pays_at: str,
    may: bool,
    can_retry: bool,
) -> ExchangeView:
    """`hidden`: ids of lines of which the reader may know nothing but that there are any."""
    status = ExchangeStatus(exchange.status)
    can_cancel = may and status in _OPEN and not is_anything_sent(exchange)
    currency = exchange.currency
    return ExchangeView(
        id=exchange.pk,
        status=word(status),
        status_key=exchange.status,
        order_number=exchange.order_number,
        lines=(
            *(
                ExchangedView(
                    name=line.name,
                    sku=line.sku,
                    quantity=line.quantity,
                    price=formats.money(line.unit_price, currency) if line.unit_price else "",
                )
                for line in exchange.lines.all()
                if line.pk not in hidden
            ),
            *([ExchangedView(capfirst(other_goods()), "", 0, "")] if hidden else []),
        ),
        difference=formats.money(exchange.difference, currency)
        if exchange.difference and not hidden
        else "",
        owed=formats.money(sum((each.amount for each in owed), ZERO), currency) if owed else "",
        owed_for=tuple(_owed_for(each, currency) for each in owed),
        note=_note(exchange, status, part, failure),
        payment_url=pays_at,
        can_retry=can_retry,
        can_release=may and status is ExchangeStatus.ORDERED,
        cancel=typed.field("exchange-cancel-reason") if can_cancel else None,
        is_cancel_open=typed.form == "exchange-cancel",
    )


def _payment_url(exchange: Exchange, part: VendorReturn) -> str:
    if exchange.status != ExchangeStatus.AWAITING_PAYMENT.value:
        return ""
    exchange.vendor_return = part
    return payment_url(exchange, portal(part.request.record.channel)) or ""


def _owed_for(owed: Owed, currency: str) -> str:
    what = f"{owed.units} × {owed.line.shipment_line.name}"
    amount = formats.money(owed.amount, currency)
    if owed.reason is Unreturned.MISSING:
        return _("Never came back: %(goods)s, %(amount)s") % {"goods": what, "amount": amount}
    return _("Came back and refused: %(goods)s, %(amount)s") % {
        "goods": what,
        "amount": amount,
    }


def _note(exchange: Exchange, status: ExchangeStatus, part: VendorReturn, failure: str) -> str:
    if status is ExchangeStatus.ORDERED:
        is_arrived = part.status == ReturnStatus.RECEIVED.value
        return held_until(held_for(exchange), is_arrived=is_arrived)
    if status is ExchangeStatus.AWAITING_PAYMENT and exchange.expires_at:
        return _("The shopper can pay the difference until %(until)s.") % {
            "until": formats.moment(exchange.expires_at)
        }
    return failure
