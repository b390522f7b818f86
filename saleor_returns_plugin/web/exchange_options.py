"""What an item can be exchanged for, and what that costs, as every page says it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..domain.exchanges import Option
from ..domain.money import ZERO
from ..enums import Resolution
from ..models import ReturnLine
from . import formats
from .words import word

_FEW = 3


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
        facts.append(each(option.difference, units, currency))
    if option.available < max(units, _FEW + 1):
        left = ngettext("only %(left)s left", "only %(left)s left", option.available)
        facts.append(left % {"left": option.available})
    return " · ".join(facts)


def each(amount: Decimal, units: int, currency: str) -> str:
    """As `difference`, of one of so many units."""
    price = difference(amount, currency)
    return _("%(price)s each") % {"price": price} if price and units > 1 else price


def difference(amount: Decimal, currency: str) -> str:
    """What the shopper pays on top, or gets back; blank for neither."""
    if not amount:
        return ""
    shown = formats.money(abs(amount), currency)
    if amount > 0:
        return f"+\u00a0{shown}"
    return _("−\u00a0%(amount)s back") % {"amount": shown}


def money_back(amount: Decimal, fees: Decimal, currency: str) -> str:
    """Instead of an exchange, which bears no fees."""
    back = formats.money(amount, currency)
    if fees:
        taken = formats.money(fees, currency)
        back = _("%(amount)s, after fees of %(fees)s") % {"amount": back, "fees": taken}
    return f"{word(Resolution.REFUND)} · {back}"


def costs_more(lines: Iterable[ReturnLine]) -> Decimal:
    """What the shopper is to pay for all that is wanted for these."""
    return sum((max(line.exchange_difference, ZERO) * line.accepted for line in lines), ZERO)
