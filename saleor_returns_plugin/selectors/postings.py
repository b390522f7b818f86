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
from ..enums import CommissionBase, ExchangeStatus, LedgerKind
from ..models import ExchangeLine, OrderRecord, Refund, RefundLine, ReturnLine, VendorShipmentLine
from .returned import is_called_off, units_gone


def of_line(
    line: VendorShipmentLine,
    record: OrderRecord,
    paid: Sequence[RefundLine],
    exchanged: Iterable[ExchangeLine] = (),
) -> list[Posting]:
    """What stands for a line beside its refunds, which have `paid` these, and with what its units
    were `exchanged` for.

    The sale, units that are gone, and what went over to another vendor by an exchange. Until the
    order is paid in full the vendor has earned nothing: only what a refund takes off is credited
    before, so that it takes off nothing more. The price of units that were exchanged is with what
    came for them, so it is others that are gone.
    """
    moved = ledger.back(line.moved_gross, line.moved_commission)
    back = _places(row for row in paid if row.is_whole)
    if record.paid_at is None:
        return _summed([*_credited(line, back, paid, record), *moved])
    whole = Positions.span(0, line.quantity)
    replaced = _places(row for row in exchanged if _stands(row))
    units = units_gone(line, record)
    gone = _gone(line, (whole - back - replaced).last(units), record) if units else []
    return _summed([*_sale(line, whole, record), *gone, *moved])


def moved(lines: Iterable[ExchangeLine]) -> Carried:
    """What these exchanges took over to another vendor: nothing before the new order is paid for,
    nor once it is called off."""
    found = Carried()
    for line in lines:
        vendor_id = line.exchange.vendor_return.vendor_id
        if line.shipment_line.shipment.vendor_id != vendor_id and _stands(line):
            found += carried_of(line)
    return found


def _stands(line: ExchangeLine) -> bool:
    """Whether the new order is paid for, and not called off."""
    record = line.shipment_line.shipment.record
    return record.paid_at is not None and not is_called_off(record)


def carried_of(line: ExchangeLine) -> Carried:
    """As it was frozen."""
    return Carried(
        Taxed(line.carried_net, line.carried_gross),
        Taxed(line.carried_charged_net, line.carried_charged_gross),
        line.carried_commission,
    )


def of_refund_line(line: RefundLine, record: OrderRecord) -> list[Posting]:
    back = _back(line, record)
    return ledger.back(back.charged.gross, back.commission)


def worth_of(line: RefundLine, record: OrderRecord) -> Taxed:
    """What a refund pays for its units: their price, what they cost more than what came for them,
    or the rest."""
    return _back(line, record).price


def _back(line: RefundLine, record: OrderRecord) -> Carried:
    sold, positions = line.return_line.shipment_line, Positions.of(line.positions)
    worth = _worth(sold, positions, record)
    if line.per_unit is None:
        return worth
    difference = _given_back(sold, positions, line.per_unit, record)
    return worth - difference if line.is_rest else difference


def _credited(
    line: VendorShipmentLine, back: Positions, paid: Iterable[RefundLine], record: OrderRecord
) -> list[Posting]:
    """What refunds take off: the price of units that are paid `back`, and of others what is."""
    worth = _worth(line, back, record)
    for row in paid:
        begun = Positions.of(row.positions) - back
        if begun and row.per_unit is not None:
            worth += _given_back(line, begun, row.per_unit, record)
    return ledger.sold(worth.charged.gross, worth.commission)


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


def _places(rows: Iterable[RefundLine | ExchangeLine]) -> Positions:
    return Positions.of(pair for row in rows for pair in row.positions)


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


def _earned(line: VendorShipmentLine, record: OrderRecord) -> tuple[Taxed, Decimal]:
    """Price and commission, without what the vendor's statement holds with what it replaces."""
    before = _carried(line)
    return _charged(line) - before.charged, _commission(line, record) - before.commission


def _gone(line: VendorShipmentLine, positions: Positions, record: OrderRecord) -> list[Posting]:
    """What units take along that are sold no more: what they carry, too, unless what they replace
    is as it was."""
    is_as_it_was = line.is_removed or is_called_off(record) or _is_of_cancelled(line)
    whole = _earned(line, record)
    if not is_as_it_was:
        whole = _charged(line), _commission(line, record)
    return ledger.reversal(*whole, of=line.quantity, positions=positions, currency=record.currency)


def _is_of_cancelled(line: VendorShipmentLine) -> bool:
    """Whether it came of an exchange that is cancelled: Saleor may not have cancelled its order."""
    rows = ExchangeLine.objects.filter(
        shipment_line=line, exchange__status=ExchangeStatus.CANCELLED.value
    )
    return bool(rows.exists())


def carried(line: ReturnLine, positions: Positions, record: OrderRecord) -> Carried:
    """What of the price of these units stays with what they are exchanged for."""
    sold, per_unit = line.shipment_line, max(-line.exchange_difference, ZERO)
    return _worth(sold, positions, record) - _given_back(sold, positions, per_unit, record)


def _worth(line: VendorShipmentLine, positions: Positions, record: OrderRecord) -> Carried:
    return exchanges.worth(
        _whole(line, record), of=line.quantity, positions=positions, currency=record.currency
    )


def _given_back(
    line: VendorShipmentLine, positions: Positions, per_unit: Decimal, record: OrderRecord
) -> Carried:
    return exchanges.given_back(
        _whole(line, record),
        of=line.quantity,
        positions=positions,
        per_unit=per_unit,
        currency=record.currency,
    )


def _whole(line: VendorShipmentLine, record: OrderRecord) -> Carried:
    return Carried(_total(line), _charged(line), _commission(line, record))


def _total(line: VendorShipmentLine) -> Taxed:
    return Taxed(line.total_net, line.total_gross)


def _charged(line: VendorShipmentLine) -> Taxed:
    """What of its price is the vendor's."""
    before = Taxed(line.carried_charged_net, line.carried_charged_gross)
    if not line.is_charged:
        return before
    return before + _total(line) - Taxed(line.carried_net, line.carried_gross)


def _carried(line: VendorShipmentLine) -> Carried:
    """What of its price and commission the vendor's statement holds with what it replaces."""
    if line.carried_commission is None:
        return Carried()
    return Carried(
        Taxed(line.carried_net, line.carried_gross),
        Taxed(line.carried_charged_net, line.carried_charged_gross),
        line.carried_commission,
    )


def _commission(line: VendorShipmentLine, record: OrderRecord) -> Decimal:
    """All that is charged on the line, now or with what it replaces."""
    before = _carried(line)
    added = ledger.commission(
        _charged(line) - before.charged,
        line.commission_rate,
        CommissionBase(line.commission_base),
        record.currency,
    )
    return before.commission + added
