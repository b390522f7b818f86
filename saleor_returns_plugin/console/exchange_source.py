"""The goods of a return or of a shipment that staff can send something else for."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from ..models import OrderRecord, VendorReturn, VendorShipment, VendorShipmentLine
from ..selectors.exchanges import of_returns
from ..selectors.returned import paid_units
from ..selectors.staff_exchanges import units_of_return, units_of_shipment


@dataclass(frozen=True)
class Line:
    """`most`: units that can be replaced, 0 for none. `named`: as the service knows the line by.
    `is_awaited`: the shopper is to get something for it; `wish` is what, or the same again."""

    id: UUID
    name: str
    sku: str
    most: int
    product_id: Any
    wish: Any
    named: dict[str, Any]
    is_awaited: bool = False


@dataclass(frozen=True)
class Source:
    """Lines of one vendor. Those of a return (`is_return`) are replaced with all their units."""

    record: OrderRecord
    number: str
    is_return: bool
    lines: tuple[Line, ...]
    url: str
    action: str

    @property
    def open_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.most)


def of_return(part: VendorReturn) -> Source:
    lines = list(part.lines.select_related("shipment_line"))
    paid = paid_units(line.pk for line in lines)
    units = units_of_return(part, lines, paid, of_returns([part])[part.pk])
    return Source(
        record=part.request.record,
        number=part.number,
        is_return=True,
        lines=tuple(
            _line(
                line.pk,
                line.shipment_line,
                units.get(line.pk, 0),
                {"return_line_id": line.pk},
                wish=line.wanted_variant_id,
                is_awaited=line.is_exchanged,
            )
            for line in lines
        ),
        url=reverse("returns:console-return", args=[part.pk]),
        action=reverse("returns:console-return-new-exchange", args=[part.pk]),
    )


def of_shipment(shipment: VendorShipment) -> Source:
    lines = list(shipment.lines.all())
    units = units_of_shipment(shipment.record, lines)
    return Source(
        record=shipment.record,
        number=shipment.number,
        is_return=False,
        lines=tuple(
            _line(
                line.pk,
                line,
                units.get(line.pk, 0),
                {"order_line_id": line.order_line_id},
                wish=line.variant_id,
            )
            for line in lines
        ),
        url=reverse("returns:console-shipment", args=[shipment.pk]),
        action=reverse("returns:console-shipment-new-exchange", args=[shipment.pk]),
    )


def _line(
    key: UUID,
    sold: VendorShipmentLine,
    most: int,
    named: dict[str, Any],
    *,
    wish: Any,
    is_awaited: bool = False,
) -> Line:
    return Line(
        id=key,
        name=sold.name,
        sku=sold.sku,
        most=most,
        product_id=sold.product_id,
        wish=wish,
        named=named,
        is_awaited=is_awaited,
    )
