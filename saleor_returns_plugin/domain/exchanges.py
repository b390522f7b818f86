"""What becomes of the price of goods that are exchanged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..enums import ExchangePricing, ExchangeRelease
from .money import ZERO, Taxed, rounded
from .notifications import gettext_noop as _
from .positions import Positions

ON_PAYMENT = "on_payment"
"""What is due by its rule, but not paid yet, is held for that."""

HELD: Mapping[str, str] = {
    ON_PAYMENT: _("Held until it is paid."),
    ExchangeRelease.ON_ACCEPT: _("Held until it is ordered."),
    ExchangeRelease.ON_TRACKING: _("Held until the returned goods are on their way."),
    ExchangeRelease.ON_RECEPTION: _("Held until the returned goods arrive."),
}
"""What a replacement waits for, for store and vendor."""


@dataclass(frozen=True)
class Option:
    """A variant that a returned one can be exchanged for. `difference`: what a unit costs more
    (or, negative, less) that the shopper pays or gets back; gross, in the order's currency.
    `available`: units that can be had now."""

    variant_id: Any
    name: str
    sku: str
    difference: Decimal
    available: int


@dataclass(frozen=True)
class Wanted:
    """A variant as the shop sells it now; `price` of a unit, gross."""

    variant_id: Any
    name: str
    sku: str
    price: Decimal
    available: int


def options(
    wanted: Iterable[Wanted],
    *,
    price: Decimal,
    least_worth: Decimal,
    pricing: ExchangePricing,
    can_charge: bool,
) -> list[Option]:
    """What a unit that costs `price` today can be exchanged for.

    Nobody gets back more for a unit than `least_worth`, which was paid for it; nothing dearer is
    offered where the shopper has no way to pay for it.
    """
    found = []
    for each in wanted:
        difference = each.price - price
        if pricing is ExchangePricing.SAME_PRICE and difference:
            continue
        if pricing is ExchangePricing.ABSORBED:
            difference = ZERO
        if difference > 0 and not can_charge:
            continue
        difference = max(difference, -least_worth)
        found.append(Option(each.variant_id, each.name, each.sku, difference, each.available))
    return found


@dataclass(frozen=True)
class Carried:
    """What of a price stays with the goods that replace others: `charged` is the vendor's part of
    it, and `commission` what the vendor is charged on that."""

    price: Taxed = Taxed()
    charged: Taxed = Taxed()
    commission: Decimal = ZERO

    def __add__(self, other: "Carried") -> "Carried":
        return Carried(
            self.price + other.price,
            self.charged + other.charged,
            self.commission + other.commission,
        )

    def __sub__(self, other: "Carried") -> "Carried":
        return Carried(
            self.price - other.price,
            self.charged - other.charged,
            self.commission - other.commission,
        )


def worth(line: Carried, *, of: int, positions: Positions, currency: str) -> Carried:
    """Of these units of a `line` of `of` units."""
    return Carried(
        positions.worth(line.price, of=of, currency=currency),
        positions.worth(line.charged, of=of, currency=currency),
        positions.share(line.commission, of=of, currency=currency),
    )


def given_back(
    line: Carried,
    *,
    of: int,
    positions: Positions,
    per_unit: Decimal,
    currency: str,
) -> Carried:
    """What goes back for units that are exchanged for something `per_unit` cheaper, gross.

    Unit by unit, so that any grouping of them comes to the same. Never more than they are worth.
    """
    found = Carried()
    for first, end in positions.ranges:
        for place in range(first, end):
            single = Positions.span(place, place + 1)
            unit = worth(line, of=of, positions=single, currency=currency)
            gross = min(per_unit, unit.price.gross)
            if gross > 0:
                part = gross / unit.price.gross
                charged = gross
                if unit.charged.gross != unit.price.gross:
                    charged = rounded(unit.charged.gross * part, currency)
                found += Carried(
                    _part(unit.price, gross, currency),
                    _part(unit.charged, charged, currency),
                    rounded(unit.commission * part, currency),
                )
    return found


def _part(amount: Taxed, gross: Decimal, currency: str) -> Taxed:
    """So much of the amount; it and the rest are taxed alike."""
    if not gross:
        return Taxed()
    net = rounded(amount.net * gross / amount.gross, currency)
    return Taxed(min(max(net, gross - amount.tax), gross), gross)


def merged(units: Iterable[tuple[Any, int]]) -> Mapping[Any, int]:
    """Units by variant, in the order in which they are first named."""
    found: dict[Any, int] = {}
    for variant_id, quantity in units:
        found[variant_id] = found.get(variant_id, 0) + quantity
    return found
