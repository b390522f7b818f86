"""What an item can be exchanged for, as the shopper chooses it and reads it again."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from ..domain.exchanges import Option
from ..domain.quotes import Quote
from ..enums import Resolution, StepKind
from ..models import ReturnLine
from ..selectors.exchanges import option_named, options_of
from ..selectors.shipments import ReturnableLine, ReturnableOrder
from ..web import formats
from ..web.exchange_options import costs_more
from ..web.quotes import QuoteView, quote_view

Offered = Mapping[UUID, Sequence[Option]]
"""Shipment line id -> what its units can be exchanged for; only lines that may be exchanged."""


def offered_of(order: ReturnableOrder) -> Offered:
    """One look at the host for the whole order; none where no policy exchanges."""
    lines = {
        line.line.pk: (line.line, line.policy)
        for part in order.shipments
        for line in part.lines
        if line.refusal is None and Resolution.EXCHANGE in line.resolutions
    }
    return options_of(order.record, lines) if lines else {}


def resolutions_of(line: ReturnableLine, offered: Offered) -> tuple[Resolution, ...]:
    """What can be had for the line now, the money first."""
    can_exchange = bool(offered.get(line.line.pk))
    return tuple(
        each
        for each in Resolution
        if each in line.resolutions and (each is not Resolution.EXCHANGE or can_exchange)
    )


def nothing_instead() -> str:
    return _("It cannot be exchanged at the moment: there is nothing to exchange it for.")


def chosen_of(options: Sequence[Option], text: str) -> Option | None:
    """The only one on offer need not be chosen."""
    if not text and len(options) == 1:
        return options[0]
    return option_named(options, text)


def to_pay(amount: Decimal, currency: str) -> str:
    """Blank for nothing."""
    if amount <= 0:
        return ""
    return _("You pay %(amount)s once the store has accepted.") % {
        "amount": formats.money(amount, currency)
    }


def to_pay_for(lines: Iterable[ReturnLine], currency: str) -> str:
    """As `to_pay`, of what was asked for already."""
    return to_pay(costs_more(lines), currency)


def money_of(quote: Quote) -> QuoteView | None:
    """None where goods are exchanged and no money goes back, nor was to."""
    is_swap = all(step.kind is StepKind.EXCHANGE and not step.amount for step in quote.steps)
    return None if quote.steps and is_swap else quote_view(quote)
