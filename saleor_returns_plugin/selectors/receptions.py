"""What arrived of a return, parcel by parcel."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from ..models import Reception, VendorReturn
from .returned import paid_units


def of_return(vendor_return: VendorReturn) -> Sequence[Reception]:
    """Oldest first, undone ones too, with their lines."""
    rows = Reception.objects.filter(vendor_return=vendor_return).order_by("created_at", "id")
    return list(rows.prefetch_related("lines__return_line__shipment_line"))


def undoable(receptions: Sequence[Reception]) -> set[UUID]:
    """Those of one return that hold no unit that is paid back."""
    rows = [row for reception in receptions for row in reception.lines.all()]
    payable = {row.return_line_id: row.return_line.payable for row in rows}
    paid = paid_units(payable)
    found = set()
    for reception in receptions:
        gone: dict[UUID, int] = defaultdict(int)
        for row in reception.lines.all():
            gone[row.return_line_id] += row.quantity if row.is_payable else 0
        is_free = all(payable[key] - units >= paid[key].touched for key, units in gone.items())
        if is_free and not reception.is_voided:
            found.add(reception.pk)
    return found


def is_known(part: VendorReturn, key: str) -> bool:
    """Whether a reception was recorded with this idempotency key."""
    return bool(Reception.objects.filter(vendor_return=part, idempotency_key=key).exists())
