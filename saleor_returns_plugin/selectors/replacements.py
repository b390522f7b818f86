"""The shipments in which replacements are sent."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from ..models import Exchange, VendorShipment


def shipments_of(exchanges: Sequence[Exchange]) -> dict[UUID, list[VendorShipment]]:
    """Exchange id -> the shipments of its order, oldest first. One statement; none without orders."""
    by_order = {row.order_id: row.pk for row in exchanges if row.order_id is not None}
    found: dict[UUID, list[VendorShipment]] = defaultdict(list)
    if by_order:
        rows = VendorShipment.objects.filter(
            record__order_id__in=by_order, record__root__isnull=False
        ).select_related("record", "vendor")
        for shipment in rows.order_by("created_at", "number"):
            found[by_order[shipment.record.order_id]].append(shipment)
    return found
