"""What became of a return's exchanges, and what can be done with each now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from ..domain.actors import Actor
from ..enums import Action, ExchangeStatus, ReturnStatus
from ..models import Exchange, VendorReturn
from ..selectors.exchanges import is_anything_sent, is_to_be_ordered_again
from ..selectors.vendor_returns import handling_role
from ..web import formats
from ..web.forms import Field
from ..web.words import held_until, word
from .forms import Typed


@dataclass(frozen=True)
class ExchangedView:
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
    note: str
    can_retry: bool
    can_release: bool
    cancel: Field | None
    is_cancel_open: bool


_OPEN = (
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
    return tuple(
        _view(
            exchange,
            part,
            typed,
            may=may,
            can_retry=exchange is last
            and Action.EXCHANGE in actions
            and is_to_be_ordered_again(exchange, part),
        )
        for exchange in exchanges
    )


def _view(
    exchange: Exchange, part: VendorReturn, typed: Typed, *, may: bool, can_retry: bool
) -> ExchangeView:
    status = ExchangeStatus(exchange.status)
    can_cancel = may and status in _OPEN and not is_anything_sent(exchange)
    return ExchangeView(
        id=exchange.pk,
        status=word(status),
        status_key=exchange.status,
        order_number=exchange.order_number,
        lines=tuple(
            ExchangedView(
                name=line.name,
                sku=line.sku,
                quantity=line.quantity,
                price=formats.money(line.unit_price, exchange.currency) if line.unit_price else "",
            )
            for line in exchange.lines.all()
        ),
        difference=formats.money(exchange.difference, exchange.currency)
        if exchange.difference
        else "",
        note=_note(exchange, status, part),
        can_retry=can_retry,
        can_release=may and status is ExchangeStatus.ORDERED,
        cancel=typed.field("exchange-cancel-reason") if can_cancel else None,
        is_cancel_open=typed.form == "exchange-cancel",
    )


def _note(exchange: Exchange, status: ExchangeStatus, part: VendorReturn) -> str:
    if status is ExchangeStatus.ORDERED:
        is_arrived = part.status == ReturnStatus.RECEIVED.value
        return held_until(exchange.release_rule, is_arrived=is_arrived)
    if status is ExchangeStatus.AWAITING_PAYMENT and exchange.expires_at:
        return _("The shopper can pay the difference until %(until)s.") % {
            "until": formats.moment(exchange.expires_at)
        }
    return exchange.failure
