"""Units of a return that are declined while the rest goes on: per line how many, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from ..domain.requested import DeclinedUnits
from ..errors import ReturnsError
from ..models import ReturnLine
from ..web.forms import Field, whole_number
from .forms import Typed

_FIELD_OF_ERROR = {"reason": "reason"}


@dataclass(frozen=True)
class LineView:
    name: str
    most: int
    units: Field
    reason: Field


@dataclass(frozen=True)
class PartialForm:
    lines: tuple[LineView, ...]
    is_open: bool
    """Something was typed."""


def name_of(form: str, line_id: UUID, field: str) -> str:
    return f"{form}-{line_id}-{field}"


def form_of(form: str, lines: Iterable[ReturnLine], typed: Typed) -> PartialForm:
    views = tuple(
        LineView(
            name=line.shipment_line.name,
            most=line.accepted,
            units=typed.field(name_of(form, line.pk, "units")),
            reason=typed.field(name_of(form, line.pk, "reason")),
        )
        for line in lines
        if line.accepted
    )
    return PartialForm(views, any(line.units.value or line.reason.value for line in views))


def read(lines: Iterable[ReturnLine], typed: Typed) -> tuple[list[DeclinedUnits], list[str]]:
    """What is declined, and for each the start of its fields' names. Adds to the problems."""
    declined: list[DeclinedUnits] = []
    names: list[str] = []
    for line in lines:
        start = name_of(typed.form, line.pk, "")
        units = whole_number(typed.values.get(f"{start}units", ""))
        reason = typed.values.get(f"{start}reason", "").strip()
        about = line.shipment_line.name
        if units is None or units > line.accepted:
            text = _("Enter a whole number from 0 to %(most)s.") % {"most": line.accepted}
            typed.problems.add(text, f"{start}units", about)
        elif units and not reason:
            typed.problems.add(_("Say why; the shopper will read it."), f"{start}reason", about)
        elif reason and not units:
            typed.problems.add(_("Enter how many units to decline."), f"{start}units", about)
        elif units:
            declined.append(DeclinedUnits(line.pk, units, reason))
            names.append(start)
    return declined, names


def refuse(error: ReturnsError, names: list[str], typed: Typed) -> None:
    """Beside the line that the service's error is about."""
    if error.index and error.index[0] < len(names):
        field = _FIELD_OF_ERROR.get(error.field or "", "units")
        typed.refuse(error, names[error.index[0]] + field)
    else:
        typed.refuse(error)
