"""What the rows of an order say that its vendors are credited and charged.

The writer posts it, and `checks` compares it with what is posted.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from ..domain import exchanges, ledger
from ..domain.exchanges import Carried
from ..domain.ledger import Borne, Posting
from ..domain.money import ZERO, Taxed
from ..domain.policy import Policy
from ..domain.positions import Positions
from ..enums import CommissionBase, LedgerKind
from ..models import ExchangeLine, OrderRecord, Refund, RefundLine, ReturnLine, VendorShipmentLine
from .returned import units_gone


def of_line(
    line: VendorShipmentLine, record: OrderRecord, paid: Sequence[RefundLine]
) -> list[Posting]:
    """What stands for a line beside its refunds, which have `paid` these.

    The sale, units that are gone, and what went over to another vendor by an exchange. Until the
    order is paid in full the vendor has earned nothing: only what a refund takes off is credited
    before, so that it takes off nothing more.
    """
    moved = ledger.back(line.moved_gross, line.moved_commission)
    if record.paid_at is None:
        return [*_sale(line, _places(paid), record), *moved]
    whole = Positions.span(0, line.quantity)
    back = _places(row for row in paid if not row.return_line.is_exchanged)
    gone = ledger.reversal(
        *_earned(line, record),
        of=line.quantity,
        positions=(whole - back).last(units_gone(line, record)),
        currency=record.currency,
    )
    return _summed([*_sale(line, whole, record), *gone, *moved])


def moved(lines: Iterable[ExchangeLine]) -> Carried:
    """What these exchanges took over to another vendor: nothing before the new order is paid for,
    nor once it is cancelled."""
    found = Carried()
    for line in lines:
        record = line.shipment_line.shipment.record
        if record.paid_at is not None and not record.is_cancelled:
            price = Taxed(line.carried_net, line.carried_gross)
            found += Carried(price, line.carried_commission)
    return found


def of_refund_line(line: RefundLine, record: OrderRecord) -> list[Posting]:
    returned, positions = line.return_line, Positions.of(line.positions)
    if not returned.is_exchanged:
        return _reversal(returned.shipment_line, positions, record)
    back = _given_back(returned, positions, record)
    return ledger.back(back.price.gross, back.commission)


def worth_of(line: RefundLine, record: OrderRecord) -> Taxed:
    """What a refund pays for its units: their price, or what they cost more than what came for
    them."""
    returned, positions = line.return_line, Positions.of(line.positions)
    if returned.is_exchanged:
        return _given_back(returned, positions, record).price
    sold = returned.shipment_line
    return positions.worth(_total(sold), of=sold.quantity, currency=record.currency)


def beside_goods(refund: Refund) -> list[Posting]:
    """Shipping, fees and what the merchant took off."""
    policy = Policy.from_snapshot(refund.vendor_return.policy_snapshot)
    return ledger.fees(
        Borne(
            shipping=refund.shipping_gross,
            restocking_fee=refund.fees_gross - refund.return_shipping_fee_gross,
            return_shipping_fee=refund.return_shipping_fee_gross,
            reduction=max(-refund.adjustment, ZERO),
            vendor_bears_shipping=policy.vendor_bears_shipping,
        )
    )


def _places(paid: Iterable[RefundLine]) -> Positions:
    return Positions.of(pair for row in paid for pair in row.positions)


def _summed(postings: Iterable[Posting]) -> list[Posting]:
    """One of each kind."""
    found: dict[LedgerKind, Decimal] = {}
    for posting in postings:
        found[posting.kind] = found.get(posting.kind, ZERO) + posting.amount
    return [Posting(kind, amount) for kind, amount in found.items() if amount]


def _sale(line: VendorShipmentLine, positions: Positions, record: OrderRecord) -> list[Posting]:
    return ledger.sale(
        *_earned(line, record), of=line.quantity, positions=positions, currency=record.currency
    )


def _reversal(line: VendorShipmentLine, positions: Positions, record: OrderRecord) -> list[Posting]:
    return ledger.reversal(
        _charged(line),
        _commission(line, record),
        of=line.quantity,
        positions=positions,
        currency=record.currency,
    )


def _earned(line: VendorShipmentLine, record: OrderRecord) -> tuple[Taxed, Decimal]:
    """Price and commission, without what the vendor's statement holds with what it replaces."""
    before = _carried(line)
    return _charged(line) - before.price, _commission(line, record) - before.commission


def carried(line: ReturnLine, positions: Positions, record: OrderRecord) -> Carried:
    """What of the price of these units stays with what they are exchanged for."""
    sold = line.shipment_line
    total, charged = _total(sold), _commission(sold, record)
    whole = exchanges.worth(
        total, charged, of=sold.quantity, positions=positions, currency=record.currency
    )
    return whole - _given_back(line, positions, record)


def _given_back(line: ReturnLine, positions: Positions, record: OrderRecord) -> Carried:
    sold = line.shipment_line
    return exchanges.given_back(
        _total(sold),
        _commission(sold, record),
        of=sold.quantity,
        positions=positions,
        per_unit=max(-line.exchange_difference, ZERO),
        currency=record.currency,
    )


def _total(line: VendorShipmentLine) -> Taxed:
    return Taxed(line.total_net, line.total_gross)


def _charged(line: VendorShipmentLine) -> Taxed:
    """What of its price is the vendor's."""
    return _total(line) if line.is_charged else Taxed(line.carried_net, line.carried_gross)


def _carried(line: VendorShipmentLine) -> Carried:
    """What of its price and commission the vendor's statement holds with what it replaces."""
    if line.carried_commission is None:
        return Carried()
    return Carried(Taxed(line.carried_net, line.carried_gross), line.carried_commission)


def _commission(line: VendorShipmentLine, record: OrderRecord) -> Decimal:
    """All that is charged on the line, now or with what it replaces."""
    before = _carried(line)
    added = ledger.commission(
        _charged(line) - before.price,
        line.commission_rate,
        CommissionBase(line.commission_base),
        record.currency,
    )
    return before.commission + added
