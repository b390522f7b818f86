"""Goods that arrived: per line, groups of units with one condition each."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from ..domain.requested import ReceivedLine
from ..enums import Condition, Disposition
from ..errors import ReturnsError
from ..models import ReturnLine
from ..services.receptions import NEEDS_NOTE
from ..web.forms import Choice, Field, choices, whole_number
from ..web.words import word
from .forms import Typed

_Member = TypeVar("_Member", bound=Enum)

FORM = "receive"
_MOST_GROUPS = 20
_FIELDS = ("quantity", "condition", "disposition", "note")


@dataclass(frozen=True)
class GroupView:
    number: int
    quantity: Field
    condition: Field
    conditions: tuple[Choice, ...]
    disposition: Field
    dispositions: tuple[Choice, ...]
    note: Field


@dataclass(frozen=True)
class LineView:
    id: UUID
    name: str
    sku: str
    expected: int
    note: str
    reason: str
    groups: tuple[GroupView, ...]


def name_of(line_id: UUID, group: int, field: str) -> str:
    return f"{FORM}-{line_id}-{group}-{field}"


def line_views(lines: Iterable[ReturnLine], typed: Typed) -> tuple[LineView, ...]:
    """Lines of which something is still to come; `add` in the form asks for one group more."""
    return tuple(
        LineView(
            id=line.pk,
            name=line.shipment_line.name,
            sku=line.shipment_line.sku,
            expected=line.expected,
            note=line.note,
            reason=line.reason_label,
            groups=tuple(
                _group(line, number, typed) for number in range(1, _group_count(line, typed) + 1)
            ),
        )
        for line in lines
        if line.expected
    )


def read(lines: Iterable[ReturnLine], typed: Typed) -> tuple[list[ReceivedLine], list[str]]:
    """What arrived, and for each entry the start of its fields' names. Adds to the problems."""
    received: list[ReceivedLine] = []
    names: list[str] = []
    for line in lines:
        left = line.expected
        for number in range(1, _group_count(line, typed) + 1):
            group = _read(line, number, typed)
            if group is not None:
                _check(group, left, name_of(line.pk, number, ""), line.shipment_line.name, typed)
                left -= group.quantity
                received.append(group)
                names.append(name_of(line.pk, number, ""))
    if not received and not typed.problems:
        typed.problems.add(_("Enter how many units of which item arrived."))
    return received, names


def refuse(error: ReturnsError, names: list[str], typed: Typed) -> None:
    """Beside the group that the service's error is about."""
    is_known = bool(error.index) and error.index is not None and error.index[0] < len(names)
    if is_known and error.index is not None:
        field = error.field if error.field in _FIELDS else "quantity"
        typed.refuse(error, names[error.index[0]] + str(field))
    else:
        typed.refuse(error)


def _read(line: ReturnLine, number: int, typed: Typed) -> ReceivedLine | None:
    def value(field: str) -> str:
        return typed.values.get(name_of(line.pk, number, field), "").strip()

    quantity = whole_number(value("quantity"))
    if quantity == 0:
        return None
    if quantity is None:
        name = name_of(line.pk, number, "quantity")
        typed.problems.add(_("Enter a whole number."), name, line.shipment_line.name)
        return None
    condition = _member(Condition, value("condition"))
    if condition is None:
        typed.problems.add(_("Choose a condition."), name_of(line.pk, number, "condition"))
        return None
    return ReceivedLine(
        return_line_id=line.pk,
        quantity=quantity,
        condition=condition,
        disposition=_member(Disposition, value("disposition")),
        note=value("note"),
    )


def _check(group: ReceivedLine, left: int, start: str, about: str, typed: Typed) -> None:
    """What the service would refuse, for every group at once."""
    if group.quantity > left:
        text = _("Only %(left)s are still to come.") % {"left": max(left, 0)}
        typed.problems.add(text, f"{start}quantity", about)
    if group.condition in NEEDS_NOTE and not group.note:
        text = _("Say what is wrong; the shopper will read it.")
        typed.problems.add(text, f"{start}note", about)


def _member(kind: type[_Member], text: str) -> _Member | None:
    return next((member for member in kind if member.value == text), None)


def _group_count(line: ReturnLine, typed: Typed) -> int:
    """As many as came, and one more where "Another condition" was pressed."""
    count = 1
    while count < _MOST_GROUPS and name_of(line.pk, count + 1, "quantity") in typed.values:
        count += 1
    return min(count + (typed.values.get("add") == str(line.pk)), _MOST_GROUPS)


def _group(line: ReturnLine, number: int, typed: Typed) -> GroupView:
    fields = {name: typed.field(name_of(line.pk, number, name)) for name in _FIELDS}
    usual = ("", _("Automatic: good into stock"))
    return GroupView(
        number=number,
        conditions=choices(
            [(member.value, word(member)) for member in Condition],
            fields["condition"].value or Condition.GOOD.value,
        ),
        dispositions=choices(
            [usual, *((member.value, word(member)) for member in Disposition)],
            fields["disposition"].value,
        ),
        **fields,
    )
