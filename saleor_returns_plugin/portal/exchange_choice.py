"""What an item can be exchanged for, as the shopper chooses it and reads it again."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..domain.exchanges import Option
from ..domain.money import ZERO
from ..domain.quotes import Quote
from ..enums import Resolution, StepKind
from ..models import ReturnLine
from ..selectors.exchanges import option_named, options_of
from ..selectors.shipments import ReturnableLine, ReturnableOrder
from ..web import formats
from ..web.quotes import QuoteView, quote_view

Offered = Mapping[UUID, Sequence[Option]]
"""Shipment line id -> what its units can be exchanged for; only lines that may be exchanged."""

_FEW = 3


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


def labels(
    options: Iterable[Option], *, own: Any, units: int, currency: str
) -> list[tuple[str, str]]:
    """Value and label for a select. `own`: the variant that comes back, up to `units` of it."""
    return [
        (str(option.variant_id), _label(option, own=own, units=units, currency=currency))
        for option in options
    ]


def _label(option: Option, *, own: Any, units: int, currency: str) -> str:
    facts = [option.name]
    if option.variant_id == own:
        facts.append(_("the same again"))
    if option.difference:
        price = difference(option.difference, currency)
        facts.append(_("%(price)s each") % {"price": price} if units > 1 else price)
    if option.available < max(units, _FEW + 1):
        left = ngettext("only %(left)s left", "only %(left)s left", option.available)
        facts.append(left % {"left": option.available})
    return " · ".join(facts)


def difference(amount: Decimal, currency: str) -> str:
    """What the shopper pays on top, or gets back; blank for neither."""
    if not amount:
        return ""
    shown = formats.money(abs(amount), currency)
    if amount > 0:
        return f"+\u00a0{shown}"
    return _("−\u00a0%(amount)s back") % {"amount": shown}


def to_pay(amount: Decimal, currency: str) -> str:
    """Blank for nothing."""
    if amount <= 0:
        return ""
    return _("You pay %(amount)s once the store has accepted.") % {
        "amount": formats.money(amount, currency)
    }


def to_pay_for(lines: Iterable[ReturnLine], currency: str) -> str:
    """As `to_pay`, of what was asked for already."""
    more = sum((max(line.exchange_difference, ZERO) * line.accepted for line in lines), ZERO)
    return to_pay(more, currency)


def money_of(quote: Quote) -> QuoteView | None:
    """None where goods are exchanged and no money goes back, nor was to."""
    is_swap = all(step.kind is StepKind.EXCHANGE and not step.amount for step in quote.steps)
    return None if quote.steps and is_swap else quote_view(quote)
