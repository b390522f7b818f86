"""What arrived of a return, parcel by parcel."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from ..models import Reception, ReceptionLine, ReturnLine, VendorReturn
from .exchanges import LetGo, let_go
from .returned import PaidUnits, paid_units


def of_return(vendor_return: VendorReturn) -> Sequence[Reception]:
    """Oldest first, undone ones too, with their lines."""
    rows = Reception.objects.filter(vendor_return=vendor_return).order_by("created_at", "id")
    return list(rows.prefetch_related("lines__return_line__shipment_line"))


def undoable(receptions: Sequence[Reception]) -> set[UUID]:
    """Those of one return that can be undone."""
    standing = [reception for reception in receptions if not reception.is_voided]
    if not standing:
        return set()
    part = standing[0].vendor_return
    lines = list(part.lines.all())
    rows = [row for reception in standing for row in reception.lines.all()]
    return undoable_of(
        rows, lines, paid_units(line.pk for line in lines), let_go([part.pk]).get(part.pk)
    )


def undoable_of(
    rows: Iterable[ReceptionLine],
    lines: Sequence[ReturnLine],
    paid: Mapping[UUID, PaidUnits],
    replacement: LetGo | None,
) -> set[UUID]:
    """Receptions that hold no unit that is paid back, or that the `replacement` was released for.

    `rows` are what stands of the return's receptions, with these; `lines` all of its lines.
    """
    by_reception: dict[Reception, list[ReceptionLine]] = defaultdict(list)
    for row in rows:
        by_reception[row.reception].append(row)
    found = set()
    for reception, own in by_reception.items():
        payable = {line.pk: line.payable for line in lines}
        for row in own:
            payable[row.return_line_id] -= row.quantity if row.is_payable else 0
        is_paid = any(payable[row.return_line_id] < paid[row.return_line_id].touched for row in own)
        is_last = len(by_reception) == 1
        if is_paid or (
            replacement and replacement.needs(reception, lines, payable, is_last=is_last)
        ):
            continue
        found.add(reception.pk)
    return found


def is_known(part: VendorReturn, key: str) -> bool:
    """Whether a reception was recorded with this idempotency key."""
    return bool(Reception.objects.filter(vendor_return=part, idempotency_key=key).exists())
