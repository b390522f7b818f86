"""The shipments in which replacements are sent."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from ..enums import ReturnStatus
from ..models import Exchange, OrderRecord, VendorReturn, VendorShipment


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


def replaced_by(record: OrderRecord) -> VendorReturn | None:
    """The return whose goods this order replaces. No statement for an order that replaces none."""
    if record.root_id is None or record.order_id is None:
        return None
    rows = VendorReturn.objects.filter(exchanges__order=record.order_id)
    return rows.order_by("created_at").first()


def held_for(exchange: Exchange) -> str:
    """What an ordered replacement waits for; no statement for one that costs nothing."""
    found = shipments_of([exchange])[exchange.pk] if exchange.difference else []
    return next((row.hold_reason for row in found if row.hold_reason), exchange.release_rule)


def held_though_arrived(shipments: Iterable[VendorShipment]) -> set[UUID]:
    """Ids of those that are held although the goods which they replace are here: whoever handles
    the return decides. One statement; none where nothing is held."""
    held = [each for each in shipments if each.hold_reason and each.record.order_id is not None]
    if not held:
        return set()
    arrived = set(
        Exchange.objects.filter(
            order__in=[each.record.order_id for each in held],
            vendor_return__status=ReturnStatus.RECEIVED.value,
        ).values_list("order_id", flat=True)
    )
    return {each.pk for each in held if each.record.order_id in arrived}
