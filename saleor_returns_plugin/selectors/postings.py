"""What the rows of an order say that its vendors are credited and charged.

The writer posts it, and `checks` compares it with what is posted.
"""

from collections.abc import Iterable
from decimal import Decimal

from ..domain import ledger
from ..domain.ledger import Borne, Posting
from ..domain.money import ZERO, Taxed
from ..domain.policy import Policy
from ..domain.positions import Positions
from ..enums import CommissionBase, LedgerKind
from ..models import OrderRecord, Refund, RefundLine, VendorShipmentLine

GONE_KINDS = (LedgerKind.REFUND, LedgerKind.COMMISSION_REVERSAL)


def of_sale(line: VendorShipmentLine, record: OrderRecord) -> list[Posting]:
    """Price and commission."""
    return ledger.sale(_total(line), _commission(line, record))


def of_units(line: VendorShipmentLine, positions: Positions, record: OrderRecord) -> list[Posting]:
    """These units of a sale went back."""
    return ledger.reversal(
        _total(line),
        _commission(line, record),
        of=line.quantity,
        positions=positions,
        currency=record.currency,
    )


def of_refund_line(line: RefundLine, record: OrderRecord) -> list[Posting]:
    return of_units(line.return_line.shipment_line, Positions.of(line.positions), record)


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


def gone(line: VendorShipmentLine, record: OrderRecord, paid: Iterable[Positions]) -> Positions:
    """Units that staff took back in Saleor, or that a cancelled order never sent: the line's last.

    Less those that a refund has `paid`: one unit is taken off the vendor's account once.
    """
    units = line.quantity - line.units_shipped if record.is_cancelled else line.quantity_taken_back
    refunded = Positions.of(pair for positions in paid for pair in positions.ranges)
    return Positions.span(line.quantity - units, line.quantity) - refunded


def _total(line: VendorShipmentLine) -> Taxed:
    return Taxed(line.total_net, line.total_gross)


def _commission(line: VendorShipmentLine, record: OrderRecord) -> Decimal:
    return ledger.commission(
        _total(line), line.commission_rate, CommissionBase(line.commission_base), record.currency
    )
