"""What arrived of one return, with the forms that undo a reception or pay what was refused."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from ..domain import transitions
from ..enums import Action, Condition, Disposition, Move, ReturnStatus
from ..models import Reception, ReceptionLine, VendorReturn
from ..selectors import receptions
from ..web import formats
from ..web.forms import Field
from ..web.words import word
from .forms import Typed


@dataclass(frozen=True)
class ArrivedView:
    id: UUID
    name: str
    quantity: int
    condition: str
    disposition: str
    note: str
    is_unpaid: bool
    is_overruled: bool
    is_exchanged: bool
    overrule: Field | None
    """The reason why the store pays or exchanges them nevertheless, where it may."""


@dataclass(frozen=True)
class ReceptionView:
    id: UUID
    moment: str
    is_closing: bool
    is_voided: bool
    lines: tuple[ArrivedView, ...]
    void: Field | None
    """The reason why it is undone, where it may be."""


def views_of(
    part: VendorReturn, actions: Collection[Action], typed: Typed
) -> tuple[ReceptionView, ...]:
    rows = receptions.of_return(part)
    undoable = receptions.undoable(rows) if Action.VOID_RECEPTION in actions else set()
    may_overrule = Action.OVERRULE in actions and _can_be_overruled(part)
    return tuple(_reception(row, row.pk in undoable, may_overrule, typed) for row in rows)


def _can_be_overruled(part: VendorReturn) -> bool:
    return transitions.find(ReturnStatus(part.status), Move.OVERRULE) is not None


def _reception(row: Reception, may_undo: bool, may_overrule: bool, typed: Typed) -> ReceptionView:
    lines: Sequence[ReceptionLine] = row.lines.all()
    return ReceptionView(
        id=row.pk,
        moment=formats.moment(row.created_at),
        is_closing=row.is_closing,
        is_voided=row.is_voided,
        lines=tuple(_line(line, may_overrule and not row.is_voided, typed) for line in lines),
        void=typed.field(f"void-{row.pk}-reason") if may_undo else None,
    )


def _line(line: ReceptionLine, may_overrule: bool, typed: Typed) -> ArrivedView:
    may = may_overrule and not line.is_payable
    return ArrivedView(
        id=line.pk,
        name=line.return_line.shipment_line.name,
        quantity=line.quantity,
        condition=word(Condition(line.condition)),
        disposition=word(Disposition(line.disposition)) if line.disposition else "",
        note=line.note,
        is_unpaid=not line.is_payable,
        is_overruled=line.is_overruled,
        is_exchanged=line.return_line.is_exchanged,
        overrule=typed.field(f"overrule-{line.pk}-reason") if may else None,
    )
