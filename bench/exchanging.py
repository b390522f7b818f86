"""Returns whose goods are to be exchanged, as far as Saleor's order is to be made for them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from saleor_returns_plugin.domain.requested import RequestedLine
from saleor_returns_plugin.enums import Resolution, Source
from saleor_returns_plugin.models import Exchange
from saleor_returns_plugin.services import policies, return_requests, vendor_returns
from tests.builders import MERCHANT, NOW, an_order, shopper_of


def offer_exchanges() -> None:
    resolutions = [Resolution.REFUND, Resolution.EXCHANGE]
    policies.create(actor=MERCHANT, values={"resolutions": resolutions})


def intended(lines: Sequence[tuple[Any, Any]]) -> UUID:
    """The exchange of a whole order, which nobody has asked Saleor for yet. Each of its lines:
    what was bought, one unit, and what is wanted instead."""
    record = an_order([(bought, 1, "10.00") for bought, _ in lines])
    wanted = {bought.pk: instead.pk for bought, instead in lines}
    request = return_requests.create(
        actor=shopper_of(record),
        record_id=record.pk,
        lines=[
            RequestedLine(
                shipment_line_id=line.pk,
                quantity=1,
                resolution=Resolution.EXCHANGE,
                exchange_variant_id=wanted[line.variant_id],
            )
            for line in record.shipments.get().lines.all()
        ],
        source=Source.PORTAL,
        now=NOW,
    )
    part = request.vendor_returns.get()
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    vendor_returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
    key: UUID = Exchange.objects.get(vendor_return=part).pk
    return key
