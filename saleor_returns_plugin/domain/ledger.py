"""What a vendor is credited and charged. ARCHITECTURE section 6, rule 8.

Amounts are signed from the vendor's side: positive is owed to the vendor.
"""

from dataclasses import dataclass
from decimal import Decimal

from ..enums import CommissionBase, LedgerKind
from .money import Taxed, rounded
from .positions import Positions


def commission(total: Taxed, rate: Decimal, base: CommissionBase, currency: str) -> Decimal:
    """The store's commission on a line, `rate` in percent; not negative."""
    amount = total.net if base is CommissionBase.NET else total.gross
    return rounded(amount * rate / 100, currency)


@dataclass(frozen=True)
class Posting:
    """One signed line of a statement, before it has a vendor and a date."""

    kind: LedgerKind
    amount: Decimal


def sale(
    total: Taxed, charged: Decimal, *, of: int, positions: Positions, currency: str
) -> list[Posting]:
    """These units of a line of `of` units are sold and paid; `charged` is the whole line's
    commission."""
    return sold(
        positions.worth(total, of=of, currency=currency).gross,
        positions.share(charged, of=of, currency=currency),
    )


def sold(worth: Decimal, charged: Decimal) -> list[Posting]:
    """So much of a price, gross, is the vendor's, and so much commission on it the store's."""
    return _of_worth([Posting(LedgerKind.SALE, worth), Posting(LedgerKind.COMMISSION, -charged)])


def reversal(
    total: Taxed, charged: Decimal, *, of: int, positions: Positions, currency: str
) -> list[Posting]:
    """These units of the line went back: their price, and the commission on them.

    All units together reverse the sale and its commission to exactly zero.
    """
    return back(
        positions.worth(total, of=of, currency=currency).gross,
        positions.share(charged, of=of, currency=currency),
    )


def back(worth: Decimal, charged: Decimal) -> list[Posting]:
    """So much of a price, gross, and the commission on it went back."""
    return _of_worth(
        [Posting(LedgerKind.REFUND, -worth), Posting(LedgerKind.COMMISSION_REVERSAL, charged)]
    )


@dataclass(frozen=True)
class Borne:
    """What a refund holds beside the goods, gross, and who carries it."""

    shipping: Decimal
    restocking_fee: Decimal
    return_shipping_fee: Decimal
    reduction: Decimal
    """What the merchant paid less than the quote said; never negative."""
    vendor_bears_shipping: bool


def fees(borne: Borne) -> list[Posting]:
    """The vendor handled the goods, so what the shopper gets less for them is the vendor's.

    Outbound shipping that goes back, and the fee for return shipping, are the vendor's where the
    policy lets the vendor bear shipping, else the store's. What the store pays on top is its own.
    """
    amount = borne.restocking_fee + borne.reduction
    if borne.vendor_bears_shipping:
        amount += borne.return_shipping_fee - borne.shipping
    return _of_worth([Posting(LedgerKind.FEE, amount)])


def _of_worth(postings: list[Posting]) -> list[Posting]:
    return [posting for posting in postings if posting.amount]
