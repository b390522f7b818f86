"""Units of a shipment that leave now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from ..errors import IdempotencyConflict, ReturnsError
from ..models import VendorShipmentLine
from ..selectors.shipments import units_sent
from ..services.shipments import ShippedUnits
from ..web.forms import Field, idempotency_key, whole_number
from ..web.tracking import TrackingFields, tracking_fields
from .forms import Typed

FORM = "fulfil"


@dataclass(frozen=True)
class LineView:
    name: str
    sku: str
    most: int
    units: Field


@dataclass(frozen=True)
class FulfilForm:
    lines: tuple[LineView, ...]
    key: str
    sent: int
    """Units that left, or wait for approval: nobody sends more on a page that is overtaken."""
    tracking: TrackingFields
    notifies: bool


def left(line: VendorShipmentLine, waiting: Mapping[UUID, int]) -> int:
    """Units that are still to be sent, and do not wait for approval; none of a line that Saleor
    deleted."""
    if line.order_line_id is None:
        return 0
    return max(line.quantity - line.quantity_fulfilled - waiting.get(line.pk, 0), 0)


def form_of(
    lines: Iterable[VendorShipmentLine],
    waiting: Mapping[UUID, int],
    typed: Typed,
    tracking: Mapping[str, str | None],
) -> FulfilForm:
    """All that is left, unless something else was typed; `tracking` is known before it leaves."""
    is_own = typed.form == FORM
    most = {line: left(line, waiting) for line in lines}
    return FulfilForm(
        lines=tuple(
            LineView(line.name, line.sku, units, typed.field(_name(line), str(units)))
            for line, units in most.items()
            if units
        ),
        key=idempotency_key(typed.values if is_own else None),
        sent=units_sent(most, waiting),
        tracking=tracking_fields(typed.field, f"{FORM}-", tracking),
        notifies=f"{FORM}-notify" in typed.values if is_own else True,
    )


def read(
    lines: Iterable[VendorShipmentLine], waiting: Mapping[UUID, int], typed: Typed
) -> tuple[list[ShippedUnits], list[str]]:
    """What leaves, and for each the name of its field. Adds to the problems."""
    units: list[ShippedUnits] = []
    names: list[str] = []
    for line in lines:
        name, most = _name(line), left(line, waiting)
        quantity = whole_number(typed.values.get(name, ""))
        if quantity is None or quantity > most:
            text = _("Enter a whole number from 0 to %(most)s.") % {"most": most}
            typed.problems.add(text, name, line.name)
        if quantity:
            units.append(ShippedUnits(line.pk, quantity))
            names.append(name)
    if not units and not typed.problems:
        typed.problems.add(_("Enter how many units of which item leave."))
    return units, names


def refuse(error: ReturnsError, names: list[str], typed: Typed) -> None:
    """Beside the line that Saleor, or the service, said something about."""
    if error.index and error.index[0] < len(names):
        typed.refuse(error, names[error.index[0]])
    else:
        typed.refuse(error)
    if isinstance(error, IdempotencyConflict):
        values = {name: typed.values[name] for name in typed.values}
        typed.values = {**values, "key": idempotency_key()}


def _name(line: VendorShipmentLine) -> str:
    return f"{FORM}-{line.pk}-units"
