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
from ..enums import CommissionBase
from ..models import OrderRecord, Refund, RefundLine, VendorShipmentLine
from .returned import units_gone


def of_line(
    line: VendorShipmentLine, record: OrderRecord, paid: Iterable[Positions]
) -> list[Posting]:
    """What stands for a line beside its refunds, which have `paid` these units back.

    The sale, and units that are gone. Until the order is paid in full the vendor has earned
    nothing: only what a refund takes off is credited before, so that it takes off nothing more.
    """
    back = Positions.of(pair for positions in paid for pair in positions.ranges)
    if record.paid_at is None:
        return _sale(line, back, record)
    whole = Positions.span(0, line.quantity)
    return [*_sale(line, whole, record), *_reversal(line, _gone(line, record) - back, record)]


def of_refund_line(line: RefundLine, record: OrderRecord) -> list[Posting]:
    """Its units went back."""
    return _reversal(line.return_line.shipment_line, Positions.of(line.positions), record)


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


def _gone(line: VendorShipmentLine, record: OrderRecord) -> Positions:
    """The line's last units."""
    return Positions.span(line.quantity - units_gone(line, record), line.quantity)


def _sale(line: VendorShipmentLine, positions: Positions, record: OrderRecord) -> list[Posting]:
    return ledger.sale(
        _total(line),
        _commission(line, record),
        of=line.quantity,
        positions=positions,
        currency=record.currency,
    )


def _reversal(line: VendorShipmentLine, positions: Positions, record: OrderRecord) -> list[Posting]:
    return ledger.reversal(
        _total(line),
        _commission(line, record),
        of=line.quantity,
        positions=positions,
        currency=record.currency,
    )


def _total(line: VendorShipmentLine) -> Taxed:
    return Taxed(line.total_net, line.total_gross)


def _commission(line: VendorShipmentLine, record: OrderRecord) -> Decimal:
    return ledger.commission(
        _total(line), line.commission_rate, CommissionBase(line.commission_base), record.currency
    )
