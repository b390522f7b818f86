"""Amounts that add up: rounding, splitting and partial units. ARCHITECTURE section 6, rules 1 to 3."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache

ZERO = Decimal(0)

_NO_DECIMALS = """
    ADP AFN ALL BIF BYR CLP DJF ESP GNF IQD IRR ISK ITL JPY KMF KPW KRW LAK
    LBP LUF MGA MGF MMK MRO PYG RSD RWF SLL SOS STD SYP TMM TRL UGX UYI VND
    VUV XAF XOF XPF YER ZMK ZWD
"""
_THREE_DECIMALS = "BHD CLF JOD KWD LYD OMR TND UYW"

# As Saleor rounds and checks amounts: Unicode's CLDR, by Babel, which gives some currencies fewer
# decimals than ISO 4217. No row of ours keeps more than three. All others have hundredths.
_DECIMALS = {
    **dict.fromkeys(_NO_DECIMALS.split(), 0),
    **dict.fromkeys(_THREE_DECIMALS.split(), 3),
}


def decimals(currency: str) -> int:
    """How many decimals the smallest amount of the currency has that the host pays."""
    return _DECIMALS.get(currency.upper(), 2)


@cache
def quantum(currency: str) -> Decimal:
    """The currency's smallest unit, for example 0.01."""
    return Decimal(1).scaleb(-decimals(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """To the smallest unit, halves away from zero."""
    return amount.quantize(quantum(currency), ROUND_HALF_UP)


def rounded_down(amount: Decimal, currency: str) -> Decimal:
    """To the smallest unit, towards zero."""
    return amount.quantize(quantum(currency), ROUND_DOWN)


def _tidy(amount: Decimal, unit: Decimal) -> Decimal:
    """With as many decimals as the smallest unit, unless the host keeps a finer figure."""
    tidy = amount.quantize(unit, ROUND_HALF_UP)
    return tidy if tidy == amount else amount


def allocate(total: Decimal, weights: Sequence[Decimal | int], currency: str) -> list[Decimal]:
    """Split `total` by `weights`; the parts always sum to `total`.

    Each part is rounded towards zero, then the rest goes out in smallest units by largest
    remainder, the first of equals first. All-zero weights count as equal ones.
    """
    if not weights:
        return []
    shares = [Decimal(weight) for weight in weights]
    if not sum(shares):
        shares = [Decimal(1)] * len(shares)
    unit = quantum(currency)
    whole = sum(shares)
    exact = [total * share / whole for share in shares]
    parts = [amount.quantize(unit, rounding=ROUND_DOWN) for amount in exact]
    rest = total - sum(parts)
    step = unit if rest >= 0 else -unit
    lost = [abs(amount - part) for amount, part in zip(exact, parts, strict=True)]
    order = sorted(range(len(parts)), key=lost.__getitem__, reverse=True)
    for position in range(int(abs(rest) / unit)):
        parts[order[position % len(order)]] += step
    # What is finer than the smallest unit (a host figure with more decimals) stays on one part.
    parts[order[0]] += total - sum(parts)
    return parts


@dataclass(frozen=True)
class Taxed:
    """Net and gross of one amount; tax is their difference. No currency of its own."""

    net: Decimal = ZERO
    gross: Decimal = ZERO

    @property
    def tax(self) -> Decimal:
        return self.gross - self.net

    def __add__(self, other: "Taxed") -> "Taxed":
        return Taxed(self.net + other.net, self.gross + other.gross)

    def __sub__(self, other: "Taxed") -> "Taxed":
        return Taxed(self.net - other.net, self.gross - other.gross)

    def __neg__(self) -> "Taxed":
        return Taxed(-self.net, -self.gross)

    def __bool__(self) -> bool:
        return bool(self.net or self.gross)


def total_of(amounts: Sequence[Taxed]) -> Taxed:
    if len(amounts) == 1:
        return amounts[0]
    net = sum((each.net for each in amounts), ZERO)
    return Taxed(net, sum((each.gross for each in amounts), ZERO))


def cumulative(total: Decimal, *, of: int, units: int, currency: str) -> Decimal:
    """What the first `units` of a line of `of` units carry of its total.

    Never more than the total, also where the host keeps a figure finer than the smallest unit.
    Raises ValueError for units that the line does not have.
    """
    unit = quantum(currency)
    return _cumulative(_tidy(total, unit), of, units, unit)


def _cumulative(whole: Decimal, of: int, units: int, unit: Decimal) -> Decimal:
    if not 0 <= units <= of:
        raise ValueError(f"{units} units of a line of {of}")
    if units == of:
        return whole
    part = (whole * units / of).quantize(unit, ROUND_HALF_UP)
    return min(part, whole) if whole >= 0 else max(part, whole)


def taxed_cumulative(line_total: Taxed, *, of: int, units: int, currency: str) -> Taxed:
    """As `cumulative`: gross is the law, and net follows it, so that the tax of any units in a row
    is neither negative nor more than they cost."""
    unit = quantum(currency)
    whole_net, whole = _tidy(line_total.net, unit), _tidy(line_total.gross, unit)
    if units == of:
        return Taxed(whole_net, whole)
    gross = _cumulative(whole, of, units, unit)
    if not whole:
        return Taxed(ZERO, gross)
    net = (whole_net * gross / whole).quantize(unit, ROUND_HALF_UP)
    return Taxed(min(max(net, gross - (whole - whole_net)), whole_net), gross)


def taxed_span(line_total: Taxed, *, of: int, first: int, end: int, currency: str) -> Taxed:
    """What units from `first` (counted from 0) to before `end` carry, net and gross."""
    up_to_end = taxed_cumulative(line_total, of=of, units=end, currency=currency)
    if not first:
        return up_to_end
    return up_to_end - taxed_cumulative(line_total, of=of, units=first, currency=currency)


def percentage(amount: Taxed, percent: Decimal, currency: str) -> Taxed:
    """`percent` of an amount, net and gross, each rounded."""
    return Taxed(
        rounded(amount.net * percent / 100, currency),
        rounded(amount.gross * percent / 100, currency),
    )
